"""SQL of naming people in plans and receipts."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from .selection import among
from .tables import learners, memberships, outbox, programs
from .tables.people import known_as

_AT_ONCE = 1_000


def describe_memberships(
    connection: Connection, ids: Iterable[int], scope: frozenset[int] | None
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Id, name, address, external id and program slug of memberships within the scope, a thousand at a time."""
    query = (
        select(
            memberships.c.id, known_as.label("name"), learners.c.email_shown, learners.c.external_id, programs.c.slug
        )
        .join(learners, learners.c.id == memberships.c.learner_id)
        .join(programs, programs.c.id == memberships.c.program_id)
        .order_by(memberships.c.id)
    )
    if scope is not None:
        query = query.where(memberships.c.program_id.in_(sorted(scope)))
    return _in_batches(connection, query, memberships.c.id, ids)


def describe_learners(
    connection: Connection, ids: Iterable[int], scope: frozenset[int] | None
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Id, name, address and external id of learners with a membership within the scope, a thousand at a time."""
    query = select(learners.c.id, known_as.label("name"), learners.c.email_shown, learners.c.external_id)
    query = query.order_by(learners.c.id)
    if scope is not None:
        query = query.where(
            select(memberships.c.id)
            .where(memberships.c.learner_id == learners.c.id, memberships.c.program_id.in_(sorted(scope)))
            .exists()
        )
    return _in_batches(connection, query, learners.c.id, ids)


def describe_mails(
    connection: Connection, ids: Iterable[int], scope: frozenset[int] | None
) -> Iterator[Row[*tuple[Any, ...]]]:
    """Id, name, address and external id of those whom mails are to, about memberships within the scope, a thousand at
    a time."""
    address = outbox.c.address.label("email_shown")
    query = select(outbox.c.id, known_as.label("name"), address, learners.c.external_id).order_by(outbox.c.id)
    query = query.outerjoin(learners, learners.c.id == outbox.c.learner_id)
    if scope is not None:
        query = query.join(memberships, memberships.c.id == outbox.c.membership_id)
        query = query.where(memberships.c.program_id.in_(sorted(scope)))
    return _in_batches(connection, query, outbox.c.id, ids)


def _in_batches(
    connection: Connection, query: Select[Any], id: ColumnElement[int], ids: Iterable[int]
) -> Iterator[Row[*tuple[Any, ...]]]:
    iterator = iter(ids)
    while batch := list(islice(iterator, _AT_ONCE)):
        yield from connection.execute(query.where(among(connection, id, batch)))
