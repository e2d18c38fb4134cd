"""From nothing to a connection that takes mails: reaching a server, TLS, AUTH, each step with its own sentence."""

import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPTimeoutError
from aiosmtplib.response import SMTPResponse

from ..rules.errors import MailError
from ..rules.text import clean
from .credentials import Credential, hidden
from .transport import Phase, Reply, Timeouts, Trouble, reply

Heard = Callable[[Phase, str], None]
"""Is told what a server answers while a connection opens, and how it is secured."""

_WELCOME, _MECHANISM_UNKNOWN = 235, 504


class Security(StrEnum):
    """How a connection is kept from others: not at all, by STARTTLS, or by TLS from the first byte."""

    PLAIN = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, and who we are to it. `local_name` is how we introduce ourselves; `ca_file` holds what is trusted
    besides what the system trusts."""

    host: str
    port: int
    security: Security
    local_name: str
    credential: Credential | None = None
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if self.credential is not None and self.security is Security.PLAIN:
            raise MailError(
                "Nobody signs in over smtp://, where anybody can read along; use smtps:// or smtp+starttls://."
            )

    @property
    def label(self) -> str:
        """Who signs in where; no secret."""
        user = f"{self.credential.user}@" if self.credential else ""
        return f"{self.security}://{user}{self.host}:{self.port}"

    def trust(self) -> ssl.SSLContext:
        """What certificates are checked against. Takes a while. Raises MailError where the CA file is none."""
        context = ssl.create_default_context()
        if self.ca_file is not None:
            try:
                context.load_verify_locations(self.ca_file)
            except OSError as error:
                raise MailError(f"The CA file {self.ca_file} cannot be used: {error.strerror or error}.") from None
        return context


async def sign_in(server: Server, trust: ssl.SSLContext, timeouts: Timeouts, heard: Heard) -> SMTP:
    """A client that is connected, secured and signed in. Raises Trouble, with everything closed."""
    client = SMTP(
        hostname=server.host,
        port=server.port,
        local_hostname=server.local_name,
        use_tls=server.security is Security.TLS,
        start_tls=False,
        tls_context=trust,
        timeout=timeouts.connect,
    )
    try:
        await _Opening(server, client, timeouts.hello, heard).run()
    except BaseException:
        client.close()
        raise
    return client


@dataclass(frozen=True, slots=True)
class _Opening:
    server: Server
    client: SMTP
    seconds: float
    heard: Heard

    async def run(self) -> None:
        with self._at(Phase.CONNECT):
            greeting = await self.client.connect()
            if self.server.security is Security.TLS:
                self.heard(Phase.TLS, self._cipher())
            self._hear(Phase.CONNECT, greeting)
        await self._introduce()
        if self.server.security is Security.STARTTLS:
            await self._secure()
            await self._introduce()
        if self.server.credential is not None:
            await self._prove(self.server.credential)

    async def _introduce(self) -> None:
        with self._at(Phase.HELLO):
            self._hear(Phase.HELLO, await self.client.ehlo(timeout=self.seconds))

    async def _secure(self) -> None:
        if not self.client.supports_extension("starttls"):
            raise Trouble(
                Phase.TLS,
                f"{self.server.host} does not offer STARTTLS, so nothing was sent to it: use smtps:// if it speaks TLS "
                "from the start; if it used to offer STARTTLS, somebody may sit between.",
            )
        with self._at(Phase.TLS):
            self._hear(Phase.TLS, await self.client.starttls(timeout=self.seconds))
            self.heard(Phase.TLS, self._cipher())

    async def _prove(self, credential: Credential) -> None:
        offered = [name for name in credential.mechanisms if name in self.client.server_auth_methods]
        if not offered:
            known = " ".join(self.client.server_auth_methods).upper() or "none"
            wanted = ", ".join(credential.mechanisms).upper()
            raise Trouble(Phase.AUTH, f"{self.server.host} lets nobody sign in by {wanted}; it offers {known}.")
        answer = await self._offer(credential, offered)
        if answer.code != _WELCOME and credential.refused():
            answer = await self._offer(credential, offered)
        if answer.code != _WELCOME:
            raise Trouble(Phase.AUTH, f"{self.server.host} does not let {credential.user} sign in: {answer}.", answer)

    async def _offer(self, credential: Credential, mechanisms: Sequence[str]) -> Reply:
        try:
            secret = await credential.secret()
        except MailError as error:
            raise Trouble(Phase.AUTH, str(error)) from None
        for mechanism in mechanisms:
            answer = await self._try(mechanism, credential.user, secret)
            # One refusal is final: trying the other mechanisms would be so many failed logins, which lock accounts.
            if answer.code != _MECHANISM_UNKNOWN:
                break
        return answer

    async def _try(self, mechanism: str, user: str, secret: str) -> Reply:
        tries = {
            "plain": self.client.auth_plain,
            "login": self.client.auth_login,
            "cram-md5": self.client.auth_crammd5,
            "xoauth2": self.client.auth_xoauth2,
        }
        with self._at(Phase.AUTH):
            try:
                said = await tries[mechanism](user, secret, timeout=self.seconds)
            except SMTPResponseException as refusal:
                if refusal.code < 0:
                    raise
                said = SMTPResponse(refusal.code, refusal.message)
        return self._hear(Phase.AUTH, SMTPResponse(said.code, hidden(said.message, user, secret)))

    def _cipher(self) -> str:
        secured = self.client.get_transport_info("ssl_object")
        return f"{secured.version()}, {secured.cipher()[0]}; certificate trusted"

    def _hear(self, phase: Phase, said: SMTPResponse) -> Reply:
        answer = reply(said.code, said.message)
        self.heard(phase, str(answer))
        return answer

    @contextmanager
    def _at(self, phase: Phase) -> Iterator[None]:
        """Turn whatever goes wrong into Trouble."""
        where = f"{self.server.host}:{self.server.port}"
        try:
            yield
        except SMTPResponseException as error:
            answer = reply(error.code, error.message)
            said = str(answer) if error.code > 0 else f"what is not SMTP: {answer.text}"
            raise Trouble(phase, f"{where} answered {said}.", answer if error.code > 0 else None) from None
        except (SMTPException, OSError) as error:
            raise self._explained(phase, where, error) from None

    def _explained(self, phase: Phase, where: str, error: Exception) -> Trouble:
        cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Trouble(
                Phase.TLS,
                f"The certificate of {where} is not trusted: {clean(cause.verify_message).rstrip('.')}. If your "
                "organization issues its own, set ca_file under [mail].",
            )
        if isinstance(cause, ssl.SSLError):
            other = "smtp+starttls" if self.server.security is Security.TLS else "smtps"
            return Trouble(Phase.TLS, f"{where} does not speak TLS this way ({cause.reason}); try {other}://.")
        if isinstance(error, SMTPTimeoutError):
            return Trouble(phase, f"{where} did not answer in time; are host, port and smtp:// or smtps:// right?")
        return Trouble(phase, f"{where} cannot be reached: {clean(_words(cause))}. Are host and port right?")


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")
