"""Which count the charts are of and whether another one is under way: what a console looks at every few seconds,
without anything that charts are counted with."""

from dataclasses import dataclass

from ..rules.roles import Actor, Right
from ..store.analytics import versions
from ..store.analytics.versions import LOCK
from ..store.engine import Store
from ..store.locks import is_held


@dataclass(frozen=True, slots=True)
class Count:
    """The number of the count that charts are made from (0: there is none), and whether a process makes another."""

    number: int
    is_under_way: bool


def newest(store: Store, actor: Actor, *, looks_for_work: bool = True) -> Count:
    """How counting stands: one row is read, and a lock looked at where `looks_for_work`. Raises NotAllowed."""
    actor.require(Right.ANALYTICS)
    if not store.exists:
        return Count(0, is_under_way=False)
    with store.read() as connection:
        number = versions.current_id(connection)
    return Count(number, is_under_way=looks_for_work and is_under_way(store))


def is_under_way(store: Store) -> bool:
    """Whether a process counts anew. Of a store that may not be written to nobody can tell."""
    return not store.read_only and is_held(store, LOCK)
