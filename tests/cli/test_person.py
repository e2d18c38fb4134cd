"""`people`: one person's address, records and data from a shell."""

import zipfile
from pathlib import Path

from tests.cli.conftest import Console

OLD, NEW = "person1@northwind.example", "Ana.Li@new.example"


def test_changing_an_address_is_shown_asked_done_and_undone(northwind: Console) -> None:
    planned = northwind("people", "change-address", OLD, NEW, "--dry-run").stdout
    assert planned.splitlines()[0] == f"Person 1 <{OLD}> would get the address {NEW}."
    kept = northwind("people", "change-address", OLD, NEW, answer="n\n", code=1)
    assert "former address" in kept.stderr and northwind.count("users", "--where", f"email:{OLD}") == 1
    done = northwind.json("people", "change-address", OLD, NEW, "--yes", "--json")
    assert (done["applied"], done["before"], done["after"]) == (True, OLD, NEW.lower())
    assert northwind.count("users", "--where", "email:ana.li@new") == 1
    northwind("undo", "--yes")
    assert northwind.count("users", "--where", f"email:{OLD}") == 1


def test_an_address_that_cannot_be_changed_so_is_refused(northwind: Console) -> None:
    taken = northwind("people", "change-address", OLD, "person2@northwind.example", "--yes", code=4)
    assert f"tui-admin people merge person2@northwind.example {OLD}" in taken.stderr
    northwind("people", "change-address", "nobody@x.example", NEW, "--yes", code=4)
    northwind("people", "change-address", OLD, NEW, code=2)


def test_all_that_is_held_goes_into_a_file_or_a_pipe(northwind: Console, tmp_path: Path) -> None:
    shown = northwind("people", "export", OLD, "--out", "-", "--dry-run").stdout
    assert shown.startswith("All that is held of Person 1") and "memberships: 2" in shown
    assert northwind.count("journal", "list") == 1
    northwind("people", "export", OLD, "--out", str(tmp_path / "one.zip"))
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {"README.txt", "learners.csv", "memberships.csv"} <= set(archive.namelist())
    piped = northwind("people", "export", OLD, "--out", "-")
    assert piped.stdout_bytes[:2] == b"PK"
    northwind("people", "export", OLD, "--out", str(tmp_path / "none" / "one.zip"), code=4)
    northwind("people", "export", OLD, "--out", "-", "--read-only", code=5)
    assert northwind.count("journal", "list") == 3


def test_erasing_is_shown_and_agreed_to_by_typing_the_address(northwind: Console) -> None:
    shown = northwind("people", "erase", OLD, "--dry-run").stdout
    assert "It cannot be undone" in shown and "memberships 2" in shown and "backups" in shown
    kept = northwind("people", "erase", OLD, answer="y\n", code=1)
    assert f"Type {OLD} to go on" in kept.stderr and "Nothing was changed" in kept.stderr
    assert northwind.count("users", "--where", f"email:{OLD}") == 1
    northwind("people", "erase", OLD, code=2)
    northwind("people", "erase", OLD, answer=f"{OLD.upper()}\n")
    assert northwind.count("users", "--where", f"email:{OLD}") == 0
    listed = northwind.json("members", "--program", "data", "--format", "json")
    assert [(row["name"], row["email"]) for row in listed if row["name"] == "(erased)"] == [("(erased)", None)]
    northwind("journal", "verify")
    undone = northwind("undo", "2", "--yes", code=2)
    assert "cannot be undone" in undone.stderr


def test_an_erased_address_is_refused_until_it_is_let_in_again(northwind: Console, tmp_path: Path) -> None:
    northwind("people", "erase", OLD, "--yes")
    people = tmp_path / "people.csv"
    people.write_text(f"Full Name,Email,External ID\nOne,{OLD},\n")
    invite = ("invite", str(people), "--program", "data", "--contract", "Year 1", "--no-mail", "--json")
    assert northwind.json(*invite)["rows"]["refused"] == 1
    northwind("people", "readmit", OLD, "--yes")
    assert northwind.json(*invite)["rows"]["invited"] == 1
    northwind("people", "readmit", OLD, "--yes", code=4)


def test_merging_shows_what_counts_and_is_undone(northwind: Console) -> None:
    other = "person2@northwind.example"
    planned = northwind("people", "merge", OLD, other, "--dry-run").stdout
    assert "data: joined and joined become one that is joined; it holds one license." in planned
    assert northwind.count("members", "--program", "data") == 3
    done = northwind.json("people", "merge", OLD, other, "--yes", "--json")
    assert (done["applied"], done["kept"], done["merged"]) == (True, 1, 2)
    assert northwind.count("members", "--program", "data") == 2
    northwind("undo", "--yes")
    assert northwind.count("members", "--program", "data") == 3
    northwind("people", "merge", OLD, "nobody@x.example", "--yes", code=4)
