"""Two records of one person made one: what moves, what meets and which counts; derived facts; taking it back."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from pyroaring import BitMap
from sqlalchemy import insert, select, update

from tests.outbox_rows import mails
from tests.portal.conftest import NOW, Organization
from tests.portal.report_files import Importer, member
from tests.store.plain_triage import stored_facts, stored_totals, triage_facts
from tests.store.plain_triage import totals as added_up
from tui_admin.portal import edits, journal, undo, users
from tui_admin.portal.person import erasing, merging
from tui_admin.portal.person.acts import Done
from tui_admin.portal.ratings import rating, rating_rows
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.errors import BadInput, Conflict, NotAllowed, UsageError
from tui_admin.rules.filters import All
from tui_admin.store import licenses
from tui_admin.store.person.holdings import RATINGS
from tui_admin.store.ratings.runs import OF_A_REPLAY
from tui_admin.store.tables import (
    activity,
    attempts,
    enrollments,
    feedback,
    learner_addresses,
    learner_ratings,
    learners,
    memberships,
    messages,
    metadata,
    outbox,
    skill_history,
    skill_ratings,
)

from .facts import catalogue, derive, everything, learn, mail, stored

KEEP, OTHER = "person1@northwind.example", "person2@northwind.example"


@pytest.fixture
def both(organization: Organization) -> Organization:
    """Persons 1 (data, teams) and 2 (data), both with a fact of every kind in data; those of 2 are newer."""
    catalogue(organization)
    learn(organization.store, 1, 1, moment=NOW - 10, grade=40.0)
    learn(organization.store, 2, 2, moment=NOW - 5, grade=80.0)
    with organization.store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 1).values(city="Győr", external_id="A1"))
        connection.execute(
            update(learners).where(learners.c.id == 2).values(city="Paris", country="France", opted_out=True)
        )
        had = {"learner_id": 2, "email": "older2@x.example", "until": NOW - 100}
        connection.execute(insert(learner_addresses).values(had))
        only = {"membership_id": 2, "course_id": 2, "completed": True, "removed": False, "moment": None}
        connection.execute(insert(enrollments).values(hours=2.0, **only))
        busier = update(activity).where(activity.c.membership_id == 2).values(minutes=20.0, lessons=9)
        connection.execute(busier)
    derive(organization.store)
    return organization


def merged(organization: Organization, keep: str = KEEP, other: str = OTHER) -> Done:
    store, ana = organization.store, organization.ana
    return merging.merge(store, ana, merging.plan_merge(store, ana, keep, other, NOW), NOW)


def holds(organization: Organization) -> None:
    """That all which is derived is what follows from the facts."""
    with organization.store.read() as connection:
        assert stored_facts(connection) == triage_facts(connection)
        assert stored_totals(connection) == added_up(connection)


def test_memberships_and_facts_are_brought_together(both: Organization) -> None:
    merged(both)
    rows = [
        (row["id"], row["program_id"], row["state"])
        for row in stored(both.store, memberships)
        if row["learner_id"] == 1
    ]
    assert rows == [(1, 1, "MEMBER"), (6, 2, "MEMBER")]
    found = [(row["membership_id"], row["course_id"], row["grade"]) for row in stored(both.store, enrollments)]
    assert sorted(found, key=str) == [(1, 1, 80.0), (1, 2, None)]
    assert [(row["membership_id"], row["score"]) for row in stored(both.store, attempts)] == [(1, 80.0)]
    assert [(row["minutes"], row["lessons"]) for row in stored(both.store, activity)] == [(30.0, 9)]
    assert [row["membership_id"] for row in stored(both.store, feedback)] == [1]
    assert [row["learner_id"] for row in stored(both.store, skill_ratings)] == [1]
    assert [row["learner_id"] for row in stored(both.store, skill_history)] == [1]
    holds(both)


def test_the_kept_records_fields_win_and_blanks_are_filled(both: Organization) -> None:
    plan = merging.plan_merge(both.store, both.ana, KEEP, OTHER, NOW)
    told = "\n".join(plan.lines)
    assert "City: 'Győr' stays, 'Paris' is dropped." in told and "Country: 'France' is taken over." in told
    merged(both)
    person, tombstone = stored(both.store, learners)[:2]
    assert (person["city"], person["country"], person["external_id"]) == ("Győr", "France", "A1")
    assert (person["opted_out"], person["email"]) == (True, KEEP)
    assert (tombstone["merged_into"], tombstone["email"], tombstone["name"], tombstone["city"]) == (1, None, None, None)
    assert 2 not in [row.id for row in users.page(both.store, both.ana, UsersQuery(All()), NOW, 0, 99)]


def test_an_external_id_that_differs_is_shown(both: Organization) -> None:
    with both.store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 2).values(external_id="B2"))
    plan = merging.plan_merge(both.store, both.ana, KEEP, OTHER, NOW)
    assert "External id: 'A1' stays, 'B2' is dropped." in plan.lines


def test_all_addresses_are_theirs(both: Organization) -> None:
    merged(both)
    found = [(row["learner_id"], row["email"], row["until"]) for row in stored(both.store, learner_addresses)]
    assert found == [(1, "older2@x.example", NOW - 100), (1, OTHER, NOW)]


def test_one_license_is_held_where_two_were(both: Organization) -> None:
    with both.store.read() as connection:
        before = licenses.occupied(connection, [1])[1]
    merged(both)
    with both.store.read() as connection:
        assert licenses.occupied(connection, [1])[1] == before - 1


@pytest.mark.parametrize(
    ("kept", "other", "counts"),
    [
        ("MEMBER", "INVITED", "MEMBER"),
        ("INVITED", "MEMBER", "MEMBER"),
        ("DELETED_MEMBER", "INVITED", "INVITED"),
        ("DELETED_MEMBER", "DELETED_MEMBER", "DELETED_MEMBER"),
    ],
)
def test_joined_counts_before_invited_before_removed(
    organization: Organization, kept: str, other: str, counts: str
) -> None:
    with organization.store.write() as connection:
        for id, state, at in ((1, kept, NOW - 9), (2, other, NOW - 7)):
            removed = at if state == "DELETED_MEMBER" else None
            values = {"state": state, "removed_at": removed, "joined_at": at, "invited_at": at, "invitations_sent": 1}
            connection.execute(update(memberships).where(memberships.c.id == id).values(values))
    derive(organization.store)
    merged(organization)
    row = stored(organization.store, memberships)[0]
    assert (row["state"], row["joined_at"], row["invited_at"], row["invitations_sent"]) == (counts, NOW - 9, NOW - 9, 2)
    assert row["removed_at"] == (NOW - 7 if counts == "DELETED_MEMBER" else None)
    holds(organization)


def test_mails_move_and_nobody_is_written_to_twice(both: Organization) -> None:
    first = mail(both.store, "queued", KEEP)
    mail(both.store, "queued", OTHER, 2, 2)
    mail(both.store, "sent", OTHER, 2, 2)
    mail(both.store, "inflight", OTHER, 2, 2)
    with both.store.write() as connection:
        queued = select(outbox).where(outbox.c.message_id == first)
        again = dict(connection.execute(queued).mappings().one()) | {
            "id": 99,
            "learner_id": 2,
            "membership_id": 2,
            "dedupe_key": "x",
            "header_id": "<x>",
            "address": OTHER,
        }
        connection.execute(insert(outbox).values(again | {"message_id": first}))
    merged(both)
    assert {(row.learner_id, row.membership_id) for row in mails(both.store)} == {(1, 1)}
    assert [row.state for row in mails(both.store)] == ["queued", "queued", "sent", "inflight", "cancelled"]


def test_people_picked_by_hand_for_a_draft_stay_picked(both: Organization) -> None:
    with both.store.write() as connection:
        for of, ids in (("membership", [2, 3]), ("learner", [2, 3])):
            draft = {"kind": "custom", "state": "draft", "created_by": "ana", "created_at": NOW, "changed_at": NOW}
            picked = {"audience": json.dumps({"of": of}), "selection": BitMap(ids).serialize()}
            connection.execute(insert(messages).values(draft | picked))
    done = merged(both)
    assert [set(BitMap.deserialize(row["selection"])) for row in stored(both.store, messages)] == [{1, 3}, {1, 3}]
    undo.undo(both.store, both.ana, done.entry_id, NOW + 1)
    assert [set(BitMap.deserialize(row["selection"])) for row in stored(both.store, messages)] == [{2, 3}, {2, 3}]


def test_it_is_undone_exactly(both: Organization) -> None:
    mail(both.store, "sent", OTHER, 2, 2)
    names = [table.name for table in metadata.sorted_tables if not table.name.startswith("journal")]
    before = {name: stored(both.store, metadata.tables[name]) for name in names}
    merged(both)
    undo.undo(both.store, both.ana, None, NOW + 1)
    assert {name: stored(both.store, metadata.tables[name]) for name in names} == before
    holds(both)
    assert journal.verify(both.store, both.ana).whole


def ratings_of(organization: Organization) -> list[list[dict[str, object]]]:
    """All ratings, of whichever replay."""
    found = [stored(organization.store, table) for table in RATINGS]
    return [[{**row, "replay_id": 0} for row in rows] for rows in found]


def test_it_is_undone_though_all_were_rated_anew_since(both: Organization) -> None:
    derived = {"rating_runs", *(table.name for table in OF_A_REPLAY)}
    names = [name for name in metadata.tables if not name.startswith("journal") and name not in derived]
    rating.rate(both.store, NOW)
    before = {name: stored(both.store, metadata.tables[name]) for name in names}
    ratings = ratings_of(both)
    done = merged(both)
    rating.rate(both.store, NOW)
    undo.undo(both.store, both.ana, done.entry_id, NOW + 1)
    assert {name: stored(both.store, metadata.tables[name]) for name in names} == before
    rating.rate(both.store, NOW)
    assert ratings_of(both) == ratings


def test_people_can_be_merged_while_all_are_rated_anew(both: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    with both.store.write() as connection:
        connection.execute(update(learner_ratings).where(learner_ratings.c.learner_id == 1).values(attempts=9))
    turn = []

    def merge_meanwhile(word: str, done: int, _of: int) -> None:
        if (word, done) == ("skill ratings", 1):
            turn.append(merged(both, OTHER, KEEP))

    monkeypatch.setattr(rating_rows, "_CHUNK", 1)
    run = rating.rate(both.store, NOW, progress=merge_meanwhile)
    assert turn and run is not None and run.attempts == 2
    rating.rate(both.store, NOW)
    assert {row["learner_id"] for row in stored(both.store, skill_ratings)} == {2}


def test_of_two_who_undo_it_at_once_one_does(both: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    done, gate, obstacle = merged(both), Barrier(2), undo.obstacle

    def after_the_other(entry: journal.Entry) -> str:
        with suppress(BrokenBarrierError):  # the other may be kept from coming so far
            gate.wait(0.5)
        return obstacle(entry)

    monkeypatch.setattr(undo, "obstacle", after_the_other)
    with ThreadPoolExecutor(2) as pool:
        tried = [pool.submit(undo.undo, both.store, both.ana, done.entry_id, NOW + 1) for _ in range(2)]
    (refused,) = [found for one in tried if (found := one.exception())]
    assert isinstance(refused, UsageError) and "undone already" in str(refused)
    holds(both)


def test_what_changed_since_is_not_undone(both: Organization) -> None:
    done = merged(both)
    edits.apply(both.store, both.ana, edits.plan(both.store, both.ana, (1,), {"city": "Rome"}), NOW)
    with pytest.raises(UsageError, match="changed since"):
        undo.undo(both.store, both.ana, done.entry_id, NOW + 1)


def test_reports_that_name_the_other_address_count_for_the_one_person(importer: Importer) -> None:
    importer([member("ada@x.example"), member("ada@y.example", Program_Slug="teams")])
    merged(
        Organization(importer.store, importer.actor, importer.actor, importer.actor), "ada@x.example", "ada@y.example"
    )
    receipt = importer([member("ada@y.example", Program_Slug="teams", Job_Title="Lead")], name="again")
    assert receipt.creates.people == 0
    assert importer.all(learners, "email", "job_title") == [("ada@x.example", "Lead"), (None, None)]


def test_merging_twice_keeps_one_record_of_three(both: Organization) -> None:
    merged(both)
    merged(both, "person3@northwind.example", KEEP)
    assert [row["merged_into"] for row in stored(both.store, learners)[:3]] == [3, 3, None]
    holds(both)


def test_who_was_merged_is_erased_whole(both: Organization) -> None:
    merged(both)
    store, ana = both.store, both.ana
    erasing.erase(store, ana, erasing.plan_erase(store, ana, KEEP), NOW)
    for secret in (KEEP, OTHER, "older2@x.example", "Győr", "France"):
        assert [place for place, text in everything(store) if secret in text] == []
    assert journal.verify(store, ana).whole
    assert "erased since" in undo.obstacle(
        next(one for one in journal.entries(store, ana) if one.action == merging.ACTION)
    )


def test_the_plan_keeps_nothing_and_does_not_hold_for_ever(both: Organization) -> None:
    before = list(everything(both.store))
    plan = merging.plan_merge(both.store, both.ana, KEEP, OTHER, NOW)
    assert list(everything(both.store)) == before
    assert "data: joined and joined become one that is joined; it holds one license." in plan.lines
    assert "Enrollments: 1 move, 1 told by both: the newer counts." in plan.lines
    edits.apply(both.store, both.ana, edits.plan(both.store, both.ana, (2,), {"region": "West"}), NOW)
    with pytest.raises(Conflict):
        merging.merge(both.store, both.ana, plan, NOW)


def test_one_person_is_not_merged_with_themselves_nor_by_a_program_admin(both: Organization) -> None:
    with pytest.raises(BadInput, match="one record already"):
        merging.plan_merge(both.store, both.ana, KEEP, KEEP.upper(), NOW)
    with pytest.raises(NotAllowed):
        merging.plan_merge(both.store, both.bo, KEEP, OTHER, NOW)
