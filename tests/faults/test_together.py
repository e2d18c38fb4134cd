"""Two consoles and an import at once on one SQLite file, each a process of its own: nobody hears of an error, readers
see whole states only, and at the end everything adds up."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Console, run, start
from tests.portal.report_files import attempt, member, usage, write

PEOPLE, COMING, MINE = 1_200, 1_500, 400
EVERYBODY = "status:invited,removed or -status:invited,removed"

CONSOLE = """
import json, sys, threading
from tui_admin.portal import journal, members, removal, rights, undo
from tui_admin.portal.members import MembersQuery
from tui_admin.rules.filters import parse
from tui_admin.store.engine import Store

address, first, last, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
store = Store(address)
actor = rights.sign_in(store, None)
NOW = 1_777_000_000_000
everybody = MembersQuery("data", parse("status:invited,removed or -status:invited,removed"))
told = {"errors": [], "totals": [], "pages": 0, "removed": 0, "restored": 0}
done = threading.Event()

def look(number):
    try:
        while not done.is_set():
            told["totals"].append(members.count(store, actor, everybody, NOW))
            where, sort = ("", "p1", "status:enrolled")[number % 3], ("name", "active")[number % 2]
            query = MembersQuery("data", parse(where), sort)
            offset = number * 37 % 900
            rows = members.page(store, actor, query, NOW, offset, 40)
            assert len({row.id for row in rows}) == len(rows)
            assert all(row.state == "MEMBER" for row in rows)
            told["pages"] += 1
            number += 1
    except BaseException as error:
        told["errors"].append(repr(error))

readers = [threading.Thread(target=look, args=(number,)) for number in range(2)]
for reader in readers:
    reader.start()
try:
    for number in range(rounds):
        mine = range(first + number, last, rounds)
        plan = removal.plan(store, actor, None, mine, NOW)
        receipt = removal.apply(store, actor, plan, NOW + number)
        told["removed"] += receipt.applied
        if number % 2:
            told["restored"] += undo.undo(store, actor, receipt.entry_id, NOW + number).applied
except BaseException as error:
    told["errors"].append(repr(error))
done.set()
for reader in readers:
    reader.join()
print(json.dumps(told))
"""


def reports(folder: Path, name: str, first: int, last: int) -> list[str]:
    """The three reports of some people."""
    addresses = [f"p{number}@x.example" for number in range(first, last)]
    made = {"members": member, "usage": usage, "attempts": attempt}
    return [str(write(folder / f"{name}-{kind}.csv", [row(one) for one in addresses])) for kind, row in made.items()]


def console_process(console: Console, first: int, last: int, rounds: int) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", CONSOLE, console.store, str(first), str(last), str(rounds)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> str:
    out, err = process.communicate(timeout=200)
    assert process.returncode == 0, err
    return out


def work_together(console: Console, folder: Path, rounds: int) -> list[dict[str, Any]]:
    """Two consoles of `MINE` members each and two imports, at once; what the consoles tell."""
    console("import", *reports(folder, "first", 0, PEOPLE), "--yes")
    with closing(sqlite3.connect(console.path)) as connection:
        ((first,),) = connection.execute("SELECT min(id) FROM memberships")
    consoles = [console_process(console, first + MINE * n, first + MINE * (n + 1), rounds) for n in range(2)]
    imports = [
        start("--store", console.store, "import", *reports(folder, f"more-{n}", PEOPLE, PEOPLE + COMING), "--yes")
        for n in range(2)
    ]
    for one in imports:
        assert "0 refused" in ended(one)
    return [json.loads(ended(one)) for one in consoles]


def check(console: Console, told: list[dict[str, Any]], rounds: int) -> None:
    """That nothing went wrong and nothing is lost."""
    for one in told:
        assert one["errors"] == []
        assert one["pages"] > 0
        assert set(one["totals"]) <= {PEOPLE, PEOPLE + COMING}, "a reader saw an import half done"
        assert (one["removed"], one["restored"]) == (MINE, MINE // 2)
    removed = sum(one["removed"] - one["restored"] for one in told)
    assert console.count("members") == PEOPLE + COMING - removed
    assert console.count("members", "--where", "status:removed") == removed
    assert console.count("members", "--where", EVERYBODY) == PEOPLE + COMING == console.count("users")
    # The owner's first write, three imports, and what the consoles did.
    assert console.count("journal", "list") == 1 + 3 + sum(rounds + rounds // 2 for _ in told)
    assert run("--store", console.store, "journal", "verify").returncode == 0
    with closing(sqlite3.connect(console.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        for table, each in (("enrollments", 1), ("attempts", 1)):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == (PEOPLE + COMING) * each


def test_two_consoles_and_two_imports_at_once(console: Console, tmp_path: Path) -> None:
    check(console, work_together(console, tmp_path, rounds=24), rounds=24)


@pytest.mark.soak
def test_two_consoles_and_two_imports_for_long(console: Console, tmp_path: Path) -> None:
    check(console, work_together(console, tmp_path, rounds=200), rounds=200)
