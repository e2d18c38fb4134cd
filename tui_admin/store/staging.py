"""Where an import's rows wait: temporary tables beside the store, which no other connection sees.

Staged rows hold numbers for programs, contracts, courses and the like (see `store.imports.things`) and what they say of
the person (see `store.imports.people`). They lie in files, so memory stays flat, and take no lock of the store.
"""

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, Double, Index, Integer, MetaData, Table, Text

from ..rules.profile import PROFILE
from .tables.base import BigId

temporary = MetaData()

MAIN_CACHE_KIB, TEMPORARY_CACHE_KIB = 28_672, 16_384
_STAGING_CACHE_KIB = 49_152
"""While rows are staged, addresses are looked up among a million in no order, and nothing else wants memory."""

_SORTING_THREADS = 2
"""Indexes over a million rows are sorted while the next rows are read."""


def _table(name: str, *columns: Column[Any] | Index) -> Table:
    return Table(f"staged_{name}", temporary, *columns, prefixes=["TEMPORARY"])


def _key(name: str) -> Column[int]:
    return Column(name, BigId, primary_key=True, autoincrement=False)


def _row(name: str, *columns: Column[Any]) -> Table:
    """A staged report: `ord` counts the rows of the whole import."""
    person = (Column("email", Text, nullable=False), *_said())
    return _table(name, _key("ord"), Column("line", Integer), *person, Column("program", Integer), *columns)


def _said() -> tuple[Column[Any], ...]:
    """What is said of a person beside the canonical address, blank where nothing is: the address as typed where it is
    another, name, external id; and the number of the profile, 0 for none."""
    return (*_texts("shown", "name", "external_id"), Column("profile", Integer))


def _texts(*names: str) -> tuple[Column[Any], ...]:
    return tuple(Column(name, Text) for name in names)


def _moments(*names: str) -> tuple[Column[Any], ...]:
    return tuple(Column(name, BigInteger) for name in names)


def _numbers(*names: str) -> tuple[Column[Any], ...]:
    return tuple(Column(name, Double) for name in names)


def _integers(*names: str) -> tuple[Column[Any], ...]:
    return tuple(Column(name, Integer) for name in names)


members = _row(
    "members",
    Column("contract", Integer),
    Column("state", Text),
    Column("state_raw", Text),
    *_moments("joined_at", "invited_at", "last_activity_at"),
    *_numbers("hours"),
    *_integers("enrolled", "completed"),
)
further_contracts = _table(
    "further_contracts",
    _key("ord"),
    Column("position", Integer, primary_key=True),
    Column("contract", Integer),
)
"""What a members row names after its first contract."""

usage = _row(
    "usage",
    *_integers("course", "contract"),
    *_moments("enrolled_at", "class_start_at", "class_end_at", "last_activity_at", "completed_at"),
    *_numbers("progress", "hours", "grade"),
    Column("completed", Boolean),
    Column("removed", Boolean),
    Column("course_type", Text),
    Column("source", Text),
)
specializations = _row(
    "specializations",
    *_integers("specialization", "contract", "completed_courses", "total_courses"),
    *_moments("enrolled_at", "last_activity_at", "completed_at"),
    Column("completed", Boolean),
    Column("removed", Boolean),
    Column("source", Text),
)
attempts = _row(
    "attempts",
    *_integers("assessment"),
    *_moments("attempted_at", "deadline"),
    *_numbers("score", "max_score", "passing_score", "weight"),
    Column("passed", Boolean),
)
results = _row("results", *_integers("course"), *_numbers("grade"), Column("passed", Boolean))
scores = _row(
    "scores",
    Column("row", BigInteger),
    *_integers("assessment"),
    *_moments("attempted_at"),
    *_numbers("score", "max_score", "passing_score", "weight"),
)
feedback = _row("feedback", *_integers("course", "stars", "recommend"), Column("comment", Text), *_moments("given_at"))
activity = _row("activity", *_integers("course", "lessons"), Column("day", Date), *_numbers("minutes"))

ROWS = (members, usage, specializations, attempts, results, scores, feedback, activity)
"""All that name a person in a program, in the order they are merged."""

people = _table(
    "people",
    Column("email", Text, primary_key=True),
    Column("learner_id", BigInteger),
    Column("known", Boolean),
    Column("differs", Boolean),
    Column("ord", BigInteger),
    Column("last", BigInteger),
    *_said(),
)
"""One row per address. `known` in the store; `differs`: the import's rows disagree about the person; `ord`: the first
row that names the person, `last` the place of the last one in the order of the files (`imports.order`), known where
these differ in moment."""

merged_people = _table("merged_people", Column("email", Text, primary_key=True), *_said())

profiles = _table("profiles", _key("number"), *_texts(*PROFILE))
"""The profiles that rows tell of; they repeat, though one may have several numbers."""

keys = _table("keys", _key("learner_id"), Column("search_key", Text))
"""What new learners are found and sorted by."""

changed_people = _table(
    "changed_people",
    _key("learner_id"),
    Column("ord", BigInteger),
    *_texts("email_shown", "name", "external_id", *PROFILE, "search_key"),
    Column("moment", BigInteger),
)
"""Learners of the store whose fields the import changes; `ord` is null where only the moment moves."""

links = _table("links", _key("ord"), Column("learner_id", BigInteger), Column("program", Integer))
"""Each staged row's learner, as the store numbers them, and program, as the row does."""

places = _table(
    "places",
    Column("learner_id", BigInteger),
    Column("program_id", BigInteger),
    Column("membership_id", BigInteger),
    Column("known", Boolean),
    Index("staged_places_lookup", "learner_id", "program_id", "membership_id"),
)
"""The memberships that the import touches; those not `known` in the store have the id they will get."""

picks = {
    name: _table(
        f"picks_{name}",
        _key("ord"),
        Column("membership_id", BigInteger),
        Column("item_id", BigInteger),
        Column("detail", Date if name == "activity" else BigInteger),
        Column("verdict", Integer),
    )
    for name in ("members", "usage", "specializations", "attempts", "results", "scores", "feedback", "activity")
}
"""Of the rows with one key, the one that counts, and its verdict; of the others those of verdict REPEATED."""

things = {
    name: _table(f"{name}_named", _key("number"), Column("id", BigInteger))
    for name in ("programs", "contracts", "courses", "specializations", "assessments")
}
"""The numbers by which staged rows name programs and the like, and the ids they have or will have in the store."""


def prepare(connection: Connection) -> None:
    """Make the temporary tables, and give the connection the memory that a large import wants."""
    make_room(connection)
    _keep(connection, _STAGING_CACHE_KIB)
    temporary.create_all(connection, checkfirst=False)


def settle(connection: Connection) -> None:
    """Give memory back for what follows: staged rows are read in their order from now on."""
    _keep(connection, TEMPORARY_CACHE_KIB)


def _keep(connection: Connection, kib: int) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA temp.cache_size=-{kib}")


def make_room(connection: Connection) -> None:
    """Give a connection of its own, which is closed afterwards, the memory that much staged data wants."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA main.cache_size=-{MAIN_CACHE_KIB}")
        connection.exec_driver_sql(f"PRAGMA temp.cache_size=-{TEMPORARY_CACHE_KIB}")
        connection.exec_driver_sql("PRAGMA temp.journal_mode=OFF")
        connection.exec_driver_sql(f"PRAGMA threads={_SORTING_THREADS}")
    else:
        connection.exec_driver_sql("SET temp_buffers = '128MB'")  # can be set until a temporary table is used only
        connection.exec_driver_sql("SET work_mem = '64MB'")


def clear(connection: Connection, *tables: Table) -> None:
    """Empty temporary tables."""
    for table in tables:
        connection.execute(table.delete())


def analyse(connection: Connection, *tables: Table) -> None:
    """Tell PostgreSQL what the temporary tables hold; SQLite's joins are written in the order they run."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {table.name}")
