"""Messages: what sending would do, that it does just that and once, and what becomes of them after."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from pyroaring import FrozenBitMap
from sqlalchemy import update

from tui_admin.mail.transport import Limits
from tui_admin.portal import journal
from tui_admin.portal.mail import drafts, holding, messages, previews, sending
from tui_admin.portal.mail.audiences import Moments, Selected
from tui_admin.portal.mail.drafts import Draft
from tui_admin.rules.audiences import Audience
from tui_admin.rules.errors import BadInput, Cancelled, Conflict, NotAllowed, UsageError
from tui_admin.rules.filters import FilterError
from tui_admin.rules.leaving_out import LeftOut, blank
from tui_admin.rules.mailing import MailState, Purpose
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, memberships, programs

from .conftest import NOW, Organization
from .mail_facts import mails, set_up, settle, suppress, the_message

AT = Moments(NOW, NOW)
HELLO = Draft(subject="We miss you", body="Hello {{ name }} of {{ program }}")


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The organization, with an address that its mail comes from."""
    set_up(organization.store)
    return organization


def planned(
    store: Store, actor: Actor, draft: Draft = HELLO, limits: Limits = Limits(), **more: int
) -> sending.SendPlan:
    saved = drafts.save(store, actor, draft, NOW)
    return sending.plan(store, actor, saved.id, AT, limits, **more)


def sent(store: Store, actor: Actor, draft: Draft = HELLO, **more: int) -> sending.Sent:
    return sending.send(store, actor, planned(store, actor, draft, **more), AT)


def state(store: Store, message_id: int) -> str:
    return str(the_message(store, message_id)["state"])


def test_a_plan_says_all_and_writes_nothing(mailing: Organization) -> None:
    suppress(mailing.store, "person2@northwind.example")
    plan = planned(mailing.store, mailing.ana, limits=Limits(per_minute=1))
    assert (sorted(plan.ids), plan.count, plan.refusal) == ([1, 3, 7], 3, "")
    assert plan.left_out == {LeftOut.SUPPRESSED: FrozenBitMap([2])}
    assert plan.summary == "“We miss you” to 3 people (left out: 1 on the suppression list)"
    assert str(plan.estimate) == "3 minutes at the least (1 a minute)"
    assert plan.notes == (
        "People opt out by writing to learning@northwind.example: set public-url or unsubscribe-url for a link.",
    )
    assert mails(mailing.store) == []
    assert state(mailing.store, plan.saved.id) == "draft"


def test_sending_queues_what_was_planned_with_the_entry(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    done = sent(
        store, ana, Draft(Audience(expression="program:data"), "We miss you", "Hello {{ name }} of {{ program }}")
    )
    rows = mails(store)
    assert [(row["membership_id"], row["message_id"], row["purpose"]) for row in rows] == [
        (id, done.message_id, "custom") for id in (1, 2, 3)
    ]
    assert json.loads(rows[0]["fields"]) == {"name": "Person 1", "program": "Data Foundations"}
    entry = journal.entries(store, ana)[0]
    assert (entry.id, entry.action, entry.summary) == (
        done.entry_id,
        sending.ACTION,
        "Queued “We miss you” for 3 people",
    )
    assert (entry.program_id, entry.details["queued"], entry.details["message"]) == (1, 3, done.message_id)
    assert state(store, done.message_id) == "sending"
    (listed,) = messages.listing(store, ana)
    assert (listed.subject, listed.counts, listed.settled) == ("We miss you", {MailState.QUEUED: 3}, 0)


def test_sending_twice_queues_nobody_twice(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    plan = planned(store, ana)
    sending.send(store, ana, plan, AT)
    with pytest.raises(UsageError, match="no draft any more"):
        sending.send(store, ana, plan, AT)
    assert len(mails(store)) == 4


def both_at_once(act: Callable[[], object]) -> list[object]:
    """What two threads get from the same act, begun together."""
    ready, got = threading.Barrier(2), []

    def run() -> None:
        ready.wait()
        try:
            got.append(act())
        except Exception as error:
            got.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_two_who_send_the_same_draft_at_once_queue_it_once(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    plan = planned(store, ana)
    got = both_at_once(lambda: sending.send(store, ana, plan, AT))
    assert {type(one) for one in got} == {UsageError, sending.Sent}
    assert len(mails(store)) == 4


def test_two_reminders_at_once_reach_each_person_once(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    plans = [planned(store, ana, drafts.quick("remind")) for _ in range(2)]
    got = both_at_once(lambda: sending.send(store, ana, plans.pop(), AT))
    assert {type(one) for one in got} == {UsageError, sending.Sent}
    assert sorted(row["learner_id"] for row in mails(store)) == [1, 2, 3, 6]


def test_everybody_is_judged_again(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    plan = planned(store, ana, Draft(Audience("no-enrollment"), "Hi", "Hello {{ name }}"))
    assert sorted(plan.ids) == [1, 2, 3, 7]
    suppress(store, "person1@northwind.example")
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 2).values(enrolled=1))
        connection.execute(update(learners).where(learners.c.id == 3).values(opted_out=True))
        connection.execute(update(memberships).where(memberships.c.id == 8).values(state="MEMBER"))
    done = sending.send(store, ana, plan, AT)
    assert [row["membership_id"] for row in mails(store)] == [7]  # and nobody whom the plan did not show
    assert done.left_out == {
        sending.MEANWHILE: FrozenBitMap([2]),
        LeftOut.SUPPRESSED: FrozenBitMap([1]),
        LeftOut.OPTED_OUT: FrozenBitMap([3]),
    }
    assert "1 opted out" in done.summary
    with store.write() as connection:
        connection.execute(update(memberships).values(state="DELETED_MEMBER"))
    with pytest.raises(BadInput, match="Nobody would get it"):
        sent(store, ana)


def test_a_draft_changed_since_the_plan_is_not_sent(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    plan = planned(store, ana)
    drafts.save(store, ana, Draft(subject="Other", body="Text"), NOW, plan.saved)
    with pytest.raises(Conflict):
        sending.send(store, ana, plan, AT)
    assert mails(store) == []


@pytest.mark.parametrize(
    ("draft", "error", "said"),
    [
        (Draft(body="x"), BadInput, "subject is blank"),
        (Draft(subject="x", body=" \n"), BadInput, "body is blank"),
        (Draft(subject="x", body="{{ nme }}"), BadInput, "nearest is {{ name }}"),
        (Draft(subject="x", body="{% for a in b %}"), BadInput, "not allowed"),
        (Draft(subject="x", body="{{ join_url }}"), UsageError, "public-url"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything(
    mailing: Organization, draft: Draft, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        planned(mailing.store, mailing.ana, draft)


def test_it_needs_an_address_to_come_from(organization: Organization) -> None:
    with pytest.raises(UsageError, match="sender-address"):
        planned(organization.store, organization.ana)


def test_a_field_not_known_of_somebody_is_named_and_counted(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 1).values(city="Győr"))
    plan = planned(store, ana, Draft(subject="Hi", body="In {{ city }}"))
    assert plan.blank == {blank("city"): FrozenBitMap([2, 3, 7])}
    assert plan.refusal.startswith("3 people with no city, which the text needs. Give the field a default")
    with pytest.raises(BadInput, match="3 people with no city"):
        sending.send(store, ana, plan, AT)
    assert sent(store, ana, Draft(subject="Hi", body="In {{ city | default('town') }}")).queued == 4


def test_a_button_whose_link_is_not_known_is_left_out_and_told(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    with store.write() as connection:
        connection.execute(update(programs).where(programs.c.id == 2).values(url="https://x.example"))
    button = Draft(subject="Hi", body="Hello", button_text="Open", button_url="{{ program_url }}")
    plan = planned(store, ana, button)
    assert (plan.count, plan.refusal) == (4, "")
    assert plan.notes[0] == "3 people get it without the button: its link is not known for their program."
    in_text = planned(store, ana, replace(button, body="Open {{ program_url }}"))
    assert in_text.blank == {blank("program_url"): FrozenBitMap([1, 2, 3])}


def test_a_program_admin_sends_within_their_own(mailing: Organization) -> None:
    store, bo = mailing.store, mailing.bo
    assert sent(store, bo).queued == 3
    assert [row["membership_id"] for row in mails(store)] == [1, 2, 3]
    with pytest.raises(FilterError):
        planned(store, bo, Draft(Audience(expression="program:teams"), "x", "y"))
    plan = planned(store, bo, Draft(Selected(FrozenBitMap([1, 6, 7])), "x", "y"))
    assert sorted(plan.ids) == [1]


def test_a_plan_does_not_outlive_the_right(mailing: Organization) -> None:
    store, bo = mailing.store, mailing.bo
    plan = planned(store, bo)
    with store.write() as connection:
        connection.exec_driver_sql("DELETE FROM administrator_programs")
    with pytest.raises((NotAllowed, UsageError)):
        sending.send(store, bo, plan, AT)
    assert mails(store) == []


def test_a_later_moment_waits_and_can_be_called_back(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    done = sent(store, ana, send_at=NOW + 3 * DAY)
    assert done.summary == "Scheduled “We miss you” for 4 people"
    assert (state(store, done.message_id), mails(store)[0]["next_at"]) == ("scheduled", NOW + 3 * DAY)
    assert holding.pause(store, ana, done.message_id, NOW) == "Paused “We miss you”"
    assert state(store, done.message_id) == "paused"
    holding.resume(store, ana, done.message_id, NOW + DAY)
    assert state(store, done.message_id) == "scheduled"
    holding.pause(store, ana, done.message_id, NOW)
    holding.resume(store, ana, done.message_id, NOW + 4 * DAY)
    assert state(store, done.message_id) == "sending"
    settle(store, "sent", NOW, membership_id=1)
    assert holding.cancel(store, ana, done.message_id, NOW) == "Cancelled “We miss you”: 3 mails called back"
    shown = messages.show(store, ana, done.message_id)
    assert shown.message.counts == {MailState.SENT: 1, MailState.CANCELLED: 3}
    assert shown.draft.subject == "We miss you"
    with pytest.raises(UsageError, match="is cancelled: there is nothing to resume"):
        holding.resume(store, ana, done.message_id, NOW)
    acts = [entry.action for entry in journal.entries(store, ana)][:6]
    assert acts == [
        "cancel message",
        "resume message",
        "pause message",
        "resume message",
        "pause message",
        sending.ACTION,
    ]


def test_a_moment_gone_by_is_now(mailing: Organization) -> None:
    assert state(mailing.store, sent(mailing.store, mailing.ana, send_at=NOW - DAY).message_id) == "sending"


def test_only_its_writer_and_the_organization_hold_a_message(mailing: Organization) -> None:
    store = mailing.store
    done = sent(store, mailing.bo)
    for act in (holding.pause, holding.resume, holding.cancel):
        with pytest.raises(BadInput, match="no message"):
            act(store, mailing.cy, done.message_id, NOW)
    with pytest.raises(BadInput, match="no message"):
        messages.mails(store, mailing.cy, done.message_id)
    assert messages.listing(store, mailing.cy) == []
    assert [message.id for message in messages.listing(store, mailing.ana)] == [done.message_id]
    holding.pause(store, mailing.ana, done.message_id, NOW)


def test_each_mail_is_told_with_what_the_server_said(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    done = sent(store, ana)
    settle(store, "failed", NOW, membership_id=1)
    with store.write() as connection:
        connection.exec_driver_sql(
            "UPDATE outbox SET last_code = 550, last_enhanced = '5.1.1', last_text = 'no \x1b[2J such user'"
            " WHERE membership_id = 1"
        )
    rows = messages.mails(store, ana, done.message_id)
    assert [(row.name, row.address, row.state) for row in rows][:2] == [
        ("Person 1", "person1@northwind.example", MailState.FAILED),
        ("Person 2", "person2@northwind.example", MailState.QUEUED),
    ]
    assert rows[0].reply == "550 5.1.1 no \ufffd[2J such user"
    assert [row.membership_id for row in messages.mails(store, ana, done.message_id, states=[MailState.QUEUED])] == [
        2,
        3,
        7,
    ]
    assert [row.membership_id for row in messages.mails(store, ana, done.message_id, offset=1, limit=2)] == [2, 3]
    assert len(list(messages.all_mails(store, ana, done.message_id))) == 4
    places = [messages.position(store, ana, done.message_id, row.id, [MailState.QUEUED]) for row in rows]
    assert [place for place in places if place is not None] == [0, 1, 2]
    assert [messages.position(store, ana, done.message_id, row.id) for row in rows] == [0, 1, 2, 3]


def test_planning_and_sending_tell_how_far_they_are_and_can_be_stopped(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    told: list[tuple[int, int]] = []
    saved = drafts.save(store, ana, HELLO, NOW)
    plan = sending.plan(store, ana, saved.id, AT, Limits(), progress=lambda *step: told.append(step))
    with pytest.raises(Cancelled):
        sending.send(store, ana, plan, AT, cancelled=lambda: bool(told))
    assert mails(store) == []
    sending.send(store, ana, plan, AT, progress=lambda *step: told.append(step))
    assert told == [(4, 4), (4, 4)]


def test_a_crash_while_sending_leaves_the_draft(mailing: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    store, ana = mailing.store, mailing.ana
    plan = planned(store, ana)

    def fail(*_: object) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr("tui_admin.store.journal.seal", fail)
    with pytest.raises(OSError, match="disk gone"):
        sending.send(store, ana, plan, AT)
    assert (mails(store), state(store, plan.saved.id)) == ([], "draft")


def test_any_recipient_can_be_looked_at(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    draft = Draft(subject="Hi {{ name }}", body="{{ program }} {{ city }} {{ unsubscribe_url }}")
    assert sorted(previews.addressees(store, ana, draft, AT)) == [1, 2, 3, 7]
    seen = previews.preview(store, ana, draft, 7, AT)
    assert (seen.name, seen.address, seen.subject) == ("Person 6", "person6@northwind.example", "Hi Person 6")
    assert seen.lacking == ("city",)
    assert "Leading Teams" in seen.text
    assert "Leading Teams" in seen.html
    set_up(store, public_url="https://learn.x.example")
    assert "https://learn.x.example/u/" in previews.preview(store, ana, draft, 7, AT).text
    with pytest.raises(BadInput, match="no such member"):
        previews.preview(store, mailing.bo, draft, 7, AT)


def test_only_those_who_get_the_mail_can_be_looked_at(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    suppress(store, "person2@northwind.example")
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 6).values(opted_out=True))
    plan = planned(store, ana)
    assert previews.addressees(store, ana, HELLO, AT) == plan.ids == FrozenBitMap([1, 3])


def test_a_test_goes_to_oneself_and_nobody_else(mailing: Organization) -> None:
    store, bo = mailing.store, mailing.bo
    draft = Draft(subject="Hi {{ name }}", body="{{ join_url }}", sender_name="Bo", reply_to="bo@x.example")
    assert previews.send_test(store, bo, draft, 1, AT) == "Queued a test of “Hi {{ name }}” to bo@northwind.example"
    (row,) = mails(store)
    assert (row["address"], row["learner_id"], row["membership_id"]) == (bo.email, None, None)
    fields = json.loads(row["fields"])
    assert fields["name"] == "Person 1"
    message = the_message(store, row["message_id"])
    assert (message["kind"], json.loads(message["frozen"])["sender_name"]) == (Purpose.TEST, "Bo")
    assert messages.listing(store, bo) == []
    assert messages.listing(store, bo, purposes=None)[0].id == row["message_id"]
