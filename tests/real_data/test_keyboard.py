"""The whole of triage by keyboard alone at 80x24, on real records, in a real terminal: from Home to the people at
risk in one region, to one learner's attempts, to a saved list, to their removal, and back."""

import csv
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal

pytestmark = pytest.mark.real_data

PROGRAM = "Open Studies October 2014"
NOW = "2015-05-15T00:00:00Z"
AT_RISK_IN_SCOTLAND = 269
MEMBERS, OCCUPIED = 7_289, 12_049


@pytest.fixture
def console(oulad_store: Path, tmp_path: Path) -> Iterator[Terminal]:
    """The console on a copy of the imported store, as one opens it from a shell."""
    path = tmp_path / "store.db"
    shutil.copy(oulad_store, path)
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    argv = [sys.executable, "-m", "tui_admin", "--store", f"sqlite:///{path}", "--now", NOW]
    with Terminal(argv, 80, 24, home) as terminal:
        terminal.wait_for("Open Studies October 2014")
        yield terminal


def press(console: Terminal, *keys: str) -> str:
    """Press keys one after the other, as a person does, and give what is on screen then."""
    for key in keys:
        console.key(key, quiet=0.3)
    return console.text


def cursor_line(console: Terminal) -> str:
    """The line the cursor stands on."""
    return next(line for line in console.lines if line.startswith("▸"))


def test_triage_by_keyboard(console: Terminal, tmp_path: Path) -> None:
    while PROGRAM not in cursor_line(console):
        press(console, "\x1b[B")
    press(console, "\r")
    console.wait_for(f"Programs › {PROGRAM}")
    console.wait_for(f"{OCCUPIED:,} / ?")

    press(console, "2")
    console.wait_for(f"{MEMBERS:,}")
    press(console, "/", "status:at-risk region:Scotland", "\r")
    console.wait_for(f"{AT_RISK_IN_SCOTLAND} of {MEMBERS:,}")

    press(console, "s", "a")
    assert "Active▲" in console.text
    press(console, "*")
    console.wait_for(f"{AT_RISK_IN_SCOTLAND} marked")
    press(console, " ", " ")
    console.wait_for(f"{AT_RISK_IN_SCOTLAND - 2} marked")

    press(console, "s", "a")
    while "overdue" not in cursor_line(console) or " 0    0 " in cursor_line(console):
        press(console, "\x1b[B")
    press(console, "\r")
    console.wait_for("AT RISK")
    console.wait_for("Attempts at")
    assert re.search(r"TMA \d+ +1 ", console.text), console.text
    press(console, "\x1b")
    console.wait_for(f"{AT_RISK_IN_SCOTLAND} of {MEMBERS:,}")
    assert f"{AT_RISK_IN_SCOTLAND - 2} marked" in console.text

    saved = tmp_path / "at-risk.csv"
    press(console, "w", "\x15", str(saved), "\r")
    console.wait_for(f"Saved {AT_RISK_IN_SCOTLAND - 2} people")
    with saved.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == AT_RISK_IN_SCOTLAND - 2
    assert {row["Region"] for row in rows} == {"Scotland"}

    press(console, "x")
    freed = re.search(r"Remove 267 members\? frees (\d+) licenses", console.text)
    assert freed, console.text
    assert "N keep" in " ".join(console.text.split())
    press(console, "\r")
    assert f"{MEMBERS:,}" in console.text, "enter must mean the safe answer"
    press(console, "x", "y")
    console.wait_for("Removed 267 members")
    console.wait_for(f"2 of {MEMBERS - 267:,}")
    press(console, "1")
    console.wait_for(f"{OCCUPIED - int(freed[1]):,} / ?")

    press(console, "u")
    console.wait_for("Undo: Removed 267 members")
    press(console, "y")
    console.wait_for("267 of 267 put back")
    console.wait_for(f"{OCCUPIED:,} / ?")
    press(console, "2")
    console.wait_for(f"{MEMBERS:,}")
