"""A mail server that misbehaves, and a connection of ours to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvloop

from tests.mail.fault_script import Fault, Script
from tests.mail.fault_server import FaultServer, accepted
from tui_admin.mail.signing_in import Security, Server
from tui_admin.mail.smtp import SmtpConnection, SmtpTransport
from tui_admin.mail.transport import Limits, Outcome, Timeouts

PATIENT = Limits()
HASTY = Limits(timeouts=Timeouts(connect=0.3, hello=0.3, final=0.3, reset=0.3))
"""For servers that never answer."""

SENDER = "learning@northwind.example"
LEARNER = "ana@northwind.example"


def mail(number: int, size: int = 100) -> bytes:
    """A mail, known by its number."""
    return b"Message-ID: <%d@northwind.example>\r\nSubject: Hello\r\n\r\n" % number + b"x" * 76 * (size // 76) + b"\r\n"


@dataclass
class Talk:
    """A server that runs, and a connection to it that is not open yet."""

    server: FaultServer
    transport: SmtpTransport
    connection: SmtpConnection
    log: Path

    async def send(self, number: int = 1, recipient: str = LEARNER, size: int = 100) -> Outcome:
        """Open where needed, and hand over one mail."""
        if self.connection.client is None:
            await self.connection.open()
        return await self.connection.send(SENDER, recipient, mail(number, size))

    @property
    def accepted(self) -> list[str]:
        """The numbers of the mails that the server accepted."""
        return [name.strip("<>").partition("@")[0] for name in accepted(self.log)]


Talking = Callable[..., AbstractAsyncContextManager[Talk]]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Both loops that mails are sent in."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture
def talking(tmp_path: Path) -> Talking:
    """Starts a server with faults or a whole script, and gives a `Talk` with it. What else is given is the client's."""

    @asynccontextmanager
    async def start(
        *faults: Fault, script: Script | None = None, limits: Limits = PATIENT, **ours: object
    ) -> AsyncIterator[Talk]:
        log, ca_file = tmp_path / "accepted", tmp_path / "ca.pem"
        script = script or Script(faults)
        secure = {"none": Security.PLAIN, "starttls": Security.STARTTLS, "implicit": Security.TLS}[script.tls]
        async with FaultServer(script, log, ca_file=ca_file) as server:
            usual = Server("127.0.0.1", server.port, secure, "console.example")
            if script.tls != "none":
                usual = replace(usual, ca_file=ca_file)
            transport = SmtpTransport(replace(usual, **ours), limits)  # type: ignore[arg-type]
            connection = transport.connection()
            yield Talk(server, transport, connection, log)
            await connection.close()

    return start
