"""Mails arrive at an independent server as they were written."""

import asyncio
import ssl
from pathlib import Path

import pytest
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.mail.certificates import server_context
from tests.mail.conftest import SENDER
from tui_admin.mail.credentials import Password
from tui_admin.mail.signing_in import Security, Server
from tui_admin.mail.smtp import SmtpTransport
from tui_admin.mail.transport import Fate

BODY = b"Subject: Hello\r\nMessage-ID: <1@northwind.example>\r\n\r\n.\r\n..two\r\n.dot\r\n" + b"y" * 900 + b"\r\n"


class Kept(Sink):
    """Keeps the envelopes."""

    def __init__(self) -> None:
        super().__init__()
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """One mail arrived."""
        self.envelopes.append(envelope)
        return "250 2.0.0 kept"


def known(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, auth: object) -> AuthResult:
    """Whether ana gave her password."""
    fits = isinstance(auth, LoginPassword) and (auth.login, auth.password) == (b"ana", "pass w\u00f6rd".encode())
    return AuthResult(success=fits, handled=False)


async def listening(kept: Kept, tls: ssl.SSLContext | None, over_tls: bool) -> asyncio.Server:
    """aiosmtpd in this loop."""

    def session() -> SMTP:
        return SMTP(
            kept,
            enable_SMTPUTF8=True,
            hostname="mail.example",
            tls_context=None if over_tls else tls,
            require_starttls=bool(tls) and not over_tls,
            authenticator=known,
            auth_required=bool(tls),
            auth_require_tls=not over_tls,
        )

    return await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0, ssl=tls if over_tls else None)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is over TLS from the first byte
@pytest.mark.parametrize("security", list(Security))
async def test_mails_arrive_over_every_kind_of_connection(security: Security, tmp_path: Path) -> None:
    tls = None if security is Security.PLAIN else server_context("good", tmp_path / "ca.pem")
    kept = Kept()
    async with await listening(kept, tls, security is Security.TLS) as listener:
        port = listener.sockets[0].getsockname()[1]
        server = Server(
            "localhost" if tls else "127.0.0.1",
            port,
            security,
            "console.example",
            Password("ana", lambda: "pass w\u00f6rd") if tls else None,
            tmp_path / "ca.pem" if tls else None,
        )
        connection = SmtpTransport(server).connection()
        await connection.open()
        recipients = ["a@b.example", "jos\u00e9@b\u00fccher.example", "o'hara+x@b.example"]
        outcomes = [await connection.send(SENDER, recipient, BODY) for recipient in recipients]
        await connection.close()
    assert [outcome.fate for outcome in outcomes] == [Fate.ACCEPTED] * 3, outcomes
    assert [str(outcome.reply) for outcome in outcomes] == ["250 2.0.0 kept"] * 3
    found = [(envelope.mail_from, envelope.rcpt_tos, envelope.content) for envelope in kept.envelopes]
    ascii_recipients = ["a@b.example", "jos\u00e9@xn--bcher-kva.example", "o'hara+x@b.example"]
    assert found == [(SENDER, [recipient], BODY) for recipient in ascii_recipients]
