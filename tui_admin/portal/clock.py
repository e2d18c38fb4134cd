"""What "now" is: statuses are judged at the moment the data speaks of, not at the wall clock's."""

from sqlalchemy import select

from ..rules.times import Instant
from ..store.engine import Store
from ..store.tables import organization


def data_as_of(store: Store) -> Instant | None:
    """The newest fact about people the store was told; None for a store that never imported."""
    with store.read() as connection:
        return connection.execute(select(organization.c.data_as_of)).scalar_one_or_none()


def resolve_now(store: Store, given: Instant | None, clock: Instant) -> Instant:
    """The moment statuses are judged at: the one a person gave, else the earlier of the clock and the data's."""
    if given is not None:
        return given
    as_of = data_as_of(store)
    return clock if as_of is None else min(clock, as_of)
