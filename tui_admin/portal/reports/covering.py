"""Whom a report covers: the memberships that a query finds among those an administrator may see, in every state that
reports tell of, whatever the filter names."""

from array import array
from dataclasses import replace

from sqlalchemy import Connection

from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store import members as store_members
from ...store.engine import Store
from ...store.members import View
from ...store.report_rows import order
from ..members import MembersQuery, view


def in_order(connection: Connection, actor: Actor, query: MembersQuery, now: Instant) -> "array[int]":
    """Their ids in the order of a report that is imported again.

    Raises NotAllowed, BadInput and FilterError as `members.view` does.
    """
    return order.covered(connection, _view(connection, actor, query, now))


def by_name(connection: Connection, actor: Actor, query: MembersQuery, now: Instant) -> "array[int]":
    """The same in the order of the query."""
    return array("q", store_members.all_ids(connection, _view(connection, actor, query, now), ordered=True))


def count(store: Store, actor: Actor, query: MembersQuery, now: Instant) -> int:
    """How many they are, asked before a report is made. Raises as `in_order` does."""
    with store.read() as connection:
        return store_members.count(connection, _view(connection, actor, query, now))


def _view(connection: Connection, actor: Actor, query: MembersQuery, now: Instant) -> View:
    actor.require(Right.REPORT)
    return replace(view(connection, actor, query, now), states=order.reported_states(connection))
