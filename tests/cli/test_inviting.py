"""`invite` and `invite-template`: plan, question, receipt, repair file; what is piped in."""

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Console, Organization
from tests.portal.invite_lists import HEADER, people
from tests.portal.mail_facts import mails, set_up

ROWS = HEADER + "Jo Li,jo@exmaple.com,00417\nAnn Ray,,\nPerson 1,person1@northwind.example,\n"
INTO = ("--program", "data", "--no-mail")


@pytest.fixture
def listed(tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text(ROWS)
    return str(path)


def test_a_dry_run_tells_every_row_that_matters_and_writes_nothing(
    northwind: Console, organization: Organization, listed: str
) -> None:
    before = people(organization.store)
    assert northwind("invite", listed, *INTO, "--dry-run").stdout.splitlines() == [
        "people.csv: 3 rows",
        "  Year 1: 1 reserved of 1 free (5 licenses: 3 occupied, 1 reserved)",
        "  line 2 warning: Email «jo@exmaple.com» domain looks like example.com",
        "  line 3 refused: Email is empty",
        "1 would be invited (1 with warnings), 1 already members, 1 refused.",
    ]
    assert people(organization.store) == before


def test_rows_beyond_the_first_are_counted(northwind: Console, organization: Organization, tmp_path: Path) -> None:
    with organization.store.write() as connection:
        connection.exec_driver_sql("UPDATE contracts SET licenses = NULL")
    path = tmp_path / "many.csv"
    warned = "".join(f"Person W{n},w{n}@exmaple.com,\n" for n in range(22))
    path.write_text(HEADER + warned + "Nobody,,\n" * 21)
    told = northwind("invite", str(path), *INTO, "--dry-run").stdout.splitlines()
    assert "  and 2 more with warnings; --receipt FILE tells them all" in told
    assert "  and 1 more refused; --refused FILE saves them all" in told


def test_it_needs_no_yes_where_nobody_could_say_it(northwind: Console, organization: Organization, listed: str) -> None:
    assert northwind("invite", listed, *INTO).stdout.splitlines()[-1] == (
        "1 invited (1 with warnings), 1 already members, 1 refused."
    )
    assert people(organization.store)["jo@exmaple.com 1"]["state"] == "INVITED"
    again = northwind("invite", listed, *INTO).stdout.splitlines()[-1]
    assert again == "0 invited, 1 already invited, 1 already members, 1 refused."


def test_a_person_at_a_terminal_is_asked(northwind: Console, organization: Organization, listed: str) -> None:
    before = people(organization.store)
    asked = northwind("invite", listed, *INTO, answer="n\n", code=1)
    assert "line 3 refused: Email is empty" in asked.stderr
    assert "Invite them?" in asked.stderr
    assert people(organization.store) == before
    northwind("invite", listed, *INTO, answer="y\n")
    assert len(people(organization.store)) == len(before) + 1
    nobody_left = northwind("invite", listed, *INTO, answer="")
    assert "Invite them?" not in nobody_left.stderr


def test_the_document_has_one_shape_before_and_after(northwind: Console, listed: str) -> None:
    planned = northwind.json("invite", listed, *INTO, "--dry-run", "--json")
    done = northwind.json("invite", listed, *INTO, "--json")
    assert list(done) == [
        *("applied", "name", "rows", "mailed", "unknown_columns", "notes", "contracts", "entry", "refusals"),
        "warnings",
    ]
    assert done["rows"] == {
        "invited": 1,
        "warned": 1,
        "already_invited": 0,
        "already_members": 1,
        "repeated": 0,
        "refused": 1,
    }
    assert done["refusals"] == [{"line": 3, "column": "Email", "value": "", "reason": "is empty"}]
    assert done["warnings"] == [
        {"line": 2, "column": "Email", "value": "jo@exmaple.com", "reason": "domain looks like example.com"}
    ]
    assert done["contracts"] == [
        {"contract": "Year 1", "purchased": 5, "occupied": 3, "reserved": 1, "free": 1, "reserves": 1}
    ]
    assert planned == {**done, "applied": False, "entry": None}


def test_receipt_and_repair_file_are_saved_and_the_repaired_invites_the_rest(
    northwind: Console, organization: Organization, listed: str, tmp_path: Path
) -> None:
    northwind("contracts", "set", "Year 1", "licenses", "100", "--yes")
    receipt, repair = tmp_path / "receipt.csv", tmp_path / "repair.csv"
    said = northwind("invite", listed, *INTO, "--receipt", str(receipt), "--refused", str(repair)).stdout
    assert f"the receipt is in {receipt}" in said
    assert f"1 refused row saved in {repair}, to repair and give again" in said
    with receipt.open(newline="", encoding="utf-8") as stream:
        assert [row["Outcome"] for row in csv.DictReader(stream)] == [
            "invited with warnings",
            "refused",
            "already a member",
        ]
    repair.write_text(repair.read_text().replace("Ann Ray,", "Ann Ray,ann@x.example"))
    assert "1 invited." in northwind("invite", str(repair), *INTO).stdout
    assert people(organization.store)["ann@x.example 1"]["name"] == "Ann Ray"


def test_what_is_piped_in_is_read(northwind: Console, organization: Organization) -> None:
    from click.testing import CliRunner

    from tui_admin.cli.main import root

    words = ["--store", northwind.store, "--as", organization.ana.email, "invite", "-", *INTO]
    result = CliRunner().invoke(root, words, input=ROWS.encode("utf-16"))
    assert result.stdout.splitlines()[0] == "standard input: 3 rows"
    assert people(organization.store)["jo@exmaple.com 1"]["name"] == "Jo Li"


def test_the_template_is_what_it_needs(northwind: Console, tmp_path: Path) -> None:
    template = northwind("invite-template").stdout
    assert template == HEADER
    path = tmp_path / "people.csv"
    path.write_text(template + "Jo Li,jo@x.example,\n")
    assert "1 invited." in northwind("invite", str(path), *INTO).stdout


def test_invitations_are_mailed_unless_not_wished(northwind: Console, organization: Organization, listed: str) -> None:
    set_up(organization.store)
    assert "1 invitation waiting to be mailed" in northwind("invite", listed, "--program", "data").stdout
    assert [mail["address"] for mail in mails(organization.store)] == ["jo@exmaple.com"]


@pytest.mark.parametrize(
    ("content", "words", "code", "said"),
    [
        (ROWS, (), 2, "--program SLUG, or a column Program"),
        (ROWS, ("--program", "teams"), 2, "add --contract NAME"),
        (ROWS, ("--program", "dada"), 4, "nearest is 'data'"),
        (ROWS, ("--program", "data", "--contract", "Year 2"), 4, "does not draw on 'Year 2'"),
        ("Full Name,Email\nJo,jo@x.example\n", INTO, 4, "invite-template"),
        ("Jo,jo@x.example,1\n", INTO, 4, "the first line is a person, not a header"),
        (HEADER, INTO, 4, "nobody under it"),
        ("", INTO, 4, "the file is empty"),
        (ROWS, (*INTO, "--receipt", "no/such/folder.csv"), 4, "there is no folder"),
    ],
)
def test_what_cannot_be_is_refused_with_its_exit_code(
    northwind: Console, tmp_path: Path, content: str, words: tuple[str, ...], code: int, said: str
) -> None:
    path = tmp_path / "people.csv"
    path.write_text(content)
    assert said in northwind("invite", str(path), *words, code=code).stderr


def test_a_file_that_is_not_there_is_named(northwind: Console) -> None:
    assert "nowhere.csv: cannot be opened" in northwind("invite", "nowhere.csv", *INTO, code=4).stderr


def test_undo_takes_it_back(northwind: Console, organization: Organization, listed: str) -> None:
    northwind("invite", listed, *INTO)
    northwind("undo", "--yes")
    assert people(organization.store)["jo@exmaple.com 1"]["state"] == "DELETED_MEMBER"
