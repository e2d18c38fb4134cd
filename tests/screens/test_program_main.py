"""A program's Main page."""

from pathlib import Path
from typing import Any

import pytest

from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.store.engine import Store

START = "programs/data"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=settle)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), "programs/data/members"),
        (("down", "enter"), "programs/data/members?status:no-enrollment"),
        (("end", "enter"), "programs/data/members?status:removed"),
        (("end", "down", "enter"), 'users?contract:"Year 1" status:no-enrollment,enrolled,completed'),
        (("end", "down", "down", "enter"), "programs/data/members?course:c2"),
        (("2",), "programs/data/members"),
        (("escape",), "programs"),
    ],
)
async def test_numbers_open_their_people(
    small_store: Store, tmp_path: Path, keys: tuple[str, ...], expected: str
) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        assert place(pilot.app) == expected


@pytest.mark.parametrize(
    ("downs", "expected"),
    [(0, "4"), (1, "1"), (2, "2"), (3, "1"), (4, "2"), (5, "2"), (6, "1"), (7, "1")],
)
async def test_each_status_counts_those_it_opens(small_store: Store, tmp_path: Path, downs: int, expected: str) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert lines(pilot.app)[6 + downs][15:26].split()[0] == expected
        await press(pilot, *["down"] * downs, "enter")
        found = lines(pilot.app)[2].split(" of ")[0].split()[-1]
        assert found == expected


async def test_says_url_contract_and_courses(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = text(pilot.app)
        assert "https://learn.northwind.example/data" in shown
        assert "4 / 5" in shown
        (statistics,) = (line for line in lines(pilot.app) if "Statistics I" in line)
        assert statistics.split()[-4:] == ["2", "0", "0", "%"]


async def test_a_program_nobody_is_in_says_so(small_store: Store, tmp_path: Path) -> None:
    with small_store.write() as connection:
        connection.exec_driver_sql("DELETE FROM memberships WHERE program_id = 3")
        connection.exec_driver_sql("DELETE FROM program_contracts WHERE program_id = 3")
    async with console(small_store, tmp_path, "programs/sprache").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for sentence in ("Nobody was invited", "No contract yet.", "Nobody is in a course yet.", "no tagline yet"):
            assert sentence in text(pilot.app)


async def test_hostile_names_are_harmless(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, "programs/teams").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "[/x][@click=app.quit]x[/]" in text(pilot.app)
        assert no_controls(pilot.app) == []


async def test_a_program_admin_may_not_open_another_program(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, "programs/teams", "bo@northwind.example").run_test() as pilot:
        await settle(pilot)
        assert "not allowed" in text(pilot.app)
        assert "Leading Teams" not in text(pilot.app)
        assert "4 / 3" not in text(pilot.app)
