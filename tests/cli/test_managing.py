"""Programs, contracts, administrators, settings, catalogue, upkeep: lists, changes, and who may make them."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Console
from tests.reports.test_pictures import drawn
from tui_admin.rules.skills.parameters import Parameters
from tui_admin.store.engine import Store

ANA, BO, CY = (f"{name}@northwind.example" for name in ("ana", "bo", "cy"))


def test_programs_in_json_have_exactly_the_promised_fields(northwind: Console) -> None:
    data, teams = northwind.json("programs", "--format", "json")

    assert data == {
        "slug": "data",
        "name": "Data Foundations",
        "contracts": ["Year 1"],
        "members": 3,
        "invited": 1,
        "at_risk": 0,
        "inactive": 3,
        "licenses": 5,
    }
    assert list(data) == ["slug", "name", "contracts", "members", "invited", "at_risk", "inactive", "licenses"]
    assert (sorted(teams["contracts"]), teams["licenses"]) == (["Year 1", "Year 2"], None)
    assert [row["slug"] for row in northwind.json("programs", "--format", "json", "--as", BO)] == ["data"]
    assert (northwind.count("programs"), northwind.count("programs", "--as", BO)) == (2, 1)


def test_contracts_tell_their_licenses(northwind: Console) -> None:
    first, second = northwind.json("contracts", "--format", "json")

    assert first == {
        "name": "Year 1",
        "licenses": 5,
        "occupied": 3,
        "reserved": 1,
        "utilized": 0,
        "free": 1,
        "over_by": 0,
        "from": None,
        "to": None,
        "programs": ["data", "teams"],
    }
    assert (second["licenses"], second["free"]) == (None, None)
    assert northwind.json("contracts", "--format", "json", "--as", BO)[0]["programs"] == ["data"]


def test_administrators_and_settings_are_listed(northwind: Console) -> None:
    rows = northwind.json("admins", "--format", "json")
    assert [(row["email"], row["role"], row["programs"]) for row in rows] == [
        (ANA, "organization", []),
        (BO, "program", ["data"]),
        (CY, "program", ["teams"]),
    ]

    northwind("settings", "set", "time-zone", "Europe/Berlin", "--yes")
    settings = {row["key"]: row["value"] for row in northwind.json("settings", "show", "--format", "json")}
    assert settings == {
        "logo": None,
        "banner": None,
        "name": "Northwind Learning",
        "time-zone": "Europe/Berlin",
        "public-url": None,
        "support-contact": None,
        "removed-learners": "keep",
        "brand-color": None,
        "sender-name": None,
        "sender-address": None,
        "reply-to": None,
        "unsubscribe-url": None,
        "quiet-period": "7",
        "deadline-mails": None,
        "license-alerts": "on",
        "skill-parameters": str(Parameters()),
        "report-retention": "90",
        "default-invitation": None,
    }


WRITES = (
    ("programs", "create", "new-one", "--name", "New One", "--contract", "Year 1"),
    ("programs", "set", "data", "contracts", "+Year 2"),
    ("contracts", "create", "Year 3", "--licenses", "10", "--from", "2027-01-01", "--to", "2027-12-31"),
    ("contracts", "set", "Year 1", "licenses", "7"),
    ("admins", "add", "di@northwind.example", "--program", "data", "--program", "teams"),
    ("admins", "remove", CY),
    ("settings", "set", "support-contact", "help@northwind.example"),
)
"""What only an organization admin may do."""


def state(console: Console) -> list[str]:
    lists = (("programs",), ("contracts",), ("admins",), ("settings", "show"), ("journal", "list"))
    return [console(*words, "--format", "json").stdout for words in lists]


@pytest.mark.parametrize("words", WRITES, ids=lambda words: " ".join(words[:2]))
def test_what_is_written_was_planned_journaled_and_allowed(northwind: Console, words: tuple[str, ...]) -> None:
    before = state(northwind)
    planned = northwind.json(*words, "--dry-run", "--json")
    assert planned["applied"] is False and state(northwind) == before
    assert planned["summary"] in northwind(*words, "--dry-run").stdout

    for refused, code in (
        ((), 2),
        (("--yes", "--as", BO), 3),
        (("--yes", "--as", CY), 3),
        (("--dry-run", "--as", BO), 3),
    ):
        northwind(*words, *refused, code=code)
    northwind(*words, "--yes", "--as", "nobody@northwind.example", code=3)
    northwind(*words, "--yes", "--read-only", code=5)
    assert "Nothing was changed" in northwind(*words, answer="n\n", code=1).stderr
    assert state(northwind) == before

    done = northwind.json(*words, "--yes", "--json")
    assert done == {**planned, "applied": True}
    assert len(northwind.json("journal", "list", "--format", "json")) == len(json.loads(before[-1])) + 1
    assert state(northwind)[:4] != before[:4]


def test_a_program_admin_changes_their_own_program(northwind: Console) -> None:
    northwind("programs", "set", "data", "tagline", "Numbers for all", "--yes", "--as", BO)
    northwind("programs", "set", "teams", "tagline", "Numbers for all", "--yes", "--as", BO, code=3)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("programs", "set", "dta", "name", "X"), 4, "'data'"),
        (("programs", "set", "data", "nme", "X"), 2, "'name'"),
        (("programs", "set", "data", "contracts", "+Yaer 1"), 4, "'Year 1'"),
        (("programs", "create", "No Slug", "--name", "X"), 4, "no slug"),
        (("programs", "create", "data", "--name", "X"), 2, "already"),
        (("programs", "--count", "create", "x", "--name", "X"), 2, "--count means nothing here"),
        (("contracts", "set", "Yaer 1", "licenses", "3"), 4, "'Year 1'"),
        (("contracts", "set", "Year 1", "licenses", "many"), 4, "whole number"),
        (("contracts", "create", "X", "--from", "soon"), 2, "no day"),
        (("contracts", "create", "X", "--from", "2027-02-01", "--to", "2027-01-01"), 4, "before it begins"),
        (("admins", "add", "nobody"), 4, "nobody"),
        (("admins", "remove", ANA), 2, "last organization admin"),
        (("settings", "set", "time-zone", "Berlin"), 4, "Europe/Berlin"),
        (("settings", "set", "timezone", "UTC"), 2, "'time-zone'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_names_the_way_out_also_when_only_planned(
    northwind: Console, words: tuple[str, ...], code: int, says: str
) -> None:
    for mode in ("--dry-run", "--yes"):
        result = northwind(*words, mode, code=code)
        assert says in result.stderr and result.stdout == ""


def test_an_organization_is_made_once(console: Console) -> None:
    init = ("init", "--org", "Northwind", "--admin", "Ana@Northwind.example")
    assert "Northwind" in console(*init, "--dry-run").stdout
    assert not console.path.exists()

    console(*init, code=2)
    assert console.json(*init, "--yes", "--json")["applied"] is True
    assert "already" in console(*init, "--yes", code=2).stderr
    assert [row["email"] for row in console.json("admins", "--format", "json")] == ["Ana@Northwind.example"]
    assert console.json("programs", "--format", "json", "--as", "ana@northwind.example") == []


def test_a_shared_store_needs_init_and_somebody_who_acts(postgres_store: Store) -> None:
    address = postgres_store.url.render_as_string(hide_password=False)
    shared = Console(address)

    assert "--as EMAIL" in shared("programs", code=2).stderr
    assert "tui-admin init" in shared("programs", "--as", ANA, code=3).stderr
    shared("init", "--org", "Northwind", "--admin", ANA, "--yes")
    assert shared.count("programs", "--as", ANA) == 0


def test_an_embedded_store_belongs_to_its_owner_from_the_first_write(console: Console) -> None:
    console("contracts", "create", "Year 1", "--yes")

    (owner,) = console.json("admins", "--format", "json")
    assert (owner["role"], owner["email"].endswith("@localhost")) == ("organization", True)
    assert console.count("journal", "list") == 2


def test_the_catalogue_lists_courses(console: Console) -> None:
    console("demo", "--members", "20", "--no-open")
    rows = console.json("catalogue", "--format", "json")

    assert console.count("catalogue") == len(rows) > 0
    assert list(rows[0]) == [
        "id",
        "slug",
        "name",
        "partner",
        "course_type",
        "level",
        "workload_hours",
        "skills",
        "assessments",
        "in_catalogue",
    ]
    assert all(row["name"] and row["skills"] and row["assessments"] > 0 for row in rows)
    assert all(list(skill) == ["name", "relevance"] for row in rows for skill in row["skills"])


def test_a_backup_brings_everything_back(northwind: Console, tmp_path: Path) -> None:
    saved, other = tmp_path / "saved.db", f"sqlite:///{tmp_path / 'other.db'}"
    before = northwind("members", "--format", "json").stdout

    assert "8 learners" in northwind("backup", str(saved)).stderr
    northwind("backup", str(saved), code=2)
    northwind("backup", str(tmp_path / "second.db"), "--as", BO, code=3)
    northwind("backup", str(tmp_path / "none" / "second.db"), code=4)
    assert not list(tmp_path.glob("*second*"))

    restore = ("restore", str(saved))
    assert "8 learners" in northwind(*restore, "--dry-run", store=other).stdout
    northwind(*restore, store=other, code=2)
    assert not (tmp_path / "other.db").exists()
    assert northwind.json(*restore, "--yes", "--json", store=other)["memberships"] == 8
    assert northwind("members", "--format", "json", store=other).stdout == before
    northwind("journal", "verify", store=other)
    northwind("restore", str(tmp_path / "none.db"), "--yes", store=other, code=4)


def test_the_doctor_says_what_to_do(northwind: Console) -> None:
    checks = {row["check"]: row for row in northwind.json("doctor", "--format", "json")}

    assert {"store", "migrations", "journal", "mail", "time", "terminal"} <= set(checks)
    assert checks["journal"]["finding"] == "ok"
    northwind("doctor", "--as", BO, code=3)


def test_a_damaged_store_is_told_by_exit_1(console: Console) -> None:
    console.path.write_bytes(b"SQLite format 3\0" + b"\xff" * 9_000)

    result = console("doctor", code=1)
    assert "fail" in result.stdout and "restore" in result.stdout
    assert str(console.path) in console("members", code=5).stderr


def test_a_backup_of_one_database_restores_into_the_other(
    sqlite_store: Store, postgres_store: Store, tmp_path: Path
) -> None:
    saved = str(tmp_path / "saved.db")
    embedded, shared = (
        Console(store.url.render_as_string(hide_password=False)) for store in (sqlite_store, postgres_store)
    )
    embedded("init", "--org", "Northwind", "--admin", ANA, "--yes")
    embedded("contracts", "create", "Year 1", "--licenses", "5", "--yes")
    embedded("backup", saved)

    shared("restore", saved, "--yes", code=2)
    shared("restore", saved, "--yes", "--as", BO, code=3)
    shared("restore", saved, "--yes", "--as", ANA)
    assert shared.json("contracts", "--format", "json", "--as", ANA)[0]["licenses"] == 5
    shared("restore", saved, "--yes", "--as", ANA, code=2)


@pytest.mark.parametrize(
    ("words", "was"),
    [
        (("settings", "set", "support-contact", "mine"), "It is none now."),
        (("programs", "set", "data", "tagline", "mine"), "It is none now."),
        (("contracts", "set", "Year 1", "licenses", "9"), "It is '5' now."),
    ],
)
def test_what_was_shown_is_what_is_written_over(
    northwind: Console, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], was: str
) -> None:
    """Somebody else sets it while the question waits for its answer: the answer was to another plan."""

    def meanwhile(*args: object, **values: object) -> bool:
        northwind(*words[:-1], "7", "--yes")
        return True

    shown = northwind(*words, answer="n\n", code=None)
    assert was in shown.stderr and "Nothing was changed" in shown.stderr
    monkeypatch.setattr("tui_admin.cli.writing.click.confirm", meanwhile)
    refused = northwind(*words, answer="y\n", code=5)
    assert "was set to '7' by ana@northwind.example" in refused.stderr
    assert northwind(*words, "--yes").stdout.startswith("Set ")


def test_a_banner_is_a_file(northwind: Console, tmp_path: Path) -> None:
    picture = tmp_path / "beach.png"
    picture.write_bytes(drawn())
    assert (
        "Set banner of program data to beach.png, 160 x 40"
        in northwind("programs", "set", "data", "banner", str(picture), "--yes").stdout
    )
    assert "Set logo to beach.png" in northwind("settings", "set", "logo", str(picture), "--yes").stdout
    assert "beach.png, 160 x 40" in northwind("settings", "show").stdout
    assert (
        "It is 'beach.png, 160 x 40"
        in northwind("programs", "set", "data", "banner", "", answer="n\n", code=None).stderr
    )
    assert northwind("programs", "set", "data", "banner", "", "--yes").stdout.startswith(
        "Set banner of program data to none"
    )
    assert "cannot be read" in northwind("settings", "set", "logo", str(tmp_path), "--yes", code=4).stderr
