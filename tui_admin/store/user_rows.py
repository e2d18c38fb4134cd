"""Learners as people see them: whole rows by id, with their memberships in the programs in view."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, Connection, and_, select, true

from ..rules.times import Instant
from ..rules.triage import Status
from .member_rows import BLOCK, PERSON_COLUMNS, MemberRow, Person, person_values, read_rows
from .members import EVERY_STATE, in_view
from .selection import chosen
from .tables import learners, memberships


@dataclass(frozen=True, slots=True)
class UserRow(Person):
    """A learner with their memberships in the programs in view, in the order of the programs' names."""

    memberships: tuple[MemberRow, ...]

    @property
    def id(self) -> int:
        """The learner's id, by which a list marks rows."""
        return self.learner_id

    @property
    def statuses(self) -> tuple[str, ...]:
        """Every status that one of the memberships carries, in the order of `Status`."""
        held = {status for row in self.memberships for status in row.statuses}
        return tuple(str(status) for status in Status if status in held)

    @property
    def reason(self) -> str:
        """The at-risk reason, with the program named where there are several memberships."""
        several = len(self.memberships) > 1
        reasons = ((row.program_name, row.reason) for row in self.memberships if row.reason)
        return "; ".join(f"{program}: {reason}" if several else reason for program, reason in reasons)

    @property
    def enrolled(self) -> int:
        """Courses enrolled in, over the memberships."""
        return sum(row.enrolled for row in self.memberships)

    @property
    def completed(self) -> int:
        """Courses completed, over the memberships."""
        return sum(row.completed for row in self.memberships)

    @property
    def last_activity_at(self) -> Instant | None:
        """The newest activity in any of the programs."""
        return max((row.last_activity_at for row in self.memberships if row.last_activity_at is not None), default=None)


def memberships_in_view(programs: frozenset[int] | None) -> ColumnElement[bool]:
    """The condition on the memberships that count for a learner: any state, of the programs in view."""
    return and_(true(), *in_view(programs, EVERY_STATE))


def membership_ids(connection: Connection, learner_ids: Iterable[int], programs: frozenset[int] | None) -> list[int]:
    """The memberships in view of these learners, those of one learner in the order they were made."""
    query = select(memberships.c.id).where(
        memberships.c.learner_id.in_(chosen(connection, learner_ids)), memberships_in_view(programs)
    )
    return list(connection.scalars(query.order_by(memberships.c.learner_id, memberships.c.id)))


def read_users(
    connection: Connection, ids: Iterable[int], programs: frozenset[int] | None, now: Instant
) -> Iterator[UserRow]:
    """The learners of these ids that exist, in their order, read block by block."""
    rest = iter(ids)
    while block := list(islice(rest, BLOCK)):
        people = {
            row["learner_id"]: person_values(row)
            for row in connection.execute(
                select(*PERSON_COLUMNS).where(learners.c.id.in_(chosen(connection, block)))
            ).mappings()
        }
        held: dict[int, list[MemberRow]] = defaultdict(list)
        for member in read_rows(connection, membership_ids(connection, block, programs), now):
            held[member.learner_id].append(member)
        for id in block:
            if id in people:
                by_name = sorted(held[id], key=lambda member: (member.program_name, member.id))
                yield UserRow(**people[id], memberships=tuple(by_name))
