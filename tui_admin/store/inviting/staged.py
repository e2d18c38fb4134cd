"""Where the rows of a list of people wait: temporary tables beside the store, which no other connection sees."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.schema import CreateIndex, CreateTable

from ...rules.profile import PROFILE
from ...rules.remarks import Remark, Verdict
from .. import bulk, staging
from ..tables.base import BigId, BytewiseText

temporary = MetaData()

rows = Table(
    "invite_rows",
    temporary,
    Column("line", BigId, primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),
    Column("email", BytewiseText),
    Column("shown", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("external_id", BytewiseText),
    Column("search_key", BytewiseText, nullable=False),
    Column("mailbox", BytewiseText),
    *(Column(name, Text) for name in PROFILE),
    Column("learner_id", BigInteger),
    Column("membership_id", BigInteger),
    Column("program_id", BigInteger),
    Column("contract_id", BigInteger),
    Column("verdict", Integer),
    Index("ix_invite_rows_email", "email", "program_id"),
    Index("ix_invite_rows_external_id", "external_id"),
    Index("ix_invite_rows_mailbox", "mailbox"),
    prefixes=["TEMPORARY"],
)
"""A row of the list by its line. `email` is canonical, null where the cell holds none; `shown` the cell, or the address
as it was typed; `mailbox` the plain form of an address with dots that say nothing; `place` numbers what the row says of
program and contract. The ids are those of the store, null where it has none yet."""

places = Table(
    "invite_places",
    temporary,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("program_id", BigInteger),
    Column("contract_id", BigInteger),
    prefixes=["TEMPORARY"],
)
"""What the rows say of program and contract, as ids."""

remarks = Table(
    "invite_remarks",
    temporary,
    Column("line", BigInteger, nullable=False),
    Column("remark", Integer, nullable=False),
    Column("verdict", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Column("judged", Boolean, nullable=False),
    Index("ix_invite_remarks_line", "line", "verdict"),
    prefixes=["TEMPORARY"],
)
"""What is said of a row; `judged` is true where the store says it, so that it is said anew when the store changes."""

place_remarks = Table(
    "invite_place_remarks",
    temporary,
    Column("number", Integer, nullable=False),
    Column("remark", Integer, nullable=False),
    Column("verdict", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    prefixes=["TEMPORARY"],
)
"""What is said of all rows of a place."""

Said = tuple[int, Remark, str]
"""A line or the number of a place, what is said of it, and the detail."""


def prepare(connection: Connection) -> None:
    """Make the temporary tables; `index` follows once the rows are in."""
    staging.make_room(connection)
    for table in temporary.sorted_tables:
        connection.execute(CreateTable(table))


def put_rows(connection: Connection, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """Add rows; those without a `verdict` of their own get it when they are judged."""
    bulk.insert_rows(connection, rows, columns, values)


def put_remarks(connection: Connection, said: Iterable[Said], *, judged: bool = False) -> None:
    """Say something of lines: for good where it follows from their cells alone."""
    found = ((line, int(remark), int(remark.verdict), detail, judged) for line, remark, detail in said)
    bulk.insert_rows(connection, remarks, ("line", "remark", "verdict", "detail", "judged"), found)


def index(connection: Connection) -> None:
    """Build the indexes over all rows, and tell the database what the tables hold."""
    for table in temporary.sorted_tables:
        for one in table.indexes:
            connection.execute(CreateIndex(one))
    staging.analyse(connection, rows, remarks)


def forget_judgement(connection: Connection) -> None:
    """Take back all that the store said of the rows."""
    connection.execute(delete(remarks).where(remarks.c.judged))
    staging.clear(connection, places, place_remarks)


def place(connection: Connection, found: Mapping[int, tuple[int | None, int | None]], said: Iterable[Said]) -> None:
    """Give the rows the program and contract of their place, and say what is said of it."""
    bulk.insert_rows(
        connection, places, ("number", "program_id", "contract_id"), ((n, *ids) for n, ids in found.items())
    )
    told = ((number, int(remark), int(remark.verdict), detail) for number, remark, detail in said)
    bulk.insert_rows(connection, place_remarks, ("number", "remark", "verdict", "detail"), told)
    of_place = places.c.number == rows.c.place
    ids = {name: select(places.c[name]).where(of_place).scalar_subquery() for name in ("program_id", "contract_id")}
    connection.execute(update(rows).values(ids))
    one = place_remarks.c
    query = select(rows.c.line, one.remark, one.verdict, one.detail, literal(True)).where(one.number == rows.c.place)
    connection.execute(insert(remarks).from_select([*remarks.c.keys()], query))


def say(connection: Connection, remark: Remark, query: Select[Any]) -> None:
    """Say a remark of the lines that a query gives, with their details where it gives two columns."""
    found = query.subquery()
    line, *detail = found.c
    told = func.coalesce(cast(detail[0], Text), "") if detail else literal("")
    said = select(line, literal(int(remark)), literal(int(remark.verdict)), told, literal(True))
    connection.execute(insert(remarks).from_select([*remarks.c.keys()], said))


def settle(connection: Connection) -> None:
    """Give every row the verdict of the highest of its remarks."""
    highest = select(func.max(remarks.c.verdict)).where(remarks.c.line == rows.c.line).scalar_subquery()
    connection.execute(update(rows).values(verdict=func.coalesce(highest, int(Verdict.INVITE))))


def invites() -> ColumnElement[bool]:
    """Whether a row's person is invited."""
    return rows.c.verdict <= int(Verdict.WARNED)


def counts(connection: Connection) -> dict[Verdict, int]:
    """How many rows have which verdict."""
    query = select(rows.c.verdict, func.count()).group_by(rows.c.verdict)
    return {Verdict(verdict): number for verdict, number in connection.execute(query)}
