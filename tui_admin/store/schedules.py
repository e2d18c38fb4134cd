"""SQL of the report schedule: on which weekdays, at which hour, a program's report is mailed."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select

from .tables import report_schedules


def of_program(connection: Connection, program_id: int) -> list[tuple[int, int]]:
    """A program's weekdays with their hours, in the week's order."""
    column = report_schedules.c
    query = select(column.weekday, column.hour).where(column.program_id == program_id).order_by(column.weekday)
    return [(row.weekday, row.hour) for row in connection.execute(query)]


def of_all(connection: Connection) -> dict[int, dict[int, int]]:
    """Every program's hours by weekday, in the week's order, by the program's id."""
    column = report_schedules.c
    found: dict[int, dict[int, int]] = {}
    for row in connection.execute(select(report_schedules).order_by(column.program_id, column.weekday)):
        found.setdefault(row.program_id, {})[row.weekday] = row.hour
    return found


def put(connection: Connection, program_id: int, hours: Iterable[tuple[int, int]]) -> None:
    """Give a program these weekdays and hours, and no others."""
    connection.execute(delete(report_schedules).where(report_schedules.c.program_id == program_id))
    rows = [{"program_id": program_id, "weekday": day, "hour": hour} for day, hour in hours]
    if rows:
        connection.execute(insert(report_schedules), rows)
