"""SQL of finding one person, by the address they have or one they had."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from ..tables import learner_addresses, learners


class Found(NamedTuple):
    """A person who has an address."""

    id: int
    name: str | None
    email: str
    email_shown: str | None
    external_id: str | None


_PEOPLE: Select[Any] = select(*(learners.c[name] for name in Found._fields)).where(learners.c.email.is_not(None))


def by_address(connection: Connection, address: str, *, hold: bool = False) -> Found | None:
    """The person whose canonical address it is; `hold` keeps them until the transaction ends."""
    query = _PEOPLE.where(learners.c.email == address)
    row = connection.execute(query.with_for_update() if hold else query).one_or_none()
    return None if row is None else Found._make(row)


def hold(connection: Connection, ids: Sequence[int]) -> None:
    """Keep learners until the transaction ends, as whoever merges or erases them does."""
    connection.execute(select(learners.c.id).where(learners.c.id.in_(ids)).order_by(learners.c.id).with_for_update())


def of_former(connection: Connection, address: str) -> Found | None:
    """Somebody who had the canonical address before: of several the one whose rows an import takes it for."""
    had = learner_addresses.join(learners, learners.c.id == learner_addresses.c.learner_id)
    query = _PEOPLE.select_from(had).where(learner_addresses.c.email == address)
    row = connection.execute(query.order_by(learners.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Found._make(row)
