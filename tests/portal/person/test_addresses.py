"""Giving a person another address, and what names the former one afterwards."""

from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update

from tests.outbox_rows import enqueue, mails
from tests.portal.conftest import NOW, Organization
from tests.portal.invite_lists import HEADER, judged, request
from tests.portal.mail_facts import suppress
from tests.portal.report_files import Importer, member
from tests.portal.test_roster import changes
from tui_admin.portal import journal, undo
from tui_admin.portal.mail.suppressions import listing
from tui_admin.portal.person import addresses
from tui_admin.portal.person.acts import Done
from tui_admin.rules.errors import BadInput, Conflict, NotAllowed, UsageError
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.remarks import Verdict
from tui_admin.rules.text import search_key
from tui_admin.store.tables import learner_addresses, learners, memberships, outbox

OLD, NEW = "person1@northwind.example", "Ana.Li@new.example"
CANONICAL = "ana.li@new.example"


def changed(organization: Organization, old: str = OLD, new: str = NEW) -> Done:
    store, ana = organization.store, organization.ana
    return addresses.change(store, ana, addresses.plan_change(store, ana, old, new), NOW)


def rows(organization: Organization, table: Table, *columns: str, **only: object) -> list[tuple[Any, ...]]:
    query = select(*(table.c[name] for name in columns)).order_by(*table.primary_key.columns)
    with organization.store.read() as connection:
        return [tuple(row) for row in connection.execute(query.filter_by(**only))]


def test_the_new_address_counts_everywhere_and_the_old_one_stays_theirs(organization: Organization) -> None:
    done = changed(organization)
    assert rows(organization, learners, "email", "email_shown", id=1) == [(CANONICAL, NEW)]
    assert rows(organization, learner_addresses, "learner_id", "email", "until") == [(1, OLD, NOW)]
    key = search_key("Person 1", NEW)
    assert rows(organization, learners, "search_key", id=1) == [(key,)]
    assert rows(organization, memberships, "search_key", learner_id=1) == [(key,), (key,)]
    entry = journal.entry(organization.store, organization.ana, done.entry_id)
    assert (entry.action, entry.row_count) == (addresses.ACTION, 1)


def test_it_is_undone(organization: Organization) -> None:
    before = [rows(organization, table, *table.c.keys()) for table in (learners, memberships, learner_addresses)]
    changed(organization)
    receipt = undo.undo(organization.store, organization.ana, None, NOW + 1)
    assert OLD in receipt.summary
    assert [
        rows(organization, table, *table.c.keys()) for table in (learners, memberships, learner_addresses)
    ] == before


def test_going_back_to_a_former_address_and_undoing_that(organization: Organization) -> None:
    changed(organization)
    changed(organization, NEW, OLD)
    assert rows(organization, learner_addresses, "email", "until") == [(CANONICAL, NOW)]
    undo.undo(organization.store, organization.ana, None, NOW + 1)
    assert rows(organization, learners, "email", id=1) == [(CANONICAL,)]
    assert rows(organization, learner_addresses, "email", "until") == [(OLD, NOW)]


def test_what_was_changed_since_is_not_undone(organization: Organization) -> None:
    entry = changed(organization).entry_id
    changed(organization, NEW, "third@x.example")
    with pytest.raises(UsageError, match="changed since"):
        undo.undo(organization.store, organization.ana, entry, NOW + 1)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (OLD, "person2@northwind.example", "people merge person2@northwind.example person1@northwind.example"),
        (OLD, "PERSON1@northwind.example", "already"),
        (OLD, "nonsense", "no e-mail address"),
        ("nobody@x.example", NEW, "nobody with the address"),
    ],
)
def test_an_address_that_cannot_be_is_refused(organization: Organization, old: str, new: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        addresses.plan_change(organization.store, organization.ana, old, new)


def test_a_former_address_names_nobody_but_tells_who_it_was(organization: Organization) -> None:
    changed(organization)
    with pytest.raises(BadInput, match=r"former address of Person 1 <Ana\.Li@new\.example>"):
        addresses.plan_change(organization.store, organization.ana, OLD, "third@x.example")


def test_only_an_organization_admin_changes_it(organization: Organization) -> None:
    with pytest.raises(NotAllowed):
        addresses.plan_change(organization.store, organization.bo, OLD, NEW)


def test_a_plan_that_does_not_hold_any_more_changes_nothing(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    plan = addresses.plan_change(store, ana, OLD, NEW)
    changed(organization, "person2@northwind.example", NEW)
    with pytest.raises(BadInput, match="belongs to Person 2"):
        addresses.change(store, ana, plan, NOW)
    other = addresses.plan_change(store, ana, OLD, "third@x.example")
    changed(organization, OLD, "fourth@x.example")
    with pytest.raises(Conflict):
        addresses.change(store, ana, other, NOW)


def test_waiting_mails_follow_and_tried_ones_stop(organization: Organization) -> None:
    store = organization.store
    for state, phase in (
        ("queued", None),
        ("deferred", "rcpt"),
        ("claimed", None),
        ("inflight", None),
        ("sent", "body"),
    ):
        enqueue(store, 1, purpose=Purpose.CUSTOM, to=lambda _: OLD, learner_id=1, membership_id=1, state=state)
        with store.write() as connection:
            connection.execute(update(outbox).where(outbox.c.state == state).values(last_phase=phase))
    plan = addresses.plan_change(store, organization.ana, OLD, NEW)
    assert plan.mails == addresses.Mails(1, 1, 2)
    addresses.change(store, organization.ana, plan, NOW)
    found = [(mail.state, mail.address == CANONICAL) for mail in mails(store)]
    assert found == [("queued", True), ("cancelled", False), ("claimed", False), ("inflight", False), ("sent", False)]
    undo.undo(store, organization.ana, None, NOW + 1)
    assert {mail.address for mail in mails(store)} == {OLD}


def test_a_wish_not_to_be_written_to_moves_along_and_a_bounce_does_not(organization: Organization) -> None:
    store = organization.store
    suppress(store, OLD)
    suppress(store, "person2@northwind.example", "bounced")
    assert any("put there too" in note for note in changed(organization).notes)
    assert any("bounced" in note for note in changed(organization, "person2@northwind.example", "two@x.example").notes)
    assert {row.email for row in listing(store, organization.ana)} == {OLD, CANONICAL, "person2@northwind.example"}
    undo.undo(store, organization.ana, None, NOW + 1)
    undo.undo(store, organization.ana, None, NOW + 1)
    assert {row.email for row in listing(store, organization.ana)} == {OLD, "person2@northwind.example"}


def test_a_report_with_the_old_address_makes_no_second_person(importer: Importer) -> None:
    importer([member("ada@old.example", Job_Title="Clerk")])
    organization = Organization(importer.store, importer.actor, importer.actor, importer.actor)
    changed(organization, "ada@old.example", "Ada@new.example")
    receipt = importer([member("Ada@Old.example", Job_Title="Lead")], name="again")
    assert receipt.creates.people == 0
    assert importer.all(learners, "email", "email_shown", "job_title") == [
        ("ada@new.example", "Ada@new.example", "Lead")
    ]
    told = [notice.reason for notice in receipt.files[0].warnings]
    assert told == ["1 person is named by a former address; the rows count for the same person"]


def test_an_invitation_to_the_old_address_is_refused_with_the_new_one(organization: Organization) -> None:
    changed(organization)
    (row,) = judged(organization, request(f"{HEADER}Person 1,{OLD},\n")).values()
    assert row.verdict is Verdict.REFUSED
    assert NEW in row.reason


def test_a_roster_with_the_old_address_drops_nobody(organization: Organization) -> None:
    changed(organization)
    listed = f"Person 1,{OLD},,\n" + "".join(f"Person {n},person{n}@northwind.example,,\n" for n in (2, 3, 4))
    assert [(name, outcome) for _, name, outcome, _ in changes(organization, listed)] == [
        ("Person 1", "refused"),
        ("Person 1", "stays"),
    ]


def test_words_in_an_address_steer_nothing(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 1).values(name="\x1b[31mEve"))
        connection.execute(insert(learner_addresses).values(learner_id=2, email=CANONICAL, until=NOW))
    plan = addresses.plan_change(organization.store, organization.ana, OLD, NEW)
    assert "\x1b" not in "".join(plan.lines)
    assert any("was the address of Person 2" in note for note in plan.notes)
