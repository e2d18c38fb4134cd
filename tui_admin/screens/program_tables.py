"""The lists of a program's Main page and of Programs as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tui_admin.portal.contracts import Contract
from tui_admin.portal.home import Program
from tui_admin.portal.program_figures import STATUSES, CourseFigures
from tui_admin.rules.filters import quote
from tui_admin.rules.licenses import Standing
from tui_admin.rules.triage import Status
from tui_admin.widgets.bars import bar, percent
from tui_admin.widgets.columns import Cell, Column, Placed
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.text import number, width_of

from .home_tables import license_cell
from .place import Place

_NAME_CELLS = 26
_OF_MEMBERS = (Status.NO_ENROLLMENT, Status.ENROLLED, Status.COMPLETED, Status.AT_RISK, Status.INACTIVE)


@dataclass(frozen=True, slots=True)
class StatusRow:
    """How many people of a program have a status; `share` is that of its members, None where it is none of them."""

    title: str
    people: int
    share: float | None
    filter: str


def status_rows(program: Program) -> list[StatusRow]:
    """The members, then each status."""
    rows = []
    for title, status in STATUSES:
        people = program.counts[Status(status)] if status else program.members
        share = people / program.members if status in _OF_MEMBERS and program.members else None
        rows.append(StatusRow(title, people, share, f"status:{status}" if status else ""))
    return rows


class StatusTable(FigureTable):
    """People by status, each with its share of the members as a bar."""

    def __init__(self, id: str) -> None:
        columns: tuple[Column[StatusRow], ...] = (
            Column("title", "People", 13, lambda row: (row.title, ""), "", priority=0),
            Column("people", "", 8, lambda row: (number(row.people), ""), "", align="right", priority=0),
            Column("bar", "", 6, lambda _row: ("", ""), "", flex=1, widest=30, priority=2),
            Column("share", "", 5, _share, "", align="right", priority=1),
        )
        super().__init__(columns, waiting="Counting people …", id=id)

    def cell(self, row: StatusRow, placed: Placed[StatusRow]) -> tuple[str, str]:
        """Bars know their width."""
        if placed.column.key == "bar":
            return ("", "") if row.share is None else (bar(row.share, placed.width), "bar")
        return placed.column.render(row)


def _share(row: StatusRow) -> Cell:
    return ("" if row.share is None else percent(row.share)), "muted"


def contract_columns(contracts: Sequence[Contract], today: date, *, long: bool) -> tuple[Column[Contract], ...]:
    """Contracts with their licenses, those marked that cannot be used today; `long` adds what only the whole width
    holds."""

    def held(row: Contract) -> Cell:
        text, tone = license_cell(row.licenses)
        usable = row.standing(today) is Standing.IN_FORCE
        return (text, tone) if usable else (f"{text} {row.standing(today)}", "muted")

    def free(row: Contract) -> Cell:
        match row.standing(today):
            case Standing.IN_FORCE:
                return number(row.licenses.free), ""
            case Standing.AHEAD:
                return f"from {_day(row.starts_on)}", "muted"
        return "–", "muted"

    widest = max((len(held(contract)[0]) for contract in contracts), default=0)
    left = max((len(free(contract)[0]) for contract in contracts), default=0)
    # Days leave before a name is cut: contracts are often told apart by the end of their names.
    name = min(max((width_of(contract.name) for contract in contracts), default=0), _NAME_CELLS)
    columns: list[Column[Contract]] = [
        Column("name", "Contract", max(name, 8), lambda row: (row.name, ""), "", flex=2, widest=40, priority=0),
        Column("licenses", "Licenses", max(widest, 9), held, "", align="right", priority=1),
        Column("reserved", "Reserved", 8, lambda r: (number(r.licenses.reserved), ""), "", align="right", priority=4),
        Column("free", "Free", max(left, 7), free, "", align="right", priority=3),
        Column("from", "From", 11, lambda row: (_day(row.starts_on), ""), "", align="right", priority=5),
        Column("to", "To", 11, lambda row: (_day(row.ends_on), ""), "", align="right", priority=2),
    ]
    if long:
        programs: Column[Contract] = Column(
            "programs", "Programs", 12, lambda row: (", ".join(row.programs), "muted"), "", flex=3, priority=6
        )
        columns.append(programs)
    return tuple(columns)


CONTRACT_STOPS = ("licenses", "reserved")
"""The numbers of a contract that open their people."""


def contract_place(contract: Contract, key: str) -> Place:
    """Where a number of a contract leads: all its people, of whatever program, for they share its licenses."""
    return Place(("users",), contract.awaited if key == "reserved" else contract.holders)


def _day(day: date | None) -> str:
    return "–" if day is None else f"{day.day} {day:%b %Y}"


def course_columns() -> tuple[Column[CourseFigures], ...]:
    """Courses with enrollments and completions."""

    def share(row: CourseFigures) -> Cell:
        return percent(row.completions / row.enrollments), "muted"

    return (
        Column("course", "Course", 20, lambda row: (row.name, ""), "", flex=1, widest=60, priority=0),
        Column("enrolled", "Enrollments", 11, lambda row: (number(row.enrollments), ""), "", align="right", priority=0),
        Column("done", "Completions", 11, lambda row: (number(row.completions), ""), "", align="right", priority=1),
        Column("share", "", 6, share, "", align="right", priority=2),
    )


def course_filter(course: CourseFigures) -> str:
    """The filter that lists the people of a course."""
    return f"course:{quote(course.slug or course.name)}"
