"""The journal by keyboard: newest first, found as one types, opened, and taken back."""

from pathlib import Path
from typing import Any

import pytest

from tests import small_organization as small
from tests.screens.console import SIZES, console, no_controls, place, press, settle, text
from tui_admin.portal import contracts, edits, journal_pages, removal
from tui_admin.portal.rights import sign_in
from tui_admin.store.engine import Store


@pytest.fixture
def written(small_store: Store) -> Store:
    """A removal of one, edited fields of two, one of them with a hostile name, and a contract that was changed."""
    ana, store, now = sign_in(small_store, "ana@northwind.example"), small_store, small.NOW
    removal.apply(store, ana, removal.plan(store, ana, None, (1,), now), now)
    edits.apply(store, ana, edits.plan(store, ana, (2, 4), {"city": "Győr [b]"}), now)
    contracts.change(store, ana, "Year 1", "licenses", "9", now)
    return store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("start", ["journal", "journal/2"], ids=["list", "entry"])
def test_picture(written: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], start: str) -> None:
    assert snap_compare(console(written, tmp_path, start), terminal_size=size, run_before=settle)


async def test_an_entry_is_found_opened_and_taken_back(written: Store, tmp_path: Path) -> None:
    async with console(written, tmp_path, "users").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "J")
        assert place(pilot.app) == "journal"
        await press(pilot, "slash", *"removed")
        assert "Set licenses" not in text(pilot.app)
        await press(pilot, "enter", "enter")
        assert place(pilot.app) == "journal/1"
        shown = " ".join(text(pilot.app).split())
        assert "Kovács Ágnes · data" in shown and "DELETED_MEMBER" in shown and "u takes it back" in shown
        await press(pilot, "u")
        assert "Undo: Removed 1 member" in text(pilot.app)
        await press(pilot, "y")
        assert "1 of 1 put back" in text(pilot.app)
        await press(pilot, "u")
        assert "was undone already, by entry 4" in text(pilot.app)
        await press(pilot, "escape")
        assert place(pilot.app).startswith("journal") and "undone: Removed 1" in text(pilot.app)
        await press(pilot, "escape")
        assert place(pilot.app) == "home"
    ana = sign_in(written, "ana@northwind.example")
    assert journal_pages.page(written, ana, "", 0, 1)[0].undoes == 1


async def test_a_changed_setting_is_taken_back(written: Store, tmp_path: Path) -> None:
    async with console(written, tmp_path, "journal/3").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "before 5" in text(pilot.app) and "after 9" in text(pilot.app)
        await press(pilot, "u", "y")
        assert "Undid entry 3 (Set licenses of contract Year 1 to 9): it is 5 again" in text(pilot.app)
    ana = sign_in(written, "ana@northwind.example")
    assert contracts.show(written, ana, "Year 1")["licenses"] == "5"


async def test_what_cannot_be_undone_says_why(written: Store, tmp_path: Path) -> None:
    contracts.create(written, sign_in(written, "ana@northwind.example"), "Year 9", small.NOW)
    async with console(written, tmp_path, "journal/4").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Year 9" in text(pilot.app)
        await press(pilot, "u")
        assert "cannot be undone" in text(pilot.app)


async def test_u_points_to_the_journal_where_only_final_acts_were_done(small_store: Store, tmp_path: Path) -> None:
    ana = sign_in(small_store, "ana@northwind.example")
    contracts.create(small_store, ana, "Year 9", small.NOW)
    async with console(small_store, tmp_path).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "u")
        assert "That cannot be undone. J lists all that was done." in text(pilot.app)


async def test_a_program_admin_has_their_own(written: Store, tmp_path: Path) -> None:
    async with console(written, tmp_path, "journal", "bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Nothing was done yet." in text(pilot.app)
        await press(pilot, "colon", *"journal", "slash", "1", "enter")
        assert "There is no entry 1 in your journal" in " ".join(text(pilot.app).split())


async def test_hostile_names_are_harmless(written: Store, tmp_path: Path) -> None:
    async with console(written, tmp_path, "journal/2").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "[/x][@click=app.quit]x[/]" in text(pilot.app) and "Győr [b]" in text(pilot.app)
        assert no_controls(pilot.app) == []
