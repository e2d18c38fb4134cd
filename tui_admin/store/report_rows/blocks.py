"""Rows of what hangs on memberships, a block of these at a time, as columns.

They come as the driver gives them: what is wanted of them is text, and there are millions.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, select

from ...rules.profile import PROFILE
from ..selection import among_given, given
from ..tables import contracts, learners, memberships, programs
from ..tables.people import known_as

Columns = list[Sequence[Any]]

PERSON = (known_as.label("name"), func.coalesce(learners.c.email_shown, learners.c.email), learners.c.external_id)
PROFILES = tuple(learners.c[name] for name in PROFILE)

Names = Mapping[int | None, Any]
"""What things of the store are called, by id; nothing for none."""


@dataclass(frozen=True, slots=True)
class Named:
    """A column of names, where the rows hold an id."""

    id: ColumnElement[int]
    names: Names


Column = ColumnElement[Any] | Named


def names(connection: Connection, table: Table, *columns: str) -> tuple[Names, ...]:
    """What the things of a table are called in each of some columns."""
    rows = connection.execute(select(table.c.id, *(table.c[name] for name in columns))).all()
    return tuple({None: None, **{row[0]: row[place] for row in rows}} for place in range(1, len(columns) + 1))


def of_program(connection: Connection) -> tuple[Named, Named]:
    """The columns of a program's slug and name."""
    slugs, called = names(connection, programs, "slug", "name")
    return Named(memberships.c.program_id, slugs), Named(memberships.c.program_id, called)


def of_contract(connection: Connection, id: ColumnElement[int]) -> Named:
    """The column of a contract's name."""
    return Named(id, names(connection, contracts, "name")[0])


def read(
    connection: Connection,
    blocks: Iterable[list[int]],
    columns: Sequence[Column],
    joined: Callable[[Select[Any]], Select[Any]] = lambda query: query,
    within: tuple[ColumnElement[Any], Callable[[Any], Any]] | None = None,
) -> Iterator[Columns]:
    """Some columns of memberships, of their people and of what is `joined`, for each block of ids in the order of it.
    Of the rows of one membership the order is that of a column, told by a key (`within`)."""
    hidden = [memberships.c.id, *([within[0]] if within else [])]
    asked = [*hidden, *(one.id if isinstance(one, Named) else one for one in columns)]
    query = joined(select(*asked).select_from(memberships.join(learners, learners.c.id == memberships.c.learner_id)))
    query = query.where(among_given(connection, memberships.c.id, "block"))
    sought = [one.names.__getitem__ if isinstance(one, Named) else None for one in columns]
    for block in blocks:
        places = {membership: place for place, membership in enumerate(block)}
        # The driver's own rows: SQLAlchemy's would cost as much again as all that is done with them.
        result = connection.execute(query, {"block": given(connection, block)})
        rows = list(result.cursor.fetchall()) if result.cursor is not None else []
        result.close()
        if within is None:
            rows.sort(key=lambda row: places[row[0]])
        else:
            rank = within[1]
            rows.sort(key=lambda row: (places[row[0]], rank(row[1])))
        found = list(zip(*rows, strict=True))
        if found:
            told = zip(sought, found[len(hidden) :], strict=True)
            yield [column if name is None else list(map(name, column)) for name, column in told]
