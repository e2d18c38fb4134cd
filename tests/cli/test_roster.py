"""`roster plan` and `roster apply`: what is told, the threshold, the receipt, undo."""

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Console, Organization
from tests.portal.invite_lists import people

HEADER = "Full Name,Email,External ID,Job Title\n"
ROWS = "Person 1,person1@northwind.example,,Engineer\nPerson 2,person2@northwind.example,,\nAnn Ray,,,\n"
PROGRAM = ("--program", "data", "--no-mail")


@pytest.fixture
def listed(tmp_path: Path) -> str:
    path = tmp_path / "hr.csv"
    path.write_text(HEADER + ROWS + "New One,new@x.example,8,\n")
    return str(path)


def test_the_plan_tells_everybody_it_changes(northwind: Console, organization: Organization, listed: str) -> None:
    before = people(organization.store)
    told = northwind("roster", "plan", listed, *PROGRAM).stdout.splitlines()
    assert told[0] == "hr.csv: 4 rows"
    assert told[2:] == [
        "  line 4: Ann Ray <> refused: Email is empty",
        "  line 5: New One <new@x.example> joins",
        "  line 2: Person 1 <person1@northwind.example> changed: job title: none -> Engineer",
        "  not on it: Person 3 <person3@northwind.example> leaves",
        "  not on it: Person 4 <person4@northwind.example> withdrawn",
        "Would be: 1 join, 1 leave, 1 withdrawn, 1 changed: 100.0 % of 4 people of data; 1 refused.",
        "hr.csv would change 100.0 % of the 4 people of data (1 join, 1 leave, 1 withdrawn, 1 changed), more than the "
        "10 % allowed. Is it the whole roster, and the right one? Then add --allow-change 100.",
    ]
    assert people(organization.store) == before


def test_past_the_threshold_it_is_refused_whole(northwind: Console, organization: Organization, listed: str) -> None:
    before = people(organization.store)
    said = northwind("roster", "apply", listed, *PROGRAM, "--yes", code=4).stderr
    assert "more than the 10 % allowed" in said
    assert people(organization.store) == before


def test_it_is_done_at_once_told_and_taken_back(
    northwind: Console, organization: Organization, listed: str, tmp_path: Path
) -> None:
    receipt, repair = tmp_path / "receipt.csv", tmp_path / "repair.csv"
    saving = ("--receipt", str(receipt), "--refused", str(repair))
    words = ("roster", "apply", listed, *PROGRAM, "--allow-change", "100", "--yes", *saving)
    told = northwind(*words).stdout.splitlines()
    assert told[-1] == "Done: 1 join, 1 leave, 1 withdrawn, 1 changed: 100.0 % of 4 people of data; 1 refused."
    with receipt.open(newline="", encoding="utf-8") as stream:
        rows = [(row["Line"], row["Outcome"], row["Reason"]) for row in csv.DictReader(stream)]
    assert rows == [
        ("4", "refused", "Email is empty"),
        ("5", "joins", ""),
        ("2", "changed", "job title: none -> Engineer"),
        ("", "leaves", ""),
        ("", "withdrawn", ""),
    ]
    assert repair.read_text().splitlines()[1] == "Ann Ray,,,,line 4: Email is empty"
    found = people(organization.store)
    assert (found["new@x.example 1"]["state"], found["person3@northwind.example 1"]["state"]) == (
        "INVITED",
        "DELETED_MEMBER",
    )
    northwind("undo", "--yes")
    assert people(organization.store)["person3@northwind.example 1"]["state"] == "MEMBER"


def test_the_document_of_plan_and_apply(northwind: Console, listed: str) -> None:
    planned = northwind.json("roster", "plan", listed, *PROGRAM, "--allow-change", "100", "--json")
    done = northwind.json("roster", "apply", listed, *PROGRAM, "--allow-change", "100", "--yes", "--json")
    assert done["rows"] == {
        "total": 4,
        "joins": 1,
        "leaves": 1,
        "withdrawn": 1,
        "changed": 1,
        "stays": 0,
        "refused": 1,
    }
    assert (done["people"], done["change_percent"], done["allowed_percent"], done["refusal"]) == (4, 100.0, 100.0, None)
    assert planned == {**done, "applied": False, "entry": None}
    again = northwind.json("roster", "apply", listed, *PROGRAM, "--yes", "--json")
    assert (again["applied"], again["rows"]["refused"], again["change_percent"]) == (True, 1, 0.0)


def test_a_person_at_a_terminal_is_asked(northwind: Console, organization: Organization, listed: str) -> None:
    before = people(organization.store)
    words = ("roster", "apply", listed, *PROGRAM, "--allow-change", "100")
    northwind(*words, code=2)
    asked = northwind(*words, answer="n\n", code=1)
    assert "Bring the program in line?" in asked.stderr
    assert "leaves" in asked.stderr
    assert people(organization.store) == before
