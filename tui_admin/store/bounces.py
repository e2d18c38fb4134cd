"""SQL of bounces: the mails they are about, and whether anything was ever mailed to an address."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, func, select, update

from ..rules.mailing import MailState
from ..rules.times import Instant
from .tables import learners, outbox

LEFT = (MailState.SENT, MailState.UNKNOWN)
"""Mails that left, as far as is known: that one came back proves it of those in doubt."""

_BLOCK = 500


class Mailed(NamedTuple):
    """A mail of the outbox that a bounce names."""

    id: int
    header_id: str
    address: str
    state: str


def mails(connection: Connection, header_ids: Collection[str], *, hold: bool = False) -> dict[str, Mailed]:
    """The mails that have these Message-IDs, by them; with `hold` nobody else changes them until the end."""
    query = select(outbox.c.id, outbox.c.header_id, outbox.c.address, outbox.c.state).order_by(outbox.c.id)
    if hold:
        query = query.with_for_update()
    found = {}
    for some in _blocks(sorted(header_ids)):
        for row in connection.execute(query.where(outbox.c.header_id.in_(some))):
            found[row.header_id] = Mailed(*row)
    return found


def written_to(connection: Connection, addresses: Collection[str]) -> set[str]:
    """Those of the addresses that belong to learners who were mailed."""
    mailed = exists().where(outbox.c.learner_id == learners.c.id, outbox.c.state.in_((*LEFT, MailState.BOUNCED)))
    found: set[str] = set()
    for some in _blocks(sorted(addresses)):
        found.update(connection.scalars(select(learners.c.email).where(learners.c.email.in_(some), mailed)))
    return found


def came_back(connection: Connection, said: Mapping[int, tuple[str, str]], now: Instant) -> None:
    """Note that mails came back, each with the status code and words it came back with, by id."""
    noting = (
        update(outbox)
        .where(outbox.c.id == bindparam("mail_id"))
        .values(
            state=MailState.BOUNCED,
            final_at=func.coalesce(outbox.c.final_at, bindparam("now")),
            last_enhanced=bindparam("status"),
            last_text=bindparam("text"),
        )
    )
    rows: list[dict[str, Any]] = [
        {"mail_id": id, "now": now, "status": status or None, "text": text or None}
        for id, (status, text) in said.items()
    ]
    if rows:
        connection.execute(noting, rows)


def _blocks(values: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while block := list(islice(rest, _BLOCK)):
        yield block
