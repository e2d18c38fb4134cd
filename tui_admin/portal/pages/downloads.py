"""Fetching a report by the link that its mail carries, as often as one likes while the link holds."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from ...mail.links import LinkEnded, LinkPurpose
from ...rules.addresses import masked
from ...rules.errors import NotAllowed
from ...rules.reporting import RequestState
from ...rules.roles import Actor, Role
from ...rules.text import clean
from ...rules.times import Instant
from ...store import report_requests
from ...store.engine import Store
from .. import journal, rights
from ..reports.asked import Asked
from ..reports.reach import check_covered
from ..reports.requests import title
from .tokens import subject

ACTION = "fetch report"

HOLDER = Actor("link holder", Role.PROGRAM, frozenset())
"""Whoever has the link of a report, with no right of an administrator's."""

_GONE = "This link has ended: the report is no longer kept. Ask for it again."
_NOT_THEIRS = "This link has ended: whom it was mailed to may no longer see what the report covers."


@dataclass(frozen=True, slots=True)
class Download:
    """A report that can be fetched: what it is, its file, and whom it was mailed to, with most of the address hidden.
    `size` is in bytes."""

    id: int
    title: str
    file: str
    size: int
    rows: int
    made_at: Instant
    recipient: str


def look(store: Store, token: str, now: Instant) -> Download:
    """What a link leads to. Nothing is written, nor counted.

    Raises BadInput for a token that is none of ours or has ended, also where the file is no longer kept or whom it was
    mailed to may no longer see all that it covers.
    """
    with store.read() as connection:
        return _download(_request(connection, token, now))


def fetch(store: Store, token: str, now: Instant) -> tuple[Download, Iterator[bytes]]:
    """Note that the file is fetched, and give it piece by piece. Raises as `look` does.

    Each piece is read by itself: whoever fetches slowly keeps no connection. Where the file goes meanwhile, it ends
    early.
    """
    with store.write() as connection:
        row = _request(connection, token, now)
        times = report_requests.fetched(connection, row.id, now)
        found = _download(row)
        summary = f"The {found.title} mailed to {clean(row.recipient)} was fetched by its link"
        details = {"request": row.id, "download": times}
        journal.append(connection, HOLDER, now, action=ACTION, summary=summary, details=details)
    return found, _pieces(store, found.id)


def _pieces(store: Store, request: int) -> Iterator[bytes]:
    block = 0
    while True:
        with store.read() as connection:
            content = report_requests.piece(connection, request, block)
        if content is None:
            return
        yield content
        block += 1


def _request(connection: Connection, token: str, now: Instant) -> Row[Any]:
    row = report_requests.find(connection, subject(connection, token, LinkPurpose.REPORT, now))
    if row is None or row.state != RequestState.MADE:
        raise LinkEnded(_GONE)
    try:
        reader = rights.renewed(connection, Actor(row.recipient, Role.PROGRAM))
        programs = None if row.programs is None else json.loads(row.programs)
        check_covered(connection, reader, programs, Asked.from_json(row.scope).where)
    except NotAllowed:
        raise LinkEnded(_NOT_THEIRS) from None
    return row


def _download(row: Row[Any]) -> Download:
    return Download(
        id=row.id,
        title=title(Asked.from_json(row.scope)),
        file=row.file,
        size=row.size,
        rows=row.rows,
        made_at=row.made_at,
        recipient=masked(clean(row.recipient)),
    )
