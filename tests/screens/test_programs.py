"""Programs and contracts: the lists, and the forms that add to them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests import small_organization as small
from tests.screens.console import SIZES, console, no_controls, place, press, settle, text
from tui_admin.portal import contracts, programs
from tui_admin.portal.rights import sign_in
from tui_admin.rules.errors import NotAllowed
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts as contracts_table
from tui_admin.store.tables import programs as programs_table

START = "programs"
JOINED = "status:no-enrollment,enrolled,completed"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_a_form(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Any) -> None:
        await settle(pilot)
        await press(pilot, "c", "Y", "enter", "x", "ctrl+s")

    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=ready)


async def test_names_are_whole_at_80_columns(small_store: Store, tmp_path: Path) -> None:
    name, other = "Open Studies February 2013", "Framework Agreement 2026"
    with small_store.write() as connection:
        connection.execute(update(programs_table).where(programs_table.c.id == 1).values(name=name))
        connection.execute(update(contracts_table).where(contracts_table.c.id == 1).values(name=other, licenses=None))
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert name in text(pilot.app)
        assert other in text(pilot.app)
        await press(pilot, "1")
        assert name in text(pilot.app)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), "programs/data/main"),
        (("right", "right", "right", "enter"), "programs/data/members?status:at-risk"),
        (("end", "down", "down", "enter"), f'users?contract:"Year 2 [/b]" {JOINED}'),
        (
            ("end", "down", "right", "enter"),
            f'users?contract:"Year 1" status:invited -(contract:"Year 1" {JOINED})',
        ),
        (("n",), "programs/+program"),
        (("n", "escape"), "programs"),
    ],
)
async def test_keys(small_store: Store, tmp_path: Path, keys: tuple[str, ...], expected: str) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        assert place(pilot.app) == expected


async def test_contracts_that_cannot_be_used_are_marked(small_store: Store, tmp_path: Path) -> None:
    with small_store.write() as connection:
        for id, days in ((1, {"ends_on": date(2026, 5, 14)}), (2, {"starts_on": date(2028, 2, 1), "ends_on": None})):
            connection.execute(update(contracts_table).where(contracts_table.c.id == id).values(days))
    async with console(small_store, tmp_path, START).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for mark in ("4 / 5 ended", "! 4 / 3 not yet", "from 1 Feb 2028"):
            assert mark in text(pilot.app)
    async with console(small_store, tmp_path, "programs/data").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "4 / 5 ended" in text(pilot.app)


async def test_creates_a_program_that_draws_on_contracts(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", "N", "e", "w", "enter", "n", "e", "w", "enter")
        await press(pilot, *"Year", "space", "1", "enter")
        assert place(pilot.app) == START
        assert "Created program New" in text(pilot.app)
    ana = sign_in(small_store, "ana@northwind.example")
    created = next(row for row in programs.listing(small_store, ana, small.NOW) if row.slug == "new")
    assert (created.name, created.contracts, created.licenses) == ("New", ("Year 1",), 5)


async def test_a_refused_form_keeps_what_was_typed_and_says_where_it_is_wrong(
    small_store: Store, tmp_path: Path
) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", "N", "enter", *"data", "ctrl+s")
        assert place(pilot.app) == "programs/+program"
        assert "There is a program 'data' already." in text(pilot.app)
        assert pilot.app.focused is not None
        assert pilot.app.focused.value == "data"  # type: ignore[attr-defined]


async def test_creates_a_contract(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "c", "Y", "3", "enter", "1", ",", "5", "0", "0", "enter", *"2027-01-01", "ctrl+s")
        assert place(pilot.app) == START
    ana = sign_in(small_store, "ana@northwind.example")
    created = next(row for row in contracts.listing(small_store, ana) if row.name == "Y3")
    assert (created.licenses.purchased, str(created.starts_on), created.ends_on) == (1500, "2027-01-01", None)


async def test_a_program_admin_sees_their_own_and_creates_nothing(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START, "bo@northwind.example").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        shown = text(pilot.app)
        assert "Data Foundations" in shown
        assert "Year 1" in shown
        for hidden in ("Leading Teams", "Year 2", "From a report", "new program", "new contract"):
            assert hidden not in shown
        await press(pilot, "n", "c")
        assert place(pilot.app) == START
        with pytest.raises(NotAllowed):
            pilot.app.routes.resolve(  # type: ignore[attr-defined]
                pilot.app.screen.place.child("+program"),  # type: ignore[attr-defined]
                pilot.app.session.actor,  # type: ignore[attr-defined]
            )


async def test_hostile_names_are_harmless(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "Year 2 [/b]" in text(pilot.app)
        assert no_controls(pilot.app) == []
