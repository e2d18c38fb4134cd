"""A full roster against a program: who joins, who leaves, what changes; shown first, then done as one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from tui_admin.portal.inviting.roster import Roster, open_roster
from tui_admin.portal.inviting.roster_plan import OUTCOMES, RosterPlan, RosterRow
from tui_admin.rules.errors import UsageError
from tui_admin.widgets.columns import Cell, Column, Style
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.shares import Share, shares
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural, shown

from ..place import Place
from ..plain_rows import Numbered, NumberedRows
from ..staged_job import StagedJob
from .people_list import CHOOSE_LIST, SAVE_REFUSED_ROWS, SWITCH_MAIL, PeopleListScreen
from .tables import address_column

_MOST = 2_000
"""Rows of an outcome that are shown; all are counted."""

_MARKS: Mapping[str, tuple[str, str, Style]] = {
    "joins": ("✓", "join", "success"),
    "leaves": ("✗", "leave", "error"),
    "withdrawn": ("✗", "invitation withdrawn", "error"),
    "changed": ("~", "changed", "warning"),
    "stays": ("=", "stay: a refused row", "muted"),
    "refused": ("!", "refused", "error"),
}
"""The sign, the word and the tone of each outcome."""


class RosterScreen(PeopleListScreen):
    """`programs/SLUG/+roster`."""

    HELP_TEXT = "Brings a program in line with a full list: who is not on it leaves; all of it is shown first."
    TOPIC = "roster"
    ASKED_FOR = "The full roster of the program: which file? (tab completes)"
    PIPED = "roster apply - --program SLUG --yes < people.csv"
    NOTHING = "The roster changes nothing: o asks for another."
    WHY_EMPTY = (
        "No roster is chosen yet: o asks for a file, such as an export of HR.",
        "It must name everybody who belongs in the program:",
        "who is not on it leaves, who is new is invited, what differs is changed.",
        "Nothing is done before you have seen what, and u takes it back.",
    )
    OFFERS = (
        CHOOSE_LIST,
        Command(
            "apply-roster", "i", "apply", "Apply it", "Do what the roster asks, after a question.", "apply", rank=1
        ),
        SWITCH_MAIL,
        SAVE_REFUSED_ROWS,
        Command("leave-roster", "escape,q", "leave_roster", "Back", "Back; a roster not applied yet is let go of."),
    )
    BINDINGS = bindings(OFFERS)

    plan: RosterPlan | None
    _rows: Sequence[RosterRow] = ()

    def crumbs(self) -> tuple[str, ...]:
        """The program, its roster."""
        return ("Programs", self.console.program_name(self.program or ""), "Roster")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        known = self.can(action)
        return True if known is None else known

    def action_leave_roster(self) -> None:
        """Back to the members."""
        self.console.go(Place((*self.place.segments[:-1], "members")))

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.plan.counts.get("refused", 0) if self.plan else 0

    def opened(self, cancelled: Callable[[], bool]) -> AbstractContextManager[Roster]:
        """The roster staged."""
        by = (self.session.store, self.session.actor)
        return open_roster(*by, self.request, progress=self.progress, cancelled=cancelled)

    async def look(self, job: StagedJob[Any]) -> RosterPlan:
        """The plan, and the first rows of each outcome."""
        now = self.session.clock()

        def both(found: Roster) -> tuple[RosterPlan, list[RosterRow]]:
            return found.plan(now), _first(found.changes())

        plan, self._rows = await job.do(both)
        return plan

    def columns(self) -> Sequence[Column[Any]]:
        """Who, and what becomes of them."""
        return roster_columns()

    def head(self) -> str:
        """Which program, which roster."""
        name = f" · {shown(self.plan.name)}, {plural(self.plan.rows, 'row')}" if self.plan else ""
        contract = f" · {shown(self.contract)}" if self.contract else ""
        program = shown(self.console.program_name(self.program or ""))
        return f"Roster of {program}{contract}{name} · {self.mailed} invitation mails"

    def parts(self) -> Sequence[Share]:
        """The people by outcome."""
        if self.plan is None:
            return ()
        found = [(key, " ".join(_MARKS[key][:2]), self.plan.counts.get(key, 0), _MARKS[key][2]) for key in OUTCOMES]
        return shares("all changes", found)

    def rows(self, part: Any) -> NumberedRows:
        """The rows of an outcome."""
        return NumberedRows.of([row for row in self._rows if part in (None, row.outcome)])

    def verdict(self) -> tuple[str, bool]:
        """What would change, and whether that is more than is usual."""
        plan = self.plan
        assert plan is not None
        notes = " ".join(plan.warnings)
        if not plan.count:
            return f"The roster changes nothing: {plan.summary}. {notes}", False
        much = f"More than the usual {plan.allowed:g} %: is it the whole roster? " if plan.refusal else ""
        return f"{plan.summary}. {much}Nothing is written yet: i applies it. {notes}", not plan.refusal

    def whole(self, row: Numbered) -> str:
        """All that is said of a row."""
        found: RosterRow = row.row
        line = f"Line {found.line:,}: " if found.line is not None else ""
        said = f" ({found.reason})" if found.reason else ""
        return f"{line}{found.name} {found.email}: {_MARKS[found.outcome][1]}{said}"

    async def agreed(self) -> bool:
        """Ask; a change past the usual is allowed by its percent, typed."""
        plan, job = self.plan, self.job
        assert plan is not None and job is not None
        if plan.refusal:
            question = f"It changes {plan.share:,.1f} % of the people, more than {plan.allowed:g} %. Percent to allow:"
            text = await self.status.ask_text(question)
            if text is None:
                return False
            percent = _percent(text)
            if percent < plan.share:
                raise UsageError(f"{percent:g} % is less than the {plan.share:,.1f} % it changes; nothing was done.")
            await job.do(lambda roster: roster.allow(percent))
        gone = plan.counts.get("leaves", 0)
        question = f"Apply it? {plural(gone, 'member')} of {shown(self.console.program_name(plan.program))} would leave"
        return await self.status.ask(question, (Answer("y", "apply"), Answer("n", "not yet", safe=True))) == "y"

    def done(self, result: RosterPlan) -> None:
        """Say what changed, and mail."""
        self.show(replace(result, applied=True))
        notes = f" ({'; '.join(result.notes)})" if result.notes else ""
        self.say(f"Applied: {result.summary}{notes}", "success", result.entry)
        if result.queued:
            self.console.deliver()


def roster_columns() -> tuple[Column[Numbered], ...]:
    """The people that a roster changes."""

    def line(row: Numbered) -> Cell:
        return ("–" if row.row.line is None else f"{row.row.line:,}"), "muted"

    def mark(row: Numbered) -> Cell:
        sign, _, tone = _MARKS[row.row.outcome]
        return sign, tone

    def said(row: Numbered) -> Cell:
        return row.row.reason or _MARKS[row.row.outcome][1], "muted"

    return (
        Column("line", "Line", 6, line, "l", align="right", priority=2, sortable=False),
        Column("outcome", "", 1, mark, "v", priority=0, sortable=False),
        Column(
            "name", "Name", 14, lambda r: (r.row.name or "–", ""), "n", flex=2, widest=36, priority=1, sortable=False
        ),
        address_column(lambda r: r.row.email),
        Column("id", "External ID", 11, lambda r: (r.row.external_id or "–", "muted"), "i", priority=4, sortable=False),
        Column("reason", "What changes", 18, said, "r", flex=3, priority=0, sortable=False),
    )


def _first(rows: Iterable[RosterRow]) -> list[RosterRow]:
    kept: dict[str, int] = defaultdict(int)
    found = []
    for row in rows:
        kept[row.outcome] += 1
        if kept[row.outcome] <= _MOST:
            found.append(row)
    return found


def _percent(text: str) -> float:
    try:
        return float(text.strip().rstrip("%").strip())
    except ValueError:
        raise UsageError(f"{text} is no number of percent; nothing was done.") from None
