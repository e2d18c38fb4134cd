"""Mails kept on this machine where no server is set: a Maildir, which every mail program can open."""

import asyncio
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from .. import durable
from ..rules.text import clean
from . import wire
from .transport import Fate, Limits, Outcome, Phase, Reply, Trouble

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class MaildirTransport:
    """A Maildir in `folder`, made when the first mail comes."""

    folder: Path
    limits: Limits = field(default_factory=Limits)

    @property
    def label(self) -> str:
        """The folder."""
        return f"maildir://{self.folder}"

    def connection(self) -> "MaildirConnection":
        """A connection, not yet open."""
        return MaildirConnection(self.folder)


class MaildirConnection:
    """Writes mails into a Maildir (`transport.Connection`). A mail is known by its Message-ID: handed over a second
    time it is accepted and not doubled."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: frozenset[str] = frozenset()

    async def open(self) -> None:
        """Make the folders where they are missing. Raises Trouble."""
        try:
            self._read = await asyncio.to_thread(self._prepare)
        except OSError as error:
            text = f"The mail folder {self._folder} cannot be used: {error.strerror}."
            raise Trouble(Phase.CONNECT, text) from None

    async def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        """Keep one mail; see `transport.Connection.send`."""
        name = _name(payload)
        try:
            written = await asyncio.to_thread(self._keep, name, payload)
        except OSError as error:
            trouble = clean(f"the mail cannot be kept in {self._folder}: {error.strerror}")
            return Outcome(Fate.UNSENT, Phase.BODY, trouble=trouble)
        said = f"kept as {name}" if written else f"was kept before, as {name}"
        return Outcome(Fate.ACCEPTED, Phase.BODY, Reply(250, "2.0.0", said), usable=True)

    async def close(self) -> None:
        """Nothing stays open."""

    def _prepare(self) -> frozenset[str]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(mode=0o700, exist_ok=True)
        return frozenset(path.name.partition(":")[0] for path in (self._folder / "cur").iterdir())

    def _keep(self, name: str, payload: bytes) -> bool:
        draft, place = self._folder / "tmp" / name, self._folder / "new" / name
        if name in self._read:
            return False
        draft.write_bytes(payload.replace(b"\r\n", b"\n"))
        durable.sync_file(draft)
        draft.replace(place)
        durable.sync_folder(place.parent)
        return True


def _name(payload: bytes) -> str:
    """A file name that no other mail has, and this one always."""
    name = quote(wire.message_id(payload), safe="@")
    return name if 0 < len(name) < _LONGEST_NAME and name[0] != "." else sha256(payload).hexdigest()
