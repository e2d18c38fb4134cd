"""All that is held of a person, taken out: complete, readable, journaled."""

import csv
import json
import zipfile
from io import BytesIO, StringIO

import pytest
from sqlalchemy import Table

from tests.portal.conftest import NOW, Organization
from tui_admin.portal import journal
from tui_admin.portal.person import exporting
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.store.person.holdings import HELD
from tui_admin.store.tables import learner_addresses, learners, memberships, metadata, outbox

from .facts import COMMENT, EXTERNAL_ID, FIRST, JOB, NAME, NOW_AT, OLD, SECRETS, known_person

NOT_OF_LEARNERS = {
    "learner_totals": "follows from the memberships",
    "administrators": "who signs in, not who learns",
}


def exported(organization: Organization, email: str = NOW_AT) -> dict[str, str]:
    found = exporting.export(organization.store, organization.ana, email, NOW)
    with zipfile.ZipFile(BytesIO(found.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def holds_a_person(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a table has an address, or leads to a learner, membership or mail."""
    if table in (learners, memberships, outbox, learner_addresses) or {"email", "address"} & set(table.c.keys()):
        return True
    targets = {key.column.table for column in table.c for key in column.foreign_keys}
    names = {"learner_id", "membership_id", "outbox_id"}
    return bool(names & set(table.c.keys())) or any(one in (learners, memberships, outbox) for one in targets)


def test_every_table_that_holds_a_person_is_in_an_export() -> None:
    held = {table.name for table in metadata.sorted_tables if holds_a_person(table)}
    assert held - set(NOT_OF_LEARNERS) - {"report_requests"} == {table.name for table in HELD}


def test_it_holds_everything(organization: Organization) -> None:
    known_person(organization)
    files = exported(organization)
    assert {f"{table.name}.csv" for table in HELD} <= set(files)
    for secret in SECRETS:
        assert any(secret.casefold() in text.casefold() for text in files.values()), secret
    (person,) = rows(files["learners.csv"])
    assert (person["name"], person["email_shown"], person["job_title"]) == (NAME, NOW_AT, JOB)
    assert {row["email"] for row in rows(files["learner_addresses.csv"])} == {FIRST, OLD.lower()}
    assert [row["program"] for row in rows(files["memberships.csv"])] == ["data", "teams"]
    (course,) = rows(files["enrollments.csv"])
    assert (course["program"], course["course"], course["grade"]) == ("data", "Course 1", "70")
    assert rows(files["feedback.csv"])[0]["comment"] == COMMENT


def test_mails_are_in_it_as_they_were_filled(organization: Organization) -> None:
    known_person(organization)
    files = exported(organization)
    (name,) = (name for name in files if name.startswith("mails/") and name.endswith(".txt"))
    assert files[name].startswith(f"Subject: Hello {NAME}\n")
    assert f"Your number is {EXTERNAL_ID}." in files[name]
    assert files[name.replace(".txt", "-attachment")] == JOB


def test_what_the_journal_says_of_them_is_in_it_and_nothing_of_others(organization: Organization) -> None:
    known_person(organization)
    files = exported(organization)
    entries = rows(files["journal.csv"])
    assert {row["Action"] for row in entries} == {"edit people", "change address", "suppress address"}
    cities = [json.loads(row["After"]) for row in entries if "city" in row["After"]]
    assert cities == [{"city": "Győr"}]
    assert not any("person2@" in text for text in files.values())


def test_the_readme_names_what_is_in_it(organization: Organization) -> None:
    known_person(organization)
    files = exported(organization)
    readme = files["README.txt"]
    assert readme.startswith(f"All that is held of {NAME} <{NOW_AT}>, as of 2026-05-01T12:00:00.000Z.")
    assert all(name in readme for name in files if name.endswith(".csv"))
    assert "You are named as manager of 1 person." in readme


def test_the_journal_keeps_that_it_was_given_and_none_of_it(organization: Organization) -> None:
    known_person(organization)
    found = exporting.export(organization.store, organization.ana, NOW_AT, NOW)
    entry = journal.entry(organization.store, organization.ana, found.done.entry_id)
    assert entry.action == exporting.ACTION
    assert not any(secret in f"{entry.summary}{entry.details}" for secret in SECRETS)
    assert exporting.export(organization.store, organization.ana, NOW_AT, NOW).content[:2] == b"PK"


def test_only_of_somebody_and_only_for_an_organization_admin(organization: Organization) -> None:
    with pytest.raises(BadInput):
        exported(organization, "nobody@x.example")
    with pytest.raises(NotAllowed):
        exporting.export(organization.store, organization.bo, FIRST, NOW)


def test_formulas_in_it_are_kept_from_running(organization: Organization) -> None:
    known_person(organization)
    with organization.store.write() as connection:
        connection.execute(learners.update().where(learners.c.id == 1).values(city="=1+1"))
    assert "'=1+1" in exported(organization)["learners.csv"]
