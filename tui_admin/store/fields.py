"""SQL of changing columns of many learners, memberships or mails at once, and of putting them back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Table, func, select, update

from ..rules.text import search_key
from .memory import room
from .selection import among, within
from .tables import learners, memberships, outbox
from .tables import programs as program_table
from .tables.people import known_as

_AT_ONCE = 10_000

AREAS: Mapping[str, Table] = {"learner": learners, "membership": memberships, "mail": outbox}


def current(
    connection: Connection, area: str, columns: Sequence[str], ids: Iterable[int], *, hold: bool = False
) -> dict[int, tuple[Any, ...]]:
    """The named columns of rows by id, in the order of ids; `hold` keeps the rows until the transaction ends."""
    return {row: tuple(values) for row, *values in _rows(connection, area, columns, ids, hold)}


def held(
    connection: Connection, area: str, columns: Sequence[str], ids: Iterable[int], *, hold: bool = False
) -> dict[tuple[Any, ...], BitMap]:
    """The same the other way round: which rows hold which values. Many rows that hold few are small so."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row, *values in _rows(connection, area, columns, ids, hold):
        found[tuple(values)].append(row)
    return {values: BitMap(rows) for values, rows in found.items()}


def _rows(
    connection: Connection, area: str, columns: Sequence[str], ids: Iterable[int], hold: bool
) -> Iterator[Sequence[Any]]:
    table = AREAS[area]
    query: Any = select(table.c.id, *(table.c[name] for name in columns)).where(among(connection, table.c.id, ids))
    if hold:
        query = query.with_for_update()
    yield from connection.execute(query.order_by(table.c.id), execution_options={"yield_per": _AT_ONCE})


def assign(connection: Connection, area: str, ids: Iterable[int], values: Mapping[str, Any]) -> None:
    """Give the rows these values; a learner's changed name or address goes into what they are found and sorted by."""
    table = AREAS[area]
    ids = list(ids)
    with room(connection, len(ids)):
        connection.execute(update(table).where(among(connection, table.c.id, ids)).values(dict(values)))
    if area == "learner" and values.keys() & {"name", "email_shown"}:
        _search_keys(connection, ids)


def programs_of(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    """The program of each membership."""
    query = select(memberships.c.id, memberships.c.program_id).where(among(connection, memberships.c.id, ids))
    return {row.id: row.program_id for row in connection.execute(query)}


def names_of(connection: Connection, area: str, ids: Iterable[int], programs: frozenset[int] | None) -> dict[int, str]:
    """What people call each of the rows: a person's name, with the program for a membership, the address for a mail.
    With programs only their people are named, and no mail."""
    table = AREAS[area]
    if area == "mail":
        if programs is not None:
            return {}
        return dict(
            connection.execute(select(table.c.id, table.c.address).where(among(connection, table.c.id, ids))).all()
        )
    person = func.coalesce(known_as, learners.c.email_shown, "?")
    if area == "learner":
        ids = list(ids) if programs is None else learners_in(connection, ids, programs)
        query: Any = select(learners.c.id, person)
    else:
        joined = memberships.join(learners, learners.c.id == memberships.c.learner_id).join(
            program_table, program_table.c.id == memberships.c.program_id
        )
        query = select(memberships.c.id, person + " · " + program_table.c.slug).select_from(joined)
        query = query.where(within(memberships.c.program_id, programs))
    return dict(connection.execute(query.where(among(connection, table.c.id, ids))).all())


def learners_in(connection: Connection, ids: Iterable[int], programs: frozenset[int]) -> set[int]:
    """Which of the learners have a membership in one of the programs."""
    query = select(memberships.c.learner_id).where(
        among(connection, memberships.c.learner_id, ids), memberships.c.program_id.in_(sorted(programs))
    )
    return set(connection.execute(query.distinct()).scalars())


def erased(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Which of the learners were erased."""
    query = select(learners.c.id).where(among(connection, learners.c.id, ids), learners.c.erased_at.is_not(None))
    return set(connection.scalars(query))


def learners_of(connection: Connection, ids: Iterable[int]) -> set[int]:
    """The learners of memberships."""
    query = select(memberships.c.learner_id).where(among(connection, memberships.c.id, ids))
    return set(connection.execute(query).scalars())


def holders_of_external_id(connection: Connection, external_id: str) -> set[int]:
    """The learners known by an external id."""
    return set(connection.execute(select(learners.c.id).where(learners.c.external_id == external_id)).scalars())


def _search_keys(connection: Connection, ids: list[int]) -> None:
    query = select(learners.c.id, learners.c.name, learners.c.email_shown)
    for row in connection.execute(query.where(among(connection, learners.c.id, ids))).all():
        key = {"search_key": search_key(row.name or "", row.email_shown or "")}
        connection.execute(update(learners).where(learners.c.id == row.id).values(key))
        connection.execute(update(memberships).where(memberships.c.learner_id == row.id).values(key))
