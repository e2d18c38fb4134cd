"""The start: an empty store offers an organization, an import, the demo."""

from pathlib import Path
from typing import Any

import pytest

from tests.screens.console import SIZES, console, place, press, settle, text
from tui_admin.portal import organization
from tui_admin.portal.rights import sign_in
from tui_admin.screens import start
from tui_admin.store.engine import Store


@pytest.fixture
def nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str) -> Store:
    """A store whose file is not there yet, named without a folder so that pictures stay the same."""
    monkeypatch.chdir(tmp_path)
    return Store("sqlite:///organization.db")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(nothing: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(nothing, tmp_path, email=None), terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_the_form(nothing: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Any) -> None:
        await settle(pilot)
        await press(pilot, "n")

    assert snap_compare(console(nothing, tmp_path, email=None), terminal_size=size, run_before=ready)


async def test_creates_an_organization_and_signs_its_first_admin_in(nothing: Store, tmp_path: Path) -> None:
    async with console(nothing, tmp_path, email=None).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert place(pilot.app) == "start"
        await press(pilot, "n", *"Nova", "enter", *["backspace"] * 3, *"Berlin", "enter", *"me@nova.example", "enter")
        assert "'Berlin' is no time zone; the nearest is 'Europe/Berlin'" in text(pilot.app)
        await press(pilot, *["backspace"] * 6, *"Europe/Berlin", "ctrl+s")
        assert place(pilot.app) == "home"
        assert "Created Nova" in text(pilot.app)
        assert "Nova · Home" in text(pilot.app)
        assert pilot.app.session.actor.email == "me@nova.example"  # type: ignore[attr-defined]
    facts = organization.facts(nothing)
    assert (facts.name, str(facts.zone)) == ("Nova", "Europe/Berlin")
    assert sign_in(nothing, None).email == "me@nova.example"


async def test_a_wrong_address_is_refused_where_it_stands(nothing: Store, tmp_path: Path) -> None:
    async with console(nothing, tmp_path, email=None).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n", *"Nova", "enter", "enter", *"me", "enter")
        assert "is no e-mail address" in text(pilot.app)
        assert place(pilot.app) == "start/+organization"
    assert not nothing.exists


async def test_i_opens_the_import_and_esc_comes_back(nothing: Store, tmp_path: Path) -> None:
    async with console(nothing, tmp_path, email=None).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("i")
        await pilot.pause(0.3)
        assert place(pilot.app) == "import"
        await pilot.press("escape")
        await settle(pilot)
        await press(pilot, "escape")
        assert place(pilot.app) == "start"


async def test_the_demo_is_made_beside_and_opened(
    nothing: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "MEMBERS", 60)
    async with console(nothing, tmp_path, email=None).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert place(pilot.app) == "home"
        assert "DEMO" in text(pilot.app)
        assert "Data Foundations" in text(pilot.app)
    assert not nothing.exists
    demo = tmp_path / "demo.db"
    made = demo.stat().st_ino
    async with console(nothing, tmp_path, email=None).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "d")
        assert "DEMO" in text(pilot.app)
    assert demo.stat().st_ino == made
