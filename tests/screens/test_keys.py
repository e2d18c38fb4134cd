"""docs/keys.md is what the commands say, and the commands say it well."""

import re
from pathlib import Path

import pytest

from tui_admin.cli.reference import page
from tui_admin.screens.keys import sections
from tui_admin.widgets.commands import Command

DOCS = Path(__file__).parent.parent.parent / "docs" / "keys.md"
ALL = [command for _, commands in sections() for command in commands]
UNSAFE = {
    "ctrl+m",
    "ctrl+h",
    "ctrl+i",
    "ctrl+j",
    "ctrl+enter",
    "ctrl+left_square_bracket",
    "ctrl+a",
    "ctrl+b",
    "ctrl+z",
}


def test_the_page_is_made_from_the_commands() -> None:
    assert DOCS.read_text(encoding="utf-8") == page()


def test_the_page_holds_the_command_line_with_its_keys() -> None:
    _, _, section = page().partition("## Command line")
    rows = [line for line in section.splitlines() if line.startswith("| `")][1:]
    assert "| `journal verify` | Prove that the journal is whole. |  |" in rows
    assert next(row for row in rows if row.startswith("| `undo` ")).endswith("| `u` |")
    assert next(row for row in rows if row.startswith("| `remove` ")).endswith("| `x` |")
    assert not [row for row in rows if not row.split("|")[2].strip().endswith(".")]


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_every_command_says_what_it_does_in_one_sentence(command: Command) -> None:
    assert re.fullmatch(r"[A-Z][^.]*\.", command.help), command.help
    assert len(command.help) <= 66
    assert re.fullmatch(r"[a-z0-9-]+", command.name)
    assert len(command.footer) <= 12


def test_no_key_is_lost_in_old_terminals() -> None:
    assert not [key for command in ALL for key in command.keys.split(",") if key in UNSAFE]


def test_names_mean_one_command_each() -> None:
    known: dict[str, Command] = {}
    for command in ALL:
        assert known.setdefault(command.name, command).help == command.help
