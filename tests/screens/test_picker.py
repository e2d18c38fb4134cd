"""Picking from the catalogue by keyboard: found as one types, marked, given back in the order of the marks."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests import catalogue_rows
from tests.screens.console import SIZES, console, lines, no_controls, press, settle, text
from tui_admin.app import ConsoleApp
from tui_admin.screens.curriculum.picker import PickerScreen
from tui_admin.screens.place import Place
from tui_admin.store.engine import Store

CURRICULUM = Place(("programs", "data", "curriculum"))


@pytest.fixture
def catalogue_store(small_store: Store) -> Store:
    """The small organization with a catalogue."""
    catalogue_rows.fill(small_store)
    return small_store


async def pick(pilot: Pilot[Any], *keys: str) -> list[Any]:
    """Open the picker and press keys; what it gave back, nothing while it is open."""
    app: ConsoleApp = pilot.app  # type: ignore[assignment]
    given: list[Any] = []
    await settle(pilot)
    app.push_screen(PickerScreen(app.session, CURRICULUM, "data"), given.append)  # type: ignore[arg-type]
    await settle(pilot)
    await press(pilot, *keys)
    return given


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("on", ["specialization", "course"])
def test_picture_of_the_picker(
    catalogue_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], on: str
) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await pick(pilot, *"python", "enter", "down", "space", *([] if on == "specialization" else ["space"]))

    assert snap_compare(console(catalogue_store, tmp_path), terminal_size=size, run_before=ready)


async def test_marks_survive_other_words_and_come_back_in_their_order(catalogue_store: Store, tmp_path: Path) -> None:
    async with console(catalogue_store, tmp_path).run_test(size=(80, 24)) as pilot:
        given = await pick(pilot, *"normale", "enter", "space")
        await press(pilot, "slash", "ctrl+u", *"path", "enter", "space")
        assert "1 of 12 · 2 marked, 1 hidden" in text(pilot.app)
        await press(pilot, "slash", "ctrl+u", *"every", "enter", "space", "enter")
    assert given == [(("course", 103), ("specialization", 101), ("course", 101))]


async def test_a_mark_taken_back_is_not_given(catalogue_store: Store, tmp_path: Path) -> None:
    async with console(catalogue_store, tmp_path).run_test(size=(80, 24)) as pilot:
        given = await pick(pilot, *"python", "space", *"u", "enter", "asterisk", "space", "enter")
    assert given == [(("course", 101), ("specialization", 101))]


async def test_without_marks_enter_gives_what_the_cursor_is_on(catalogue_store: Store, tmp_path: Path) -> None:
    async with console(catalogue_store, tmp_path).run_test(size=(80, 24)) as pilot:
        given = await pick(pilot, *"python", "enter", "down", "down", "enter")
    assert given == [(("specialization", 101),)]


async def test_esc_gives_nothing(catalogue_store: Store, tmp_path: Path) -> None:
    async with console(catalogue_store, tmp_path).run_test(size=(80, 24)) as pilot:
        given = await pick(pilot, *"python", "enter", "space", "escape")
    assert given == [()]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_detail_tells_the_courses_and_where_it_is_already(
    catalogue_store: Store, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with console(catalogue_store, tmp_path).run_test(size=size) as pilot:
        await pick(pilot, *"python", "space", *"path", "enter")
        await pilot.pause(0.2)
        said = text(pilot.app)
        assert "3 Statistics with Python" in said
        assert "Already in Start, Further [b]on[/b]" in said


async def test_hostile_names_stay_text(catalogue_store: Store, tmp_path: Path) -> None:
    async with console(catalogue_store, tmp_path).run_test(size=(120, 40)) as pilot:
        await pick(pilot, *"evil", "enter")
        await pilot.pause(0.2)
        assert not no_controls(pilot.app)
        assert sum("[@click=app.quit]" in line for line in lines(pilot.app)) >= 2


async def test_an_empty_catalogue_and_an_empty_find_say_what_to_do(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await pick(pilot, *"zzz")
        assert "No name, partner or skill holds zzz" in text(pilot.app)
