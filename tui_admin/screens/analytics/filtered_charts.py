"""What the screens of Analytics share: a filter bar that holds on all of them, and counting that can be stopped. What
stands on them is the answer to what the bar asks, or is on its way, or is taken away."""

from threading import Event
from typing import ClassVar

from textual import getters, on
from textual.timer import Timer
from textual.widget import Widget

from tui_admin.rules.filters import FilterError
from tui_admin.rules.filters.days import Typed, typed
from tui_admin.widgets.commands import Command
from tui_admin.widgets.filter_bar import FilterBar

from ..filtered import CANNOT_BE_FOLLOWED, FilteredScreen
from ..place import Place
from ..session import Session
from ..styles import style
from .asking import bar_fields

_REST = 0.5
"""Seconds without another key after which charts are counted: they take longer than a page of a list."""

SLOW = 0.2
"""Seconds after which a wait says what it waits for."""

BACK = Command("chart-back", "escape", "back", "Back", "Stop the counting, else go one level up.")

_STOPPED = "Stopped counting; ctrl+r counts again."

_PLACEHOLDER = "everybody, all days · program:data unit:Sales from:2026-01 to:2026-06"


class FilteredCharts(FilteredScreen):
    """A subclass counts with `begin`, takes away what stands there with `clear`, and says with `reader` where the keys
    go beside the bar."""

    CSS_PATH: ClassVar = style("analytics")
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (16, "-low"), (24, "-tall")]
    SHOWS_COUNTS: ClassVar = True
    KIND: ClassVar = "analytics"
    """What the filter is remembered as while the console is open."""

    bar = getters.query_one("#filter", FilterBar)

    def filter_bar(self) -> FilterBar:
        """The bar, with what can be typed into it."""
        return FilterBar(self.place.filter, id="filter", fields=bar_fields(self.today), placeholder=_PLACEHOLDER)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.asked = Typed()
        self.answered: object = None
        """The question that what stands there answers."""
        self._counting: Event | None = None
        self._counting_of: object = None
        self._pause: Timer | None = None
        self._shown_count: int | None = None
        self.is_counted_elsewhere = False

    @property
    def reader(self) -> Widget | None:
        """The widget that is read."""
        raise NotImplementedError

    @property
    def question(self) -> object:
        """What is asked."""
        return self.asked

    @property
    def is_behind(self) -> bool:
        """Whether what stands there answers something else than what is asked."""
        return self.bar.wrong or self.bar.is_unheard or self.answered != self.question

    def is_early(self, key: str) -> bool:
        """A key waits for figures only while they are on their way."""
        is_coming = self._counting is not None or self._pause is not None or self.bar.is_unheard
        return is_coming and super().is_early(key)

    def begin(self) -> None:
        """Begin to count for what is asked."""
        raise NotImplementedError

    def clear(self, *sentences: str) -> None:
        """Take away what stands there, and say why."""
        raise NotImplementedError

    def count(self) -> None:
        """Count for what is asked; where that cannot be followed, nothing is left there once it is typed."""
        if not self.bar.wrong:
            self.begin()
        elif not self.bar.active:
            self._give_up()

    def _give_up(self) -> None:
        self.stop_counting()
        self.clear(*CANNOT_BE_FOLLOWED)

    def on_mount(self) -> None:
        """Begin with the filter of the place, else with the one that was typed last."""
        super().on_mount()
        kept = self.kept("filter")
        if not self.place.filter and kept:
            self.bar.value = kept
        self._ask(self.bar.value)
        self.count()

    def settle(self, place: Place) -> None:
        """The same screen under another filter."""
        self.bar.value = place.filter
        if self.reader is not None:
            self.reader.focus()

    def reload(self) -> None:
        """Count again."""
        self.count()

    def kept(self, name: str) -> str:
        """What was kept of these screens while the console is open."""
        return str(self.console.choices.get(self.KIND, {}).get(name, ""))

    def note_count(self) -> None:
        """Note which count was read; to be called in the thread that did."""
        from tui_admin.portal import counts

        session = self.session
        self._shown_count = counts.newest(session.store, session.actor, looks_for_work=False).number

    def follow_count(self, number: int, *, is_under_way: bool) -> None:
        """Show a newer count; say that one is under way."""
        if self._counting is not None:
            return
        if is_under_way != self.is_counted_elsewhere:
            self.is_counted_elsewhere = is_under_way
            self.tell_counted_elsewhere()
        if self._shown_count not in (None, number):
            self.count()

    def tell_counted_elsewhere(self) -> None:
        """Show whether a count is under way."""

    def _ask(self, text: str) -> bool:
        """Follow an expression; whether that can be done."""
        try:
            asked = typed(text)
        except FilterError as error:
            self.refuse(error)
            return False
        self.bar.accepted()
        self.asked = asked
        for screen in self.app.screen_stack:
            if isinstance(screen, FilteredCharts):  # those one comes back to as well
                screen.place = screen.place.filtered(text)
        self.console.hold(self.KIND, "filter", asked.text)
        return True

    def refuse(self, error: FilterError) -> None:
        """Say what is wrong with the filter, where it is."""
        self.bar.refuse(error)
        if not self.bar.active:
            self.say(str(error), "error")
            self.count()

    def action_filter(self) -> None:
        """Type a filter."""
        self.bar.enter()

    @on(FilterBar.Changed)
    def _filter_changed(self, event: FilterBar.Changed) -> None:
        if not self._ask(event.text):
            return
        self._rested()
        if self.question == (self.answered if self._counting is None else self._counting_of):
            return
        if self.bar.active:
            self._pause = self.set_timer(_REST, self.count)
        else:
            self.count()

    @on(FilterBar.Left)
    def _filter_left(self) -> None:
        waited = self._rested()
        if self.bar.wrong:
            self._give_up()
        elif waited:
            self.count()
        if self.reader is not None:
            self.reader.focus()

    def _rested(self) -> bool:
        """Whether what was typed still waited to be counted; it does no more."""
        waited = self._pause is not None
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        return waited

    # --- reading that can be stopped

    def begin_counting(self) -> Event:
        """What was being counted is not wanted any more; something else is. The event stops it."""
        self.stop_counting()
        self._rested()
        self._counting, self._counting_of = Event(), self.question
        return self._counting

    def stop_counting(self) -> bool:
        """Stop what is being counted; False where nothing is."""
        counting, self._counting = self._counting, None
        if counting is None:
            return False
        counting.set()
        return True

    def counted(self) -> None:
        """It is counted."""
        self._counting = None

    def stop_work(self) -> bool:
        """Stop the counting. What stands there stays only if it answers what is asked."""
        if not self.stop_counting():
            return super().stop_work()
        self.status.wait("")
        if self.is_behind:
            self.clear(_STOPPED)
        else:
            self.say(_STOPPED)
        return True

    async def action_back(self) -> None:
        """Stop the counting, else one level up."""
        if not self.stop_work():
            await self.app.run_action("up")

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.stop_counting()
