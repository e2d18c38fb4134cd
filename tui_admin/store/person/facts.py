"""SQL of bringing the facts of two memberships together: what only one has moves, of what both have one stays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, select, update

from ..tables import (
    activity,
    attempts,
    course_results,
    enrollments,
    feedback,
    membership_contracts,
    specialization_enrollments,
)

Row = dict[str, Any]
Beats = Callable[[Row, Row], bool]
"""Whether the other membership's row counts rather than the kept one's."""


def _newer(other: Row, kept: Row) -> bool:
    return (other["moment"] or 0) > (kept["moment"] or 0)


def _never(_other: Row, _kept: Row) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """Facts of a table: what two rows about the same have in common beside the membership, which of them counts, and
    the numbers of which the larger one does."""

    table: Table
    key: tuple[str, ...]
    beats: Beats
    larger: tuple[str, ...] = ()


KINDS = (
    Kind(enrollments, ("course_id",), _newer),
    Kind(specialization_enrollments, ("specialization_id",), _newer),
    Kind(attempts, ("assessment_id", "attempted_at"), _newer),
    Kind(course_results, ("course_id",), _newer),
    Kind(activity, ("course_id", "day"), _never, larger=("minutes", "lessons")),
    Kind(feedback, ("course_id", "given_at"), _never),
)
"""The newest report counts; of feedback and where the reports are equally new, what the kept record says; of a day's
minutes and lessons the larger number: two exports of one person tell the same day twice."""


def bring_together(connection: Connection, kept: int, other: int) -> dict[str, tuple[int, int]]:
    """Give a membership the facts of another; by table how many moved, and of how many both had one. Of further
    contracts the kept membership's stay."""
    connection.execute(delete(membership_contracts).where(membership_contracts.c.membership_id == other))
    return {kind.table.name: _bring(connection, kind, kept, other) for kind in KINDS}


def _bring(connection: Connection, kind: Kind, kept: int, other: int) -> tuple[int, int]:
    there = {_key(kind, row): row for row in _rows(connection, kind.table, kept)}
    moved = both = 0
    for row in _rows(connection, kind.table, other):
        same = there.get(_key(kind, row))
        if same is None:
            moved += 1
        else:
            both += 1
            if not kind.beats(row, same):
                _enlarge(connection, kind, same, row)
                connection.execute(delete(kind.table).where(_is(kind.table, row)))
                continue
            connection.execute(delete(kind.table).where(_is(kind.table, same)))
        connection.execute(update(kind.table).where(_is(kind.table, row)).values(membership_id=kept))
    return moved, both


def _enlarge(connection: Connection, kind: Kind, kept: Row, other: Row) -> None:
    larger = {name: other[name] for name in kind.larger if (other[name] or 0) > (kept[name] or 0)}
    if larger:
        connection.execute(update(kind.table).where(_is(kind.table, kept)).values(larger))


def _rows(connection: Connection, table: Table, membership: int) -> list[Row]:
    query = select(table).where(table.c.membership_id == membership).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _key(kind: Kind, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in kind.key)


def _is(table: Table, row: Mapping[str, Any]) -> Any:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))
