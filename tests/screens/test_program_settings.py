"""A program's settings by keyboard: changed on the status line, what is wrong said at once, what follows told."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests import small_organization as small
from tests.reports.test_pictures import drawn
from tests.screens.console import SIZES, console, no_controls, place, press, settle, text
from tui_admin.portal import contracts, program_settings
from tui_admin.portal.programs import listing
from tui_admin.portal.rights import sign_in
from tui_admin.rules.roles import Actor
from tui_admin.store.engine import Store
from tui_admin.store.tables import program_contracts, programs
from tui_admin.widgets.text_prompt import TextPrompt

START = "programs/data/settings"
BO = "bo@northwind.example"


def ana(store: Store) -> Actor:
    return sign_in(store, "ana@northwind.example")


def setting(store: Store, key: str) -> str:
    return program_settings.show(store, ana(store), "data")[key]


async def told(pilot: Any, sentence: str) -> None:
    """Wait for a sentence: one that takes several lines has them a frame later."""
    for _ in range(100):
        if sentence in flat(pilot.app):
            return
        await pilot.pause(0.02)
    assert sentence in flat(pilot.app)


def flat(app: Any) -> str:
    return " ".join(text(app).split())


@pytest.fixture
def limited(small_store: Store) -> Store:
    """A member is above the limit of the program, which draws on a second contract."""
    with small_store.write() as connection:
        values = {"tagline": "Numbers for everybody", "enrollment_limit": 1}
        connection.execute(update(programs).where(programs.c.id == 1).values(values))
        connection.execute(program_contracts.insert().values(program_id=1, contract_id=2, position=1))
    return small_store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(limited: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(limited, tmp_path, START), terminal_size=size, run_before=settle)


async def test_a_setting_is_changed_taken_away_and_taken_back(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, "programs/data/main").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        tab = next(n for n, line in enumerate(text(pilot.app).split("Settings")[0].split()[::-1]) if line.isdigit())
        assert tab == 0
        await press(pilot, text(pilot.app).split("Settings")[0].split()[-1])
        assert place(pilot.app) == START
        await press(pilot, "down", "enter", *"Learn", "enter")
        assert "Set tagline of program data to 'Learn'" in text(pilot.app)
        assert setting(small_store, "tagline") == "Learn"
        await press(pilot, "enter", "ctrl+u", "enter")
        assert "Set tagline of program data to none" in text(pilot.app) and setting(small_store, "tagline") == ""
        await press(pilot, "u", "y")
        assert setting(small_store, "tagline") == "Learn" and "Learn" in text(pilot.app)
        await press(pilot, "enter", "escape")
        assert setting(small_store, "tagline") == "Learn"


async def test_what_is_wrong_is_said_at_once_and_can_be_mended(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "down", "enter", "0", "enter")
        assert "The enrollment limit is a whole number from 1 on, or blank for none, not '0'." in flat(pilot.app)
        await press(pilot, "backspace", "9", "enter")
        assert setting(small_store, "enrollment-limit") == "9"
        assert "is a whole number" not in text(pilot.app)


async def test_members_above_the_limit_are_told_and_shown(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "down", "enter", "1", "enter")
        assert "to 1; 1 member is above it and stays so: imports only warn" in flat(pilot.app)
        assert "1 member is above the limit of 1 · enter shows it" in text(pilot.app)
        await press(pilot, "down", "enter")
        assert place(pilot.app) == "programs/data/members?enrolled>1"
        assert "1 of" in text(pilot.app)


async def test_a_schedule_is_read_as_people_write_it(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *["down"] * 6, "enter", *"thurs 7 mon 7", "enter")
        assert "mon thu 07:00" in text(pilot.app) and setting(small_store, "report-schedule") == "mon thu 07:00"


async def test_contracts_are_changed_where_the_cursor_stands(limited: Store, tmp_path: Path) -> None:
    async with console(limited, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *["down"] * 10, "enter", "ctrl+u", "1", "enter")
        assert "over by 3" in flat(pilot.app)
        assert "Contract Year 1, over by 3: nobody is dropped. Enter changes the number" in flat(pilot.app)
        assert contracts.show(limited, ana(limited), "Year 1")["licenses"] == "1"
        await press(pilot, "right", "right", "enter", "ctrl+u", *"2025-01-01", "enter")
        assert "would end on 2025-01-01 before it begins on 2026-01-01" in flat(pilot.app)
        await press(pilot, "ctrl+u", *"2027-01-31", "enter")
        assert contracts.show(limited, ana(limited), "Year 1")["to"] == "2027-01-31"
        await press(pilot, "down", "x", "y")
        assert setting(limited, "contracts") == "Year 1"
        await press(pilot, "a", *"From", "tab", "enter")
        assert setting(limited, "contracts") == "Year 1, From a report"
        assert no_controls(pilot.app) == []


async def test_a_program_admin_changes_settings_but_no_contracts(limited: Store, tmp_path: Path) -> None:
    async with console(limited, tmp_path, START, BO).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Order" not in text(pilot.app)
        await press(pilot, "enter", "ctrl+u", *"Data", "enter")
        assert setting(limited, "name") == "Data"
        await press(pilot, *["down"] * 9, "enter")
        assert "changed by an organization admin" in text(pilot.app)
        assert "contract" not in text(pilot.app).splitlines()[-1]


@pytest.mark.parametrize(("answer", "kept"), [("y", "Mine"), ("enter", "Theirs")])
async def test_two_consoles_at_once_lose_nothing(store: Store, tmp_path: Path, answer: str, kept: str) -> None:
    """Both have the same value before them; the later one is shown what the first set, and decides."""
    small.fill(store)
    other = Store(store.url)
    first, second = console(store, tmp_path, START), console(other, tmp_path, START, BO)
    async with second.run_test(size=(80, 24)) as bo_sits, first.run_test(size=(80, 24)) as ana_sits:
        await settle(ana_sits)
        await settle(bo_sits)
        await press(ana_sits, "down", "enter")
        await press(bo_sits, "down", "enter", *"Theirs", "enter")
        assert setting(store, "tagline") == "Theirs"
        await press(ana_sits, *"Mine", "enter")
        await told(ana_sits, f"The tagline of program data: {BO} set it (14:00). Theirs: 'Theirs'. Yours: 'Mine'.")
        assert setting(store, "tagline") == "Theirs"
        await press(ana_sits, answer)
        assert setting(store, "tagline") == kept and kept in text(ana_sits.app)
    other.close()


async def test_a_banner_comes_from_a_file(small_store: Store, tmp_path: Path) -> None:
    (tmp_path / "page.png").write_text("<html>Log in</html>")
    (tmp_path / "wide.png").write_bytes(drawn(size=(1600, 40)))
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "enter")
        pilot.app.screen.query_one(TextPrompt).value = str(tmp_path / "page.png")
        await press(pilot, "enter")
        await told(pilot, "page.png is an HTML page: give a PNG, JPEG, GIF or WebP picture of at most 2 MB.")
        pilot.app.screen.query_one(TextPrompt).value = str(tmp_path / "wide.png")
        await press(pilot, "enter")
        assert "wide.png, 1600 x 40," in text(pilot.app)
        await press(pilot, "enter", "enter")
        assert setting(small_store, "banner") == ""


async def test_a_program_is_not_saved_over_another_file(small_store: Store, tmp_path: Path) -> None:
    (tmp_path / "data.zip").write_text("mine")
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *["down"] * 8, "enter")
        await told(pilot, "This cannot be undone. Type data to remove it:")
        await press(pilot, *"data", "enter", "enter")
        await told(pilot, "already: name another, or move that away.")
    assert (tmp_path / "data.zip").read_text() == "mine"
    assert "data" in [row.slug for row in listing(small_store, ana(small_store), small.NOW)]


async def test_a_program_is_removed_once_it_is_saved(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *["down"] * 8, "enter")
        await told(pilot, "4 members, 1 invited and 1 former, with 5 enrollments, leave it;")
        await told(pilot, "Licenses freed: 4 of Year 1. Lose it: bo@northwind.example.")
        assert "This cannot be undone. Type data to remove it:" in text(pilot.app)
        await press(pilot, *"dat", "enter")
        assert "Nothing was removed." in text(pilot.app)
        await press(pilot, "enter", *"data", "enter", "escape")
        assert "Nothing was removed: all that is in a program is saved first." in text(pilot.app)
        await press(pilot, "enter", *"data", "enter", "enter")
        assert place(pilot.app) == "programs"
        await told(pilot, "Removed program data (Data Foundations): 4 members, 1 invited; all of it is in data.zip.")
    assert zipfile.ZipFile(tmp_path / "data.zip").testzip() is None
    assert [row.slug for row in listing(small_store, ana(small_store), small.NOW)] == ["teams", "sprache"]
