"""The ids that a term of a filter finds, as arrays."""

from itertools import chain

import numpy as np
from sqlalchemy import Connection, Select, select

from ...rules.filters.tree import Node, Text
from ..filters.people import holders, on_profile, on_search_key
from ..filters.reach import walk
from ..filters.sql import membership_condition
from ..filters.terms import Context
from ..tables import learners, membership_contracts, memberships
from .columns import Numbers
from .rows import batches


def memberships_where(connection: Connection, node: Node, context: Context) -> Numbers:
    """The ids of the memberships that fulfil an expression."""
    found = select(memberships.c.id).where(membership_condition(node, context))
    return _ids(connection, found.with_hint(memberships, walk(node), "sqlite"))


def learners_where(connection: Connection, term: Node, context: Context) -> Numbers | None:
    """The ids of the learners who fulfil a term that speaks of the person alone; None for any other term."""
    if isinstance(term, Text) and (ways := holders(term, context.profiles)):
        return np.concatenate([_ids(connection, way) for way in ways])
    by_key = on_search_key(term, learners)
    condition = on_profile(term, learners, context.profiles) if by_key is None else by_key
    return None if condition is None else _ids(connection, select(learners.c.id).where(condition))


def further_contracts(connection: Connection, contracts: tuple[int, ...]) -> Numbers:
    """The ids of the memberships for which a report named one of these contracts after the first."""
    further = membership_contracts.c
    return _ids(connection, select(further.membership_id).where(further.contract_id.in_(contracts)))


def _ids(connection: Connection, query: Select[int]) -> Numbers:
    found = (np.fromiter(chain.from_iterable(rows), np.int64, len(rows)) for rows in batches(connection, query))
    return np.concatenate([np.zeros(0, np.int64), *found])
