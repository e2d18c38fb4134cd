"""Whether mail leaves: the server is reached and signed in to, and a test mail handed over if so wished."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from ...mail.compose import compile_message
from ...mail.message import Recipient
from ...mail.server import transport
from ...mail.settings import MailSettings
from ...mail.signing_in import Heard
from ...mail.transport import Fate, Outcome, Phase, Transport, Trouble
from ...rules.addresses import canonical
from ...rules.errors import MailError
from ...rules.header_ids import header_ids
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store.engine import Store
from .. import rights
from .letterhead import letterhead, text_of

_WAYS_OUT = {
    Phase.MAIL: "May this user send from the sender address? tui-admin settings show tells it.",
    Phase.RCPT: "Is the address right, and may this user write to it?",
    Phase.AUTH: "Check user and password; services that take no passwords want a token_command (docs/mail.md).",
}


@dataclass(frozen=True, slots=True)
class Trial:
    """A mail that only tests the way."""

    sender: str
    recipient: str
    payload: bytes


def check_mail(
    store: Store, actor: Actor, settings: MailSettings, folder: Path, to: str | None, clock: Instant, heard: Heard
) -> str:
    """Connect to the mail server as the settings say, hand over a test mail to `to` where it is set, and say how it
    ended. `heard` is told each step as it comes. `folder` is where mails stay where there is no server.

    Raises MailError with what to do where it fails, UsageError without a sender address, BadInput for `to`, NotAllowed.
    """
    actor.require(Right.SETTINGS)
    mail = None if to is None else _trial(store, actor, canonical(to), clock)
    return asyncio.run(_checked(transport(settings, folder, heard), mail, heard))


def _trial(store: Store, actor: Actor, address: str, clock: Instant) -> Trial:
    with store.read() as connection:
        rights.renewed(connection, actor).require(Right.SETTINGS)
        head = letterhead(connection)
        compiled = compile_message(text_of(connection, Purpose.TEST), head.frozen, Purpose.TEST)
    recipient = Recipient(address, "", header_ids(head.signing_key, 0, head.domain)(clock), clock)
    return Trial(head.frozen.sender_address, address, compiled.mail(recipient))


async def _checked(way: Transport, mail: Trial | None, heard: Heard) -> str:
    connection = way.connection()
    try:
        await connection.open()
        if mail is None:
            return "The way is open; nothing was sent."
        outcome = await connection.send(mail.sender, mail.recipient, mail.payload)
        heard(outcome.phase, outcome.text)
    except Trouble as trouble:
        raise MailError(_with_way_out(trouble.text, trouble.phase if trouble.reply else None)) from None
    finally:
        await connection.close()
    return _told(outcome, mail.recipient)


def _told(outcome: Outcome, recipient: str) -> str:
    match outcome.fate:
        case Fate.ACCEPTED:
            return f"The test mail to {recipient} was taken."
        case Fate.IN_DOUBT:
            raise MailError(f"Whether the test mail was taken is not known ({outcome.text}); did it arrive?")
        case Fate.UNSENT:
            raise MailError(f"The test mail was not sent: {outcome.text}. Try again; if it stays so, ask the provider.")
    raise MailError(_with_way_out(f"The test mail was refused: {outcome.text}.", outcome.phase))


def _with_way_out(said: str, phase: Phase | None) -> str:
    return " ".join(filter(None, (said, phase and _WAYS_OUT.get(phase))))
