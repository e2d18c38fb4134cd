"""Values chosen from a list are a term of the expression, whatever else stands in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.rules.filters import format_filter, parse
from tui_admin.rules.filters.picking import picked, with_picked


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ("", ("data",), "program:data"),
        ("", (), ""),
        ("program:data", (), ""),
        ("anna -unit:Board", ("a", "B, C"), 'anna -unit:Board program:a,"B, C"'),
        ("anna program:old unit:Board", ("new",), "anna program:new unit:Board"),
        ("program:a program:b anna", ("c",), "program:c anna"),
        ("anna or kov", ("data",), "(anna or kov) program:data"),
        ("-program:data", ("teams",), "-program:data program:teams"),
        ("program:a or anna", ("b",), "(program:a or anna) program:b"),
        ("contract:Y course:c", ("data",), "contract:Y course:c program:data"),
    ],
)
def test_a_term_is_put_in_changed_or_taken_away(before: str, values: tuple[str, ...], after: str) -> None:
    found = format_filter(with_picked(parse(before), "program", values))
    assert found == after
    assert picked(parse(found), "program") == values


@pytest.mark.parametrize("expression", ["", "-program:a", "program:a or anna", "(anna program:a) or kov", "contract:a"])
def test_what_not_everybody_must_have_is_not_chosen(expression: str) -> None:
    assert picked(parse(expression), "program") == ()


@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp")), min_size=1, max_size=9)))
def test_every_value_comes_back(values: list[str]) -> None:
    chosen = tuple(dict.fromkeys(value.strip() for value in values if value.strip()))
    text = format_filter(with_picked(parse("anna"), "course", chosen))
    assert picked(parse(text), "course") == chosen
