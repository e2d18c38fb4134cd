"""The command line's words after `:`: to a place, or to the line for a shell."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens.console import console, place, press, settle, text
from tui_admin.cli.reference import commands
from tui_admin.rules.errors import UsageError
from tui_admin.rules.filters import FilterError
from tui_admin.rules.roles import Actor, Role
from tui_admin.screens.cli_words import PLACES, cli_place
from tui_admin.screens.place import Place, parse_place
from tui_admin.screens.routes import Routes
from tui_admin.store.engine import Store

KNOWN = dict(commands())
ANA = Actor("ana@northwind.example", Role.ORGANIZATION)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (
            "members --program data --where 'status:at-risk unit:Sales'",
            "programs/data/members?status:at-risk unit:Sales",
        ),
        ("tui-admin members --program=data", "programs/data/members"),
        ('users --where unit:="Sales"', "users?unit:=Sales"),
        ("contracts create", "programs/+contract"),
        ("invite --program data", "programs/data/+invite"),
        ("invite", "users/+invite"),
        ("message list", "messages"),
        ("journal list", "journal"),
        ("reports", "reports"),
        ("analytics", "analytics"),
        ("analytics activity", "analytics/activity"),
        ("analytics hours-average --where unit:Sales", "analytics/effort/hours-average?unit:Sales"),
        ("reports list --program data", "programs/data/main/reports"),
        ("report email", "reports/+report"),
        ("report members --program data --where status:completed", "programs/data/members/+report?status:completed"),
    ],
)
def test_words_with_a_place_lead_there(typed: str, expected: str) -> None:
    assert str(cli_place(typed, KNOWN, Place())) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "doctor",
        "backup /tmp/a b.db",
        "settings set name X",
        "users --format json",
        "analytics activity --from 2026-01-01",
        "contracts create Y --licenses 5",
    ],
)
def test_other_words_are_told_as_a_line_for_a_shell(typed: str) -> None:
    told = cli_place(typed, KNOWN, Place())
    assert isinstance(told, str)
    assert told.startswith(f"In a shell: tui-admin {typed} · ")


def test_the_program_being_looked_at_is_meant_where_none_is_named() -> None:
    assert str(cli_place("members", KNOWN, parse_place("programs/teams/main"))) == "programs/teams/members"
    with pytest.raises(UsageError, match="--program SLUG"):
        cli_place("members", KNOWN, Place())


def test_what_is_no_line_is_none_and_a_broken_filter_says_where() -> None:
    assert cli_place("nonsense here", KNOWN, Place()) is None
    with pytest.raises(FilterError, match="Unknown field"):
        cli_place("users --where color:red", KNOWN, Place())


def test_every_place_is_one_and_every_word_a_command() -> None:
    for word, paths in PLACES.items():
        assert word in KNOWN
        for path in filter(None, paths):
            Routes().resolve(parse_place(path.format("data")), ANA)


async def typed(pilot: Pilot[Any], line: str) -> None:
    await press(pilot, "colon")
    pilot.app.screen.status._input.value = line  # type: ignore[attr-defined]
    await press(pilot, "enter")


async def test_the_bar_knows_them(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await typed(pilot, "doctor")
        assert "In a shell: tui-admin doctor · Check that all is well" in text(pilot.app)
        await typed(pilot, "members --program data --where status:at-risk")
        assert place(pilot.app) == "programs/data/members?status:at-risk"
        await typed(pilot, "nonsense here")
        assert "There is no command 'nonsense here' here." in text(pilot.app)
