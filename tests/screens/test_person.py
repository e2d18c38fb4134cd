"""One person's data from their page: address, merging, export, erasing; for organization admins only."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from textual.pilot import Pilot

from tests.screens.console import SIZES, console, press, settle, text
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners

START = "programs/data/members/1"
AGNES = "agnes.kovacs@northwind.example"


def address(store: Store, learner: int = 1) -> str | None:
    with store.read() as connection:
        return connection.execute(select(learners.c.email).where(learners.c.id == learner)).scalar_one()


def said(pilot: Pilot[Any]) -> str:
    """What stands on the screen, in one line."""
    return " ".join(text(pilot.app).split())


async def asked(pilot: Pilot[Any]) -> None:
    """Wait for the question: the plan that was looked at goes in its own time."""
    while not pilot.app.screen.status.asking:  # type: ignore[attr-defined]
        await pilot.pause(0.02)


async def typed(pilot: Pilot[Any], words: str) -> None:
    await asked(pilot)
    pilot.app.screen.status._input.value = words  # type: ignore[attr-defined]
    await press(pilot, "enter")


async def test_a_new_address_is_asked_for_shown_and_undone(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "N")
        await typed(pilot, "agnes@new.example")
        assert "would get the address agnes@new.example" in said(pilot)
        await press(pilot, "p")
        assert "stays a former address of theirs" in said(pilot)
        await press(pilot, "escape")
        await asked(pilot)
        await press(pilot, "y")
        assert address(small_store) == "agnes@new.example"
        assert "agnes@new.example" in said(pilot)
        await press(pilot, "u")
        assert address(small_store) == AGNES


async def test_no_answer_changes_nothing(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "N")
        await typed(pilot, "agnes@new.example")
        await press(pilot, "enter")
        assert address(small_store) == AGNES
        await press(pilot, "N")
        await typed(pilot, "jo.li@northwind.example")
        assert "belongs to Jo Li" in said(pilot)


async def test_another_record_is_looked_for_and_merged(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "M", *"jo li", "enter", "enter")
        await asked(pilot)
        assert "Jo Li <jo.li@northwind.example> would be merged into Kovács Ágnes" in said(pilot)
        await press(pilot, "y")
        assert address(small_store, 8) is None
        assert "Merged person 8 into person 1" in said(pilot)
        await press(pilot, "u")
        assert address(small_store, 8) == "jo.li@northwind.example"


async def test_all_that_is_held_is_saved(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "O")
        await typed(pilot, str(tmp_path / "agnes.zip"))
        assert "Saved all that is held" in said(pilot)
    with zipfile.ZipFile(tmp_path / "agnes.zip") as archive:
        assert AGNES in archive.read("learners.csv").decode()


async def test_erasing_shows_what_goes_and_takes_the_typed_address(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "X")
        assert "It cannot be undone." in said(pilot)
        await press(pilot, "escape")
        await typed(pilot, "agnes")
        assert "Nothing was erased" in said(pilot)
        assert address(small_store) == AGNES
        await press(pilot, "X", "escape")
        await typed(pilot, AGNES)
        assert address(small_store) is None
        assert "(erased)" in said(pilot)
        assert "None" not in said(pilot)
        await press(pilot, "N")
        assert "Nothing is held here" in said(pilot)


async def test_a_program_admin_is_not_offered_any_of_it(small_store: Store, tmp_path: Path) -> None:
    app = console(small_store, tmp_path, START, email="bo@northwind.example")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = text(pilot.app)
        await press(pilot, "X", "N", "M", "O")
        assert text(pilot.app) == before
        assert not [live for live in app.screen.live() if live.command.typed.startswith("people ")]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_the_plan(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "X")

    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_looking_for_the_other(
    small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]
) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "M", "j", "o")

    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=before)
