"""What aiosmtplib raises, what is true, and what we make of it: the pinned version must go on to fit our adapter."""

import asyncio
from dataclasses import dataclass

import aiosmtplib
import pytest

from tests.mail.conftest import HASTY, LEARNER, PATIENT, SENDER, Talking, mail
from tests.mail.fault_script import Fault, Script
from tui_admin.mail.transport import Fate, Limits, Phase

LARGE = 5_000_000


@dataclass(frozen=True)
class Row:
    """A fault; what `sendmail` of aiosmtplib raises; whether the server has the mail; what we say."""

    name: str
    faults: tuple[Fault, ...]
    raised: type[Exception]
    has_it: bool
    fate: Fate
    phase: Phase
    usable: bool = False
    size: int = 100
    code: int | None = None

    @property
    def limits(self) -> Limits:
        """How long is waited for the server."""
        return HASTY if any(fault.do == "stall" for fault in self.faults) else PATIENT


LOST, LATE = aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError
DATA_ERROR, NO_ANSWER = aiosmtplib.SMTPDataError, aiosmtplib.SMTPResponseException

ROWS = [
    Row("closes instead of 354", (Fault("data", "close"),), LOST, False, Fate.UNSENT, Phase.DATA),
    Row("RST in a large body", (Fault("body", "reset"),), LOST, False, Fate.UNSENT, Phase.BODY, size=LARGE),
    Row("RST in a small body", (Fault("body", "reset"),), LOST, False, Fate.IN_DOUBT, Phase.BODY),
    Row("FIN after the dot", (Fault("dot", "close"),), LOST, True, Fate.IN_DOUBT, Phase.BODY),
    Row("RST after the dot", (Fault("dot", "reset"),), LOST, True, Fate.IN_DOUBT, Phase.BODY),
    Row("silence after the dot", (Fault("dot", "stall"),), LATE, True, Fate.IN_DOUBT, Phase.BODY),
    Row(
        "550 at RCPT, then a stalled RSET",
        (Fault("rcpt", "reply", "550 5.1.1 unknown"), Fault("rset", "stall")),
        LATE,  # the answer that counted is masked
        False,
        Fate.REFUSED,
        Phase.RCPT,
        code=550,
    ),
    Row(
        "421 at MAIL",
        (Fault("mail", "farewell", "421 4.3.2 closing"),),
        aiosmtplib.SMTPSenderRefused,
        False,
        Fate.REFUSED,
        Phase.MAIL,
        code=421,
    ),
    Row(
        "421 at RCPT",
        (Fault("rcpt", "farewell", "421 4.3.2 closing"),),
        aiosmtplib.SMTPRecipientsRefused,
        False,
        Fate.REFUSED,
        Phase.RCPT,
        code=421,
    ),
    Row(
        "421 at the dot",
        (Fault("dot", "reply", "421 4.3.2 closing"),),
        DATA_ERROR,
        False,
        Fate.REFUSED,
        Phase.BODY,
        code=421,
    ),
    Row(
        "554 at DATA",
        (Fault("data", "reply", "554 5.5.1 no"),),
        DATA_ERROR,
        False,
        Fate.REFUSED,
        Phase.DATA,
        usable=True,
        code=554,
    ),
    Row(
        "554 at the dot",
        (Fault("dot", "reply", "554 5.6.0 no"),),
        DATA_ERROR,
        False,
        Fate.REFUSED,
        Phase.BODY,
        usable=True,
        code=554,
    ),
    Row(
        "251 after the dot",
        (Fault("dot", "reply", "251 will forward"),),
        DATA_ERROR,
        True,
        Fate.IN_DOUBT,
        Phase.BODY,
        code=251,
    ),
    Row("garbage after the dot", (Fault("dot", "reply", "well done"),), NO_ANSWER, True, Fate.IN_DOUBT, Phase.BODY),
    Row("40 KB after the dot", (Fault("dot", "long"),), NO_ANSWER, True, Fate.IN_DOUBT, Phase.BODY),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_the_library_raises_what_it_did_when_the_adapter_was_written(row: Row, talking: Talking) -> None:
    async with talking(*row.faults) as talk:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=talk.server.port, start_tls=False)
        client.timeout = row.limits.timeouts.final
        client.local_hostname = "console.example"
        await client.connect()
        with pytest.raises(row.raised) as caught:
            await client.sendmail(SENDER, [LEARNER], mail(1, row.size))
        assert type(caught.value) is row.raised
        assert talk.accepted == (["1"] if row.has_it else [])
        client.close()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
async def test_the_adapter_says_what_is_true(row: Row, talking: Talking) -> None:
    async with talking(*row.faults, limits=row.limits) as talk:
        outcome = await talk.send(1, size=row.size)
        assert (outcome.fate, outcome.phase, outcome.usable) == (row.fate, row.phase, row.usable)
        assert (outcome.reply.code if outcome.reply else None) == row.code
        assert (talk.connection.client is not None) is row.usable
        assert outcome.text
        assert talk.accepted == (["1"] if row.has_it else [])
        assert row.fate is not Fate.UNSENT or not row.has_it


async def test_the_library_pairs_answers_wrongly_after_a_timeout_from_outside(talking: Talking) -> None:
    async with talking(Fault("dot", "delay", times=1, seconds=0.2)) as talk:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=talk.server.port, start_tls=False)
        client.local_hostname = "console.example"
        await client.connect()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await client.sendmail(SENDER, [LEARNER], mail(1))
        assert client.is_connected
        assert (await client.mail(SENDER)).message == "2.0.0 queued as 1"
        client.close()


async def test_a_cancelled_mail_closes_so_that_the_next_gets_its_own_answer(talking: Talking) -> None:
    async with talking(Fault("dot", "delay", times=1, seconds=0.1)) as talk:
        sending = asyncio.create_task(talk.send(1))
        while not talk.accepted:
            await asyncio.sleep(0.001)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert talk.connection.client is None
        outcomes = [await talk.send(2, "refuse@northwind.example"), await talk.send(3)]
        assert [outcome.fate for outcome in outcomes] == [Fate.REFUSED, Fate.ACCEPTED]
        assert talk.accepted == ["1", "3"]


async def test_a_connection_dropped_between_mails_leaves_the_next_unsent(talking: Talking) -> None:
    async with talking(script=Script(per_connection=2)) as talk:
        outcomes = [await talk.send(1), await talk.send(2)]
        while talk.server.open:
            await asyncio.sleep(0.001)
        outcomes.append(await talk.send(3))
        assert [outcome.fate for outcome in outcomes] == [Fate.ACCEPTED, Fate.ACCEPTED, Fate.UNSENT]
        assert outcomes[2].phase is Phase.MAIL
        assert (await talk.send(3)).fate is Fate.ACCEPTED
        assert talk.accepted == ["1", "2", "3"]
