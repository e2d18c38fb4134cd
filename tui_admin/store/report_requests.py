"""SQL of reports that are made later: who asked for what, how far it got, and the files while they are kept."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from sqlalchemy import (
    Connection,
    Row,
    Select,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    update,
)

from ..rules.errors import Conflict
from ..rules.reporting import LONGEST_PAUSE, RequestState
from ..rules.times import Instant
from .engine import Store
from .tables import organization, outbox, report_parts, report_requests

BLOCK = 1_000_000
"""Bytes of a file that lie in one row."""

_LOCKS = 0x7472
"""The first number of the advisory locks of reports being made; the second is that of the request."""

_request = report_requests.c

_OWNER = func.coalesce(_request.file_of, _request.id)
"""The request whose file it is."""

_LISTED = select(
    report_requests,
    outbox.c.state.label("mail_state"),
    select(organization.c.report_retention_days).scalar_subquery().label("retention_days"),
).outerjoin(outbox, outbox.c.id == report_requests.c.outbox_id)

_LEFT_WITH_MAIL = (
    outbox.c.id.in_(select(_request.outbox_id).where(_request.state == RequestState.EXPIRED)),
    outbox.c.final_at.is_not(None),
    outbox.c.attachment.is_not(None),
)
"""The mails that are settled and still hold the file of a report that is kept no longer."""


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Note that a report was asked for; the number of the request."""
    asked = insert(report_requests).values({**values, "state": RequestState.ASKED}).returning(_request.id)
    return int(connection.execute(asked).scalar_one())


def due(connection: Connection, now: Instant) -> list[int]:
    """The requests whose report is to be made now, the oldest first. One that waits for longer than anybody has to
    was put off by a clock that was wrong."""
    waits = _request.next_at.is_(None) | (_request.next_at <= now) | (_request.next_at > now + LONGEST_PAUSE)
    query = select(_request.id).where(_request.state == RequestState.ASKED, waits).order_by(_request.id)
    return list(connection.scalars(query))


def any_asked(connection: Connection) -> bool:
    """Whether any report is still to be made, now or later."""
    return bool(connection.execute(select(exists().where(_request.state == RequestState.ASKED))).scalar_one())


@contextmanager
def alone(store: Store, number: int) -> Iterator[bool]:
    """Keep others from making the same report while the block runs; False where another makes it. The lock ends with
    the process, however that ends. An embedded store has one sender anyway."""
    if store.dialect != "postgresql":
        yield True
        return
    with store.hold() as connection:
        with store.transaction(connection, writing=False):
            mine = bool(connection.execute(select(func.pg_try_advisory_lock(_LOCKS, number))).scalar_one())
        try:
            yield mine
        finally:
            if mine:
                with store.transaction(connection, writing=False):
                    connection.execute(select(func.pg_advisory_unlock(_LOCKS, number)))


def begin(connection: Connection, number: int) -> Row[Any] | None:
    """Count a try before it is made, so that one that ends its process counts as well; the request, None where it is
    settled."""
    tried = update(report_requests).where(_request.id == number, _request.state == RequestState.ASKED)
    return connection.execute(tried.values(tries=_request.tries + 1).returning(*_request)).one_or_none()


def settle(connection: Connection, number: int, state: RequestState, **values: Any) -> bool:
    """Note how far a request got; False where it was settled before."""
    asked = update(report_requests).where(_request.id == number, _request.state == RequestState.ASKED)
    return connection.execute(asked.values(state=state, **values)).rowcount == 1


def change(connection: Connection, number: int, **values: Any) -> None:
    """Note more about a request."""
    connection.execute(update(report_requests).where(_request.id == number).values(**values))


def fetched(connection: Connection, number: int, at: Instant) -> int:
    """Count that the file of a request is fetched by its link, also where others fetch it at this moment; the how
    many-th time it is."""
    counted = update(report_requests).where(_request.id == number)
    counted = counted.values(downloads=_request.downloads + 1, downloaded_at=at)
    return int(connection.execute(counted.returning(_request.downloads)).scalar_one())


def listed(connection: Connection, reader: str | None, limit: int, before: int | None) -> list[Row[Any]]:
    """The newest requests first, older than `before`: all, or only those by or for a reader. With `mail_state`, how far
    the mail got, and `retention_days`, how long files are kept."""
    query = _LISTED if before is None else _LISTED.where(_request.id < before)
    return list(connection.execute(_of(query, reader).order_by(_request.id.desc()).limit(limit)))


def count(connection: Connection, reader: str | None) -> int:
    """How many requests there are in all, or by or for a reader."""
    return int(connection.execute(_of(select(func.count()).select_from(report_requests), reader)).scalar_one())


def find(connection: Connection, number: int, reader: str | None = None) -> Row[Any] | None:
    """One request, as `listed` has it."""
    return connection.execute(_of(_LISTED.where(_request.id == number), reader)).one_or_none()


def put_file(connection: Connection, number: int, stream: BinaryIO) -> int:
    """Keep a file from a stream, piece by piece; how many bytes."""
    block = size = 0
    while content := stream.read(BLOCK):
        connection.execute(insert(report_parts).values(request_id=number, block=block, content=content))
        block, size = block + 1, size + len(content)
    return size


def file(connection: Connection, number: int) -> Iterator[bytes]:
    """The file that is kept of a request, piece by piece; nothing where none is."""
    block = 0
    while (content := piece(connection, number, block)) is not None:
        yield content
        block += 1


def piece(connection: Connection, number: int, block: int) -> bytes | None:
    """One piece of the file that is kept of a request; None after the last."""
    part = report_parts.c
    joined = select(part.content).join(report_requests, part.request_id == _OWNER)
    one = joined.where(_request.id == number, part.block == block)
    content = connection.execute(one).scalar_one_or_none()
    return None if content is None else bytes(content)


def same_of_run(connection: Connection, occurrence: str, programs: str) -> Row[Any] | None:
    """A request of the same run of the schedule (both begin `DAYThour `) that was made of the same programs."""
    run = _request.occurrence.startswith(occurrence.partition(" ")[0] + " ", autoescape=True)
    made = select(report_requests).where(_request.state == RequestState.MADE, run, _request.programs == programs)
    return connection.execute(made.order_by(_request.id).limit(1)).one_or_none()


def share_file(connection: Connection, number: int, other: int) -> int:
    """Let a request have the file of another; how many bytes. Raises Conflict where that is no longer kept."""
    theirs = select(_OWNER.label("owner"), _request.size)
    theirs = theirs.where(_request.id == other, _request.state == RequestState.MADE).with_for_update()
    kept = connection.execute(theirs).one_or_none()
    if kept is None:
        raise Conflict("The file that it was to share is kept no longer.")
    change(connection, number, file_of=kept.owner)
    return int(kept.size)


def drop_files(connection: Connection, note: str, before: Instant | None = None) -> int:
    """Keep no file any more, of reports made before a moment or of all, nor with mails of such that are settled by now;
    how many. What was asked for stays, and says why in a `note`."""
    kept = [_request.state == RequestState.MADE, *([] if before is None else [_request.made_at < before])]
    expired = update(report_requests).where(*kept).values(state=RequestState.EXPIRED, note=note)
    dropped = connection.execute(expired).rowcount
    needed = select(_OWNER).where(_request.state == RequestState.MADE)
    connection.execute(delete(report_parts).where(report_parts.c.request_id.not_in(needed)))
    connection.execute(update(outbox).where(*_LEFT_WITH_MAIL).values(attachment=null()))
    return dropped


def any_older(connection: Connection, before: Instant) -> bool:
    """Whether `drop_files` would find any: of a report made before a moment, or left with a mail that waited longer."""
    old = exists().where(_request.state == RequestState.MADE, _request.made_at < before)
    left = exists().where(*_LEFT_WITH_MAIL)
    return bool(connection.execute(select(or_(old, left))).scalar_one())


def mail_of(connection: Connection, message_id: int) -> int:
    """The mail of a message that has one."""
    return int(connection.execute(select(outbox.c.id).where(outbox.c.message_id == message_id)).scalar_one())


def _of(query: Select[Any], reader: str | None) -> Select[Any]:
    return query if reader is None else query.where(or_(_request.requested_by == reader, _request.recipient == reader))
