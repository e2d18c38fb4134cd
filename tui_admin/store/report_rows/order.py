"""The memberships that a report covers, in the order of its rows.

People come as the store numbered them. An import into an empty store numbers them in the order of a report's rows, so
that it writes the same report again.
"""

from array import array
from collections.abc import Iterator

from sqlalchemy import Connection, case, select

from ...rules.triage import MembershipState
from ..hints import OF_LEARNER
from ..members import View, by_learner, matching
from ..tables import memberships, organization, programs

BLOCK = 2_000
"""Memberships whose rows are read by one query."""


def reported_states(connection: Connection) -> frozenset[MembershipState]:
    """The states that reports cover: all, without removed learners where the organization hides them."""
    kept = connection.execute(select(organization.c.removed_learners)).scalar_one_or_none()
    left_out = {MembershipState.DELETED_MEMBER} if kept == "hide" else set()
    return frozenset(MembershipState) - left_out


def covered(connection: Connection, view: View) -> "array[int]":
    """The ids of the memberships in view: person by person as the store came to know them, those of one by program."""
    slugs = connection.execute(select(programs.c.id, programs.c.slug)).all()
    places = {row.id: place for place, row in enumerate(sorted(slugs, key=lambda row: row.slug))}
    by_program = case(places, value=memberships.c.program_id) if len(places) > 1 else memberships.c.program_id
    walk = view.walk
    if view.condition is None and view.within is None:
        walk = by_learner(view.programs) if view.of_one_program else OF_LEARNER
    query = matching(view).with_hint(memberships, walk, "sqlite").order_by(memberships.c.learner_id, by_program)
    return array("q", connection.scalars(query, execution_options={"yield_per": 10_000}))


def in_blocks(ids: "array[int]") -> Iterator[list[int]]:
    """The ids, some thousands at a time."""
    for start in range(0, len(ids), BLOCK):
        yield ids[start : start + BLOCK].tolist()
