"""Mails in doubt: decided by a person, or by what a server's log proves; never by themselves."""

import pytest
from pyroaring import BitMap

from tui_admin.mail.maillog import read_log
from tui_admin.portal import journal
from tui_admin.portal.mail import doubts
from tui_admin.portal.mail.doubts import Decision
from tui_admin.portal.mail.mailing import mail_members
from tui_admin.rules.errors import UsageError
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import HOUR
from tui_admin.store.mail import messages

from .conftest import NOW, Organization
from .mail_facts import mails, set_up, settle, the_message

LATER = NOW + HOUR


@pytest.fixture
def doubtful(organization: Organization) -> Organization:
    """Three mails of ana's, two of them in doubt, and one of bo's in doubt."""
    set_up(organization.store)
    queue(organization, organization.ana, [1, 2, 3])
    queue(organization, organization.bo, [3])
    for row in (1, 2, 4):
        settle(organization.store, "unknown", NOW, id=row)
    settle(organization.store, "sent", NOW, id=3)
    return organization


def queue(organization: Organization, actor: Actor, members: list[int]) -> None:
    """Queue a mail to each of the members."""
    with organization.store.write() as connection:
        mail_members(connection, actor, Purpose.PROGRAM_WELCOME, BitMap(members), NOW, program_id=1)


def states(organization: Organization) -> list[str]:
    """How far the mails got."""
    return [row["state"] for row in mails(organization.store)]


@pytest.mark.parametrize(
    ("decision", "state"), [(Decision.SENT, "sent"), (Decision.RESEND, "queued"), (Decision.DROP, "dropped")]
)
def test_a_decision_holds_for_those_in_doubt(doubtful: Organization, decision: Decision, state: str) -> None:
    done = doubts.resolve(doubtful.store, doubtful.ana, [1, 3], decision, LATER)
    assert (done.count, done.skipped) == (1, 1)
    assert states(doubtful) == [state, "unknown", "sent", "unknown"]
    entry = journal.entry(doubtful.store, doubtful.ana, done.entry_id or 0)
    assert (entry.action, entry.row_count) == (doubts.ACTION, 1)


def test_what_is_sent_again_is_the_same_mail_and_wakes_its_message(doubtful: Organization) -> None:
    before = mails(doubtful.store)[0]
    message = before["message_id"]
    with doubtful.store.write() as connection:
        messages.change(connection, message, {"state": "sent", "finished_at": NOW})
    doubts.resolve(doubtful.store, doubtful.ana, [1], Decision.RESEND, LATER)
    after = mails(doubtful.store)[0]
    assert {name: after[name] for name in ("header_id", "header_date", "fields", "dedupe_key")} == {
        name: before[name] for name in ("header_id", "header_date", "fields", "dedupe_key")
    }
    assert the_message(doubtful.store, message)["state"] == "sending"


def test_a_log_proves_only_what_it_names(doubtful: Organization) -> None:
    found = doubts.in_doubt(doubtful.store, doubtful.ana)
    log = read_log([found[0].header_id, "<somebody.else@x.example>"])
    assert list(doubts.proven(found, log)) == [1]


def test_nothing_in_doubt_is_refused_and_writes_nothing(doubtful: Organization) -> None:
    before = journal.newest(doubtful.store)
    with pytest.raises(UsageError, match="None of these mails is in doubt"):
        doubts.resolve(doubtful.store, doubtful.ana, [3], Decision.SENT, LATER)
    assert journal.newest(doubtful.store) == before


def test_a_program_admin_decides_only_on_their_own(doubtful: Organization) -> None:
    assert [doubt.id for doubt in doubts.in_doubt(doubtful.store, doubtful.bo)] == [4]
    done = doubts.resolve(doubtful.store, doubtful.bo, [1, 2, 4], Decision.DROP, LATER)
    assert (done.count, states(doubtful)) == (1, ["unknown", "unknown", "sent", "dropped"])
