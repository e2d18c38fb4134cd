"""What a mail server does wrong, end to end: faults 10 to 24 of the list, each against a server in a process of its
own, with the five invariants checked afterwards."""

import sys
from dataclasses import dataclass, replace
from itertools import count, product
from pathlib import Path

import pytest

from tests import outbox_rows
from tests.mail.certificates import server_context
from tests.mail.fault_script import Fault, Script
from tests.mail.fault_server import accepted
from tests.worker.harness import Post
from tui_admin.mail.credentials import Password, TokenCommand
from tui_admin.rules.errors import MailError
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.times import DAY, MINUTE
from tui_admin.worker.process import Until

MAILS = 60


@dataclass(frozen=True)
class Case:
    """A fault; how mails end that met it, and how many may be in doubt."""

    name: str
    faults: tuple[Fault, ...]
    ends: dict[str, int]
    in_doubt: int = 0

    def __str__(self) -> str:
        return self.name


def once(at: str, do: str, text: str = "", **how: object) -> Fault:
    """A fault that happens at the tenth time only."""
    return Fault(at, do, text, after=9, times=1, **how)  # type: ignore[arg-type]


ALL = {"sent": MAILS}
ONE_LATER = {"sent": MAILS - 1, "deferred": 1}
ONE_FAILED = {"sent": MAILS - 1, "failed": 1}
ONE_IN_DOUBT = {"sent": MAILS - 1, "unknown": 1}

CASES = [
    # 10: hangs up before the greeting, EHLO, 354
    Case("close before 220", (Fault("connect", "close", times=2),), ALL),
    Case("close at EHLO", (Fault("ehlo", "close", times=2),), ALL),
    Case("close at MAIL", (once("mail", "close"),), ALL),
    Case("close at RCPT", (once("rcpt", "close"),), ONE_LATER),
    Case("close before 354", (once("data", "close"),), ONE_LATER),
    # 12, 13: the answer to the whole mail is lost
    Case("FIN after the dot", (once("dot", "close"),), ONE_IN_DOUBT, 1),
    Case("RST after the dot", (once("dot", "reset"),), ONE_IN_DOUBT, 1),
    Case("late answer", (once("dot", "delay", seconds=0.4),), ALL),
    Case("no answer", (once("dot", "stall"),), ONE_IN_DOUBT, 1),
    Case("no answer, not accepted", (once("dot", "stall", accepted=False),), ONE_IN_DOUBT, 1),
    # 14: answers in odd shapes
    Case("byte by byte", (Fault("dot", "dribble", chance=0.2),), ALL),
    Case("1,000 lines", (once("dot", "lines"),), ALL),
    Case("a line of 40 KB", (once("dot", "long"),), ONE_IN_DOUBT, 1),
    Case("garbage after the dot", (once("dot", "reply", "what?", accepted=True),), ONE_IN_DOUBT, 1),
    Case("bytes, ESC and NUL", (Fault("dot", "reply", "250 \x1b[31m\xff\xfe\x00 ok", accepted=True),), ALL),
    # 24: something unasked
    Case("a line too many", (once("dot", "extra", "250 2.0.0 what else", accepted=True),), ALL),
    Case("unasked at RCPT", (once("rcpt", "unsolicited", "421 4.3.2 idle", seconds=0.01),), ONE_LATER),
    # 18: a refusal, and then nothing
    Case("550 at RCPT, RSET stalls", (once("rcpt", "reply", "550 5.1.1 gone"), Fault("rset", "stall")), ONE_FAILED),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_of_the_server(post: Post, case: Case) -> None:
    post.enqueue(MAILS)
    with post.server(Script(faults=case.faults)) as port:
        post.send(port)
    assert post.states() == case.ends
    post.check(MAILS, in_doubt=case.in_doubt)


PHASES = ("mail", "rcpt", "data", "dot")
LATER = 8 * MINUTE


@pytest.mark.parametrize(("phase", "do"), product(PHASES, ("reply", "farewell")))
def test_15_closing_at_every_phase(post: Post, phase: str, do: str) -> None:
    post.enqueue(MAILS)
    with post.server(Script(faults=(once(phase, do, "421 4.3.2 closing"),))) as port:
        post.send(port)
        assert post.states() == ONE_LATER
        post.send(port, ahead=LATER)
    assert post.states() == ALL
    (row,) = [row for row in outbox_rows.mails(post.store) if outbox_rows.tries(post.store)[row.id] > 1]
    assert row.attempts == 1, "going too fast counts as an attempt"
    post.check(MAILS)


@pytest.mark.parametrize("phase", PHASES)
def test_16_later_at_every_phase_then_success(post: Post, phase: str) -> None:
    post.enqueue(MAILS)
    with post.server(Script(faults=(Fault(phase, "reply", "451 4.3.0 later", times=10),))) as port:
        post.send(port)
        assert post.states() == {"sent": MAILS - 10, "deferred": 10}
        post.check(MAILS)
        post.send(port)
        assert post.states()["deferred"] == 10, "too early"
        post.send(port, ahead=LATER)
    assert post.states() == ALL
    assert sorted(outbox_rows.tries(post.store).values()) == [1] * 50 + [2] * 10
    post.check(MAILS)


@pytest.mark.parametrize("phase", PHASES[1:])
def test_17_refused_at_every_phase(post: Post, phase: str) -> None:
    post.enqueue(MAILS)
    with post.server(Script(faults=(once(phase, "reply", "550 5.7.1 no"),))) as port:
        post.send(port)
    assert post.states() == ONE_FAILED
    post.check(MAILS)


def test_17_a_refused_sender_stops_its_message_and_no_other(post: Post) -> None:
    stopped, other = post.enqueue(MAILS), post.enqueue(MAILS)
    with post.server(Script(faults=(Fault("mail", "reply", "550 5.7.60 not you", times=1),))) as port:
        post.send(port)
        paused = outbox_rows.message(post.store, stopped)
        assert (paused.state, "550 5.7.60 not you" in paused.pause_reason) == ("paused", True)
        assert outbox_rows.message(post.store, other).state == "sent"
        assert set(outbox_rows.states(post.store, stopped)) <= {"queued", "sent"}
        post.check(2 * MAILS)
        outbox_rows.set_state(post.store, stopped, "sending")
        post.send(port)
    assert post.states() == {"sent": 2 * MAILS}
    post.check(2 * MAILS)


def test_17_content_that_is_refused_stops_its_message(post: Post) -> None:
    number = post.enqueue(MAILS)
    with post.server(Script(faults=(Fault("dot", "reply", "554 5.7.1 spam"),))) as port:
        post.send(port)
    refused = outbox_rows.states(post.store, number)
    assert outbox_rows.message(post.store, number).state == "paused"
    assert 20 <= refused["failed"] <= 20 + post.connections
    post.check(MAILS)


def test_19_throttling_converges_and_loses_nobody(post: Post) -> None:
    mails, rate = 160, 50
    post.enqueue(mails)
    with post.server(Script(per_second=rate)) as port:
        post.send(port)
        first = post.states()
        assert first["deferred"] < mails / 3, "it did not slow down"
        post.check(mails)
        post.send(port, ahead=2 * MINUTE)
    tries = sum(outbox_rows.tries(post.store).values())
    assert post.states() == {"sent": mails}
    assert tries < 1.5 * mails
    assert max(row.attempts for row in outbox_rows.mails(post.store)) == 1
    post.check(mails)


def test_20_too_many_connections(post: Post) -> None:
    post.enqueue(MAILS)
    with post.server(Script(most_connections=2, latency=0.002)) as port:
        post.send(port, connections=6)
    assert post.states() == ALL
    assert post.said == []
    post.check(MAILS)


def test_21_a_server_that_hangs_up_after_so_many_mails(post: Post) -> None:
    post.enqueue(MAILS)
    with post.server(Script(per_connection=7)) as port:
        post.send(port)
    assert post.states() == ALL
    post.check(MAILS)


def test_22_a_server_that_counts_refused_recipients(post: Post) -> None:
    post.enqueue(40, to=lambda n: f"refuse{n}@example.com")
    post.enqueue(MAILS)
    with post.server(Script(rejects=20)) as port:
        post.send(port, connections=1)
    assert post.states() == {"failed": 40, "sent": MAILS}
    assert {row.last_code for row in outbox_rows.mails(post.store)} == {250, 550}, "the server lost patience"
    post.check(40 + MAILS)


def test_23_a_password_that_is_refused_stops_all_and_says_so(post: Post) -> None:
    post.enqueue(MAILS)
    refused = Fault("auth", "reply", "535 5.7.8 wrong", after=2)
    script = Script(tls="starttls", users={"ana": "secret"}, faults=(refused,))
    with post.server(script) as port, pytest.raises(MailError, match=r"535 5\.7\.8 wrong"):
        post.send(port, credential=Password("ana", lambda: "secret"), per_connection=10, connections=2)
    sent = accepted(post.log)
    assert 10 <= len(sent) < MAILS
    assert post.states() == {"sent": len(sent), "queued": MAILS - len(sent)}
    with pytest.raises(MailError, match=r"Delivery is paused: .*535"):
        post.send(port)
    post.check(MAILS)


def token(post: Post) -> tuple[TokenCommand, Path]:
    """A command that prints a token, and where it writes down that it ran."""
    runs = post.folder / "runs"
    program = post.folder / "token.py"
    program.write_text(f"open({str(runs)!r}, 'a').write('.'); print('secret')")
    return TokenCommand("ana", f"{sys.executable} {program}"), runs


def test_23_a_token_that_ends_before_its_time_is_asked_for_anew(post: Post) -> None:
    post.enqueue(MAILS)
    expired = Fault("auth", "reply", "535 5.7.8 token expired", after=2, times=1)
    credential, runs = token(post)
    with post.server(Script(tls="starttls", users={"ana": "secret"}, faults=(expired,))) as port:
        post.send(port, credential=credential, per_connection=10, connections=1)
    assert post.states() == ALL
    assert runs.read_text() == ".."
    post.check(MAILS)


def test_23_a_new_token_that_is_refused_stops_all_and_says_so(post: Post) -> None:
    post.enqueue(MAILS)
    refused = Fault("auth", "reply", "535 5.7.8 not you", after=2)
    credential, runs = token(post)
    script = Script(tls="starttls", users={"ana": "secret"}, faults=(refused,))
    with post.server(script) as port, pytest.raises(MailError, match=r"does not let ana sign in: 535 5\.7\.8"):
        post.send(port, credential=credential, per_connection=10, connections=1)
    assert post.states() == {"sent": 20, "queued": MAILS - 20}
    assert runs.read_text() == "..", "it is tried once more, not again and again"
    post.check(MAILS)


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (Script(tls="starttls", certificate="expired"), "certificate has expired"),
        (Script(tls="starttls", certificate="wrong-host"), "not valid for"),
        (Script(tls="starttls", certificate="unknown"), "unable to get local issuer"),
        (Script(tls="none"), "does not offer STARTTLS"),
    ],
    ids=["expired", "wrong-host", "self-signed", "stripped"],
)
def test_23_a_server_that_is_not_trusted_gets_no_mail(post: Post, script: Script, why: str) -> None:
    """Nor the password; what leaves on such a connection, the tests of signing in look at line by line."""
    post.enqueue(MAILS)
    script, asked = replace(script, users={"ana": "secret"}), count()
    credential = Password("ana", lambda: f"secret{next(asked)}")
    server_context("good", post.ca_file)
    with post.server(script) as port, pytest.raises(MailError, match=why):
        post.send(port, credential=credential, tempo={"give_up_after": 2})
    assert next(asked) == 0, "the password was looked up"
    assert post.states() == {"queued": MAILS}
    post.check(MAILS)


def test_a_server_out_of_reach_is_tried_and_given_up_in_one_sentence(post: Post) -> None:
    post.enqueue(MAILS)
    with pytest.raises(MailError, match="cannot be reached"):
        post.send(1, tempo={"give_up_after": 2})
    assert post.states() == {"queued": MAILS}


def test_11_a_connection_broken_within_a_large_mail(post: Post) -> None:
    post.enqueue(1, attachment=b"x" * 5_000_000, attachment_name="report.csv")
    with post.server(Script(faults=(Fault("body", "reset", times=1),))) as port:
        post.send(port)
        assert post.states() == {"deferred": 1}
        post.send(port, ahead=LATER)
    assert post.states() == {"sent": 1}
    post.check(1)


def test_29_a_mail_expires_while_it_is_put_off(post: Post) -> None:
    post.enqueue(3, purpose=Purpose.REPORT)
    with post.server(Script(faults=(Fault("rcpt", "reply", "450 4.2.1 busy"),))) as port:
        for minutes in (0, 8, 24, 70, 180):
            post.send(port, ahead=minutes * MINUTE)
        assert post.states() == {"deferred": 3}
        post.send(port, Until.DONE, ahead=DAY - MINUTE)
    assert post.states() == {"expired": 3}
    assert {row.last_code for row in outbox_rows.mails(post.store)} == {450}
    post.check(3)


def test_31_a_message_that_cannot_be_filled_sends_nothing(post: Post) -> None:
    post.enqueue(5, message={"body": "{{ nonsense }}"})
    post.enqueue(5)
    with post.server() as port:
        post.send(port)
    assert post.states() == {"invalid": 5, "sent": 5}
    assert "nonsense" in outbox_rows.mails(post.store)[0].last_text
    post.check(10)


BROKEN = (
    "{",
    "[]",
    "null",
    '{"report": 5}',
    '{"report": ["Seats"]}',
    "[" * 100_000,
)


UNUSABLE = (
    "{",
    "[]",
    "{}",
    '{"organization": 1, "sender_address": 2}',
    '{"organization": "Northwind", "sender_address": "\\u0000\\u001b[31m\\ud800"}',
)


def test_31_a_mail_whose_data_is_broken_ends_alone(post: Post) -> None:
    for fields in BROKEN:
        post.enqueue(1, fields=fields, message={"body": "Here is {{ report }}"})
    for frozen in UNUSABLE:
        post.enqueue(1, message={"frozen": frozen})
    broken = len(BROKEN) + len(UNUSABLE)
    post.enqueue(MAILS)
    with post.server() as port:
        post.send(port)
    assert post.states() == {"invalid": broken, "sent": MAILS}
    for row in outbox_rows.mails(post.store)[:broken]:
        assert "this mail cannot be read" in row.last_text or "address" in row.last_text, row.last_text
        assert row.last_text.isprintable(), row.last_text
    post.check(broken + MAILS)
