"""Permissions by keyboard: administrators added, given and taken programs, removed; their keys registered, removed."""

from pathlib import Path
from typing import Any

import pytest

from tests import small_organization as small
from tests.rules.test_public_keys import ED25519, FINGERPRINT, line
from tui_admin.portal import administrators, keys
from tui_admin.portal.rights import sign_in
from tui_admin.rules.roles import Actor, Role
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store

from .console import SIZES, console, no_controls, press, settle, text

ANA, BO = "ana@northwind.example", "bo@northwind.example"


def ana(store: Store) -> Actor:
    return sign_in(store, ANA)


def held(store: Store) -> dict[str, tuple[str, ...]]:
    return {row.email: row.programs for row in administrators.listing(store, ana(store))}


@pytest.fixture
def with_keys(small_store: Store) -> Store:
    """Two keys of bo's, one of them used, with a comment that would steer a terminal if it could; one of ana's."""
    own = ana(small_store)
    keys.add(small_store, own, BO, f"{ED25519} bo's laptop", small.NOW - 30 * DAY)
    keys.add(small_store, own, BO, f"{line('ssh-ed25519', bytes(32))} {small.HOSTILE}", small.NOW - DAY)
    keys.add(small_store, own, ANA, f"{line('ssh-ed25519', bytes([1] * 32))} desk", small.NOW - 9 * DAY)
    keys.note_login(small_store, FINGERPRINT, small.NOW - 2 * DAY)
    return small_store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(with_keys: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def on_bo(pilot: Any) -> None:
        await settle(pilot)
        await press(pilot, "j")

    shown = console(Store(with_keys.url), tmp_path, "permissions")
    assert snap_compare(shown, terminal_size=size, run_before=on_bo)


async def test_an_administrator_is_added_by_an_address_read_back(small_store: Store, tmp_path: Path) -> None:
    async with console(Store(small_store.url), tmp_path, "permissions").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "a", *"Cy.Ö@Northwind.example", "enter")
        assert "cy.ö@northwind.example is to be" in text(pilot.app)
        await press(pilot, "p", *"da", "tab", "enter")
        assert "Make cy.ö@northwind.example program admin of data?" in " ".join(text(pilot.app).split())
        await press(pilot, "enter")
        assert "cy.ö@northwind.example" not in held(small_store), "the safe answer is no"
        await press(pilot, "a", *"Cy.Ö@Northwind.example", "enter", "p", *"data", "enter", "y")
        assert held(small_store)["cy.ö@northwind.example"] == ("data",)
        assert "Made cy.ö@northwind.example program admin of data" in text(pilot.app)
        await press(pilot, "a", *"nobody", "enter")
        assert "is no e-mail address" in text(pilot.app)
        await press(pilot, "a", *"dora@x.example", "enter", "o", "y")
        assert sign_in(small_store, "dora@x.example").role is Role.ORGANIZATION


async def test_programs_are_given_and_taken(small_store: Store, tmp_path: Path) -> None:
    app = console(Store(small_store.url), tmp_path, "permissions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert not pilot.app.screen.status.asking, "an organization admin has all"  # type: ignore[attr-defined]
        await press(pilot, "j", "p")
        await press(pilot, "ctrl+u", *"teams", "enter")
        assert "give teams; take away data" in text(pilot.app)
        await press(pilot, "y")
        assert held(small_store)[BO] == ("teams",)
        await press(pilot, "p", "ctrl+u", *"nowhere", "enter", "y")
        assert "There is no program 'nowhere'" in text(pilot.app)
        await press(pilot, "o", "y")
        assert held(small_store)[BO] == ()
        await press(pilot, "x", "y")
        assert BO not in held(small_store)


async def test_what_somebody_else_chose_meanwhile_is_told(small_store: Store, tmp_path: Path) -> None:
    app = console(Store(small_store.url), tmp_path, "permissions")
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "j", "p", "space", *"teams", "enter")
        administrators.assign(small_store, ana(small_store), BO, ("teams",), small.NOW)
        await press(pilot, "y")
        assert "bo@northwind.example is program admin of teams by now" in text(pilot.app)
        assert held(small_store)[BO] == ("teams",)


async def test_nobody_changes_their_own_rights(small_store: Store, tmp_path: Path) -> None:
    async with console(Store(small_store.url), tmp_path, "permissions").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "x", "y")
        assert "is the last organization admin and stays" in text(pilot.app)
        administrators.add(small_store, ana(small_store), "dora@x.example", small.NOW)
        await press(pilot, "x", "y")
        assert "Nobody changes their own rights" in text(pilot.app)
        assert ANA in held(small_store)


async def test_keys_are_registered_and_removed(with_keys: Store, tmp_path: Path) -> None:
    async with console(Store(with_keys.url), tmp_path, "permissions").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        new = line("ssh-ed25519", bytes([7] * 32))
        await press(pilot, "r")
        pilot.app.screen.query_one("#status-input").value = f"{new} new one"  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert [key.comment for key in keys.listing(with_keys, ana(with_keys), ANA)] == ["desk", "new one"]
        await press(pilot, "r", *"ssh-dss AAAA", "enter")
        assert "too weak to be taken" in text(pilot.app)
        await press(pilot, "j", "j", "x")
        assert "Remove the key bo's laptop of bo@northwind.example?" in text(pilot.app)
        assert no_controls(pilot.app) == []
        await press(pilot, "y")
        assert FINGERPRINT not in {key.fingerprint for key in keys.listing(with_keys, ana(with_keys))}


async def test_a_program_admin_has_no_such_tab(small_store: Store, tmp_path: Path) -> None:
    async with console(Store(small_store.url), tmp_path, "permissions", BO).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Permissions" not in text(pilot.app)
        assert "is not allowed to see or change permissions" in text(pilot.app)
