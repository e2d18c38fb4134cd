"""Reports to be mailed: asked for, made by a sender (`fulfilling`), kept for a while, fetched again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Connection, Row

from ...rules.addresses import canonical
from ...rules.errors import BadInput, UsageError
from ...rules.filters import known_to, parse
from ...rules.mailing import MailState
from ...rules.reporting import RequestState
from ...rules.roles import Actor, Right, Role
from ...rules.text import clean
from ...rules.times import DAY, Instant
from ...store import report_requests
from ...store.engine import Store
from .. import journal, lookup, rights
from ..mail.audiences import Moments
from ..mail.letterhead import NO_SENDER, can_mail
from ..scope import filter_context
from .asked import Asked, ReportKind
from .reach import check_covered, check_reader, reach

ACTION = "ask for report"

_AT_ONCE = 200

_TITLES = {
    ReportKind.EMAIL: "email report",
    ReportKind.GRADEBOOK: "gradebook",
    ReportKind.MEMBERS: "member report",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A report that was asked for. `occurrence` is the local day and hour of the schedule that did, None for a person.
    `rows`, `size` (bytes) and `file` are known once it was made; `note` says why it was not, was not mailed, or is not
    kept. `mail` is how far its mail got, None where there is none; `downloads` is how often it was fetched by its
    link, and `downloaded_at` when last; `kept_until` is when the file goes, None where none is kept."""

    id: int
    asked: Asked
    requested_by: str
    requested_at: Instant
    recipient: str
    occurrence: str | None
    programs: tuple[str, ...] | None
    state: RequestState
    tries: int
    note: str
    made_at: Instant | None
    rows: int | None
    size: int | None
    file: str | None
    mail: MailState | None
    downloads: int
    downloaded_at: Instant | None
    kept_until: Instant | None

    @property
    def title(self) -> str:
        """What it is, in words: `gradebook of stats-1`."""
        return title(self.asked)

    @property
    def promise(self) -> str:
        """The sentence that says that it was asked for."""
        return f"Asked for report {self.id}, the {self.title}, to be mailed to {self.recipient}"


def title(asked: Asked) -> str:
    """What report it is, in words."""
    return _TITLES[asked.kind] + (f" of {clean(asked.course)}" if asked.course else "")


def ask(store: Store, actor: Actor, asked: Asked, at: Moments, to: str | None = None) -> Request:
    """Have a report made and mailed to the actor, or to another administrator who may see all of it.

    Raises NotAllowed, BadInput, FilterError, and UsageError where no address is set that mail comes from.
    """
    actor.require(Right.REPORT)
    address = actor.email if to is None else canonical(to)
    with store.write() as connection:
        actor = rights.admit(connection, actor, at.clock, Right.REPORT)
        if not can_mail(connection):
            raise UsageError(NO_SENDER)
        covered = reach(connection, actor, asked.program)
        if asked.where:
            filter_context(connection, actor, parse(asked.where, known_to(actor)), at.now)
        if asked.kind is ReportKind.GRADEBOOK:
            lookup.course(connection, asked.course or "")
        if address != actor.email:
            check_reader(connection, address, covered.ids, asked.where)
        values = {"kind": asked.kind, "requested_by": actor.email, "requested_at": at.clock, "recipient": address}
        number = report_requests.add(connection, {**values, "scope": asked.to_json()})
        program_id = min(covered.ids) if covered.ids and asked.program else None
        summary = f"Asked for the {title(asked)} on {covered.told} to be mailed to {clean(address)}"
        details = {"request": number, "asked": json.loads(asked.to_json())}
        journal.append(
            connection, actor, at.clock, action=ACTION, summary=summary, program_id=program_id, details=details
        )
        return _request(_found(connection, actor, number))


def history(store: Store, actor: Actor, limit: int = 100, before: int | None = None) -> list[Request]:
    """The newest requests first, older than request `before`: all for an organization admin, for another those by them
    and those mailed to them."""
    actor.require(Right.REPORT)
    with store.read() as connection:
        return [_request(row) for row in report_requests.listed(connection, _reader(actor), limit, before)]


def walk(store: Store, actor: Actor) -> Iterator[Request]:
    """The whole `history`."""
    page = history(store, actor, _AT_ONCE)
    while page:
        yield from page
        page = history(store, actor, _AT_ONCE, page[-1].id)


def count(store: Store, actor: Actor) -> int:
    """How many requests the `history` holds."""
    actor.require(Right.REPORT)
    with store.read() as connection:
        return report_requests.count(connection, _reader(actor))


def find(store: Store, actor: Actor, number: int) -> Request:
    """One request of the `history`. Raises BadInput where it holds none of that number."""
    actor.require(Right.REPORT)
    with store.read() as connection:
        return _request(_found(connection, actor, number))


def download(store: Store, actor: Actor, number: int, stream: BinaryIO) -> Request:
    """Write the file that is kept of a request to a stream.

    Raises BadInput where the history holds no such request, or no file is kept of it, with the reason; NotAllowed where
    the actor may no longer see all that it covers.
    """
    actor.require(Right.REPORT)
    with store.read() as connection:
        request = _request(_found(connection, actor, number))
        check_kept(request)
        check_covered(connection, actor, request.programs, request.asked.where)
        for piece in report_requests.file(connection, number):
            stream.write(piece)
    return request


def check_kept(request: Request) -> None:
    """Refuse with BadInput a request of which no file is kept, and say why."""
    if request.state is RequestState.ASKED:
        raise BadInput(f"Report {request.id} is still to be made: a sender does that, tui-admin worker.")
    if request.state is not RequestState.MADE:
        raise BadInput(f"There is no file of report {request.id} ({request.state}). {request.note}".strip())


def _reader(actor: Actor) -> str | None:
    return None if actor.role is Role.ORGANIZATION else actor.email


def _found(connection: Connection, actor: Actor, number: int) -> Row[Any]:
    row = report_requests.find(connection, number, _reader(actor))
    if row is None:
        raise BadInput(f"There is no report {number} in your history: see tui-admin reports.")
    return row


def _asked(row: Row[Any]) -> Asked:
    """What was asked for; of what cannot be read at least the kind, so that one such request hides no others."""
    try:
        return Asked.from_json(row.scope)
    except BadInput:
        return Asked(ReportKind(row.kind))


def _request(row: Row[Any]) -> Request:
    return Request(
        id=row.id,
        asked=_asked(row),
        requested_by=clean(row.requested_by),
        requested_at=row.requested_at,
        recipient=clean(row.recipient),
        occurrence=row.occurrence and row.occurrence.partition(" ")[0],
        programs=None if row.programs is None else tuple(json.loads(row.programs)),
        state=RequestState(row.state),
        tries=row.tries,
        note=clean(row.note or ""),
        made_at=row.made_at,
        rows=row.rows,
        size=row.size,
        file=row.file,
        mail=row.mail_state and MailState(row.mail_state),
        downloads=row.downloads,
        downloaded_at=row.downloaded_at,
        kept_until=row.made_at + row.retention_days * DAY if row.state == RequestState.MADE else None,
    )
