"""What hands mails over here, by the settings, and the sentence that says where they go."""

from dataclasses import dataclass
from pathlib import Path

from ..config import data_folder
from .maildir import MaildirTransport
from .settings import VARIABLE, MailSettings
from .signing_in import Heard
from .smtp import SmtpTransport, unheard
from .transport import Connection, Fate, Limits, Outcome, Phase, Reply, Transport


def mail_folder(store: Path | None) -> Path:
    """Where mails are kept while no server is set: beside an embedded store, else in the person's data folder."""
    return data_folder() / "mail" if store is None else store.absolute().with_suffix(".mail")


def transport(settings: MailSettings, folder: Path, heard: Heard = unheard) -> Transport:
    """The server of the settings, else the folder. `heard` is told what a server answers while a connection opens."""
    server = settings.server
    chosen: Transport = MaildirTransport(folder) if server is None else SmtpTransport(server, settings.limits, heard)
    return OnlyDomains(chosen, settings.only_domains) if settings.only_domains else chosen


def where_mail_goes(settings: MailSettings, folder: Path) -> str:
    """A sentence for people: where mails go, and what holds them back."""
    if settings.server is None:
        said = f"{_kept_in(folder)} {VARIABLE} or [mail] sets one."
    else:
        known = f" ({settings.provider.name})" if settings.provider else ""
        said = f"Mails go to {settings.server.label}{known}, {pace(settings.limits)}."
    return " ".join(filter(None, (said, _only(settings))))


def to_know_before(settings: MailSettings, folder: Path) -> str:
    """What to know before anything is sent: that no mail leaves this machine, or only some; empty where all do."""
    kept = _kept_in(folder) if settings.server is None else ""
    return " ".join(filter(None, (kept, _only(settings))))


def _kept_in(folder: Path) -> str:
    return f"No mail server is set: mails stay on this machine, in {folder}."


def _only(settings: MailSettings) -> str:
    only = ", ".join(sorted(settings.only_domains))
    return f"Only addresses at {only} get any." if only else ""


def pace(limits: Limits) -> str:
    """How fast mails may leave, in words."""
    rates = ((limits.per_second, "second"), (limits.per_minute, "minute"), (limits.per_day, "day"))
    told = [f"{most:,} a {unit}" for most, unit in rates if most is not None]
    return ", ".join([f"over at most {limits.connections} connection{'s' * (limits.connections != 1)}", *told])


@dataclass(frozen=True, slots=True)
class OnlyDomains:
    """A transport that lets mails through to some domains only."""

    inner: Transport
    domains: frozenset[str]

    @property
    def label(self) -> str:
        """That of the transport."""
        return self.inner.label

    @property
    def limits(self) -> Limits:
        """Those of the transport."""
        return self.inner.limits

    def connection(self) -> Connection:
        """A connection of the transport's that refuses other domains by itself."""
        return _GuardedConnection(self.inner.connection(), self.domains)


@dataclass(frozen=True, slots=True)
class _GuardedConnection:
    inner: Connection
    domains: frozenset[str]

    async def open(self) -> None:
        await self.inner.open()

    async def send(self, sender: str, recipient: str, payload: bytes) -> Outcome:
        if recipient.rpartition("@")[2].lower() in self.domains:
            return await self.inner.send(sender, recipient, payload)
        said = f"not sent: this installation writes only to {', '.join(sorted(self.domains))} (only_domains)"
        return Outcome(Fate.REFUSED, Phase.RCPT, Reply(550, "", said), usable=True)

    async def close(self) -> None:
        await self.inner.close()
