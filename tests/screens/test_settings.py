"""The organization's settings by keyboard: changed in place, the color shown at once, reports by days and programs."""

from pathlib import Path
from typing import Any

import pytest

from tests import small_organization as small
from tests.reports.test_pictures import drawn
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tests.screens.test_program_settings import told
from tui_admin.portal import program_settings, settings
from tui_admin.portal.mail.letterhead import letterhead
from tui_admin.portal.rights import sign_in
from tui_admin.rules.roles import Actor
from tui_admin.store.engine import Store
from tui_admin.widgets.text_prompt import TextPrompt


def ana(store: Store) -> Actor:
    return sign_in(store, "ana@northwind.example")


def value(store: Store, key: str) -> str | None:
    return settings.show(store, ana(store))[key]


@pytest.fixture
def colored(mail_store: Store) -> Store:
    """The small organization with a color, a contact, and reports on some days."""
    settings.change(mail_store, ana(mail_store), "brand-color", "#1c6f5c", small.NOW)
    settings.change(mail_store, ana(mail_store), "support-contact", "help@northwind.example", small.NOW)
    program_settings.change(mail_store, ana(mail_store), "data", "report-schedule", "mon thu 7", small.NOW)
    return mail_store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "start", ["settings", "settings/schedule", "settings/+invitation"], ids=["list", "schedule", "invitation"]
)
def test_picture(colored: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], start: str) -> None:
    assert snap_compare(console(colored, tmp_path, start), terminal_size=size, run_before=settle)


async def test_a_color_is_seen_at_once_and_in_mails(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "settings").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = pilot.app.theme_variables["console-place"]
        await press(pilot, "down", "enter", *"blue", "enter")
        await told(pilot, "'blue' is no color; write #rrggbb, such as #1c4f9c.")
        await press(pilot, "ctrl+u", *"#1c6f5c", "enter")
        assert value(mail_store, "brand-color") == "#1c6f5c"
        assert pilot.app.theme_variables["console-place"] not in (before, "")
        assert "  Aa    #1c6f5c" in text(pilot.app)
        await told(pilot, "Text on it is white (contrast 6.0:1), links in it (6.0:1 on white).")
        with mail_store.read() as connection:
            assert letterhead(connection).frozen.color == "#1c6f5c"
        await press(pilot, "u", "y")
        assert pilot.app.theme_variables["console-place"] == before and "Aa" not in text(pilot.app)


async def test_a_time_zone_is_completed_and_the_nearest_named(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "settings").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *["down"] * 4, "enter", "ctrl+u", *"europe/pariss", "enter")
        await told(pilot, "'europe/pariss' is no time zone; the nearest is 'Europe/Paris'.")
        await press(pilot, "ctrl+u", *"europe/lju", "tab", "enter")
        assert value(mail_store, "time-zone") == "Europe/Ljubljana"
        assert "Europe/Ljubljana" in text(pilot.app)


async def test_what_is_needed_is_not_taken_away(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "home").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "8")
        assert place(pilot.app) == "settings"
        await press(pilot, "enter", "ctrl+u", "enter")
        await told(pilot, "An organization needs a name.")
        await press(pilot, *"Südwind", "enter")
        assert lines(pilot.app)[0].startswith(" Südwind · Settings")


async def test_a_logo_comes_from_a_file(mail_store: Store, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(drawn())
    async with console(mail_store, tmp_path, "settings").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "enter")
        pilot.app.screen.query_one(TextPrompt).value = str(tmp_path / "logo.png")
        await press(pilot, "enter")
        assert "Logo                  logo.png, 160 x 40," in text(pilot.app)


async def test_reports_go_out_by_days_and_programs(colored: Store, tmp_path: Path) -> None:
    async with console(colored, tmp_path, "settings").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "end", "enter")
        assert place(pilot.app) == "settings/schedule"
        await press(pilot, "space")
        assert program_settings.show(colored, ana(colored), "data")["report-schedule"] == "thu 07:00"
        await press(pilot, "right", "space")
        assert program_settings.show(colored, ana(colored), "data")["report-schedule"] == "tue thu 07:00"
        await press(pilot, "h", "ctrl+u", *"25", "enter")
        assert "'25' is no full hour of a day" in text(pilot.app)
        await press(pilot, "h", "ctrl+u", *"15", "enter")
        assert program_settings.show(colored, ana(colored), "data")["report-schedule"] == "tue thu 15:00"
        await press(pilot, "down", "space")
        assert program_settings.show(colored, ana(colored), "teams")["report-schedule"] == "tue 07:00"
        assert no_controls(pilot.app) == []
        await press(pilot, "escape")
        assert place(pilot.app) == "settings"


async def test_who_switched_a_day_meanwhile_is_told(colored: Store, tmp_path: Path) -> None:
    async with console(colored, tmp_path, "settings/schedule").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        program_settings.change(colored, ana(colored), "data", "report-schedule", "sun 9", small.NOW)
        await press(pilot, "space")
        await told(pilot, "Theirs: 'sun 09:00'. Yours: 'thu 07:00'.")
        await press(pilot, "enter")
        assert program_settings.show(colored, ana(colored), "data")["report-schedule"] == "sun 09:00"
        assert "09:00" in text(pilot.app)


async def test_the_usual_invitation_is_written_beside_how_it_looks(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "settings/+invitation").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *"Dear ", "left_curly_bracket", "left_curly_bracket", *"name}}")
        await pilot.pause(0.4)
        await settle(pilot)
        assert "Dear " in text(pilot.app).split("Subject")[1]
        await press(pilot, "ctrl+s")
        assert value(mail_store, "default-invitation") == "Dear {{name}}"
        assert place(pilot.app) == "settings" and "the organization's own words" in text(pilot.app)


async def test_a_program_admin_does_not_see_them(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "home", "bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Settings" not in lines(pilot.app)[1]
        await press(pilot, "colon", *"settings", "enter")
        assert place(pilot.app) == "home" and "not allowed" in text(pilot.app)
