"""Users: everybody over all programs, one row each."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.portal import members
from tui_admin.store.engine import Store
from tui_admin.widgets.record_table import RecordTable

START = "users"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Any) -> None:
        await settle(pilot)
        await press(pilot, "space")
        await pilot.pause(0.3)

    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=ready)


async def test_a_person_in_two_programs_is_one_row_that_opens_them(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{START}?kov").run_test(size=(119, 40)) as pilot:
        await settle(pilot)
        assert "1 of 10" in text(pilot.app)
        (row,) = (line for line in lines(pilot.app) if "Kovács" in line)
        assert "Data Foundations, Lea…" in row
        await press(pilot, "enter")
        assert place(pilot.app) == "users/1"
        assert "AT RISK" in text(pilot.app)
        await press(pilot, "escape")
        assert place(pilot.app) == "users?kov"


async def test_a_program_admin_sees_only_their_people(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START, "bo@northwind.example").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        shown = text(pilot.app)
        assert pilot.app.screen.query_one(RecordTable).count == (6, True)
        assert "Jo Li" not in shown
        assert "Leading Teams" not in shown


async def test_edits_the_marked_people_and_takes_it_back(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{START}?kov").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "E", *"city", "enter", *"Pecs", "enter")
        assert "1 person would get city 'Pecs'" in text(pilot.app)
        await press(pilot, "y")
        assert _city(small_store) == "Pecs"
        await press(pilot, "u")
        assert _city(small_store) == "Toronto"


def _city(store: Store) -> str:
    with store.read() as connection:
        return str(connection.exec_driver_sql("SELECT city FROM learners WHERE id = 1").scalar_one())


async def test_saves_a_row_for_each_membership(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{START}?kov").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w", "enter")
        assert "Saved 2 memberships" in text(pilot.app)
    with (tmp_path / "users.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["Name"], row["Program"]) for row in rows] == [("Kovács Ágnes", "data"), ("Kovács Ágnes", "teams")]


async def test_values_are_looked_for_until_another_letter_is_typed(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, Callable[[], bool]]] = []

    def values(_store: Store, *by: Any, cancelled: Callable[[], bool]) -> list[tuple[str, int]]:
        asked.append((by[3], cancelled))
        return []

    async with console(small_store, tmp_path, START).run_test(size=(119, 40)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(members, "values", values)
        await press(pilot, "slash", *"city:p", "e")
        assert [prefix for prefix, _ in asked][-2:] == ["p", "pe"]
        assert [stopped() for _, stopped in asked][-2:] == [True, False]
        await press(pilot, "enter")
        assert asked[-1][1](), "nobody waits for values beside the list"


async def test_says_why_nobody_is_there(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{START}?nobodyatall").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Nobody matches nobodyatall" in text(pilot.app)


async def test_hostile_names_are_harmless(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(119, 40)) as pilot:
        await settle(pilot)
        assert "[/x][@click=app.quit]x" in text(pilot.app)
        assert no_controls(pilot.app) == []
