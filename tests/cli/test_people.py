"""`members`: who is listed, to whom, and in which shape."""

import csv
import io

import pytest

from tests.cli.conftest import Console

PERSON = {
    "name": "Person 1",
    "email": "person1@northwind.example",
    "external_id": None,
    "program": "data",
    "state": "MEMBER",
    "statuses": ["no-enrollment", "inactive"],
    "at_risk_reason": None,
    "enrolled": 0,
    "completed": 0,
    "contract": "Year 1",
    "invited_at": None,
    "joined_at": "2026-01-31T12:00:00.000Z",
    "last_activity_at": None,
    "manager_name": None,
    "manager_email": None,
    "job_title": None,
    "job_type": None,
    "business_unit": None,
    "business_unit_2": None,
    "city": None,
    "country": None,
    "region": None,
}

USER_FIELDS = ("name", "email", "external_id", "programs", "statuses", "at_risk_reason")
USER_FIELDS += ("enrolled", "completed", "last_activity_at")


def test_members_in_json_have_exactly_the_promised_fields(northwind: Console) -> None:
    rows = northwind.json("members", "--program", "data", "--format", "json")

    assert rows[0] == PERSON and list(rows[0]) == list(PERSON)
    assert [row["email"][:7] for row in rows] == ["person1", "person2", "person3"]


@pytest.mark.parametrize(
    ("where", "count"),
    [
        (None, 5),
        ("status:invited", 2),
        ("status:removed", 1),
        ("status:invited,removed", 3),
        ("person1", 2),
        ("program:teams", 2),
        ("joined<=2026-01-31", 5),
        ("joined>2026-01-31", 0),
    ],
)
def test_members_are_those_joined_unless_the_filter_names_others(
    northwind: Console, where: str | None, count: int
) -> None:
    args = ["members", *(["--where", where] if where else [])]

    assert northwind.count(*args) == count
    assert len(northwind.json(*args, "--format", "json")) == count
    assert len(list(csv.DictReader(io.StringIO(northwind(*args, "--format", "csv").stdout)))) == count
    assert len(northwind(*args).stdout.splitlines()) == (count + 1 if count else 0)


def test_now_moves_the_clock(northwind: Console) -> None:
    inactive = ("members", "--program", "data", "--where", "status:inactive")

    assert northwind.count(*inactive) == 3
    assert northwind.count(*inactive, "--now", "2026-03-02T11:59:59.999Z") == 0
    assert northwind.count(*inactive, "--now", "2026-03-02T12:00:00Z") == 3
    northwind.environ = {**northwind.environ, "TUI_ADMIN_NOW": "2026-02-01"}
    assert northwind.count(*inactive) == 0
    assert northwind.count(*inactive, "--now", "2026-05-01") == 3


def test_a_program_admin_sees_only_their_programs(northwind: Console) -> None:
    bo = ("--as", "bo@northwind.example")

    assert northwind.count(*bo, "members") == 3
    assert {row["program"] for row in northwind.json("members", "--format", "json", *bo)} == {"data"}
    northwind("members", "--program", "teams", "--count", *bo, code=3)
    assert "program:teams" in northwind("members", "--where", "program:teams", *bo, code=4).stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--where", "person1 (status:invited"], ["  person1 (status:invited", "          ^", "bracket"]),
        (["--where", "region:Oslo statsu:invited"], ["  region:Oslo statsu:invited", "              ^^^^^^", "status"]),
        (["--where", "program:dta"], ["  program:dta", "  ^^^^^^^^^^^", "data"]),
        (["--program", "dta"], ["dta", "data"]),
    ],
)
def test_a_filter_that_cannot_be_followed_is_shown_with_a_caret(
    northwind: Console, args: list[str], said: list[str]
) -> None:
    result = northwind("members", *args, code=4)

    assert result.stdout == ""
    assert result.stderr.splitlines()[: len(said) - 1] == said[:-1] or args[0] == "--program"
    assert said[-1] in result.stderr


def test_a_store_that_does_not_exist_is_empty_and_stays_so(console: Console) -> None:
    assert console.count("members") == 0
    assert console("members").stdout == ""
    assert console.json("members", "--format", "json") == []
    assert not list(console.path.parent.glob("new.db*"))


def test_users_are_one_row_each_with_their_programs(northwind: Console) -> None:
    rows = northwind.json("users", "--format", "json")

    assert [row["email"][:7] for row in rows] == [f"person{number}" for number in range(1, 9)]
    first = rows[0]
    assert (first["programs"], first["statuses"]) == (["data", "teams"], ["no-enrollment", "inactive"])
    assert list(first) == [*(name for name in USER_FIELDS), *list(PERSON)[-9:]]
    assert northwind.count("users", "--where", "status:invited") == 2
    assert northwind.count("users", "--as", "bo@northwind.example") == 5
