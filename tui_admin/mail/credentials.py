"""Who we are to a mail server. What proves it is never shown, logged or written into a sentence."""

import asyncio
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from aiosmtplib.auth import auth_login_encode, auth_plain_encode, auth_xoauth2_encode

from ..rules.errors import MailError
from ..rules.text import clean

COMMAND_SECONDS = 30.0
TOKEN_SECONDS = 300.0
"""A token is asked for anew after so long: they last an hour, and the command knows better how long."""


class Credential(Protocol):
    """A name, the ways of AUTH that fit it, and what proves it."""

    @property
    def user(self) -> str:
        """Who signs in."""

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Ways of AUTH, best first, in lower case."""

    async def secret(self) -> str:
        """The password or token. Raises MailError where it is not to be had."""

    def refused(self) -> bool:
        """The server did not take the secret. Whether another is to be had: a kept one is forgotten."""


@dataclass(frozen=True, slots=True)
class Password:
    """A password, looked up anew for every connection, so that a changed one is found."""

    user: str
    look_up: Callable[[], str] = field(repr=False)
    mechanisms: tuple[str, ...] = ("plain", "login", "cram-md5")

    async def secret(self) -> str:
        """The password. Raises MailError where none is kept."""
        return await asyncio.to_thread(self.look_up)

    def refused(self) -> bool:
        """Nothing is kept, so there is no other."""
        return False


@dataclass(slots=True)
class TokenCommand:
    """An OAuth 2.0 access token, printed by a command of the administrator's own."""

    user: str
    command: str
    mechanisms: tuple[str, ...] = ("xoauth2",)
    _token: str = field(default="", repr=False)
    _until: float = 0
    _is_kept: bool = False

    async def secret(self) -> str:
        """The token. Raises MailError with what the command said where it gave none."""
        now = asyncio.get_running_loop().time()
        self._is_kept = bool(self._token) and now < self._until
        if not self._is_kept:
            self._token, self._until = await self._run(), now + TOKEN_SECONDS
        return self._token

    def refused(self) -> bool:
        """Ask for another token the next time; one that was kept may have ended before its time."""
        self._token = ""
        return self._is_kept

    async def _run(self) -> str:
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *shlex.split(self.command), stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
            )
        except (OSError, ValueError) as error:
            raise MailError(f"The token command cannot be run: {error}.") from None
        try:
            out, said = await asyncio.wait_for(process.communicate(), COMMAND_SECONDS)
        except TimeoutError:
            raise MailError(f"The token command gave nothing within {COMMAND_SECONDS:.0f} seconds.") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        token = out.decode("ascii", "replace").strip()
        if process.returncode or not token.isprintable() or not token:
            why = clean(said.decode("utf-8", "replace").strip())[-300:] or f"exit {process.returncode}"
            raise MailError(f"The token command failed: {why}")
        return token


def hidden(text: str, user: str, secret: str) -> str:
    """A server's words without the secret, should it have quoted what it was sent, in whatever way that was encoded."""
    sent = (auth_plain_encode(user, secret), auth_login_encode(user, secret)[1], auth_xoauth2_encode(user, secret))
    for form in (*(line.decode("ascii") for line in sent), secret):
        text = text.replace(form, "***") if form else text
    return text
