"""Analytics: every chart with its answer in words, one a line; enter opens it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from threading import Event
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from tui_admin.rules.charts import Chart
from tui_admin.rules.errors import ConsoleError
from tui_admin.rules.filters import FilterError
from tui_admin.rules.filters.days import Typed
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.status_line import StatusText
from tui_admin.widgets.text import shown

from ..base import Finished
from ..filtered import FILTER
from .filtered_charts import BACK, SLOW, FilteredCharts
from .groups import GROUPS, Entry, Group, chart_place


@dataclass(frozen=True, slots=True)
class Answered:
    """A chart, its answer once it is here, and whether it is the first of its tab."""

    group: Group
    entry: Entry
    is_first: bool
    answer: str = ""


_UNANSWERED = tuple(Answered(group, entry, at == 0) for group in GROUPS for at, entry in enumerate(group.entries))


class AnalyticsScreen(FilteredCharts):
    """`analytics`: the sixth tab."""

    HELP_TEXT = "Every chart with its answer; enter opens it, and there enter opens the people behind a figure."
    OFFERS: ClassVar = (FILTER, BACK)
    BINDINGS = bindings(OFFERS)

    def body(self) -> ComposeResult:
        """The bar, and the charts."""
        yield self.filter_bar()
        yield FigureTable(_COLUMNS, identity=attrgetter("entry.chart"), id="charts")
        yield StatusText("answer")

    def crumbs(self) -> tuple[str, ...]:
        """Analytics."""
        return ("Analytics",)

    @property
    def reader(self) -> Widget | None:
        """The charts."""
        return self._table

    @property
    def _table(self) -> FigureTable:
        return self.query_one("#charts", FigureTable)

    def on_mount(self) -> None:
        """List the charts at the one that was open last, and count."""
        self._rows = list(_UNANSWERED)
        self._missing: list[int] = []
        self._slow: Event | None = None
        self._table.show(self._rows)
        super().on_mount()
        self._to_last()
        self.set_focus(self._table)  # at once: else the bar would have it meanwhile

    def on_screen_resume(self) -> None:
        """Come back to the chart one was at, and go on counting."""
        super().on_screen_resume()
        self._to_last()
        if self._missing and self._counting is None:
            self._begin()

    def on_screen_suspend(self) -> None:
        """What is opened now is counted first."""
        self.stop_counting()

    def _to_last(self) -> None:
        last = self.kept("last")
        self._table.action_go(next((at for at, row in enumerate(self._rows) if row.entry.chart == last), 0))

    def begin(self) -> None:
        """Ask each chart for its answer, one after the other; the old ones stay until then, unless the filter is
        another one."""
        if self.is_behind:
            self.clear()
            self.answered = self.question
        self._missing = list(range(len(self._rows)))
        self._begin()

    def clear(self, *sentences: str) -> None:
        """Show no answers."""
        self._rows, self._missing, self.answered = list(_UNANSWERED), [], None
        self._table.show(self._rows)

    def _begin(self) -> None:
        stop = self.begin_counting()
        self.set_timer(SLOW, partial(self._say_waiting, stop))
        read = partial(self._read, stop, tuple(self._missing), self.asked)
        self.run_worker(read, thread=True, exclusive=True, group="charts", exit_on_error=False)

    def _read(self, stop: Event, missing: Sequence[int], asked: Typed) -> None:
        from .counting import read_chart

        for at in missing:
            name = _UNANSWERED[at].entry.chart
            found: Chart | ConsoleError
            try:
                found = read_chart(self.session, self.now, name, asked, {}, _silent, stop.is_set)
            except ConsoleError as error:
                found = error
            except Exception as error:  # said and written down; the other charts are none the worse for it
                self.post_message(Finished(partial(self.console.report, error)))
                found = ConsoleError("It could not be counted.")
            if stop.is_set():
                return
            if at == missing[-1]:
                self.note_count()
            self.post_message(Finished(partial(self._answered, stop, at, found)))
            if isinstance(found, FilterError):
                return

    def _answered(self, stop: Event, at: int, found: Chart | ConsoleError) -> None:
        if self._counting is not stop:
            return
        if isinstance(found, FilterError):
            self.counted()
            self.refuse(found)
            return
        row = self._rows[at]
        answer = found.title if isinstance(found, Chart) else str(found)
        self._rows[at] = Answered(row.group, row.entry, row.is_first, answer)
        self._table.show(self._rows)
        self._missing.remove(at)
        if self._missing:
            if self._slow is stop:
                self._say_waiting(stop)
        else:
            self.counted()
            self.status.wait("")

    def _say_waiting(self, stop: Event) -> None:
        if self._counting is not stop:
            return
        if not self.is_current or self.bar.active:  # said once nothing else is told there
            self.set_timer(SLOW, partial(self._say_waiting, stop))
            return
        self._slow = stop
        done, of = len(self._rows) - len(self._missing), len(self._rows)
        self.status.wait(f"Counting charts, {done} of {of} … esc stops")

    @on(FigureTable.Moved, "#charts")
    def _tell_whole(self, message: FigureTable.Moved) -> None:
        row: Answered = message.row
        self.query_one("#answer", StatusText).show(Content(shown(row.answer or row.entry.question)))

    @on(FigureTable.Opened, "#charts")
    def _open(self, message: FigureTable.Opened) -> None:
        row: Answered = message.row
        place = chart_place(row.entry.chart)
        if place is not None:
            self.console.go(place.filtered(self.bar.value))


def _silent(_word: str, _done: int, _of: int) -> None:
    """What is done meanwhile is told by the answers as they come."""


def _answer(row: Answered) -> Cell:
    return (row.answer, "") if row.answer else (row.entry.question, "muted")


_COLUMNS = (
    Column[Answered]("tab", "Tab", 12, lambda row: (row.group.title if row.is_first else "", ""), "", priority=0),
    Column[Answered]("chart", "Chart", 23, lambda row: (row.entry.title, "muted"), "", priority=1),
    Column[Answered]("answer", "Answer", 30, _answer, "", flex=1, priority=0),
)
