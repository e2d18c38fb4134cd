"""A curriculum of three collections built by keyboard from a catalogue of 3,000 courses: reordered, copied, undone, and
seen as a learner sees it."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from textual.pilot import Pilot

from tests import small_organization as small
from tests.portal.curricula import SPECIALIZATION, course, put_together, told
from tests.screens.console import SIZES, console, place, press, settle, text
from tui_admin.portal import journal
from tui_admin.portal.curriculum import collections
from tui_admin.portal.rights import sign_in
from tui_admin.store.engine import Store
from tui_admin.store.tables import courses, specialization_courses, specializations

START = "programs/sprache/curriculum"
TOPICS = ("Accounting", "Biology", "Chemistry", "Design", "Economics", "French", "Geometry", "Hungarian", "Italian")
LEVELS = ("for Everybody", "in Practice", "at Work", "Step by Step", "by Example")


@pytest.fixture
def stocked(small_store: Store) -> Store:
    """The small organization with 3,000 more courses, each 50 a specialization's first three."""
    with small_store.write() as connection:
        rows = [
            {
                "id": number,
                "key": f"crs-{number}",
                "slug": f"course-{number}",
                "name": f"{TOPICS[number % 9]} {LEVELS[number // 9 % 5]} {number // 45}",
                "partner": f"University {number % 7}",
                "workload_hours": float(number % 30 + 2),
                "in_catalogue": True,
            }
            for number in range(10, 3_010)
        ]
        connection.execute(insert(courses), rows)
        tracks = [
            {"id": n, "slug": f"track-{n}", "name": f"{TOPICS[n % 9]} Track {n}", "partner": "University 1"}
            for n in range(1, 61)
        ]
        connection.execute(insert(specializations), tracks)
        inside = [
            {"specialization_id": n, "position": place, "course_id": n * 50 - 40 + place}
            for n in range(1, 61)
            for place in range(3)
        ]
        connection.execute(insert(specialization_courses), inside)
    return small_store


async def build(pilot: Pilot[Any]) -> None:
    """Three collections: two courses and a track, three courses, one course."""
    await settle(pilot)
    await press(pilot, "n", *"Start Here", "enter", "d", *"What everybody begins with", "enter")
    await press(pilot, "a", *"french everybody", "enter", "space", "space", "enter")
    await press(pilot, "a", *"french track", "enter", "enter")
    await press(
        pilot, "n", *"Go Further", "enter", "a", *"design practice", "enter", "space", "space", "space", "enter"
    )
    await press(pilot, "n", *"At Work", "enter", "a", *"italian at work 6", "enter", "enter")


async def rearrange(pilot: Pilot[Any]) -> None:
    """The track first, the course added last to the second into the first and the last, the last collection in the
    middle."""
    await press(pilot, "home", "enter", "end", "minus", "minus")
    await press(pilot, "left", "down", "enter", "c", "home", "space", "end", "space", "enter")
    await press(pilot, "left", "end", "minus")


def curriculum(store: Store) -> dict[str, list[str]]:
    return told(store, sign_in(store, "ana@northwind.example"), "sprache")


async def test_it_is_built_reordered_copied_undone_and_previewed(stocked: Store, tmp_path: Path) -> None:
    async with console(stocked, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await build(pilot)
        built = curriculum(stocked)
        assert [(name, len(found)) for name, found in built.items()] == [
            ("Start Here", 3),
            ("Go Further", 3),
            ("At Work", 1),
        ]
        first, second, track = built["Start Here"]
        await rearrange(pilot)
        copied = built["Go Further"][-1]
        arranged = curriculum(stocked)
        assert arranged == {
            "Start Here": [track, first, second, copied],
            "At Work": [*built["At Work"], copied],
            "Go Further": built["Go Further"],
        }
        await press(pilot, "u", "u", "y", "u", "y", "u", "y")
        assert curriculum(stocked) == built
        await press(pilot, "p")
        assert place(pilot.app) == "programs/sprache/curriculum/page"
        assert "Start Here" in text(pilot.app) and "What everybody begins with" in text(pilot.app)
        await press(pilot, "escape")
        assert place(pilot.app) == "programs/sprache/curriculum"
    assert journal.verify(stocked, sign_in(stocked, "ana@northwind.example")).whole


@pytest.fixture
def arranged(stocked: Store) -> Store:
    """The same as it was rearranged, made without keys."""
    ana = sign_in(stocked, "ana@northwind.example")
    everybody, second, copied, italian = (course(number) for number in (14, 59, 15, 26))
    shelves = {
        "Start Here": [(SPECIALIZATION, 5), everybody, second, copied],
        "At Work": [italian, copied],
        "Go Further": [course(21), course(66), copied],
    }
    ids = put_together(stocked, ana, "sprache", small.NOW, **shelves)
    collections.change(stocked, ana, "sprache", ids["Start Here"], small.NOW, description="What everybody begins with")
    return stocked


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("seen", ["curriculum", "preview"])
def test_picture(arranged: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], seen: str) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "home", "enter", "enter", *(["p"] if seen == "preview" else []))

    assert snap_compare(console(arranged, tmp_path, START, now=small.NOW), terminal_size=size, run_before=ready)
