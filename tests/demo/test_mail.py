"""What the demo promises of mail: messages of every kind, believable ends, nothing that leaves by itself."""

from collections import Counter
from itertools import pairwise

from tests.demo.organizations import AT, one, rows
from tui_admin.demo import OWNER
from tui_admin.demo.mail import MOST
from tui_admin.portal import rights
from tui_admin.portal.inviting import invitations
from tui_admin.portal.mail import messages, suppressions
from tui_admin.rules.mailing import MailState, MessageState, Purpose
from tui_admin.store.engine import Store

DAY = 86_400_000
UNFINISHED = "SELECT count(*) FROM outbox o JOIN messages m ON m.id = o.message_id WHERE o.final_at IS NULL"


def test_no_mail_is_due_and_no_sender_is_needed(demo_2000: Store) -> None:
    assert not messages.under_way(demo_2000, AT + 365 * DAY)
    assert one(demo_2000, f"{UNFINISHED} AND m.state <> 'paused'") == 0
    assert one(demo_2000, f"{UNFINISHED} AND o.next_at <= :at", at=AT + 3 * DAY) == 0
    assert one(demo_2000, "SELECT count(*) FROM report_schedules") == 0


def test_messages_are_of_every_kind_and_state(demo_2000: Store) -> None:
    found = messages.listing(demo_2000, rights.sign_in(demo_2000, OWNER))
    assert Counter(message.state for message in found) == {
        MessageState.SENT: len(found) - 3,
        MessageState.DRAFT: 2,
        MessageState.PAUSED: 1,
    }
    kinds = {message.purpose for message in found}
    assert kinds == {Purpose.CUSTOM, Purpose.NUDGE, Purpose.REMINDER, Purpose.DEADLINE, Purpose.INVITATION}
    nudged = [message.started_at for message in found if message.purpose is Purpose.NUDGE]
    assert {before - after for before, after in pairwise(nudged) if before and after} == {7 * DAY}


def test_mails_end_as_mails_do(demo_20000: Store) -> None:
    (held,) = rows(demo_20000, "SELECT id FROM messages WHERE state = 'paused'")
    ends = Counter(row.state for row in rows(demo_20000, f"SELECT state FROM outbox WHERE message_id <> {held.id}"))
    assert set(ends) == {MailState.SENT, MailState.FAILED, MailState.BOUNCED, MailState.EXPIRED}
    assert 0.94 < ends[MailState.SENT] / ends.total() < 0.99
    again = "SELECT count(*) FROM outbox WHERE state = 'sent' AND attempts > 1"
    assert one(demo_20000, again) > 0
    tries = "SELECT count(*) FROM delivery_attempts"
    assert one(demo_20000, tries) == one(demo_20000, "SELECT sum(attempts) FROM outbox")
    largest = "SELECT max(mails) FROM (SELECT count(*) AS mails FROM outbox GROUP BY message_id) x"
    assert 0.9 * MOST < one(demo_20000, largest) <= MOST


def test_nothing_is_sent_to_whom_it_must_not_be(demo_20000: Store) -> None:
    after = "SELECT count(*) FROM outbox o JOIN suppressions s ON s.email = o.address WHERE o.header_date > s.added_at"
    assert one(demo_20000, after) == 0
    list_mail = "o.purpose IN ('custom', 'nudge')"
    opted = f"SELECT count(*) FROM outbox o JOIN learners l ON l.id = o.learner_id WHERE {list_mail} AND l.opted_out"
    assert one(demo_20000, opted) == 0
    reasons = Counter(row.reason for row in suppressions.listing(demo_20000, rights.sign_in(demo_20000, OWNER)))
    returned = "SELECT count(*) FROM outbox WHERE state = 'bounced' OR last_enhanced = '5.1.1'"
    assert reasons == {"added": 4, "bounced": one(demo_20000, returned)}


def test_invitations_tell_how_far_they_got(demo_20000: Store) -> None:
    actor = rights.sign_in(demo_20000, OWNER)
    found = list(invitations.stream(demo_20000, actor, invitations.pending("data-foundations"), AT))
    assert {row.delivery for row in found} >= {None, MailState.SENT, MailState.FAILED}
    assert {row.sent for row in found} >= {1, 2, 3}
    assert all(row.last_sent_at is None or row.invited_at <= row.last_sent_at < AT for row in found if row.invited_at)
    joined = "SELECT count(*) FROM outbox o JOIN memberships m ON m.id = o.membership_id WHERE o.purpose = 'invitation'"
    assert one(demo_20000, f"{joined} AND m.state = 'MEMBER' AND m.joined_at > o.final_at") > 0
