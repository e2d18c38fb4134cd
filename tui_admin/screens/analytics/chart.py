"""One chart a screen: its answer in words, the drawing or the table, of how many people it tells and what limits it."""

from collections.abc import Mapping, Sequence
from functools import partial
from textwrap import wrap
from threading import Event
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from tui_admin.rules.charts import Chart, ChartRow, Form, behind
from tui_admin.rules.errors import BadInput
from tui_admin.rules.filters import FilterError
from tui_admin.rules.filters.days import Typed
from tui_admin.widgets.commands import Live, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.status_line import StatusText
from tui_admin.widgets.text import day, fit, shown, width_of
from tui_admin.widgets.tiles import Tiles

from ..place import Place
from ..session import Session
from .asking import people_filter
from .chart_commands import CHART_COMMANDS
from .choosing import ask_choice, chosen_words
from .drawing.area import ChartArea
from .drawing.making import drawing, place_of
from .drawing.values import told_part, why_closed
from .filtered_charts import SLOW, FilteredCharts
from .groups import GROUPS, Entry
from .saving import save_chart

_MARGINS = 4
_NOTE_LINES, _WRAPPED = 3, 10
"""Lines below a chart, and the cells that each loses on an average where it is wrapped; `?` tells all."""

_USUAL_HEIGHT = 24
"""Lines of a window below which the chart needs more of them than what is said of it."""


class ChartScreen(FilteredCharts):
    """`analytics/TAB` shows the tab's first chart, `analytics/TAB/CHART` another one."""

    HELP_TEXT = "One chart: enter opens the people behind the row or point under the cursor."
    AUTO_FOCUS = ""
    OFFERS: ClassVar = CHART_COMMANDS
    BINDINGS = bindings(CHART_COMMANDS)
    AT_ONCE = frozenset({"filter", "as_table", "chart", "choose", "count_again"})

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.group = next(group for group in GROUPS if group.slug == place.segments[1])
        self.chart: Chart | None = None
        self._as_table = False
        self._drawing: Widget | None = None
        self._drawn: tuple[str, bool] | None = None
        self._part = ""
        self._opens = False

    # --- where one is

    @property
    def position(self) -> int:
        """Which chart of the tab is shown, from 0; the first where the place names none there is."""
        named = self.place.segments[2] if len(self.place.segments) > 2 else ""
        return next((at for at, entry in enumerate(self.group.entries) if entry.chart == named), 0)

    @property
    def entry(self) -> Entry:
        """The chart shown."""
        return self.group.entries[self.position]

    @property
    def _is_shown(self) -> bool:
        """Whether the chart of the place stands there, not the one before it."""
        return self.chart is not None and self.chart.name == self.entry.chart

    @property
    def reader(self) -> Widget | None:
        """The drawing."""
        return self._drawing

    def crumbs(self) -> tuple[str, ...]:
        """Analytics, the tab, the chart where there are several."""
        several = len(self.group.entries) > 1
        return ("Analytics", self.group.title, *((self.entry.title,) if several else ()))

    def help_text(self) -> str:
        """How the chart is computed, from what, as of when, and of how many people it tells."""
        if self.chart is None:
            return self.HELP_TEXT
        from ..learner_tables import exact

        as_of = exact(self.chart.as_of, self.console.facts.zone)
        return "\n".join([explained(self.chart), f"As of {as_of}.", "", self.HELP_TEXT])

    # --- what is shown

    def body(self) -> ComposeResult:
        """The bar, the answer, which chart it is, the chart, and what is to be known of it."""
        yield self.filter_bar()
        yield StatusText("answer")
        yield Line("which")
        yield ChartArea(id="chart")
        yield StatusText("about")

    def on_mount(self) -> None:
        """Show what is at hand, and count."""
        self.set_focus(None)
        self._tell_which()
        super().on_mount()
        self.console.hold(self.KIND, "last", self.entry.chart)

    @property
    def question(self) -> object:
        """The chart, what was chosen of it, and the filter."""
        return self.entry.chart, dict(self.chosen), self.asked

    def begin(self) -> None:
        """Count in a thread; what is shown stays until then."""
        stop = self.begin_counting()
        self.set_timer(SLOW, partial(self._say_waiting, stop, self.entry.title.lower()))
        read = partial(self._read, stop, self.entry.chart, self.asked, self.chosen)
        self.in_thread(read, partial(self._counted, stop), "chart")

    def _say_waiting(self, stop: Event, doing: str) -> None:
        if self._counting is stop and self.is_current:
            if self.chart is not None and not self._is_shown:
                self.clear("")
            self.status.wait(f"Counting {doing} … esc stops")

    def _read(self, stop: Event, name: str, asked: Typed, chosen: Mapping[str, str]) -> Chart | Exception:
        from .counting import how_far, read_chart

        def told(word: str, done: int, of: int) -> None:
            self.app.call_later(self._say_waiting, stop, how_far(word, done, of))

        try:
            found = read_chart(self.session, self.now, name, asked, chosen, told, stop.is_set)
            self.note_count()
            return found
        except Exception as error:
            return error

    def _counted(self, stop: Event, found: Chart | Exception) -> None:
        if self._counting is not stop:
            return
        self.counted()
        self.status.wait("")
        if isinstance(found, FilterError):
            self.refuse(found)
        elif isinstance(found, Chart):
            self.answered = self._counting_of
            self.show(found)
        else:
            self.console.report(found)
            if self.is_behind:
                self.clear("It could not be counted; ctrl+r counts again.")
            if self.chosen and isinstance(found, BadInput):  # a value that was chosen may be gone by now
                self.console.hold(self.KIND, self.entry.chart, {})
                self.count()

    def show(self, chart: Chart) -> None:
        """Show a chart; the cursor stays where it was on the same one."""
        self.chart = chart
        self.query_one("#answer", StatusText).show(Content.assemble((shown(chart.title), "bold")))
        self._tell_which()
        self._tell_about()
        self._draw()

    def _tell_which(self) -> None:
        entries = self.group.entries
        parts: list[Content | tuple[str, str] | str] = [(f" {self.entry.title}", "$console-muted")]
        if self.is_counted_elsewhere:
            parts += [(" · being counted anew", "$console-warning")]
        if len(entries) > 1:
            parts += [(f" · {self.position + 1} of {len(entries)}", "$console-muted")]
        if self._is_shown and self.chart is not None:
            parts += [(f" · {words}", "$console-muted") for words in chosen_words(self.chart.choices)]
        self.query_one("#which", Line).show(Content.assemble(*parts))

    def tell_counted_elsewhere(self) -> None:
        """Beside the chart's name."""
        self._tell_which()

    def _tell_about(self) -> None:
        chart = self.chart
        if chart is None:
            return
        when = [] if chart.as_of is None else [f"as of {day(chart.as_of, self.console.facts.zone)}"]
        about = " · ".join([*([f"n {chart.learners}"] if chart.n != 0 else []), *when])
        notes = "".join(f" · {shown(self.worded(note))}" for note in chart.notes) if chart.rows else ""
        mark = ("DEMO", "bold $console-warning") if chart.demo else ""
        lines = _NOTE_LINES if self.size.height >= _USUAL_HEIGHT else 1
        room = max(lines * (self.size.width - _WRAPPED) - len(about), 0)
        told = fit(notes, min(room, width_of(notes)))
        line = Content.assemble(mark, " · " if chart.demo and about else "", about, (told, "$console-muted"))
        self.query_one("#about", StatusText).show(line)

    def on_resize(self) -> None:
        """Another size: more or less can be said."""
        self._tell_about()

    def clear(self, *sentences: str) -> None:
        """Show no figures, and say why."""
        self.chart = self._drawn = self.answered = None
        for name in ("#answer", "#about"):
            self.query_one(name, StatusText).show(Content(""))
        self._tell_which()
        self._put(FigureTable(), sentences)

    def _draw(self, row: ChartRow | None = None) -> None:
        """Draw the chart; the cursor goes to a row, else it stays where it was on the same drawing."""
        chart = self.chart
        if chart is None:
            return
        what = (chart.name, self._as_table)
        position = getattr(self._drawing, "cursor", None) if self._drawn == what else None
        self._drawn = what
        widget: Any = drawing(chart, as_table=self._as_table) if chart.rows else FigureTable()
        if row is not None:
            position = place_of(widget, row, chart)
        self._put(widget, [self.worded(note) for note in chart.notes], position)

    def _put(self, widget: Any, sentences: Sequence[str], position: int | None = None) -> None:
        """Put a drawing in the place of the one before; without rows it says why there are none."""
        is_read = self.focused is None or self.focused is self._drawing
        self._drawing = widget
        area = self.query_one("#chart", Vertical)
        with self.app.batch_update():
            area.remove_children()
            area.mount(widget)
        if isinstance(widget, FigureTable) and not widget.rows:
            width = self.size.width - _MARGINS
            widget.show(
                (), empty=[line for sentence in sentences for line in wrap(sentence, width, break_on_hyphens=False)]
            )
        if is_read:  # at once: else the bar would have it meanwhile, and what is typed
            self.set_focus(widget)
        if position is not None:
            self.call_after_refresh(widget.action_go, position)
        self.call_after_refresh(self._tell_part)
        self.offer_keys()

    # --- what one can do

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what this chart has."""
        if action == "chart":
            return len(self.group.entries) > 1
        if action == "choose":
            return self._is_shown and bool(self.chart and self.chart.choices)
        if action == "as_table":
            has_both = self.chart is not None and self.chart.form is not Form.TABLE and bool(self.chart.rows)
            return has_both and parameters != (self._as_table,)
        if action == "count_again":
            return not self.session.read_only
        if action == "save":
            return self.chart is not None and bool(self.chart.rows)
        return True

    def action_as_table(self, is_table: bool) -> None:
        """The table, or the chart again, at the same row."""
        row, self._as_table = self._row, is_table
        self._draw(row)

    def action_chart(self, step: int) -> None:
        """Another chart of the tab."""
        entry = self.group.entries[(self.position + step) % len(self.group.entries)]
        self.place = Place((*self.place.segments[:2], entry.chart), self.place.filter)
        self.console.hold(self.KIND, "last", entry.chart)
        self._as_table = False
        self.locate()
        self._tell_which()
        self.count()

    @property
    def chosen(self) -> Mapping[str, str]:
        """What was chosen of this chart while the console is open."""
        found: Mapping[str, str] = self.console.choices.get(self.KIND, {}).get(self.entry.chart, {})
        return found

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_choose(self) -> None:
        """Choose what of it is shown."""
        if self.chart is None:
            return
        picked = await ask_choice(self.status, self.chart.choices)
        if picked is not None:
            self.console.hold(self.KIND, self.entry.chart, {**self.chosen, picked[0]: picked[1]})
            self.count()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_save(self) -> None:
        """Save its rows."""
        if self.chart is not None and self._is_answered():
            await save_chart(self, self.chart, self.asked, self.chosen)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_count_again(self) -> None:
        """Count anew what charts are made from."""
        from .recounting import recount

        if await recount(self):
            self.count()

    # --- the people behind a figure

    @on(FigureTable.Moved)
    @on(RecordTable.RowHighlighted)
    @on(Tiles.Moved)
    def _tell_part(self) -> None:
        """Say which of a row's figures is chosen, and whether it opens its people."""
        chart, at, row = self.chart, self._at, self._row
        told = told_part(chart, row, at) if chart and row and at is not None else ""
        if told != self._part:
            self._part = told
            self.hint(Content(f" {told}") if told else None)
        self._offer_opening()

    def on_chart_table_stepped(self) -> None:
        """Another figure of the row."""
        self._tell_part()

    def on_line_plot_moved(self) -> None:
        """Another point, or another figure of it: the plot says which."""
        self._offer_opening()

    def _offer_opening(self) -> None:
        """Offer enter where it opens somebody; elsewhere it says why not."""
        opens, self._opens = self._opens, bool(self._behind)
        if opens != self._opens:
            self.offer_keys()

    def withholds(self, command: Live) -> bool:
        """Enter where nobody stands behind."""
        return command.node is self._drawing and command.command.footer == "open" and not self._behind

    @property
    def _at(self) -> int | None:
        """The position of the column whose figure is chosen; None where the cursor stands on the whole row."""
        found: int | None = getattr(self._drawing, "at", None)
        return found

    @property
    def _behind(self) -> str | None:
        """The filter that finds the people behind what is under the cursor."""
        row, at = self._row, self._at
        if row is None or self.chart is None:
            return None
        return row.people if at is None else behind(self.chart.columns, row, at)

    @property
    def _row(self) -> ChartRow | None:
        """The chart's row under the cursor of rows or of a table."""
        found = getattr(self._drawing, "row" if isinstance(self._drawing, RecordTable) else "current", None)
        return found if isinstance(found, ChartRow) else getattr(found, "row", None)

    @on(FigureTable.Opened)
    @on(RecordTable.RowSelected)
    @on(Tiles.Opened)
    def _open(self) -> None:
        row = self._row
        if row is None or not self._is_answered():
            return
        people = self._behind
        if people is None:
            self.say(f"{why_closed(row, self._at)}.")
            return
        self.console.go(self._people(people))

    def on_line_plot_opened(self) -> None:
        """The people behind a point."""
        self._open()

    def _is_answered(self) -> bool:
        """Whether the figures are of what is asked by now; else that is said."""
        if self.is_behind:
            self.say("These figures are of what was asked before: wait until it is counted.", "error")
        return not self.is_behind

    def _people(self, expression: str) -> Place:
        return Place((*self.place.segments, "people"), people_filter(self.asked, expression))


def explained(chart: Chart) -> str:
    """How a chart is computed, and what limits it."""
    return "\n".join([chart.title, *chart.explanation, f"n: {chart.learners}", *chart.notes])
