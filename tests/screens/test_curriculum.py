"""The Curriculum tab by keyboard: what is pressed shows at once and is in the store."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from textual.pilot import Pilot

from tests import small_organization as small
from tests.portal.curricula import TRACK, course, put_together, told
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.portal import journal
from tui_admin.portal.curriculum import collections, items, reading
from tui_admin.portal.rights import sign_in
from tui_admin.rules.roles import Actor
from tui_admin.store.engine import Store
from tui_admin.store.tables import courses, specialization_courses, specializations
from tui_admin.widgets.record_table import RecordTable

START = "programs/data/curriculum"
NAMES = ("Statistics I", "Python for Analysis", small.HOSTILE)


@pytest.fixture
def taught(small_store: Store) -> Store:
    """The small organization, with twelve courses, a specialization, and three collections in the program data."""
    with small_store.write() as connection:
        rows = [{"id": n, "key": f"c{n}", "name": f"Course {n}", "partner": "Uni"} for n in range(4, 13)]
        connection.execute(insert(courses), rows)
        connection.execute(insert(specializations).values(id=1, slug="track", name="Track", partner="Uni"))
        inside = [{"specialization_id": 1, "position": n, "course_id": n} for n in (1, 2, 4)]
        connection.execute(insert(specialization_courses), inside)
    shelves = {"Basics": [course(1), course(2), course(3)], "More": [TRACK, course(5)], "Last": [course(6)]}
    ids = put_together(small_store, ana(small_store), "data", small.NOW, **shelves)
    collections.change(
        small_store, ana(small_store), "data", ids["Basics"], small.NOW, description="What everybody begins with"
    )
    return small_store


def ana(store: Store) -> Actor:
    return sign_in(store, "ana@northwind.example")


def bo(store: Store) -> Actor:
    return sign_in(store, "bo@northwind.example")


def names(store: Store) -> dict[str, list[str]]:
    return told(store, ana(store), "data")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("of", ["collections", "items"])
def test_picture(taught: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], of: str) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        if of == "items":
            await press(pilot, "down", "enter", "enter", "down", "space")

    assert snap_compare(console(taught, tmp_path, START), terminal_size=size, run_before=ready)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_nothing_yet(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)

    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=ready)


async def test_items_and_collections_move_by_key(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "plus")
        assert names(taught)["Basics"] == ["c2", "c1", "c3"]
        await press(pilot, "plus", "plus", "minus")
        assert names(taught)["Basics"] == ["c2", "c1", "c3"]
        await press(pilot, "left", "plus")
        assert list(names(taught)) == ["More", "Basics", "Last"]
        assert "Moved collection Basics in data · u undo" in text(pilot.app)
        await press(pilot, "u")
        assert list(names(taught)) == ["Basics", "More", "Last"]


async def test_what_moves_is_on_screen_before_it_is_written(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        with taught.write():  # nobody else can write now
            await pilot.press("plus")
            await pilot.pause()
            shown = [line for line in lines(pilot.app) if "Statistics I" in line or "Python" in line]
            assert "Python" in shown[0] and "Statistics" in shown[1]
            assert names(taught)["Basics"] == ["c1", "c2", "c3"]
        await settle(pilot)
    assert names(taught)["Basics"] == ["c2", "c1", "c3"]


async def test_a_held_key_leaves_few_entries(taught: Store, tmp_path: Path) -> None:
    before = journal.newest(taught)
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        with taught.write():
            for key in ("plus", "plus", "minus", "minus", "plus"):
                await pilot.press(key)
        await settle(pilot)
        assert names(taught)["Basics"] == ["c2", "c1", "c3"]
        assert journal.newest(taught) <= before + 2


async def test_marked_items_go_to_several_collections(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "space", "space", "c", "down", "space", "space", "enter")
        assert names(taught) == {
            "Basics": ["c1", "c2", "c3"],
            "More": ["track", "c5", "c1", "c2"],
            "Last": ["c6", "c1", "c2"],
        }
        await press(pilot, "end", "m", "end", "enter")
        assert names(taught)["Basics"] == ["c1", "c2"] and names(taught)["Last"][-1] == "c3"
        await press(pilot, "u", "y", "u", "y")
        assert names(taught) == {"Basics": ["c1", "c2", "c3"], "More": ["track", "c5"], "Last": ["c6"]}


async def test_a_specialization_opens_and_a_course_shows_its_members(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "enter")
        assert "▸ Track" in text(pilot.app) and "= 2 of 3" in text(pilot.app)
        await press(pilot, "enter")
        assert "▾ Track" in text(pilot.app) and "2 Python for Analysis" in text(pilot.app)
        await press(pilot, "down", "x")
        assert "belongs to its specialization" in text(pilot.app)
        await pilot.click("#items", offset=(0, 2))
        await press(pilot, "space", "up", "up")
        assert not pilot.app.screen.query_one("#items", RecordTable).marked
        await pilot.click("#items", offset=(0, 1))
        assert len(pilot.app.screen.query_one("#items", RecordTable).marked) == 1
        await press(pilot, "asterisk", "asterisk", "down", "enter")
        assert place(pilot.app) == "programs/data/members?course:c1"
        await press(pilot, "escape")


async def test_collections_are_made_named_described_and_deleted(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"basics", "enter")
        assert "There is a collection 'basics' in data already" in text(pilot.app)
        await press(pilot, *" 2", "enter")
        assert list(names(taught)) == ["Basics", "basics 2", "More", "Last"]
        assert "Nothing is in basics 2 yet." in text(pilot.app)
        assert "a adds from the catalogue." in text(pilot.app)
        await press(pilot, "r", "ctrl+u", *"Next", "enter", "d", *"For all", "enter")
        assert reading.read(taught, ana(taught), "data").collections[1].description == "For all"
        assert lines(pilot.app)[21].strip() == "For all"
        await press(pilot, "home", "x")
        assert "Delete Basics with 3 items? · y delete · N keep" in text(pilot.app)
        await press(pilot, "enter")
        assert "Basics" in names(taught)
        await press(pilot, "x", "y", "end", "u")
        assert names(taught)["Basics"] == ["c1", "c2", "c3"]
        assert lines(pilot.app)[21].strip() == "What everybody begins with"
        await press(pilot, "enter", "down", "x", "end", "u")
        assert names(taught)["Basics"] == ["c1", "c2", "c3"]
        assert lines(pilot.app)[21].strip().startswith("Python for Analysis")
        await press(pilot, "home", "x")
        assert names(taught)["Basics"] == ["c2", "c3"]


async def test_adding_from_the_catalogue(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "a", *"course 1", "enter", "space", "space", "enter")
        assert names(taught)["Basics"] == ["c1", "c10", "c11", "c2", "c3"]
        assert lines(pilot.app)[21].strip().startswith("Course 11")
        await press(pilot, "left", "space", "space", "a", *"course 12", "enter", "enter")
        assert names(taught)["Basics"][-1] == "c12" and names(taught)["More"][-1] == "c12"
        await press(pilot, "home")
        assert "= More" in text(pilot.app)


async def test_a_collection_deleted_by_another_is_told_and_nothing_typed_is_lost(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "ctrl+u", *"Mine")
        gone = reading.read(taught, bo(taught), "data").collections[0].id
        collections.delete(taught, bo(taught), "data", [gone], small.NOW)
        await press(pilot, "enter")
        assert "deleted meanwhile (bo@northwind.example" in " ".join(text(pilot.app).split())
        await press(pilot, "y")
        assert lines(pilot.app)[22].strip().startswith("Name of the new collection Mine")
        await press(pilot, "enter")
    assert names(taught) == {"More": ["track", "c5"], "Last": ["c6"], "Mine": []}


async def test_a_name_set_by_another_is_shown_before_it_is_written_over(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "ctrl+u", *"Mine")
        id = reading.read(taught, bo(taught), "data").collections[0].id
        collections.change(taught, bo(taught), "data", id, small.NOW, name="Bo's")
        await press(pilot, "enter")
        assert "Theirs: \"Bo's\". Yours: 'Mine'." in " ".join(text(pilot.app).split())
        await press(pilot, "enter")
        assert next(iter(names(taught))) == "Bo's" and "Bo's" in text(pilot.app)
        await press(pilot, "r", "ctrl+u", *"Mine", "enter")
        assert next(iter(names(taught))) == "Mine"


async def test_a_write_that_fails_is_told_and_read_again(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        first = reading.read(taught, bo(taught), "data").collections[0].items[0].id
        items.remove(taught, bo(taught), "data", [first], small.NOW)
        await press(pilot, "plus")
        assert "An item is gone" in text(pilot.app)
        assert "Statistics I" not in "\n".join(lines(pilot.app)[:20])


async def test_what_another_does_shows_by_itself(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        found = reading.read(taught, bo(taught), "data").collections
        collections.delete(taught, bo(taught), "data", [found[0].id], small.NOW)
        pilot.app.screen.follow()  # type: ignore[attr-defined]
        await settle(pilot)
        assert "The collection Basics was deleted meanwhile." in text(pilot.app)
        assert "Track" in text(pilot.app)


async def test_hostile_names_stay_text(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "enter", "end", "minus")
        assert "[/x][@click=app.quit]x[/]" in text(pilot.app) and not no_controls(pilot.app)


async def test_nothing_is_changed_when_opened_to_read_only(taught: Store, tmp_path: Path) -> None:
    path = taught.path
    assert path is not None
    reader = Store(taught.url, read_only=True)
    async with console(reader, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "plus", "n", "x", "a", "enter", "plus", "x", "m")
        assert "Basics" in text(pilot.app)
    reader.close()
    assert names(taught)["Basics"] == ["c1", "c2", "c3"]


async def test_who_leaves_at_once_leaves_nothing_unwritten(taught: Store, tmp_path: Path) -> None:
    async with console(taught, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        await pilot.press("plus", "1")
        await settle(pilot)
        assert place(pilot.app) == "programs/data/main"
        assert names(taught)["Basics"] == ["c2", "c1", "c3"]
        await press(pilot, "4", "enter")
        await pilot.press("plus", "ctrl+q")
    assert names(taught)["Basics"] == ["c1", "c2", "c3"]
