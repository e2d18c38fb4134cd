"""The frame: places, tabs, commands, help, themes, sizes, faults."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tests import small_organization as small
from tests.screens.console import console, lines, no_controls, place, press, settle, text
from tests.terminal import Terminal
from tui_admin.frame import ConsoleFrame
from tui_admin.portal import settings
from tui_admin.portal.rights import sign_in
from tui_admin.screens.members import MembersScreen
from tui_admin.screens.place import Place, parse_place
from tui_admin.store.engine import Store

DATA = "programs/data/members"


async def command(pilot: Pilot[Any], words: str) -> None:
    """Type a command after the colon."""
    await press(pilot, "colon")
    names = {" ": "space", ":": "colon", "-": "minus", "/": "slash", "?": "question_mark"}
    await pilot.press(*(names.get(char, char) for char in words), "enter")
    await settle(pilot)


async def test_numbers_open_tabs_and_escape_goes_up(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert lines(pilot.app)[1] == "  1 Main  [2 Members]  3 Invitations   4 Curriculum   5 Settings"
        await press(pilot, "1")
        assert place(pilot.app) == "programs/data/main"
        await press(pilot, "escape")
        assert place(pilot.app) == "programs"
        await press(pilot, "1")
        assert place(pilot.app) == "home"
        await press(pilot, "escape")
        assert place(pilot.app) == "home"


async def test_commands_are_typed_by_their_words(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await command(pilot, "filter by status:at-risk")
        assert place(pilot.app) == f"{DATA}?status:at-risk"
        await command(pilot, "sort by e-mail")
        assert "E-mail▲" in text(pilot.app)
        await command(pilot, "go home")
        assert place(pilot.app) == "home"
        await command(pilot, "programs/data/members?status:invited")
        assert place(pilot.app) == f"{DATA}?status:invited"
        await command(pilot, "remvoe")
        assert "There is no command 'remvoe' here. Did you mean 'remove'?" in text(pilot.app)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (":go home\r", "home"),
        ("/status:at-risk\r", f"{DATA}?status:at-risk"),
        ("Vmine\r:go home\r2", "programs"),
    ],
)
async def test_what_is_typed_ahead_waits_for_what_was_typed_before(
    small_store: Store, tmp_path: Path, typed: str, shown: str
) -> None:
    """All keys come in one go, as from a paste or over a slow line."""
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for char in typed:
            pilot.app._driver.send_message(Key("enter" if char == "\r" else _character_to_key(char), char))
        for _ in range(200):  # a prompt that is open says nothing of the keys still to come
            await settle(pilot)
            if place(pilot.app) == shown:
                break
        assert place(pilot.app) == shown


async def test_what_is_typed_ahead_waits_for_a_place_that_takes_long_to_open(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = ConsoleFrame.open_place

    async def late(app: ConsoleFrame, where: Place, *, above: bool = False) -> None:
        await asyncio.sleep(0.6)
        await opens(app, where, above=above)

    async with console(small_store, tmp_path, "home").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(ConsoleFrame, "open_place", late)
        for key in ("6", "enter"):
            pilot.app._driver.send_message(Key(key, key if key == "6" else "\r"))
        for _ in range(200):
            await settle(pilot)
            if place(pilot.app) not in ("home", "analytics"):
                break
        assert place(pilot.app) == "analytics/activity"


async def test_a_setting_is_changed_by_its_name(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await command(pilot, "setting deadline-mails")
        assert "Days before a deadline that members are written to, off for never:" in text(pilot.app)
        await press(pilot, "5", "enter")
        assert "Set deadline-mails to 5" in text(pilot.app)
        assert settings.show(small_store, sign_in(small_store, "ana@northwind.example"))["deadline-mails"] == "5"
        await command(pilot, "setting deadline-mail")
        assert "There is no setting 'deadline-mail'; the nearest is 'deadline-mails'" in text(pilot.app)


@pytest.mark.parametrize(("answer", "kept"), [("y", "mine"), ("enter", "theirs")])
async def test_who_sets_what_another_set_meanwhile_is_shown_both_and_decides(
    small_store: Store, tmp_path: Path, answer: str, kept: str
) -> None:
    ana = sign_in(small_store, "ana@northwind.example")
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await command(pilot, "setting support-contact")
        settings.change(small_store, ana, "support-contact", "theirs", small.NOW)
        await press(pilot, *"mine", "enter")
        await settle(pilot)
        shown = " ".join(text(pilot.app).split())
        assert "The support-contact: ana@northwind.example set it (14:00). Theirs: 'theirs'. Yours: 'mine'." in shown
        assert settings.show(small_store, ana)["support-contact"] == "theirs"
        await press(pilot, answer)
        assert settings.show(small_store, ana)["support-contact"] == kept


async def test_tab_completes_a_command(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "colon", "i", "n")
        await pilot.pause(0.1)
        await press(pilot, "tab")
        assert lines(pilot.app)[22].startswith(" : invert")


async def test_help_shows_the_keys_as_they_are_bound(small_store: Store, tmp_path: Path) -> None:
    app = console(small_store, tmp_path, DATA)
    app.set_keymap({"remove": "X"})
    async with app.run_test(size=(80, 70)) as pilot:
        await settle(pilot)
        assert "X remove" in lines(pilot.app)[-1]
        await press(pilot, "question_mark")
        shown = text(pilot.app)
        assert "X            Remove the marked members." in shown
        assert "1 … 9" in shown
        assert "at-risk" in shown
        await press(pilot, "escape")
        assert place(pilot.app) == DATA


async def test_the_palette_lists_the_same_commands(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 40)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+p")
        await pilot.pause(0.3)
        await pilot.press(*"invert")
        await pilot.pause(0.5)
        assert "Invert the marks (!)" in text(pilot.app)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.pause(0.3)
        assert "4 marked" in text(pilot.app)


async def test_a_sentence_goes_with_the_place_at_which_it_was_read(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = pilot.app.screen
        screen.say("Said on leaving")  # type: ignore[attr-defined]
        pilot.app.go(parse_place("programs/data/main"))  # type: ignore[attr-defined]
        await settle(pilot)
        assert lines(pilot.app)[-2] == " Said on leaving"
        await press(pilot, "question_mark")
        await press(pilot, "escape")
        assert lines(pilot.app)[-2] == " Said on leaving"
        await press(pilot, "2")
        assert lines(pilot.app)[-2] == ""
        await press(pilot, "1")
        assert lines(pilot.app)[-2] == ""


async def test_what_can_be_undone_at_once_goes_with_its_sentence(small_store: Store, tmp_path: Path) -> None:
    app = console(small_store, tmp_path, DATA)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.screen.say("Done", "success", 1)  # type: ignore[attr-defined]
        await press(pilot, "down")
        assert lines(app)[-2] == " Done · u undo" and app.undoable == 1
        await press(pilot, "1")
        assert lines(app)[-2] == "" and app.undoable is None


async def test_a_long_sentence_takes_one_line_once_it_was_read(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = lines(pilot.app)[:-2]
        pilot.app.screen.say(f"Saved 田 {'rows ' * 40}", "success", 1)  # type: ignore[attr-defined]
        await settle(pilot)
        assert lines(pilot.app)[-4].startswith(" Saved 田 rows") and lines(pilot.app)[:-4] == before[:-2]
        await press(pilot, "f9")
        assert lines(pilot.app)[:-2] == before
        assert lines(pilot.app)[-2].startswith(" Saved 田 rows") and lines(pilot.app)[-2].endswith(" · u undo")
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert len(lines(pilot.app)[-2]) > 100 and lines(pilot.app)[-2].endswith(" · u undo")


async def test_y_copies_the_place_filter_included(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{DATA}?status:at-risk").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "y")
        assert pilot.app.clipboard == f"{DATA}?status:at-risk"
        assert "Sent to the terminal's clipboard" in text(pilot.app)


@pytest.mark.parametrize("size", [(59, 24), (80, 15)])
async def test_a_window_that_is_too_small_says_so(small_store: Store, tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=size) as pilot:
        await settle(pilot)
        assert "The console needs 60 columns and 16 lines." in text(pilot.app)
        assert "Kovács" not in text(pilot.app)
        await pilot.resize_terminal(60, 16)
        await settle(pilot)
        assert "Kovács" in text(pilot.app)


async def test_a_start_that_is_no_place_opens_home_and_says_so(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, "nowhere/at/all").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert place(pilot.app) == "home"
        assert "There is no place called nowhere/at/all." in text(pilot.app)


async def test_a_fault_is_logged_and_the_console_goes_on(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: MembersScreen) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(MembersScreen, "action_filter", broken)
    async with console(small_store, tmp_path, DATA).run_test(size=(120, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        assert "Something unexpected happened (RuntimeError)" in text(pilot.app)
        await press(pilot, "down")
        assert "secret detail" in (tmp_path / "log").read_text(encoding="utf-8")


@pytest.mark.parametrize("theme", ["dark", "light", "ansi"])
async def test_every_theme_draws_everything(small_store: Store, tmp_path: Path, theme: str) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await command(pilot, f"theme {theme}")
        assert pilot.app.theme == f"console-{theme}"
        assert lines(pilot.app)[4].startswith(("▸", " "))
        assert not no_controls(pilot.app)


def test_without_color_nothing_is_said_by_color_alone(small_store: Store, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tui_admin", "--store", f"sqlite:///{small_store.path}"]
    program += ["--as", "ana@northwind.example", "--at", DATA]
    environ = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "NO_COLOR": "1"}
    with Terminal(program, environ=environ) as terminal:
        terminal.wait_for("Kovács")
        terminal.key(" ")
        assert terminal.colors == {"default"}
        assert " ● " in terminal.text
        assert "▸" in terminal.text
        assert "[2 Members]" in terminal.text


def test_a_lost_connection_ends_the_console_cleanly(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tui_admin", "--store", f"sqlite:///{tmp_path}/none.db"]
    with Terminal(program, environ={"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for(lambda screen: bool(screen.strip()))
        terminal.settle(1.0)
        terminal.signal(signal.SIGHUP)
        assert terminal.exit_code() == 0


async def test_a_text_that_is_asked_for_shows_its_keys(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = lines(pilot.app)[-1]
        await press(pilot, "colon")
        assert lines(pilot.app)[-1].split() == ["enter", "take", "tab", "complete", "esc", "leave"]
        await press(pilot, "escape")
        assert lines(pilot.app)[-1] == before


async def test_a_screen_left_before_it_is_put_together_does_not_begin(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        left = MembersScreen(pilot.app.session, parse_place(DATA))  # type: ignore[attr-defined]
        opening = pilot.app.push_screen(left)
        left._pruning = True  # what Textual sets when a screen is popped, which may be at this moment
        await opening
        await pilot.app.pop_screen()
        await settle(pilot)
        assert place(pilot.app) == "home"
