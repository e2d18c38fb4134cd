"""Mail as part of another act: who gets one, who is left out and why, and what waits in the outbox."""

import json

import pytest
from pyroaring import BitMap
from sqlalchemy import update

from tui_admin.mail.message import MessageText
from tui_admin.portal.mail.mailing import Mailed, mail_administrator, mail_members
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.rules.leaving_out import LeftOut, blank
from tui_admin.rules.mailing import EXPIRES_AFTER, Purpose
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import DAY, Instant
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, memberships, organization, programs

from .conftest import NOW, Organization
from .mail_facts import mails, set_up, settle, suppress, the_message

EVERYTHING = range(1, 10)
HELLO = MessageText("Hello {{ name }}", "You are in {{ program }}.")


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The organization, with an address that its mail comes from."""
    set_up(organization.store)
    return organization


def mailed(
    store: Store,
    actor: Actor,
    purpose: Purpose,
    ids: object = EVERYTHING,
    *,
    now: Instant = NOW,
    text: MessageText | None = HELLO,
    **more: int,
) -> Mailed:
    with store.write() as connection:
        return mail_members(connection, actor, purpose, BitMap(ids), now, text=text, **more)  # type: ignore[arg-type]


def left(found: Mailed) -> dict[str, list[int]]:
    return {reason: sorted(ids) for reason, ids in found.left_out.items()}


def test_a_mail_waits_with_all_that_it_will_say(mailing: Organization) -> None:
    store = mailing.store
    found = mailed(store, mailing.ana, Purpose.EXIT, [5], text=None)
    (row,) = mails(store)
    assert (row["message_id"], row["membership_id"], row["learner_id"]) == (found.message_id, 5, 5)
    assert (row["address"], row["purpose"], row["state"]) == ("person5@northwind.example", "exit", "queued")
    assert json.loads(row["fields"]) == {"name": "Person 5", "program": "Data Foundations"}
    assert (row["header_date"], row["next_at"], row["attempts"]) == (NOW, NOW, 0)
    assert row["expires_at"] == NOW + EXPIRES_AFTER[Purpose.EXIT]
    assert row["header_id"].startswith(f"<{found.message_id}.0000001.")
    assert row["header_id"].endswith("@northwind.example>")
    message = the_message(store, found.message_id)
    assert (message["kind"], message["state"], message["created_by"]) == ("exit", "sending", "ana@northwind.example")
    assert "Northwind Learning" in message["frozen"]
    assert "{{ program }}" in message["subject"]


def test_a_later_moment_makes_it_scheduled(mailing: Organization) -> None:
    found = mailed(mailing.store, mailing.ana, Purpose.CUSTOM, [1], send_at=NOW + DAY)
    (row,) = mails(mailing.store)
    assert (row["header_date"], row["next_at"], row["expires_at"]) == (NOW + DAY, NOW + DAY, NOW + 6 * DAY)
    assert the_message(mailing.store, found.message_id)["state"] == "scheduled"


@pytest.mark.parametrize(
    ("purpose", "written_to", "left_out"),
    [
        (Purpose.INVITATION, [4, 8], {LeftOut.INVITED_ONLY: [1, 2, 3, 5, 6, 7], LeftOut.GONE: [9]}),
        (Purpose.EXIT, [5], {LeftOut.FORMER_ONLY: [1, 2, 3, 4, 6, 7, 8], LeftOut.GONE: [9]}),
        (
            Purpose.REMINDER,
            [1, 2, 3, 7],
            {LeftOut.MEMBERS_ONLY: [4, 5, 8], LeftOut.TWICE: [6], LeftOut.GONE: [9]},
        ),
        (Purpose.PROGRAM_WELCOME, [1, 2, 3, 6, 7], {LeftOut.MEMBERS_ONLY: [4, 5, 8], LeftOut.GONE: [9]}),
        (Purpose.CUSTOM, [1, 2, 3, 4, 5, 7, 8], {LeftOut.TWICE: [6], LeftOut.GONE: [9]}),
    ],
)
def test_only_those_it_fits_get_it_and_a_person_gets_one(
    mailing: Organization, purpose: Purpose, written_to: list[int], left_out: dict[str, list[int]]
) -> None:
    found = mailed(mailing.store, mailing.ana, purpose)
    assert [row["membership_id"] for row in mails(mailing.store)] == written_to
    assert (found.queued, left(found)) == (len(written_to), left_out)


def test_nobody_is_written_to_who_must_not_be(mailing: Organization) -> None:
    store = mailing.store
    suppress(store, "person1@northwind.example")
    suppress(store, "person2@northwind.example", "bounced")
    with store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 3).values(opted_out=True))
        connection.execute(update(learners).where(learners.c.id == 6).values(email=None))
    nobody = {LeftOut.SUPPRESSED: [1, 6], LeftOut.BOUNCED: [2], LeftOut.NO_ADDRESS: [7]}
    custom = mailed(store, mailing.ana, Purpose.CUSTOM, [1, 2, 3, 6, 7])
    assert (custom.message_id, custom.queued) == (None, 0)
    assert left(custom) == {**nobody, LeftOut.OPTED_OUT: [3]}
    welcome = mailed(store, mailing.ana, Purpose.PROGRAM_WELCOME, [1, 2, 3, 6, 7])
    assert (welcome.queued, left(welcome)) == (1, nobody)  # nobody opts out of what is about their own place


def test_an_act_that_mails_nobody_leaves_no_message(mailing: Organization) -> None:
    found = mailed(mailing.store, mailing.ana, Purpose.INVITATION, [1])
    assert found.message_id is None
    again = mailed(mailing.store, mailing.ana, Purpose.INVITATION, [4])
    assert the_message(mailing.store, again.message_id)["kind"] == "invitation"
    assert len(mails(mailing.store)) == 1


def test_nobody_gets_two_reminders_within_the_quiet_period(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    assert mailed(store, ana, Purpose.REMINDER, [1, 2]).queued == 2
    on_its_way = mailed(store, ana, Purpose.NUDGE, [1, 2, 3])
    assert (on_its_way.queued, left(on_its_way)) == (1, {LeftOut.QUIET: [1, 2]})
    settle(store, "sent", NOW, learner_id=1)
    settle(store, "failed", NOW, learner_id=2)  # nobody got that one
    within = mailed(store, ana, Purpose.REMINDER, [1, 2], now=NOW + 7 * DAY - 1)
    assert (within.queued, left(within)) == (1, {LeftOut.QUIET: [1]})
    after = mailed(store, ana, Purpose.REMINDER, [1], now=NOW + 7 * DAY)
    assert after.queued == 1
    assert mailed(store, ana, Purpose.CUSTOM, [1]).queued == 1  # what is no reminder is not held back


def test_a_person_of_whom_a_needed_field_is_not_known_is_left_out(mailing: Organization) -> None:
    text = MessageText("Hello {{ name }}", "In {{ city }}, {{ job_title | default('colleague') }}")
    with mailing.store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 1).values(city="Győr"))
    found = mailed(mailing.store, mailing.ana, Purpose.CUSTOM, [1, 2], text=text)
    assert (found.queued, left(found)) == (1, {blank("city"): [2]})
    assert json.loads(mails(mailing.store)[0]["fields"]) == {"city": "Győr", "name": "Person 1"}


def test_what_fields_say_is_as_a_person_writes_it(mailing: Organization) -> None:
    names = ("email", "external_id", "manager", "contract", "enrolled", "last_active", "program_url")
    text = MessageText("x", " ".join(f"{{{{ {name} }}}}" for name in names))
    with mailing.store.write() as connection:
        person = {"external_id": "00417", "manager_email": "boss@x.example", "email_shown": "Person1@x.example"}
        connection.execute(update(learners).where(learners.c.id == 1).values(name="Eve\x1b[2J\u202e", **person))
        facts = {"enrolled": 1200, "last_activity_at": NOW - 5 * DAY}
        connection.execute(update(memberships).where(memberships.c.id == 1).values(facts))
        connection.execute(update(programs).where(programs.c.id == 1).values(url="https://x.example/data"))
        connection.execute(update(organization).values(time_zone="Pacific/Auckland"))
    mailed(mailing.store, mailing.ana, Purpose.CUSTOM, [1], text=text)
    assert json.loads(mails(mailing.store)[0]["fields"]) == {
        "contract": "Year 1",
        "email": "Person1@x.example",
        "enrolled": "1,200",
        "external_id": "00417",
        "last_active": "27 Apr 2026",
        "manager": "boss@x.example",
        "name": "Eve[2J",
        "program_url": "https://x.example/data",
    }


def test_an_invitation_says_what_the_program_says_else_what_the_organization_does(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    usual = the_message(store, mailed(store, ana, Purpose.INVITATION, [4], text=None).message_id)
    assert "{{ program }}" in usual["subject"]
    set_up(store, default_invitation="Join us, {{ name }}!")
    of_all = the_message(store, mailed(store, ana, Purpose.INVITATION, [4], text=None, program_id=1).message_id)
    assert (of_all["subject"], of_all["body"]) == (usual["subject"], "Join us, {{ name }}!")
    with store.write() as connection:
        own = {"invitation_subject": "Data for you", "invitation_body": "Come, {{ name }}."}
        connection.execute(update(programs).where(programs.c.id == 1).values(own))
    of_one = the_message(store, mailed(store, ana, Purpose.INVITATION, [4], text=None, program_id=1).message_id)
    assert (of_one["subject"], of_one["body"], of_one["program_id"]) == ("Data for you", "Come, {{ name }}.", 1)


def test_an_invitation_without_pages_says_how_to_join_by_the_programs_own(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    found = the_message(store, mailed(store, ana, Purpose.INVITATION, [4], text=None).message_id)
    assert (found["button_url"], "join_url" in found["body"]) == ("{{ program_url }}", False)
    own = "Join: {{ join_url }}"
    set_up(store, default_invitation=own)
    with pytest.raises(UsageError, match="settings set public-url"):
        mailed(store, ana, Purpose.INVITATION, [4], text=None)
    set_up(store, default_invitation=own, public_url="https://learn.northwind.example")
    found = the_message(store, mailed(store, ana, Purpose.INVITATION, [4], text=None).message_id)
    assert (found["button_url"], found["body"]) == ("{{ join_url }}", own)


def test_a_program_admin_writes_only_to_their_own(mailing: Organization) -> None:
    found = mailed(mailing.store, mailing.bo, Purpose.CUSTOM, [1, 6, 7])
    assert [row["membership_id"] for row in mails(mailing.store)] == [1]
    assert left(found) == {LeftOut.GONE: [6, 7]}
    with pytest.raises(NotAllowed):
        mailed(mailing.store, mailing.bo, Purpose.INVITATION, [8], program_id=2)


def test_without_a_sender_address_nothing_is_queued(organization: Organization) -> None:
    with pytest.raises(UsageError, match="sender-address"):
        mailed(organization.store, organization.ana, Purpose.CUSTOM, [1])


def test_a_text_that_cannot_be_filled_is_refused_whole(mailing: Organization) -> None:
    with pytest.raises(BadInput, match="no field"):
        mailed(mailing.store, mailing.ana, Purpose.CUSTOM, [1], text=MessageText("x", "{{ nme }}"))
    assert mails(mailing.store) == []


def test_a_failed_act_leaves_no_mail(mailing: Organization) -> None:
    with pytest.raises(ZeroDivisionError), mailing.store.write() as connection:
        mail_members(connection, mailing.ana, Purpose.CUSTOM, BitMap([1]), NOW, text=HELLO)
        raise ZeroDivisionError
    assert mails(mailing.store) == []


def test_an_administrator_gets_a_file(mailing: Organization) -> None:
    with mailing.store.write() as connection:
        fields = {"list": "no enrollments", "people": "3", "program": "Data Foundations"}
        file = ("list.csv", b"Name\r\n")
        found = mail_administrator(
            connection, mailing.ana, Purpose.LIST, mailing.ana.email, None, NOW, fields=fields, attachment=file
        )
    (row,) = mails(mailing.store)
    assert (row["message_id"], row["address"], row["learner_id"]) == (found.message_id, mailing.ana.email, None)
    assert (row["attachment_name"], row["attachment"]) == file
    assert json.loads(row["fields"]) == fields
