"""The suppression list by keyboard: found as one types, put on, taken off with a reason, taken back."""

from pathlib import Path
from typing import Any

import pytest

from tests import small_organization as small
from tests.screens.console import SIZES, console, no_controls, place, press, settle, text
from tui_admin.portal import journal
from tui_admin.portal.mail import suppressions
from tui_admin.portal.rights import sign_in
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.mail import suppressions as store_suppressions

START = "messages/suppressed"


def ana(store: Store) -> Actor:
    return sign_in(store, "ana@northwind.example")


def listed(store: Store) -> dict[str, str | None]:
    return {row.email: row.detail for row in suppressions.listing(store, ana(store))}


@pytest.fixture
def listed_store(small_store: Store) -> Store:
    """Three addresses: one came back, one was put on, one with hostile words."""
    by = {"added_at": small.NOW - 3 * DAY, "added_by": "delivery"}
    back = {"email": "agnes.kovacs@northwind.example", "reason": "bounced", "detail": "5.1.1 User unknown", **by}
    hostile = {"email": "x@northwind.example", "reason": "bounced", "detail": small.HOSTILE, **by}
    with small_store.write() as connection:
        store_suppressions.put(connection, [back, hostile])
    suppressions.add(small_store, ana(small_store), "jo.li@northwind.example", small.NOW - DAY, reason="asked us")
    return small_store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(listed_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(listed_store, tmp_path, START), terminal_size=size, run_before=settle)


async def test_it_is_found_from_messages_and_filtered_as_one_types(listed_store: Store, tmp_path: Path) -> None:
    async with console(listed_store, tmp_path, "messages").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s")
        assert place(pilot.app) == START
        assert "asked us" in text(pilot.app) and no_controls(pilot.app) == []
        await press(pilot, "slash", *"USER")
        assert "agnes.kovacs" in text(pilot.app) and "jo.li" not in text(pilot.app)
        await press(pilot, *["backspace"] * 4, *"nobody")
        assert "No entry holds nobody" in text(pilot.app)
        await press(pilot, "ctrl+u", "escape", "enter")
        assert "jo.li@northwind.example added: asked us (by ana@northwind.example)" in text(pilot.app)
        await press(pilot, "escape")
        assert place(pilot.app) == "messages"


async def test_an_address_is_put_on_the_list_and_taken_back(listed_store: Store, tmp_path: Path) -> None:
    before = listed(listed_store)
    async with console(listed_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a", *"ida", "@", *"nw", "full_stop", *"example", "enter", "enter")
        assert "without a reason" in text(pilot.app) and listed(listed_store) == before
        await press(pilot, "a", *"ida", "@", *"nw", "full_stop", *"example", "enter", *"asked", "enter")
        assert "Put ida@nw.example on the suppression list" in text(pilot.app)
        assert listed(listed_store) == {**before, "ida@nw.example": "asked"}
        await press(pilot, "u", "y")
    assert listed(listed_store) == before


async def test_an_address_is_taken_off_with_a_reason_and_after_a_question(listed_store: Store, tmp_path: Path) -> None:
    before = listed(listed_store)
    async with console(listed_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "x", *"again", "enter")
        assert "added: asked us" in " ".join(text(pilot.app).split())
        await press(pilot, "enter")
        assert listed(listed_store) == before
        await press(pilot, "x", *"again", "enter", "y")
        assert "Took jo.li@northwind.example off the suppression list" in text(pilot.app)
    assert "jo.li@northwind.example" not in listed(listed_store)
    assert journal.entries(listed_store, ana(listed_store))[0].details["why"] == "again"


async def test_a_program_admin_does_not_see_it(listed_store: Store, tmp_path: Path) -> None:
    app = console(listed_store, tmp_path, "messages", email="bo@northwind.example")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "suppressed" not in text(pilot.app) and "bounces" not in text(pilot.app)
        await press(pilot, "colon", *"messages/suppressed", "enter")
        assert place(pilot.app) == "messages"
        assert "not allowed" in text(pilot.app) and "jo.li" not in text(pilot.app)
