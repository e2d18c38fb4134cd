"""Removing a whole program: what it takes out is told, archived, read back, and then gone; its people stay."""

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from tests.portal.conftest import NOW, Organization
from tests.portal.mail_facts import set_up
from tests.portal.report_files import Importer
from tests.store.plain_triage import stored_totals
from tests.store.plain_triage import totals as added_up
from tui_admin.portal import contracts, journal, program_removal, program_settings, programs, undo
from tui_admin.portal.program_removal import ProgramRemoval
from tui_admin.reports.program_archives import Archive
from tui_admin.rules.errors import BadInput, Cancelled, Conflict, NotAllowed, StoreError, UsageError
from tui_admin.store import program_removal as store_removal
from tui_admin.store.tables import (
    collections,
    courses,
    enrollments,
    feedback,
    messages,
    metadata,
    outbox,
    report_schedules,
)

from .invite_lists import HEADER, invite, request

STAYS = {"learners", "learner_totals", "contracts", "courses", "journal", "journal_head", "journal_rows"}


@pytest.fixture
def full(organization: Organization) -> Organization:
    """The organization with something of everything in its first program, and an invitation on its way."""
    store = organization.store
    set_up(store)
    invite(organization, request(HEADER + "Jo Li,jo@x.example,\n", mail=True))
    program_settings.change(store, organization.ana, "data", "report-schedule", "mon 7", NOW)
    with store.write() as connection:
        connection.execute(insert(courses).values(id=1, key="c1", name="=Course"))
        connection.execute(insert(collections).values(program_id=1, position=1, name="First"))
        for membership in (1, 6):
            taken = {"course_id": 1, "completed": False, "removed": False, "enrolled_at": NOW}
            connection.execute(insert(enrollments).values(membership_id=membership, **taken))
        connection.execute(insert(feedback).values(membership_id=1, comment='a "b"\r\nc', given_at=NOW))
        draft = {"kind": "custom", "state": "draft", "program_id": 1, "created_by": "bo", "subject": "Draft"}
        connection.execute(insert(messages).values(created_at=NOW, changed_at=NOW, **draft))
    return organization


def planned(organization: Organization) -> ProgramRemoval:
    return program_removal.plan(organization.store, organization.bo, "data")


def archived(organization: Organization, plan: ProgramRemoval, out: Path) -> Archive:
    return program_removal.archive(organization.store, organization.bo, plan, out, NOW)


def rows(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.csv") as raw:
        return list(csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline="")))


def counts(organization: Organization) -> dict[str, int]:
    with organization.store.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def test_the_plan_tells_what_it_takes_out(full: Organization) -> None:
    plan = planned(full)
    held = plan.held
    assert (held.members, held.invited, held.removed, held.enrollments) == (3, 2, 1, 1)
    assert (held.mails, held.unfinished, held.alone) == (1, 2, 5)
    assert (held.administrators, plan.freed, plan.schedule) == (("bo@northwind.example",), {"Year 1": 2}, "mon 07:00")
    assert plan.lines == (
        "3 members, 2 invited and 1 former, with 1 enrollment, leave it; 5 people of them are in no program then, and"
        " stay in the organization.",
        "Licenses freed: 2 of Year 1.",
        "1 mail will not be sent; 2 messages stop.",
        "Lose it: bo@northwind.example.",
        "Its report goes out no more (mon 07:00).",
        "What people said of it (feedback) is lost; only an organization admin's archive holds it.",
    )


def test_a_program_is_archived_then_gone(full: Organization, tmp_path: Path) -> None:
    store, before = full.store, counts(full)
    plan = planned(full)
    archive = archived(full, plan, tmp_path / "data.zip")
    assert counts(full) == before, "archiving changes nothing"
    said = program_removal.apply(store, full.bo, plan, archive, NOW)
    assert (
        said == "Removed program data (Data Foundations): 3 members, 2 invited; all of it but feedback is in data.zip"
    )
    after = counts(full)
    assert [row.slug for row in programs.listing(store, full.ana, NOW)] == ["teams"]
    assert {name for name in before if after[name] != before[name]} == {
        *("programs", "program_contracts", "administrator_programs", "report_schedules", "collections"),
        *("memberships", "enrollments", "feedback", "journal"),
    }
    assert (after["memberships"], after["enrollments"]) == (3, 1)
    with store.read() as connection:
        assert stored_totals(connection) == added_up(connection)
        (state,) = connection.execute(select(outbox.c.state)).scalars()
        assert state == "cancelled"
        assert set(connection.execute(select(messages.c.state)).scalars()) == {"cancelled"}
        assert connection.execute(select(report_schedules)).first() is None
    assert {row.id: row.licenses.occupied for row in contracts.listing(store, full.ana)} == {1: 1, 2: 1}
    entry = journal.entries(store, full.ana)[0]
    assert (entry.action, entry.program_id, entry.actor) == ("remove program", 1, "bo@northwind.example")
    assert (entry.details["archive"], entry.details["digest"]) == ("data.zip", archive.digest)
    assert journal.verify(store, full.ana).whole
    with pytest.raises(BadInput, match="no program 'data'"):
        program_removal.plan(store, full.ana, "data")
    with pytest.raises(UsageError, match="cannot be undone"):
        undo.undo(store, full.ana, entry.id, NOW)


def test_the_archive_holds_all_of_it_and_nothing_of_others(full: Organization, tmp_path: Path) -> None:
    path = tmp_path / "data.zip"
    archive = archived(full, planned(full), path)
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        assert set(file.namelist()) == {*(f"{name}.csv" for name in archive.rows), "README.txt"}
        readme = file.read("README.txt").decode()
    assert "Data Foundations (data), as it was on 2026-05-01 12:00" in readme
    assert "tui-admin programs create data" in readme and "memberships.csv  6 rows" in readme
    held = {row["learner_id"]: row for row in rows(path, "memberships")}
    assert len(held) == 6 and {"1", "2", "3", "4", "5"} < set(held)
    assert rows(path, "courses")[0]["name"] == "'=Course"
    whole = tmp_path / "whole.zip"
    program_removal.archive(full.store, full.ana, program_removal.plan(full.store, full.ana, "data"), whole, NOW)
    assert rows(whole, "feedback")[0]["comment"] == 'a "b"\r\nc'
    assert held["1"]["joined_at"] == "2026-01-31T12:00:00.000Z"
    assert rows(path, "enrollments")[0]["enrolled_at"] == "2026-05-01T12:00:00.000Z"
    everything = "".join(file.read(name).decode() for file in [zipfile.ZipFile(path)] for name in file.namelist())
    for other in ("teams", "Year 2", "person6@", "person7@", "cy@northwind"):
        assert other not in everything, other


def test_its_people_come_back_from_the_archive(full: Organization, tmp_path: Path) -> None:
    """As the README says: create the program, import the member report."""
    store, ana = full.store, full.ana
    plan = planned(full)
    program_removal.apply(store, ana, plan, archived(full, plan, tmp_path / "data.zip"), NOW)
    programs.create(store, ana, "data", "Data Foundations", NOW, contracts=("Year 1",))
    with zipfile.ZipFile(tmp_path / "data.zip") as file:
        file.extract("member-report.csv", tmp_path)
    Importer(store, ana, tmp_path)(tmp_path / "member-report.csv")
    with store.read() as connection:
        again = store_removal.held(connection, program_removal.plan(store, ana, "data").program_id)
    assert (again.members, again.invited, again.removed) == (3, 2, 1)


def test_only_what_is_archived_is_removed(full: Organization, tmp_path: Path) -> None:
    store, path = full.store, tmp_path / "data.zip"
    plan = planned(full)
    archive = archived(full, plan, path)
    content = path.read_bytes()
    path.write_bytes(content[:-200])
    with pytest.raises(StoreError, match="cannot be read back"):
        program_removal.apply(store, full.bo, plan, archive, NOW)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="was changed since it was written"):
        program_removal.apply(store, full.bo, plan, replace(archive, digest="0" * 64), NOW)
    with pytest.raises(StoreError, match="does not hold all of memberships"):
        short = replace(archive, rows={**archive.rows, "memberships": 7})
        program_removal.apply(store, full.bo, plan, short, NOW)
    path.unlink()
    with pytest.raises(StoreError, match="cannot be read back"):
        program_removal.apply(store, full.bo, plan, archive, NOW)
    assert planned(full).held == plan.held


def test_who_changes_it_meanwhile_is_told(full: Organization, tmp_path: Path) -> None:
    store = full.store
    plan = planned(full)
    archive = archived(full, plan, tmp_path / "data.zip")
    program_settings.change(store, full.ana, "teams", "tagline", "Elsewhere", NOW)
    program_settings.change(store, full.ana, "data", "tagline", "New", NOW)
    with pytest.raises(
        Conflict, match=r"ana@northwind.example changed something at 12:00 .*Set tagline of program data"
    ):
        program_removal.apply(store, full.bo, plan, archive, NOW)
    assert planned(full).held == plan.held
    again = planned(full)
    program_removal.apply(store, full.bo, again, archived(full, again, tmp_path / "again.zip"), NOW)
    with pytest.raises(NotAllowed):
        program_removal.apply(store, full.bo, again, archive, NOW)
    with pytest.raises(Conflict, match="removed by somebody else"):
        program_removal.apply(store, full.ana, plan, archive, NOW)


def test_what_stops_leaves_neither_file_nor_change(full: Organization, tmp_path: Path) -> None:
    plan, before = planned(full), counts(full)
    (tmp_path / "taken.zip").write_text("mine")
    with pytest.raises(UsageError, match="already"):
        archived(full, plan, tmp_path / "taken.zip")
    with pytest.raises(BadInput, match="no folder"):
        archived(full, plan, tmp_path / "nowhere" / "data.zip")
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".zip", ".part")] == ["taken.zip"]
    assert counts(full) == before


def test_a_stop_is_heard_while_it_archives(full: Organization, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_admin.reports.program_archives._TELL_EVERY", 1)
    told: list[int] = []
    with pytest.raises(Cancelled, match="no archive was kept"):
        program_removal.archive(
            full.store,
            full.bo,
            planned(full),
            tmp_path / "data.zip",
            NOW,
            told=told.append,
            stopped=lambda: len(told) == 3,
        )
    assert told == [1, 2, 3]
    assert not [path for path in tmp_path.iterdir() if ".zip" in path.name]


def test_a_program_of_nothing_is_removed(organization: Organization, tmp_path: Path) -> None:
    store, ana = organization.store, organization.ana
    programs.create(store, ana, "empty", "Empty", NOW)
    plan = program_removal.plan(store, ana, "empty")
    assert plan.lines[0].startswith("0 members, 0 invited and 0 former, with 0 enrollments, leave it; 0 people")
    archive = program_removal.archive(store, ana, plan, tmp_path / "empty.zip", NOW)
    assert "Removed program empty" in program_removal.apply(store, ana, plan, archive, NOW)
