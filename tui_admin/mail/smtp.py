"""Mails handed to a server by SMTP: the one place that drives aiosmtplib, command by command.

Its own `send_message` and `sendmail` hide in which phase something broke, let a stalled RSET mask a refusal, and pair
answers with the wrong mail after a cancellation. Here every answer belongs to one phase, and whatever is no answer
closes the connection. What is used of its protocol beyond its documentation is held to by contract tests.
"""

import asyncio
import ssl
from dataclasses import dataclass, field
from typing import cast

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol
from aiosmtplib.response import SMTPResponse

from ..rules.errors import MailError
from ..rules.text import clean
from . import wire
from .signing_in import Heard, Server, sign_in
from .transport import Fate, Limits, Outcome, Phase, Trouble, reply

_OK = 250
_GO_AHEAD = 354
_CLOSING = 421
_GOES_ON = {Phase.MAIL: (250, 251, 252), Phase.RCPT: (250, 251, 252), Phase.DATA: (_GO_AHEAD,)}


def unheard(_phase: Phase, _answer: str) -> None:
    """Nobody listens."""


@dataclass(slots=True)
class SmtpTransport:
    """A mail server, and how much it takes. `heard` is told what it answers while a connection opens."""

    server: Server
    limits: Limits = field(default_factory=Limits)
    heard: Heard = unheard
    _trust: ssl.SSLContext | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """Who signs in where; no secret."""
        return self.server.label

    def connection(self) -> "SmtpConnection":
        """A connection, not yet open."""
        return SmtpConnection(self)

    async def trust(self) -> ssl.SSLContext:
        """What certificates are checked against, read once. Raises MailError."""
        if self._trust is None:
            self._trust = await asyncio.to_thread(self.server.trust)
        return self._trust


class SmtpConnection:
    """One dialogue with a server (`transport.Connection`)."""

    def __init__(self, transport: SmtpTransport) -> None:
        self._transport = transport
        self._timeouts = transport.limits.timeouts
        self._client: SMTP | None = None
        self._phase = Phase.MAIL
        self._gone = False

    @property
    def client(self) -> SMTP | None:
        """The open client: what the server offers, and how it is secured."""
        return self._client

    async def open(self) -> None:
        """Connect, secure and sign in. Raises Trouble."""
        self._drop()
        server, heard = self._transport.server, self._transport.heard
        try:
            trust = await self._transport.trust()
        except MailError as error:
            raise Trouble(Phase.TLS, str(error)) from None
        self._client = await sign_in(server, trust, self._timeouts, heard)

    async def close(self) -> None:
        """Say farewell where it is open, and close. Never raises."""
        try:
            if self._client is not None and self._client.is_connected:
                await self._client.quit(timeout=self._timeouts.quit)
        except (SMTPException, OSError):
            pass
        finally:
            self._drop()

    async def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """Hand over one mail for one recipient; see `transport.Connection.send`."""
        self._phase, self._gone = Phase.MAIL, False
        try:
            outcome = await self._hand_over(sender, recipient, payload)
        except SMTPResponseException as error:  # what came was no answer, so that nothing that follows can be paired
            outcome = self._broken(reply(error.code, error.message).text)
        except TimeoutError:
            outcome = self._broken("the server did not answer in time")
        except (SMTPException, OSError) as error:
            outcome = self._broken(f"the connection broke: {error.__cause__ or error}")
        except BaseException:
            self._drop()
            raise
        if not outcome.usable:
            self._drop()
        return outcome

    async def _hand_over(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        client = self._client
        if client is None or client.protocol is None:
            raise SMTPServerDisconnected("it was closed before")
        try:
            mail, rcpt = wire.envelope(sender, recipient, payload, client.esmtp_extensions)
        except wire.Unwritable as error:
            return Outcome(Fate.REFUSED, error.phase, error.reply, usable=True)
        protocol, timeouts = client.protocol, self._timeouts
        for phase, words, seconds in (
            (Phase.MAIL, mail, timeouts.envelope),
            (Phase.RCPT, rcpt, timeouts.envelope),
            (Phase.DATA, (b"DATA",), timeouts.data),
        ):
            self._phase = phase
            said = await client.execute_command(*words, timeout=seconds)
            if said.code not in _GOES_ON[phase] or protocol._buffer:
                return await self._stopped(client, protocol, said)
        self._phase = Phase.BODY
        await self._write(protocol, payload)
        return _settled(await protocol.read_response(timeout=timeouts.final), in_step=not protocol._buffer)

    async def _stopped(self, client: SMTP, protocol: SMTPProtocol, said: SMTPResponse) -> Outcome:
        """The dialogue ended before the body: by a refusal, or by an answer that makes no sense here."""
        answer = reply(said.code, said.message)
        if not _refuses(said.code):
            return Outcome(Fate.UNSENT, self._phase, answer)
        usable = not protocol._buffer and await self._reset(client, protocol)
        return Outcome(Fate.REFUSED, self._phase, answer, usable)

    async def _reset(self, client: SMTP, protocol: SMTPProtocol) -> bool:
        """Clear the envelope of a refused mail; a server that is slow to do so is left."""
        try:
            said = await client.execute_command(b"RSET", timeout=self._timeouts.reset)
        except (SMTPException, OSError):
            return False
        return said.code == _OK and not protocol._buffer

    async def _write(self, protocol: SMTPProtocol, payload: bytes) -> None:
        """Write the mail. Once its last piece is written, nobody can tell from here whether the server has it; before
        that it certainly has not."""
        pieces = [*wire.chunks(payload)]
        for piece in pieces[:-1]:
            protocol.write(piece)
            await asyncio.wait_for(protocol._drain_helper(), self._timeouts.block)
        protocol.write(pieces[-1])
        self._gone = True

    def _broken(self, trouble: str) -> Outcome:
        return Outcome(Fate.IN_DOUBT if self._gone else Fate.UNSENT, self._phase, trouble=clean(trouble))

    def _drop(self) -> None:
        """Close at once: nothing that is still to be written or read on this connection counts any more."""
        if self._client is not None:
            if self._client.transport is not None:
                cast(asyncio.WriteTransport, self._client.transport).abort()
            self._client.close()
            self._client = None


def _refuses(code: int) -> bool:
    return 400 <= code <= 599


def _settled(said: SMTPResponse, *, in_step: bool) -> Outcome:
    """What the answer to the whole mail means. Only 250 is a yes; another success is no answer to this question."""
    answer = reply(said.code, said.message)
    if said.code == _OK:
        return Outcome(Fate.ACCEPTED, Phase.BODY, answer, in_step)
    if _refuses(said.code):
        return Outcome(Fate.REFUSED, Phase.BODY, answer, in_step and said.code != _CLOSING)
    return Outcome(Fate.IN_DOUBT, Phase.BODY, answer)
