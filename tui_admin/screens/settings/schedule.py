"""When the reports go out: programs by days of the week, each program at an hour."""

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal import program_settings
from tui_admin.portal.program_settings import Scheduled
from tui_admin.rules import schedules
from tui_admin.rules.errors import BadInput, UsageError
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.status_line import StatusText

from ..base import ConsoleScreen
from ..deciding import write_seen
from ..styles import style

_FIRST_HOUR = 7
_HELP = "space switches the day under the cursor · h sets the hour"


class ScheduleScreen(ConsoleScreen):
    """`reports/schedule`, and from the settings `settings/schedule`."""

    HELP_TEXT = "On which days, at which hour, the report of each program is mailed to its administrators."
    CSS_PATH: ClassVar = style("settings")
    OFFERS: ClassVar = (
        Command("switch-day", "space", "switch", "Switch a day", "Send the report on this day, or not.", "day", rank=1),
        Command("schedule-hour", "h", "hour", "Set the hour", "Set the hour of this program's days.", "hour", rank=2),
    )
    BINDINGS = bindings(OFFERS)

    def body(self) -> ComposeResult:
        """The grid."""
        yield FigureTable(stops=schedules.DAYS, waiting="Reading schedules …", id="grid")
        yield StatusText("about")

    def crumbs(self) -> tuple[str, ...]:
        """Where one came from, the schedule."""
        return (self.place.tab.capitalize(), "Report schedule")

    def on_mount(self) -> None:
        """Read."""
        super().on_mount()
        self.query_one(StatusText).show(
            Content.assemble((f" {_HELP} · hours of {self.console.facts.zone}", "$console-muted"))
        )
        self._grid.focus()
        self.reload()

    @property
    def _grid(self) -> FigureTable:
        return self.query_one("#grid", FigureTable)

    def reload(self) -> None:
        """Read again."""
        self.in_thread(partial(program_settings.scheduled, self.session.store, self.session.actor), self._show)

    def _show(self, rows: tuple[Scheduled, ...]) -> None:
        self._grid.show(rows, columns=_columns(), empty=("There is no program yet.",))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is written to a store opened to read only."""
        return action not in ("switch", "hour") or not self.session.read_only

    @on(FigureTable.Opened)
    def _opened(self) -> None:
        if not self.session.read_only:
            self.action_switch()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_switch(self) -> None:
        """Switch the day under the cursor."""
        row: Scheduled | None = self._grid.current
        if row is None:
            return
        day, hours = schedules.DAYS.index(self._grid.stop), dict(row.hours)
        if hours.pop(day, None) is None:
            hours[day] = next(iter(row.hours.values()), _FIRST_HOUR)
        await self._write(row, schedules.told(hours.items()))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_hour(self) -> None:
        """Ask for the hour of a program's days; without a day yet, on the one under the cursor."""
        row: Scheduled | None = self._grid.current
        if row is None:
            return
        hour = f"{next(iter(row.hours.values()), _FIRST_HOUR):02d}:00"
        text = await self.status.ask_text(f"At which hour does the report of {row.slug} go out?", hour)
        if text is not None:
            days = [schedules.DAYS[day] for day in row.hours] or [self._grid.stop]
            await self._write(row, f"{' '.join(days)} {text}")

    async def _write(self, row: Scheduled, text: str) -> None:
        by = self.session.store, self.session.actor, row.slug

        def write(seen: str) -> str:
            return program_settings.change(*by, "report-schedule", text, self.session.clock(), seen=seen)

        try:
            said = await write_seen(self, write, schedules.told(row.hours.items()), text)
        except (BadInput, UsageError) as error:
            self.say(str(error), "error")
            return
        if said is not None:
            self.say(said, "success")
            self.console.changed()
            self.reload()


def _columns() -> tuple[Column[Scheduled], ...]:
    def cell(day: int, row: Scheduled) -> Cell:
        hour = row.hours.get(day)
        return ("·", "muted") if hour is None else (f"{hour:02d}:00", "")

    name: Column[Scheduled] = Column(
        "name", "Program", 16, lambda row: (row.name, ""), "", flex=1, widest=40, priority=0
    )
    days = [
        Column(key, key.capitalize(), 5, partial(cell, day), "", align="right", priority=0)
        for day, key in enumerate(schedules.DAYS)
    ]
    return (name, *days)
