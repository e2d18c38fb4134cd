"""What a learner sees, in the terminal: pictures, and how one reads it."""

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from sqlalchemy import insert, update
from textual.pilot import Pilot

from tests import catalogue_rows
from tests import small_organization as small
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.store.engine import Store
from tui_admin.store.tables import collection_items, collections, organization, pictures, programs

PAGE = "programs/data/page"


@pytest.fixture
def page_store(small_store: Store) -> Store:
    """A program with a banner, a limit, a brand color and a curriculum of all kinds of names."""
    catalogue_rows.fill(small_store)
    picture = {"digest": "d1", "name": "data banner 1600.png", "media_type": "image/png", "width": 1600, "height": 400}
    tagline = "Numbers that tell you something, from the first table to the first model, in your own time and language."
    with small_store.write() as connection:
        connection.execute(insert(pictures).values(content=b"png", added_at=small.NOW, **picture))
        told = {"tagline": tagline, "banner": "d1", "enrollment_limit": 3}
        connection.execute(update(programs).where(programs.c.slug == "data").values(**told))
        connection.execute(update(organization).values(brand_color="#7a1fa2", support_contact="help@northwind.example"))
        for position, course in enumerate((101, 104, 105, 107), 3):
            item = {"collection_id": 2, "course_id": course, "position": position}
            connection.execute(insert(collection_items).values(**item))
    return small_store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(page_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(page_store, tmp_path, PAGE), terminal_size=size, run_before=settle)


def test_picture_of_the_end(page_store: Store, tmp_path: Path, snap_compare: Any) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "end")

    assert snap_compare(console(page_store, tmp_path, PAGE), terminal_size=(80, 24), run_before=ready)


def test_picture_of_a_program_that_offers_nothing(small_store: Store, tmp_path: Path, snap_compare: Any) -> None:
    assert snap_compare(console(small_store, tmp_path, PAGE), terminal_size=(80, 24), run_before=settle)


async def test_main_leads_to_the_page_and_back(page_store: Store, tmp_path: Path) -> None:
    async with console(page_store, tmp_path, "programs/data/main").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Learners see 2 collections, 5 courses, 2 specializations · at most 3 courses" in text(pilot.app)
        await press(pilot, "p")
        assert place(pilot.app) == PAGE
        await press(pilot, "escape")
        assert place(pilot.app) == "programs/data/main"


async def test_the_page_is_read_by_key_to_its_end(page_store: Store, tmp_path: Path) -> None:
    async with console(page_store, tmp_path, PAGE).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "data banner 1600.png 1,600 × 400" in text(pilot.app)
        assert "You may take up to 3 courses." in text(pilot.app)
        assert "Questions?" not in text(pilot.app)
        await press(pilot, "space", "space")
        assert "Questions? help@northwind.example" in text(pilot.app)
        await press(pilot, "home")
        assert "You may take up to 3 courses." in text(pilot.app)


@pytest.mark.parametrize("width", [60, 80, 120])
async def test_no_name_breaks_the_page(page_store: Store, tmp_path: Path, width: int) -> None:
    with page_store.write() as connection:
        connection.execute(update(programs).values(name=small.HOSTILE, tagline=small.LONG + "日本語" * 90))
        connection.execute(update(collections).values(name=small.LONG, description=small.HOSTILE))
    async with console(page_store, tmp_path, PAGE).run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        for _ in range(4):
            assert not no_controls(pilot.app)
            assert all(cell_len(line) <= width for line in lines(pilot.app))
            await press(pilot, "pagedown")
        assert "https://learn.northwind.example/data" in text(pilot.app)
