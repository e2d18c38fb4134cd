"""One learner's page: what it shows, and to whom."""

import pytest
from sqlalchemy import insert

from tests import outbox_rows
from tests import small_organization as small
from tui_admin.portal import edits, learner, learner_history, removal, undo
from tui_admin.portal.learner import Deadline, Outcome
from tui_admin.portal.rights import sign_in
from tui_admin.rules.errors import BadInput
from tui_admin.rules.mailing import MailState, Purpose
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import DAY, Instant
from tui_admin.store import learner as store_learner
from tui_admin.store.engine import Store
from tui_admin.store.tables import feedback

NOW = small.NOW


@pytest.fixture
def ana(store: Store) -> Actor:
    """The organization admin of the small organization, which `store` then holds."""
    small.fill(store)
    return sign_in(store, "ana@northwind.example")


@pytest.fixture
def bo(store: Store, ana: Actor) -> Actor:
    """The admin of the first program alone."""
    return sign_in(store, "bo@northwind.example")


def test_page_of_a_membership(store: Store, ana: Actor) -> None:
    page = learner.page(store, ana, NOW, membership_id=1)
    assert (page.member.name, page.member.email) == ("Kovács Ágnes", "agnes.kovacs@northwind.example")
    assert page.reason == "overdue 2: Quiz 3 (6 d), Lab 1 (2 d)"
    statistics, python = page.enrollments
    assert (statistics.course, statistics.progress, statistics.grade) == ("Statistics I", 64.0, 71.5)
    assert statistics.deadline == Deadline("Quiz 3", small.ago(6), overdue=True)
    assert (statistics.attempts, python.attempts) == (3, 1)
    assert (python.completed, python.completed_at, python.deadline) == (True, small.ago(22), None)


def test_all_attempts_are_shown_with_number_outcome_and_whether_late(store: Store, ana: Actor) -> None:
    page = learner.page(store, ana, NOW, membership_id=1)
    told = [(a.assessment, a.number, a.outcome, a.late, a.practice) for a in page.attempts_in(1)]
    assert told == [
        ("Quiz 1", 1, Outcome.FAILED, False, False),
        ("Quiz 1", 2, Outcome.PASSED, True, False),
        ("Practice", 1, Outcome.NOT_GRADED, False, True),
    ]
    assert [(a.score, a.max_score) for a in page.attempts_in(2)] == [(93.0, 100.0)]


def test_an_attempt_without_a_verdict_is_judged_by_its_score(store: Store, ana: Actor) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE attempts SET passed = NULL")
    outcomes = [a.outcome for a in learner.page(store, ana, NOW, membership_id=1).attempts]
    assert outcomes == [Outcome.FAILED, Outcome.PASSED, Outcome.NOT_GRADED, Outcome.PASSED]
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE assessments SET passing_score = NULL")
    outcomes = [a.outcome for a in learner.page(store, ana, NOW, membership_id=1).attempts]
    assert outcomes == [Outcome.SCORED, Outcome.SCORED, Outcome.NOT_GRADED, Outcome.SCORED]


def test_practice_and_a_deadline_to_come_are_never_overdue(store: Store, ana: Actor) -> None:
    page = learner.page(store, ana, NOW, membership_id=3)
    assert page.enrollments[0].deadline == Deadline("Final", small.ago(-3), overdue=False)
    assert page.reason == ""


def test_other_programs_of_the_same_person(store: Store, ana: Actor) -> None:
    assert [other.program for other in learner.page(store, ana, NOW, membership_id=1).others] == ["teams"]
    assert [other.id for other in learner.page(store, ana, NOW, membership_id=7).others] == [1]


def test_a_learner_s_page_opens_on_a_membership_that_joined(store: Store, ana: Actor) -> None:
    page = learner.page(store, ana, NOW, learner_id=5)
    assert (page.member.id, page.member.state) == (8, "MEMBER")
    assert [other.state for other in page.others] == ["INVITED"]


def test_a_program_admin_sees_neither_other_programs_nor_their_people(store: Store, bo: Actor) -> None:
    assert learner.page(store, bo, NOW, membership_id=1).others == ()
    refused = [{"membership_id": 7}, {"learner_id": 8}, {"membership_id": 999}, {"learner_id": 999}]
    for request in refused:
        with pytest.raises(BadInput, match="no such person in your programs"):
            learner.page(store, bo, NOW, **request)


def test_hostile_names_come_out_harmless(store: Store, ana: Actor) -> None:
    page = learner.page(store, ana, NOW, membership_id=4)
    assert page.member.name == "[/x][@click=app.quit]x[/] �[31m�evil�"
    assert page.member.external_id == "=cmd|' /C calc'!A0"


def test_history_tells_what_changed_this_person(store: Store, ana: Actor, bo: Actor) -> None:
    removal.apply(store, bo, removal.plan(store, bo, "data", [1, 2], NOW), NOW + 1)
    edits.apply(store, ana, edits.plan(store, ana, [1], {"city": "Győr"}), NOW + 2)
    edits.apply(store, ana, edits.plan(store, ana, [2], {"city": "Pécs"}), NOW + 3)
    undo.undo(store, bo, None, NOW + 4)
    events = learner_history.events(store, ana, 1, 1)
    assert [(e.action, e.actor.partition("@")[0], e.undone) for e in events] == [
        ("undo", "bo", False),
        ("edit people", "ana", False),
        ("remove members", "bo", True),
    ]
    assert (events[1].before, events[1].after) == ({"city": "Toronto"}, {"city": "Győr"})
    own = learner_history.events(store, bo, 1, 1)
    assert [event.action for event in own] == ["undo", "remove members"]
    assert learner_history.events(store, ana, 3, 3) == ()


def mail(store: Store, membership: int | None, learner: int, at: Instant, purpose: Purpose, **values: object) -> None:
    """Put one mail to a learner into the outbox."""
    message = {"subject": values.pop("subject", "Your courses")}
    about = {"membership_id": membership, "learner_id": learner}
    outbox_rows.enqueue(store, 1, at=at, purpose=purpose, message=message, **about, **values)


def test_the_mails_to_a_learner_are_listed_the_newest_first(store: Store, ana: Actor, bo: Actor) -> None:
    mail(store, 1, 1, NOW - 9, Purpose.INVITATION, state="sent", final_at=NOW - 8, last_text="2.0.0 ok")
    refused = {"state": "failed", "last_code": 550, "last_enhanced": "5.1.1", "last_text": "no \x1b[31msuch user"}
    mail(store, 7, 1, NOW - 7, Purpose.CUSTOM, subject="Hello {{ name }}", final_at=NOW - 2, **refused)
    mail(store, 1, 1, NOW - 5, Purpose.REMINDER)
    mail(store, None, 1, NOW - 20, Purpose.CUSTOM, subject="Of a program that is gone")
    mail(store, 2, 2, NOW - 1, Purpose.REMINDER)
    told = [
        (m.purpose, m.subject, m.at, m.state, m.reply) for m in learner.page(store, ana, NOW, membership_id=1).mails
    ]
    assert told == [
        (Purpose.CUSTOM, "Hello {{ name }}", NOW - 2, MailState.FAILED, "550 5.1.1 no �[31msuch user"),
        (Purpose.REMINDER, "Your courses", NOW - 5, MailState.QUEUED, ""),
        (Purpose.INVITATION, "Your courses", NOW - 8, MailState.SENT, "2.0.0 ok"),
        (Purpose.CUSTOM, "Of a program that is gone", NOW - 20, MailState.QUEUED, ""),
    ]
    own = learner.page(store, bo, NOW, learner_id=1).mails
    assert [m.purpose for m in own] == [Purpose.REMINDER, Purpose.INVITATION]


def test_the_mails_to_a_learner_are_found_along_an_index(sqlite_store: Store) -> None:
    with sqlite_store.read() as connection:
        asked: list[str] = []
        connection.connection.driver_connection.set_trace_callback(asked.append)  # type: ignore[union-attr]
        store_learner.mails_of(connection, 1, [1, 7], 200)
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}"))
    assert "SEARCH outbox USING INDEX ix_outbox_learner (learner_id=?)" in plan
    assert "SCAN" not in plan


def test_what_a_member_thinks_is_on_the_page_of_that_membership_alone(store: Store, ana: Actor, bo: Actor) -> None:
    said = {"membership_id": 1, "stars": None, "recommend": None, "comment": None, "course_id": None}
    with store.write() as connection:
        connection.execute(
            insert(feedback),
            [
                {**said, "course_id": 2, "stars": 4, "given_at": NOW - DAY},
                {**said, "recommend": 0, "comment": f"Good\n{small.HOSTILE}", "given_at": NOW},
                {**said, "membership_id": 7, "recommend": 9, "given_at": NOW},
            ],
        )
    page = learner.page(store, ana, NOW, membership_id=1)
    program, course = page.opinions
    assert (program.course, program.stars, program.recommend, program.given_at) == ("", None, 0, NOW)
    assert program.comment.startswith("Good") and "\x1b" not in program.comment
    assert (course.course, course.stars, course.comment) == ("Python for Analysis", 4, "")
    assert [one.recommend for one in learner.page(store, ana, NOW, membership_id=7).opinions] == [9]
    assert learner.page(store, ana, NOW, membership_id=2).opinions == ()
    assert learner.page(store, bo, NOW, membership_id=1).opinions == ()
