"""Members: filter, sort, mark, remove, undo, save, edit, contract, views; pictures at both sizes."""

import csv
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from pyroaring import BitMap
from textual.pilot import Pilot

from tests import small_organization as small
from tests.portal.mail_facts import mails, set_up
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.portal.members import MembersQuery, count
from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.rules.filters import All
from tui_admin.rules.roles import Actor, Role
from tui_admin.screens.session import Session
from tui_admin.store.engine import Store
from tui_admin.widgets import row_reader
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.status_line import StatusLine

DATA = "programs/data/members"
TEAMS = "programs/teams/members"
ANA = Actor("ana@northwind.example", Role.ORGANIZATION)


def table(pilot: Pilot[Any]) -> RecordTable:
    """The list."""
    return pilot.app.screen.query_one(RecordTable)


def said(pilot: Pilot[Any]) -> str:
    """What stands on the status line, which may take more than one line."""
    shown = lines(pilot.app)
    height = pilot.app.screen.query_one(StatusLine).size.height
    return " ".join(line.strip() for line in shown[-1 - height : -1])


async def typed(pilot: Pilot[Any], text: str) -> None:
    """Type a text, and wait for what it does."""
    names = {" ": "space", ":": "colon", "-": "minus", "/": "slash", ".": "full_stop", "_": "underscore"}
    await pilot.press(*(names.get(char, char) for char in text))
    await settle(pilot)


def members(store: Store, program: str = "data") -> int:
    """How many joined members a program has."""
    return count(store, ANA, MembersQuery(program), small.NOW)


async def test_rows_stay_while_a_field_is_typed(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        everybody = table(pilot).count
        await press(pilot, "slash")
        for char in "status:x":
            await typed(pilot, char)
            assert table(pilot).count == everybody
        await press(pilot, "backspace", "i", "n", "v", "i", "t", "e", "d")
        assert table(pilot).count == (1, True)


async def test_a_blank_field_counts_once_the_bar_is_left(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        await typed(pilot, "-region:")
        assert table(pilot).count == (4, True)
        await press(pilot, "enter")
        assert table(pilot).count == (0, True)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "space")
        await pilot.pause(0.3)

    assert snap_compare(console(small_store, tmp_path, TEAMS), terminal_size=size, run_before=ready)


def test_picture_of_the_question(small_store: Store, tmp_path: Path, snap_compare: Any) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await press(pilot, "asterisk", "x")
        await pilot.pause(0.3)

    app = console(small_store, tmp_path, f"{DATA}?status:at-risk")
    assert snap_compare(app, terminal_size=(80, 24), run_before=ready)


async def test_only_members_are_listed_unless_others_are_named(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert table(pilot).count == (4, True)
        await press(pilot, "slash")
        await typed(pilot, "status:invited")
        assert table(pilot).count == (1, True)
        assert place(pilot.app) == f"{DATA}?status:invited"


async def test_says_why_somebody_is_at_risk(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{DATA}?status:at-risk").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "overdue 2: Quiz 3" in text(pilot.app)
        assert "2 of 4" in lines(pilot.app)[2]


async def test_the_last_good_rows_stay_while_a_filter_is_wrong(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "slash")
        await typed(pilot, "kov")
        assert table(pilot).count == (1, True)
        pilot.app.screen.bar.value = "colour:red kov"
        await settle(pilot)
        assert table(pilot).count == (1, True)
        assert "colour" in said(pilot)
        await press(pilot, "ctrl+u")
        assert table(pilot).count == (4, True)


async def test_a_name_in_the_filter_that_nothing_has_is_said(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{DATA}?course:nothing").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "nothing" in said(pilot)


async def test_removes_the_marked_and_takes_it_back(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "space", "slash")
        await typed(pilot, "tanaka")
        await press(pilot, "escape", "x")
        question = said(pilot)
        assert question.startswith("Remove 2 members (")
        assert "hidden by the filter)? frees 2 licenses · y remove · m and tell them by mail" in question
        await press(pilot, "enter")
        assert members(small_store) == 4
        await press(pilot, "x", "y")
        assert members(small_store) == 2
        assert "Removed 2 members, freed 2 licenses · u undo" in said(pilot)
        assert len(table(pilot).marked) == 0
        await press(pilot, "u")
        assert members(small_store) == 4
        assert "2 of 2 put back" in said(pilot)


async def test_undo_asks_once_the_line_no_longer_offers_it(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "x", "y", "ctrl+g", "u")
        assert said(pilot).startswith("Undo: Removed 1 member, freed 1 license?")
        assert members(small_store) == 3
        await press(pilot, "y")
        assert members(small_store) == 4


async def test_what_could_not_be_done_is_gone_with_the_next_key(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "7")
        assert said(pilot) == "There is no tab 7 here; esc goes one level up."
        await press(pilot, "down")
        assert said(pilot) == ""


async def test_the_preview_shows_who_and_brings_the_question_back(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "asterisk", "x", "p")
        await pilot.pause(0.3)
        assert "Kovács Ágnes" in text(pilot.app)
        assert "Applied" in text(pilot.app)
        await press(pilot, "escape")
        assert said(pilot).startswith("Remove 4 members?")
        await press(pilot, "n")
        assert members(small_store) == 4


async def test_removing_invited_people_says_what_to_do_instead(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{DATA}?status:invited").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "x")
        assert "withdraw the invitation instead" in said(pilot)


async def test_saves_the_list_safely(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        assert "members-data.csv" in said(pilot) or "Save as" in said(pilot)
        await press(pilot, "enter")
        await settle(pilot)
        path = tmp_path / "members-data.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == 4
        assert {row["Name"] for row in rows} >= {"Kovács Ágnes", "田中 花子"}
        assert next(row for row in rows if row["Email"].startswith("hostile"))["External Id"].startswith("'=")
        assert "Saved 4 people" in said(pilot)
        await press(pilot, "space", "w", "enter")
        assert "Replace it?" in said(pilot)
        await press(pilot, "y")
        await settle(pilot)
        assert len(path.read_text(encoding="utf-8").splitlines()) == 2


async def test_a_place_that_cannot_be_written_is_said_and_leaves_nothing(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w", "ctrl+u")
        await typed(pilot, "/nowhere/at/all.csv")
        await press(pilot, "enter")
        await settle(pilot)
        assert "/nowhere/at/all.csv cannot be written: No such file or directory." in said(pilot)


async def test_edits_a_field_of_the_marked_and_takes_it_back(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "space", "E")
        await typed(pilot, "city")
        await press(pilot, "enter")
        await typed(pilot, "Wien")
        await press(pilot, "enter")
        assert "2 people would get city 'Wien'" in said(pilot)
        await press(pilot, "y")
        assert "Gave 2 people" in said(pilot)
        assert count(small_store, ANA, _city("Wien"), small.NOW) == 2
        await press(pilot, "u")
        assert count(small_store, ANA, _city("Wien"), small.NOW) == 0


def _city(name: str) -> MembersQuery:
    from tui_admin.rules.filters import parse

    return MembersQuery("data", parse(f"city:{name}"))


async def test_a_contract_of_another_program_is_refused_with_the_reason(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "C")
        await typed(pilot, "From a report")
        await press(pilot, "enter")
        assert "not a contract of the member's program" in said(pilot)


async def test_views_are_saved_opened_and_forgotten(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, f"{DATA}?status:at-risk").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s", "a", "V")
        await typed(pilot, "Late")
        await press(pilot, "enter")
        assert "Saved view Late" in said(pilot)
        await press(pilot, "slash", "ctrl+u", "escape", "s", "n")
        assert table(pilot).count == (4, True)
        await press(pilot, "V")
        assert "View (Late)" in said(pilot)
        await typed(pilot, "Late")
        await press(pilot, "enter")
        assert table(pilot).count == (2, True)
        assert table(pilot).sorted_by == "active"
        await press(pilot, "colon")
        await typed(pilot, "view forget Late")
        await press(pilot, "enter")
        assert "Forgot view Late" in said(pilot)


async def test_enter_opens_the_learner_and_escape_comes_back_to_the_row(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down")
        row = table(pilot).current
        await press(pilot, "enter")
        assert place(pilot.app) == f"{DATA}/{row.id}"
        await press(pilot, "escape")
        assert place(pilot.app) == DATA
        assert table(pilot).current.id == row.id


async def test_choices_are_remembered(small_store: Store, tmp_path: Path) -> None:
    app = console(small_store, tmp_path, DATA)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "c", "r", "enter", "s", "m")
        await press(pilot, "escape", "colon")
        await typed(pilot, "go programs/data/members")
        await press(pilot, "enter")
        assert "E-mail▲" in lines(pilot.app)[3]
        assert "Enr" not in lines(pilot.app)[3]
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "E-mail▲" in lines(pilot.app)[3]
        assert "Enr" not in lines(pilot.app)[3]
    async with console(small_store, tmp_path, DATA, "bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Name▲" in lines(pilot.app)[3]
        assert "Enr" in lines(pilot.app)[3]


async def test_an_order_by_a_column_that_is_not_on_screen_stands_in_the_filter_line(
    small_store: Store, tmp_path: Path
) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s", "t", "s", "t")
        assert lines(pilot.app)[2].endswith("4 · by Contract▼")
        await pilot.resize_terminal(118, 24)
        await settle(pilot)
        assert ("by Contract" in lines(pilot.app)[2], "Contract▼" in lines(pilot.app)[3]) == (False, True)
        await press(pilot, "c", "t", "enter")
        assert lines(pilot.app)[2].endswith("4 · by Contract▼")


async def test_a_choice_that_cannot_be_kept_lasts_until_the_console_closes(small_store: Store, tmp_path: Path) -> None:
    reader = Store(small_store.url, read_only=True)
    app = console(reader, tmp_path, DATA)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "c", "r", "enter")
        assert "Enr" not in lines(pilot.app)[3]
        await press(pilot, "escape", "enter")
        assert place(app) == "programs/data/main"
        assert "rror" not in said(pilot)
        await press(pilot, "2")
        assert (place(app), "Enr" in lines(app)[3]) == (DATA, False)
    reader.close()
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Enr" in lines(pilot.app)[3]


async def test_read_only_changes_nothing_and_says_so(small_store: Store, tmp_path: Path) -> None:
    app = console(small_store, tmp_path, DATA)
    connect = app._connect

    def read_only() -> Session:
        session = connect()
        return Session(session.store, session.actor, session.now, session.clock, session.facts, "READ-ONLY", True)

    app._connect = read_only
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for key in ("x", "E", "C", "u"):
            await press(pilot, key)
            assert "--read-only: nothing can be changed" in said(pilot)
        assert members(small_store) == 4


async def test_hostile_members_are_shown_harmlessly(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, TEAMS).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "asterisk", "x", "p")
        assert not no_controls(pilot.app)
        await press(pilot, "escape", "n", "slash")
        await typed(pilot, "[/x]")
        assert not no_controls(pilot.app)
        assert table(pilot).marked == BitMap([7, 8, 9, 10])


async def test_the_removed_are_told_by_mail_where_that_is_wished(small_store: Store, tmp_path: Path) -> None:
    set_up(small_store)
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "space", "x", "m")
        assert "Removed 1 member" in text(pilot.app)
    assert [row["purpose"] for row in mails(small_store)] == ["exit"]


async def test_a_list_is_mailed_to_whoever_asks(small_store: Store, tmp_path: Path) -> None:
    set_up(small_store)
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "L", "n")
        assert mails(small_store) == []
        await press(pilot, "L", "2")
        assert "Asked for report 1, the member report, to be mailed to ana@northwind.example" in text(pilot.app)
    make_next(small_store, lambda: small.NOW)
    (mail,) = mails(small_store)
    assert (mail["purpose"], mail["address"]) == ("list", "ana@northwind.example")
    assert mail["attachment_name"] == "member-report.csv"


class Slow:
    """Reading rows that waits until it may go on, where somebody is named."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go_on = Event()
        opening = row_reader.opening

        def slow(*args: Any) -> Any:
            if not isinstance(args[1].query.filter, All):
                self.go_on.wait(10)
            return opening(*args)

        monkeypatch.setattr(row_reader, "opening", slow)


@pytest.mark.parametrize("key", ["enter", "e", "x", "space", "E", "w"])
async def test_what_is_typed_ahead_waits_for_the_rows_of_the_filter(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        slow, before = Slow(monkeypatch), place(pilot.app)
        await pilot.press("slash", *"tanaka", "enter", key)
        await pilot.pause(0.5)
        assert place(pilot.app) == f"{before}?tanaka"
        assert not table(pilot).marked
        assert not pilot.app.screen.status.asking
        slow.go_on.set()
        await settle(pilot)
        match key:
            case "enter":
                assert "田中 花子" in lines(pilot.app)[0]
            case "e":
                await press(pilot, "escape")
                assert "tanaka@northwind.example" in text(pilot.app)
            case "space":
                assert set(table(pilot).marked) == {table(pilot).current.id}
            case _:
                assert pilot.app.screen.status.asking
                assert table(pilot).count == (1, True)


async def test_esc_drops_what_waits_for_rows_and_the_filter_can_be_changed_meanwhile(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        slow = Slow(monkeypatch)
        await pilot.press("slash", *"tanaka", "enter", "slash", *"x", "enter", "x", "escape")
        await pilot.pause(0.5)
        assert place(pilot.app) == "programs"
        slow.go_on.set()
        await settle(pilot)
        assert not pilot.app.screen.status.asking


async def test_nobody_is_listed_by_a_wrong_filter_once_it_is_typed(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, DATA).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for wrong in ("colour:red", "course:nothing"):
            await press(pilot, "slash", "ctrl+u")
            await typed(pilot, wrong)
            await press(pilot, "enter")
            assert "The filter cannot be followed." in text(pilot.app)
            for key in ("enter", "e", "x", "w", "r", "E"):
                await press(pilot, key)
                assert place(pilot.app).startswith(DATA)
                assert not pilot.app.screen.status.asking
        await press(pilot, "slash", "ctrl+u", "enter")
        assert table(pilot).count == (4, True)
