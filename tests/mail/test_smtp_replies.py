"""Whatever a server answers, a mail's outcome is true, can be stored, and belongs to that mail."""

import asyncio
from pathlib import Path

import pytest

from tests.mail.conftest import LEARNER, SENDER, Talking, mail
from tests.mail.fault_script import Fault, Script
from tests.mail.fault_server import separate
from tui_admin.mail.signing_in import Security, Server
from tui_admin.mail.smtp import SmtpTransport
from tui_admin.mail.transport import LONGEST_REPLY, Fate, Limits, Phase, Timeouts

FILES = Path("/proc/self/fd")

PHASES = {"mail": Phase.MAIL, "rcpt": Phase.RCPT, "data": Phase.DATA, "dot": Phase.BODY}
steps = pytest.mark.parametrize("step", PHASES)


@steps
@pytest.mark.parametrize("code", [450, 452, 454, 550, 554])
async def test_a_refusal_at_any_step_is_that_refusal_and_the_next_mail_goes(
    step: str, code: int, talking: Talking
) -> None:
    async with talking(Fault(step, "reply", f"{code} {code // 100}.7.1 not now", times=1)) as talk:
        first, second = await talk.send(1), await talk.send(2)
        assert (first.fate, first.phase, first.usable) == (Fate.REFUSED, PHASES[step], True)
        assert first.reply and (first.reply.code, first.reply.enhanced) == (code, f"{code // 100}.7.1")
        assert second.fate is Fate.ACCEPTED
        assert talk.accepted == ["2"]


@steps
async def test_421_at_any_step_closes(step: str, talking: Talking) -> None:
    async with talking(Fault(step, "farewell", "421 4.3.2 shutting down", times=1)) as talk:
        first, second = await talk.send(1), await talk.send(2)
        assert (first.fate, first.phase, first.usable) == (Fate.REFUSED, PHASES[step], False)
        assert second.fate is Fate.ACCEPTED
        assert talk.server.commands.count(b"RSET") == 0


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("act", ["close", "reset", "long"])
async def test_what_breaks_before_the_body_leaves_the_mail_unsent(step: str, act: str, talking: Talking) -> None:
    async with talking(Fault(step, act, times=1)) as talk:
        first, second = await talk.send(1), await talk.send(2)
        assert (first.fate, first.phase, first.usable) == (Fate.UNSENT, PHASES[step], False)
        assert second.fate is Fate.ACCEPTED
        assert talk.accepted == ["2"]


@steps
@pytest.mark.parametrize("act", ["dribble", "lines"])
async def test_odd_but_right_answers_are_taken(step: str, act: str, talking: Talking) -> None:
    async with talking(Fault(step, act, times=1)) as talk:
        assert [(await talk.send(number)).fate for number in (1, 2)] == [Fate.ACCEPTED, Fate.ACCEPTED]
        assert talk.accepted == ["1", "2"]


async def test_a_hostile_answer_can_be_stored_and_shown(talking: Talking) -> None:
    text = "250 2.0.0 caf\xe9 \x1b[31mred\x00 \x9b" + "x" * 2000
    async with talking(Fault("dot", "reply", text)) as talk:
        outcome = await talk.send(1)
        assert outcome.fate is Fate.ACCEPTED
        assert outcome.reply and outcome.reply.text.startswith("caf\\xe9 \ufffd[31mred\ufffd \\x9bxxx")
        assert len(outcome.reply.text) == LONGEST_REPLY


@pytest.mark.parametrize("text", ["999 what", "150 wait", "300 and", "25", "250x", "\x1b[2J", ""])
async def test_an_answer_that_means_nothing_after_the_dot_is_doubt(text: str, talking: Talking) -> None:
    async with talking(Fault("dot", "reply", text)) as talk:
        outcome = await talk.send(1)
        expected = Fate.ACCEPTED if text == "250x" else Fate.IN_DOUBT
        assert (outcome.fate, outcome.phase) == (expected, Phase.BODY)


@pytest.mark.parametrize("extra", ["250 ok", "550 no", "421 bye"])
@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
async def test_a_second_answer_in_the_same_breath_is_never_taken_for_the_next(
    step: str, extra: str, talking: Talking
) -> None:
    async with talking(Fault(step, "extra", extra, times=1), Fault("dot", "reply", "554 no", times=1)) as talk:
        first = await talk.send(1)
        assert (first.fate, first.phase, first.usable) == (Fate.UNSENT, PHASES[step], False)
        assert (await talk.send(2)).fate is Fate.REFUSED
        assert (await talk.send(3)).fate is Fate.ACCEPTED
        assert talk.accepted == ["3"]


async def test_a_refusal_with_a_second_answer_behind_it_closes(talking: Talking) -> None:
    async with talking(Fault("rcpt", "reply", "550 5.1.1 no\r\n250 ok", times=1)) as talk:
        first = await talk.send(1)
        assert (first.fate, first.phase, first.usable) == (Fate.REFUSED, Phase.RCPT, False)
        assert talk.server.commands.count(b"RSET") == 0
        assert (await talk.send(2)).fate is Fate.ACCEPTED


async def test_a_second_answer_to_the_whole_mail_closes_behind_it(talking: Talking) -> None:
    async with talking(Fault("dot", "extra", "550 no", times=1)) as talk:
        first = await talk.send(1)
        assert (first.fate, first.usable) == (Fate.ACCEPTED, False)
        assert (await talk.send(2)).fate is Fate.ACCEPTED


async def test_a_line_nobody_asked_for_between_mails_is_not_an_answer(talking: Talking) -> None:
    async with talking(Fault("dot", "unsolicited", "550 5.0.0 surprise", times=1, seconds=0.05)) as talk:
        assert (await talk.send(1)).usable
        while talk.server.unasked == 0:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        outcomes = [await talk.send(2), await talk.send(3, "refuse@northwind.example")]
        assert [outcome.fate for outcome in outcomes] == [Fate.ACCEPTED, Fate.REFUSED]
        assert talk.server.commands.count(b"EHLO console.example") == 1


async def test_twenty_refused_recipients_end_in_a_closed_connection(talking: Talking) -> None:
    async with talking(script=Script(rejects=20)) as talk:
        outcomes = [await talk.send(number, "refuse@northwind.example") for number in range(20)]
        assert {outcome.fate for outcome in outcomes} == {Fate.REFUSED}
        assert [outcome.reply.code for outcome in outcomes if outcome.reply] == [550] * 19 + [421]
        assert [outcome.usable for outcome in outcomes] == [True] * 19 + [False]


async def test_a_success_is_not_followed_by_a_reset(talking: Talking) -> None:
    async with talking() as talk:
        for number in range(3):
            await talk.send(number)
        words = [line.split()[0] for line in talk.server.commands]
        assert words == [b"EHLO", *[b"MAIL", b"RCPT", b"DATA"] * 3]


async def test_a_rate_is_refused_at_the_dot_and_nothing_is_lost(talking: Talking) -> None:
    async with talking(script=Script(per_second=3)) as talk:
        outcomes = [await talk.send(number) for number in range(6)]
        refused = [outcome.reply for outcome in outcomes if outcome.fate is Fate.REFUSED]
        assert {(reply.code, reply.enhanced) for reply in refused if reply} == {(454, "4.7.0")}
        assert all(outcome.usable for outcome in outcomes)
        assert len(talk.accepted) == 6 - len(refused)


@pytest.mark.skipif(not FILES.exists(), reason="open files are counted otherwise here")
async def test_a_server_that_stops_reading_is_left_with_nothing_open(tmp_path: Path) -> None:
    with separate(Script((Fault("body", "stall"),)), tmp_path / "log") as port:
        limits = Limits(timeouts=Timeouts(block=0.3))
        server = Server("127.0.0.1", port, Security.PLAIN, "console.example")
        connection = SmtpTransport(server, limits).connection()
        await connection.open()
        await connection.close()
        await asyncio.sleep(0.1)
        before = len(list(FILES.iterdir()))
        await connection.open()
        outcome = await connection.send(SENDER, LEARNER, mail(1, 20_000_000))
        assert (outcome.fate, outcome.phase) == (Fate.UNSENT, Phase.BODY)
        await asyncio.sleep(0.1)
        assert len(list(FILES.iterdir())) == before


@pytest.mark.parametrize("size", [0, 65_000, 65_536, 1_000_000])
async def test_a_mail_of_any_size_arrives_whole(size: int, talking: Talking) -> None:
    async with talking() as talk:
        assert (await talk.send(1, size=size)).fate is Fate.ACCEPTED
        assert talk.accepted == ["1"]


async def test_an_address_that_cannot_be_written_is_refused_and_nothing_is_sent(talking: Talking) -> None:
    async with talking(script=Script(extensions=())) as talk:
        for recipient, enhanced in (
            ("a b@x.example", "5.1.3"),
            ("a>@x.example", "5.1.3"),
            ("a\r\nRCPT TO:<b@x.example>", "5.1.3"),
            ("nobody", "5.1.3"),
            ("jose\u0301@x.example", "5.6.7"),
            ("a@\u2603..example", "5.1.2"),
        ):
            outcome = await talk.send(1, recipient)
            assert (outcome.fate, outcome.phase, outcome.usable) == (Fate.REFUSED, Phase.RCPT, True)
            assert outcome.reply and (outcome.reply.code, outcome.reply.enhanced) == (553, enhanced)
        assert [*talk.server.commands] == [b"EHLO console.example"]
