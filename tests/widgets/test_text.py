"""Text in cells, whatever it holds."""

import unicodedata
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.widgets.hostile import HOSTILE
from tui_admin.rules.times import DAY, parse_iso
from tui_admin.widgets.text import ago, fit, moment, number, plural

NOW = parse_iso("2026-05-01T12:00:00Z")


@given(
    st.one_of(st.text(max_size=60), st.sampled_from(HOSTILE)),
    st.integers(0, 40),
    st.sampled_from(["left", "right"]),
    st.sampled_from(["end", "middle"]),
)
def test_every_text_takes_exactly_its_cells(text: str, width: int, align: str, cut: str) -> None:
    fitted = fit(text, width, align, cut)
    assert cell_len(fitted) == width
    assert not [char for char in fitted if unicodedata.category(char) in ("Cc", "Cf")]


@pytest.mark.parametrize(
    ("text", "width", "align", "cut", "shown"),
    [
        ("Kovács Ágnes", 14, "left", "end", "Kovács Ágnes  "),
        ("Kovács Ágnes", 8, "left", "end", "Kovács …"),
        ("4,120", 7, "right", "end", "  4,120"),
        ("agnes.kovacs@northwind.example", 15, "left", "middle", "agnes.k…example"),
        ("田中 花子", 6, "left", "end", "田中 …"),
        ("田中 花子", 4, "left", "end", "田 …"),
        ("a\nb\tc", 5, "left", "end", "a b c"),
        ("x\x1b[31m", 8, "left", "end", "x\ufffd[31m  "),
    ],
)
def test_cuts_where_it_hurts_least(text: str, width: int, align: str, cut: str, shown: str) -> None:
    assert fit(text, width, align, cut) == shown


def test_numbers_ages_and_moments_read_as_people_write_them() -> None:
    assert number(1_204_000) == "1,204,000"
    assert number(None) == "–"
    assert plural(1, "member") == "1 member"
    assert plural(2_000, "person", "people") == "2,000 people"
    assert ago(NOW - 12 * DAY, NOW) == "12 d"
    assert ago(None, NOW) == "–"
    assert moment(NOW - 3_600_000, NOW, UTC) == "11:00"
    assert moment(NOW - 40 * DAY, NOW, UTC) == "22 Mar"
    assert moment(NOW - 400 * DAY, NOW, UTC) == "27 Mar 2025"
