"""`remove` and `undo`: planned, asked, done, taken back; and the promises every writing command keeps."""

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Console

REMOVE = ("remove", "--program", "data", "--where", "person2 or person3")
MEMBERS = ("members", "--program", "data")


def test_a_dry_run_prints_the_plan_and_writes_nothing(northwind: Console) -> None:
    assert "2 members would be removed, which frees 2 licenses" in northwind(*REMOVE, "--dry-run").stdout
    assert northwind.json(*REMOVE, "--dry-run", "--json") == {
        "applied": False,
        "removed": 2,
        "program": "data",
        "where": "person2 or person3",
        "licenses_freed": 2,
    }
    assert northwind.count(*MEMBERS) == 3
    assert northwind.count("journal", "list") == 1


def test_whoever_is_removed_is_told_where_that_is_wished(northwind: Console) -> None:
    assert "sender-address" in northwind(*REMOVE, "--exit-mail", "--yes", code=2).stderr
    assert northwind.count(*MEMBERS) == 3
    northwind("settings", "set", "sender-address", "learning@northwind.example", "--yes")
    assert "told so by mail" in northwind(*REMOVE, "--exit-mail", "--dry-run").stdout
    assert "Exit mails queued: 2." in northwind(*REMOVE, "--exit-mail", "--yes").stdout
    assert "Exit mails called back: 2." in northwind("undo", "--yes").stdout


def test_without_a_terminal_and_without_yes_it_refuses(northwind: Console) -> None:
    result = northwind(*REMOVE, code=2)

    assert "--yes" in result.stderr and result.stdout == ""
    assert northwind.count(*MEMBERS) == 3


@pytest.mark.parametrize(("answer", "code", "left"), [("y\n", 0, 1), ("n\n", 1, 3), ("\n", 1, 3)])
def test_a_person_is_shown_the_plan_and_asked(northwind: Console, answer: str, code: int, left: int) -> None:
    result = northwind(*REMOVE, answer=answer, code=code)

    assert "2 members would be removed" in result.stderr and "Remove 2 members?" in result.stderr
    assert ("Nothing was changed" in result.stderr) == (left == 3)
    assert northwind.count(*MEMBERS) == left


def test_removed_members_come_back_by_undo(northwind: Console, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.csv"
    done = northwind.json(*REMOVE, "--yes", "--json", "--receipt", str(receipt))

    assert (done["applied"], done["removed"], done["skipped"], done["refused"]) == (True, 2, 0, 0)
    with receipt.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["Email"], row["Outcome"]) for row in rows] == [
        ("person2@northwind.example", "done"),
        ("person3@northwind.example", "done"),
    ]
    assert northwind.count(*MEMBERS) == 1

    assert "Undo entry" in northwind("undo", "--dry-run").stdout
    assert northwind.count(*MEMBERS) == 1
    taken_back = northwind.json("undo", str(done["entry"]), "--yes", "--json")
    assert (taken_back["restored"], taken_back["undoes"]) == (2, done["entry"])
    assert northwind.count(*MEMBERS) == 3

    assert "undone already" in northwind("undo", str(done["entry"]), "--yes", code=2).stderr
    assert "nothing of yours" in northwind("undo", "--yes", code=2).stderr
    assert "no entry 99" in northwind("undo", "99", "--yes", code=4).stderr


def test_nothing_to_remove_is_said_and_not_asked(northwind: Console) -> None:
    result = northwind("remove", "--program", "data", "--where", "nobody-at-all", answer="")

    assert "0 members would be removed" in result.stdout


def test_the_receipt_must_have_a_place_before_anything_is_removed(northwind: Console, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "no such folder" / "receipt.csv")

    assert "no such folder" in northwind(*REMOVE, "--yes", "--receipt", nowhere, code=4).stderr
    assert northwind.count(*MEMBERS) == 3


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--as", "bo@northwind.example", *REMOVE, "--yes"], 0),
        (["--as", "cy@northwind.example", *REMOVE, "--yes"], 3),
        (["--as", "no@northwind.example", *REMOVE, "--yes"], 3),
        (["--read-only", *REMOVE, "--yes"], 5),
        (["--read-only", *REMOVE, "--dry-run"], 0),
        (["remove", "--program", "dta", "--where", "person2", "--yes"], 4),
        (["remove", "--program", "data", "--where", "statsu:x", "--yes"], 4),
        (["remove", "--program", "data", "--yes"], 2),
    ],
)
def test_removing_needs_the_right_and_a_store_to_write(northwind: Console, args: list[str], code: int) -> None:
    northwind(*args, code=code)

    assert northwind.count(*MEMBERS) == (1 if code == 0 and "--yes" in args else 3)


def test_a_program_admin_undoes_only_their_own(northwind: Console) -> None:
    entry = str(northwind.json(*REMOVE, "--yes", "--json")["entry"])

    northwind("undo", entry, "--yes", "--as", "bo@northwind.example", code=4)
    assert northwind.count(*MEMBERS) == 1


def test_ctrl_c_says_truly_whether_something_was_changed(northwind: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui_admin.portal import removal

    real = removal.apply

    def before(*_args: object) -> None:
        raise KeyboardInterrupt

    def after(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(removal, "apply", before)
    assert "nothing was changed" in northwind(*REMOVE, "--yes", code=130).stderr
    assert northwind.count(*MEMBERS) == 3

    monkeypatch.setattr(removal, "apply", after)
    assert "may have been done: see tui-admin journal list" in northwind(*REMOVE, "--yes", code=130).stderr
    assert northwind.count(*MEMBERS) == 1


def test_the_journal_tells_what_was_done(northwind: Console) -> None:
    northwind(*REMOVE, "--yes")
    newest, first = northwind.json("journal", "list", "--format", "json")

    assert (newest["actor"], newest["action"], newest["rows"]) == ("ana@northwind.example", "remove members", 2)
    assert newest["at"] == "2026-05-01T12:00:00.000Z"
    assert list(first) == ["id", "at", "actor", "key", "action", "summary", "rows", "undoes", "undone_by"]
    assert len(northwind.json("journal", "list", "--format", "json", "--limit", "1")) == 1
    assert northwind.count("journal", "list", "--as", "bo@northwind.example") == 0
    northwind("journal", "verify", "--as", "bo@northwind.example", code=3)
    assert "whole" in northwind("journal", "verify").stderr


def test_a_journal_that_was_tampered_with_is_told_by_exit_1(northwind: Console) -> None:
    from sqlalchemy import text

    from tui_admin.store.engine import Store

    northwind(*REMOVE, "--yes")
    store = Store(northwind.store)
    with store.write() as connection:
        connection.execute(text("UPDATE journal SET summary = 'nothing' WHERE id = 2"))
    store.close()

    assert "broken at entry 2" in northwind("journal", "verify", code=1).stderr
    document = json.loads(northwind("journal", "verify", "--json", code=1).stdout)
    assert (document["whole"], document["broken"], document["entries"]) == (False, 2, 1)
