"""What the end of a dialogue means: the table of replies, row by row."""

from dataclasses import replace

import pytest

from tui_admin.mail.transport import Fate, Outcome, Phase, reply
from tui_admin.mail.verdicts import IN_ROW, STRANGERS_IN_ROW, RefusalWatch, judge
from tui_admin.rules.delivery import Mail, Settlement
from tui_admin.rules.mailing import InDoubt, MailState, Purpose
from tui_admin.rules.times import DAY, HOUR, MINUTE, parse_iso

NOW = parse_iso("2026-05-01T12:00:00Z")
MAIL = Mail(
    id=1,
    message_id=1,
    learner_id=1,
    membership_id=1,
    purpose=Purpose.NUDGE,
    address="a@example.com",
    fields="{}",
    header_id="<1.1@example.com>",
    header_date=NOW,
    attempts=0,
    expires_at=NOW + DAY,
    in_doubt=InDoubt.HOLD,
    has_attachment=False,
)
MIDDLE = 0.5
"""The chance that lengthens and shortens nothing."""


def refused(phase: Phase, code: int, text: str = "") -> Outcome:
    return Outcome(Fate.REFUSED, phase, reply(code, text))


@pytest.mark.parametrize(
    ("outcome", "state", "counts", "wait", "suppress", "throttled"),
    [
        (Outcome(Fate.ACCEPTED, Phase.BODY, reply(250, "2.0.0 ok")), MailState.SENT, True, None, False, False),
        (Outcome(Fate.IN_DOUBT, Phase.BODY), MailState.UNKNOWN, True, None, False, False),
        (Outcome(Fate.IN_DOUBT, Phase.BODY, reply(251, "what")), MailState.UNKNOWN, True, None, False, False),
        (Outcome(Fate.UNSENT, Phase.MAIL), MailState.QUEUED, False, None, False, False),
        (Outcome(Fate.UNSENT, Phase.RCPT), MailState.DEFERRED, True, 5, False, False),
        (Outcome(Fate.UNSENT, Phase.DATA), MailState.DEFERRED, True, 5, False, False),
        (Outcome(Fate.UNSENT, Phase.BODY), MailState.DEFERRED, True, 5, False, False),
        (refused(Phase.MAIL, 451, "4.7.1 greylisted"), MailState.DEFERRED, True, 5, False, False),
        (refused(Phase.RCPT, 450, "4.2.1 busy"), MailState.DEFERRED, True, 5, False, False),
        (refused(Phase.RCPT, 452, "4.2.2 mailbox full"), MailState.DEFERRED, True, 5, False, False),
        (refused(Phase.BODY, 451, "4.3.0 try later"), MailState.DEFERRED, True, 5, False, False),
        (refused(Phase.RCPT, 550, "5.1.1 no such user"), MailState.FAILED, True, None, True, False),
        (refused(Phase.RCPT, 550, "5.1.10 null mx"), MailState.FAILED, True, None, True, False),
        (refused(Phase.RCPT, 552, "5.2.2 mailbox full"), MailState.FAILED, True, None, False, False),
        (refused(Phase.RCPT, 550, "5.7.1 no relaying"), MailState.FAILED, True, None, False, False),
        (refused(Phase.RCPT, 553, "5.1.8 your domain does not exist"), MailState.FAILED, True, None, False, False),
        (refused(Phase.RCPT, 550, "no such user"), MailState.FAILED, True, None, False, False),
        (refused(Phase.DATA, 554, "5.7.1 policy"), MailState.FAILED, True, None, False, False),
        (refused(Phase.BODY, 554, "5.7.1 looks like spam"), MailState.FAILED, True, None, False, False),
        (refused(Phase.MAIL, 421, "4.3.2 closing"), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.RCPT, 421, "4.7.0 too many errors"), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.BODY, 421, ""), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.BODY, 454, "Throttling failure"), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.MAIL, 432, "4.3.2 concurrent connections"), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.BODY, 452, "4.3.1 no storage"), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.RCPT, 450, "4.7.1 Rate limit exceeded"), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.RCPT, 450, "too many messages"), MailState.DEFERRED, False, 1, False, True),
        (refused(Phase.RCPT, 450, "4.7.1 temporarily moderated"), MailState.DEFERRED, True, 5, False, False),
    ],
    ids=str,
)
def test_each_end_of_a_dialogue(
    outcome: Outcome, state: MailState, counts: bool, wait: int | None, suppress: bool, throttled: bool
) -> None:
    verdict = judge(MAIL, outcome, NOW, MIDDLE)
    settled = verdict.settlement

    assert (settled.state, settled.counts, settled.suppress) == (state, counts, suppress)
    assert settled.next_at == (None if wait is None else NOW + wait * MINUTE)
    assert (settled.phase, settled.code) == (outcome.phase, outcome.reply and outcome.reply.code)
    assert (verdict.throttled, verdict.pause) == (throttled, "")


def test_a_refused_sender_pauses_the_message_and_leaves_the_mail_alone() -> None:
    verdict = judge(MAIL, refused(Phase.MAIL, 550, "5.7.60 not permitted to send as"), NOW, MIDDLE)

    assert (verdict.settlement.state, verdict.settlement.counts) == (MailState.QUEUED, False)
    assert "550 5.7.60 not permitted to send as" in verdict.pause


@pytest.mark.parametrize(
    ("policy", "state", "wait"),
    [(InDoubt.HOLD, "unknown", None), (InDoubt.RESEND, "deferred", 5), (InDoubt.DROP, "dropped", None)],
)
def test_doubt_is_settled_as_the_message_says(policy: InDoubt, state: str, wait: int | None) -> None:
    settled = judge(replace(MAIL, in_doubt=policy), Outcome(Fate.IN_DOUBT, Phase.BODY), NOW, MIDDLE).settlement

    assert (settled.state, settled.next_at) == (state, None if wait is None else NOW + wait * MINUTE)


def test_a_mail_is_not_tried_after_its_end() -> None:
    mail = replace(MAIL, attempts=3, expires_at=NOW + HOUR)
    later = refused(Phase.RCPT, 450, "4.2.1 busy")

    assert judge(mail, later, NOW, MIDDLE).settlement.next_at == NOW + 40 * MINUTE
    ended = judge(mail, later, NOW + 25 * MINUTE, MIDDLE).settlement
    assert (ended.state, ended.code, ended.next_at) == (MailState.EXPIRED, 450, None)
    assert judge(replace(mail, expires_at=None), later, NOW, MIDDLE).settlement.state is MailState.DEFERRED


def settled(outcome: Outcome) -> Settlement:
    return judge(MAIL, outcome, NOW, MIDDLE).settlement


SPAM = settled(refused(Phase.BODY, 554, "5.7.1 looks like spam"))
LARGE = settled(refused(Phase.DATA, 552, "5.3.4 too large"))
STRANGER = settled(refused(Phase.RCPT, 550, "5.1.1 no such user"))
TAKEN = settled(Outcome(Fate.ACCEPTED, Phase.BODY, reply(250, "ok")))
BUSY = settled(refused(Phase.RCPT, 450, "4.2.1 busy"))


def first_reason(*tries: Settlement) -> int | None:
    """At which try, from 1, the message is to pause."""
    watch = RefusalWatch()
    return next((number for number, item in enumerate(tries, start=1) if watch.see(item)), None)


def test_twenty_refusals_of_content_in_a_row_pause_a_message() -> None:
    assert first_reason(*[SPAM] * 30) == IN_ROW == 20
    assert first_reason(*[SPAM, BUSY, STRANGER] * 30) == 3 * IN_ROW - 2, "what lies between is no answer to content"
    assert first_reason(*[SPAM] * 19, TAKEN, *[SPAM] * 5) is None


def test_refusals_with_different_codes_are_no_row() -> None:
    assert first_reason(*[SPAM, LARGE] * 10) is None


def test_more_than_a_twentieth_of_the_last_500_pauses_a_message() -> None:
    assert first_reason(*[*[TAKEN] * 19, SPAM] * 100) is None
    assert first_reason(*[*[TAKEN] * 17, SPAM] * 100) == 26 * 18
    assert first_reason(*[*[SPAM] * 18, *[TAKEN] * 482] * 10) is None, "what lies further back is forgotten"


def test_refused_recipients_pause_only_when_nobody_is_known_any_more() -> None:
    assert first_reason(*[*[STRANGER] * 50, TAKEN] * 10) is None
    assert first_reason(*[STRANGER] * 200) == STRANGERS_IN_ROW
