"""The versions of the columns: which is current, how one takes another's place, and what is dropped."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, insert, select, text, true, update

from ... import __version__
from ...rules.times import Instant
from ..tables import analytics_answers, analytics_columns, analytics_versions, rating_runs

LAYOUT = 3
"""To be raised whenever other columns are written, or charts are counted otherwise: what was made before counts as not
made. So does what another version of the program made."""

LOCK = "counting"
"""The word of the lock that whoever makes a version holds."""

_MADE_BY = "made by"


@dataclass(frozen=True, slots=True)
class Version:
    """One copy of the facts: when it was made, the journal entry it follows, the newest fact, the time zone of its
    days, the rating whose results it holds (None: nothing was rated), and how many rows each table of it has."""

    id: int
    made_at: Instant
    head_id: int
    data_as_of: Instant | None
    time_zone: str
    run_id: int | None
    sizes: Mapping[str, int]


def current(connection: Connection) -> Version | None:
    """The version that charts are counted from; None where there is none yet that this program can count from."""
    stored = analytics_versions.c
    row = connection.execute(select(analytics_versions).where(stored.current)).one_or_none()
    if row is None:
        return None
    sizes = json.loads(row.sizes)
    if sizes.pop(_MADE_BY, "") != _maker():
        return None
    return Version(row.id, row.made_at, row.head_id, row.data_as_of, row.time_zone, row.run_id, sizes)


def current_id(connection: Connection) -> int:
    """The number of that version, whoever made it; 0 where there is none."""
    return connection.scalar(select(analytics_versions.c.id).where(analytics_versions.c.current)) or 0


def _maker() -> str:
    return f"{__version__}/{LAYOUT}"


def rated(connection: Connection) -> int | None:
    """The rating whose results are shown now: one that only went on with those before counts as another."""
    query = select(rating_runs.c.id).where(rating_runs.c.current)
    return connection.execute(query).scalar_one_or_none()


def begin(connection: Connection, version: Version) -> Version:
    """Enter a version that nobody counts from yet; with its number."""
    values: dict[str, Any] = {"made_at": version.made_at, "head_id": version.head_id, "data_as_of": version.data_as_of}
    values |= {"time_zone": version.time_zone, "run_id": version.run_id, "sizes": "{}", "current": False}
    number = connection.execute(insert(analytics_versions).values(values).returning(analytics_versions.c.id))
    return replace(version, id=number.scalar_one())


def finish(connection: Connection, version: int, sizes: Mapping[str, int]) -> None:
    """Say how many rows each table of a version has, all of which are written."""
    values = {"sizes": json.dumps({**sizes, _MADE_BY: _maker()})}
    connection.execute(update(analytics_versions).where(analytics_versions.c.id == version).values(values))


def put_in_place(connection: Connection, version: int) -> None:
    """Have charts counted from a version from now on."""
    stored = analytics_versions.c
    connection.execute(update(analytics_versions).where(stored.current).values(current=False))
    connection.execute(update(analytics_versions).where(stored.id == version).values(current=True))


def others(connection: Connection) -> list[int]:
    """The versions that nobody counts from: replaced ones, and what a killed process left."""
    return list(connection.scalars(select(analytics_versions.c.id).where(analytics_versions.c.current != true())))


def columns_of(connection: Connection, version: int) -> list[str]:
    """The names of a version's columns."""
    named = analytics_columns.c
    return list(connection.scalars(select(named.name).where(named.version_id == version).distinct()))


def drop_column(connection: Connection, version: int, name: str) -> None:
    """Take a column of a version away."""
    named = analytics_columns.c
    connection.execute(delete(analytics_columns).where(named.version_id == version, named.name == name))


def drop(connection: Connection, version: int) -> None:
    """Take a version away, with what is left of it."""
    connection.execute(delete(analytics_versions).where(analytics_versions.c.id == version))


# --- kept answers


def keep(connection: Connection, version: int, chart: str, content: str) -> None:
    """Keep a chart as counted from a version."""
    values = {"version_id": version, "chart": chart, "content": content}
    connection.execute(insert(analytics_answers).values(values))


def kept(connection: Connection, version: int, chart: str) -> str | None:
    """A kept chart."""
    named = analytics_answers.c
    query = select(named.content).where(named.version_id == version, named.chart == chart)
    return connection.execute(query).scalar_one_or_none()


def forget_answers(connection: Connection, charts: Iterable[str] | None = None) -> None:
    """Forget kept charts (None: all, as some name people): they are counted anew when they are asked for."""
    which = true() if charts is None else analytics_answers.c.chart.in_(list(charts))
    connection.execute(delete(analytics_answers).where(which))


def actions_since(connection: Connection, head_id: int) -> Mapping[str, int]:
    """The actions of the journal's entries after one, with how many each has."""
    query = text("SELECT action, count(*) AS number FROM journal WHERE id > :head GROUP BY action")
    return {row.action: row.number for row in connection.execute(query, {"head": head_id})}
