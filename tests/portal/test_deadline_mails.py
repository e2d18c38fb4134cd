"""Deadline mails: who is told of what, once, and only where an administrator switched that on."""

import json
import threading
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tui_admin.mail.compose import compile_message
from tui_admin.mail.message import Frozen
from tui_admin.mail.system import default_text
from tui_admin.portal import journal, settings
from tui_admin.portal.mail import deadlines
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.times import DAY, HOUR, Instant
from tui_admin.store.engine import Store
from tui_admin.store.tables import assessments, learners, memberships, messages

from .conftest import NOW, Organization
from .deadline_facts import add_deadlines
from .mail_facts import mails, set_up, settle, suppress


@pytest.fixture
def learning(organization: Organization) -> Organization:
    """The organization with two courses under way; deadline mails can be sent, and are off."""
    add_deadlines(organization.store)
    set_up(organization.store)
    return organization


def switch(organization: Organization, days: str) -> None:
    settings.change(organization.store, organization.ana, "deadline-mails", days, NOW)


def tell(store: Store, now: Instant = NOW) -> int:
    """One look and what it leads to, as a sender does it."""
    with store.read() as connection:
        found = deadlines.look(connection, now)
    with store.write() as connection:
        return deadlines.queue_found(connection, found, now)


def told(store: Store) -> list[tuple[int, Any]]:
    """Whom a mail was queued for, and of what."""
    rows = mails(store, purpose="deadline")
    return [(row["membership_id"], json.loads(row["fields"])["assessment"]) for row in rows]


def test_nobody_is_told_unless_it_was_switched_on(learning: Organization) -> None:
    assert tell(learning.store) == 0
    switch(learning, "3")
    switch(learning, "off")
    assert tell(learning.store) == 0
    assert mails(learning.store) == []


def test_without_an_address_that_mail_comes_from_nobody_is_told(learning: Organization) -> None:
    switch(learning, "3")
    set_up(learning.store, sender_address=None)
    assert tell(learning.store) == 0


def test_members_are_told_once_of_what_is_due_and_not_handed_in(learning: Organization) -> None:
    store = learning.store
    switch(learning, "3")
    assert tell(store) == 2
    assert told(store) == [(1, "Quiz [1][2J"), (7, "Essay")]
    first, second = mails(store)
    assert json.loads(first["fields"]) == {
        "name": "Person 1",
        "course": "Statistics",
        "assessment": "Quiz [1][2J",
        "deadline": "3 May 2026",
    }
    assert (first["next_at"], first["state"]) == (NOW, "queued")
    assert first["message_id"] == second["message_id"] and first["header_id"] != second["header_id"]
    entry = journal.entries(store, learning.ana)[0]
    assert (entry.actor, entry.action, entry.summary) == ("delivery", deadlines.ACTION, "Queued 2 deadline mails")
    assert journal.verify(store, learning.ana).whole

    for hours in range(1, 4):
        settle(store, "sent", NOW + hours * HOUR)
        assert tell(store, NOW + hours * HOUR) == 0
    assert journal.entries(store, learning.ana)[0] == entry
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(messages)).scalar_one() == 1


def test_what_a_mail_says_is_complete(learning: Organization) -> None:
    switch(learning, "3")
    tell(learning.store)
    compiled = compile_message(default_text(Purpose.DEADLINE), Frozen("Northwind", "l@x.example"), Purpose.DEADLINE)
    assert all(not compiled.lacking(json.loads(row["fields"])) for row in mails(learning.store))


def test_a_mail_that_failed_is_not_made_again(learning: Organization) -> None:
    set_up(learning.store, quiet_period_days=0)
    switch(learning, "3")
    tell(learning.store)
    settle(learning.store, "failed", NOW)
    assert tell(learning.store, NOW + HOUR) == 0


def test_a_later_deadline_is_told_of_in_its_turn_and_one_that_was_moved_again(learning: Organization) -> None:
    store = learning.store
    set_up(store, quiet_period_days=1)
    switch(learning, "3")
    tell(store)
    settle(store, "sent", NOW)
    assert tell(store, NOW + 7 * DAY - 1) == 0
    assert tell(store, NOW + 7 * DAY) == 2  # the exam: nobody handed that in
    assert told(store)[2:] == [(1, "Exam"), (2, "Exam")]
    settle(store, "sent", NOW + 7 * DAY)
    with store.write() as connection:
        connection.execute(update(assessments).where(assessments.c.id == 4).values(deadline=NOW + 12 * DAY))
    assert tell(store, NOW + 9 * DAY) == 1
    assert told(store)[4:] == [(7, "Essay")]


def test_who_must_not_be_written_to_is_not(learning: Organization) -> None:
    store = learning.store
    switch(learning, "3")
    suppress(store, "person1@northwind.example")
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 6).values(opted_out=True))
    before = journal.newest(store)
    assert tell(store) == 0
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 6).values(opted_out=False, email=None))
    assert tell(store) == 0
    assert (mails(store), journal.newest(store)) == ([], before)


def test_the_quiet_period_is_waited_for_and_then_what_still_lies_ahead_is_told(learning: Organization) -> None:
    store = learning.store
    set_up(store, quiet_period_days=2)
    switch(learning, "10")
    assert tell(store) == 3
    assert told(store) == [(1, "Quiz [1][2J"), (7, "Essay"), (2, "Exam")]
    settle(store, "sent", NOW)
    assert tell(store, NOW + 2 * DAY - 1) == 0
    assert tell(store, NOW + 2 * DAY) == 1
    assert told(store)[3:] == [(1, "Exam")]


def test_two_that_look_at_once_tell_nobody_twice(learning: Organization) -> None:
    store = learning.store
    switch(learning, "3")
    together, queued = threading.Barrier(2), []

    def work() -> None:
        with store.read() as connection:
            found = deadlines.look(connection, NOW)
        together.wait()
        with store.write() as connection:
            queued.append(deadlines.queue_found(connection, found, NOW))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(queued) == [0, 2]
    assert len(told(store)) == 2


def test_whoever_joined_or_left_since_the_look_is_judged_anew(learning: Organization) -> None:
    store = learning.store
    switch(learning, "3")
    with store.read() as connection:
        found = deadlines.look(connection, NOW)
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 7).values(state="DELETED_MEMBER"))
    with store.write() as connection:
        assert deadlines.queue_found(connection, found, NOW) == 1
    switch(learning, "off")
    with store.write() as connection:
        assert deadlines.queue_found(connection, found, NOW) == 0
