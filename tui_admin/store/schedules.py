"""SQL of the report schedule: on which weekdays, at which hour, a program's report is mailed."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, text, tuple_, update

from ..rules.times import Instant
from .tables import programs, report_runs, report_schedules

_column = report_schedules.c


class Line(NamedTuple):
    """A weekday and hour of a program, with the moment it was put."""

    program_id: int
    slug: str
    weekday: int
    hour: int
    put_at: Instant


def of_program(connection: Connection, program_id: int) -> list[tuple[int, int]]:
    """A program's weekdays with their hours, in the week's order."""
    query = select(_column.weekday, _column.hour).where(_column.program_id == program_id).order_by(_column.weekday)
    return [(row.weekday, row.hour) for row in connection.execute(query)]


def of_all(connection: Connection) -> dict[int, dict[int, int]]:
    """Every program's hours by weekday, in the week's order, by the program's id."""
    found: dict[int, dict[int, int]] = {}
    for line in lines(connection):
        found.setdefault(line.program_id, {})[line.weekday] = line.hour
    return found


def lines(connection: Connection) -> list[Line]:
    """All weekdays of all programs, in the order of programs and of the week."""
    query = select(_column.program_id, programs.c.slug, _column.weekday, _column.hour, _column.put_at)
    joined = query.join(programs, programs.c.id == _column.program_id)
    return [Line(*row) for row in connection.execute(joined.order_by(_column.program_id, _column.weekday))]


def any_put(connection: Connection) -> bool:
    """Whether any program has a schedule."""
    return connection.execute(select(_column.program_id).limit(1)).first() is not None


def put(connection: Connection, program_id: int, hours: Iterable[tuple[int, int]], at: Instant) -> None:
    """Give a program these weekdays and hours, and no others. Those that it had keep the moment they were put at: what
    is due of them just now is not lost."""
    wanted, had = set(hours), set(of_program(connection, program_id))
    mine = _column.program_id == program_id
    gone = tuple_(_column.weekday, _column.hour).in_(sorted(had - wanted))
    connection.execute(delete(report_schedules).where(mine, gone))
    rows = [
        {"program_id": program_id, "weekday": day, "hour": hour, "put_at": at} for day, hour in sorted(wanted - had)
    ]
    if rows:
        connection.execute(insert(report_schedules), rows)


def any_put_after(connection: Connection, now: Instant) -> bool:
    """Whether a clock that was wrong put any later than now."""
    return connection.execute(select(_column.program_id).where(_column.put_at > now).limit(1)).first() is not None


def set_right(connection: Connection, now: Instant) -> None:
    """Take for put now what a clock that was wrong put later."""
    connection.execute(update(report_schedules).where(_column.put_at > now).values(put_at=now))


def has_run(connection: Connection, occurrence: str) -> bool:
    """Whether the reports of an occurrence were asked for."""
    query = select(report_runs.c.occurrence).where(report_runs.c.occurrence == occurrence)
    return connection.execute(query).first() is not None


def run(connection: Connection, occurrence: str, now: Instant) -> bool:
    """Note that the reports of an occurrence are asked for; False where they were, or another does so at this moment
    and has it done when this returns."""
    new = text("INSERT INTO report_runs (occurrence, run_at) VALUES (:occurrence, :now) ON CONFLICT DO NOTHING")
    return connection.execute(new, {"occurrence": occurrence, "now": now}).rowcount == 1
