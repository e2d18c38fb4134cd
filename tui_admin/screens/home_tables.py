"""The two lists of Home as data: the funnel's stages, and the columns of the programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tui_admin.portal import home
from tui_admin.rules.licenses import Licenses
from tui_admin.rules.triage import Status
from tui_admin.widgets.bars import bar, percent
from tui_admin.widgets.columns import Cell, Column, Placed
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.text import number, width_of

from .place import Place

_QUICK = ("r resend", "m remind", "n nudge")
"""The keys that write to those who go no further, by stage."""

_NAME_CELLS = 23
"""What a long name gets before columns that are there only for their own sake: all of Home fits beside it."""

NEAR = 0.9
"""Share of purchased licenses from which on a program is marked."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the funnel: its people, their share of the invited, and how many of them go no further."""

    title: str
    people: int
    share: float
    filter: str
    leak: str = ""
    leak_filter: str = ""


def stages(funnel: home.Funnel) -> list[Stage]:
    """The four stages. Each leak stands beside the stage it keeps people from."""
    people = (funnel.invited, funnel.joined, funnel.enrolled, funnel.completed)
    found = []
    for position, ((title, expression), count) in enumerate(zip(home.STAGES, people, strict=True)):
        leak, leak_filter = "", ""
        if position:
            name, leak_filter = home.LEAKS[position - 1]
            leak = f"{number(funnel.leaks[position - 1])} {name}   {_QUICK[position - 1]}"
        share = count / funnel.invited if funnel.invited else 0.0
        found.append(Stage(title, count, share, expression, leak, leak_filter))
    return found


class FunnelTable(FigureTable):
    """The funnel, with a bar as wide as there is room for."""

    def __init__(self, waiting: str, id: str) -> None:
        columns: tuple[Column[Stage], ...] = (
            Column("title", "", 9, lambda stage: (stage.title, ""), "", priority=0),
            Column("people", "", 9, lambda stage: (number(stage.people), ""), "", align="right", priority=0),
            Column("bar", "", 10, lambda _stage: ("", ""), "", flex=1, widest=60, priority=4),
            Column("share", "", 6, lambda stage: (percent(stage.share), "muted"), "", align="right", priority=2),
            Column("leak", "", 34, lambda stage: (stage.leak, "muted"), "", priority=1),
        )
        super().__init__(columns, stops=("people", "leak"), header=False, waiting=waiting, id=id)

    def cell(self, row: Stage, placed: Placed[Stage]) -> tuple[str, str]:
        """A bar for the share; else what the column says."""
        if placed.column.key == "bar":
            return bar(row.share, placed.width), "bar"
        return placed.column.render(row)


def program_columns(
    programs: Sequence[home.Program], licenses: Mapping[int, Licenses] | None, *, progress: bool = False
) -> tuple[Column[home.Program], ...]:
    """Columns as wide as their figures; `licenses` is None while they are being counted. `progress` adds who has not
    enrolled and who completed, where there is room."""

    def count(key: str, title: str, status: Status, priority: int) -> Column[home.Program]:
        width = _width(title, (program.counts[status] for program in programs))
        shown = "warning" if status is Status.AT_RISK else ""
        return Column(
            key,
            title,
            width,
            lambda program: (number(program.counts[status]), shown if program.counts[status] else "muted"),
            "",
            align="right",
            priority=priority,
        )

    def held(program: home.Program) -> Cell:
        if licenses is None:
            return "…", "muted"
        found = licenses.get(program.id)
        return license_cell(found) if found else ("–", "muted")

    longest = max((len(held(program)[0]) for program in programs), default=0)
    spare = 13 if licenses is None else len("Licenses")  # so that other columns seldom move when the counts arrive
    name = min(max((width_of(program.name) for program in programs), default=0), _NAME_CELLS)
    further = (
        count("no-enrollment", "No enrollment", Status.NO_ENROLLMENT, 5),
        count("completed", "Completed", Status.COMPLETED, 6),
    )
    return (
        Column("name", "Program", max(name, 12), lambda program: (program.name, ""), "", flex=1, widest=60, priority=0),
        Column(
            "members",
            "Members",
            _width("Members", (program.members for program in programs)),
            lambda program: (number(program.members), ""),
            "",
            align="right",
            priority=1,
        ),
        Column("licenses", "Licenses", max(longest, spare), held, "", align="right", priority=2),
        count("at-risk", "At risk", Status.AT_RISK, 1),
        count("inactive", "Inactive", Status.INACTIVE, 3),
        count("invited", "Invited", Status.INVITED, 4),
        *(further if progress else ()),
    )


def license_cell(licenses: Licenses) -> Cell:
    """`4,120 / 5,500`, after a `!` where nearly all or more than all are taken: there it moves no figure."""
    purchased = "?" if licenses.purchased is None else number(licenses.purchased)
    text = f"{number(licenses.occupied)} / {purchased}"
    if licenses.over_by:
        return f"! {text}", "error"
    near = licenses.purchased is not None and licenses.occupied >= NEAR * licenses.purchased
    return (f"! {text}", "warning") if near else (text, "")


_FILTERS = {key: f"status:{key}" for key in ("at-risk", "inactive", "invited", "no-enrollment", "completed")}


def program_place(program: home.Program, key: str) -> Place:
    """Where a cell of the programs leads: to the members it counts; name and licenses to the program itself."""
    place = Place(("programs", program.slug))
    if key in ("members", *_FILTERS):
        return place.child("members").filtered(_FILTERS.get(key, ""))
    return place


def _width(title: str, values: Iterable[int]) -> int:
    return max([len(title), *(len(number(value)) for value in values)])
