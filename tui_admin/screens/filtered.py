"""What every screen with a filter in the filter language shares: values of fields are completed, hints are shown."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import Event

from textual import on

from tui_admin.rules.errors import Cancelled
from tui_admin.rules.filters import ValueRequest
from tui_admin.widgets.commands import Command
from tui_admin.widgets.filter_bar import FilterBar

from .base import ConsoleScreen
from .place import Place
from .session import Session

FILTER = Command("filter", "slash", "filter", "Filter", "Type a filter; rows follow.", footer="filter", rank=2)

CANNOT_BE_FOLLOWED = ("The filter cannot be followed.", "/ changes it.")
"""What stands in the place of rows and figures under a filter that is wrong, once it is typed."""


class FilteredScreen(ConsoleScreen):
    """A screen with a filter bar. Values of fields are those of all members one may see; a subclass whose rows are of
    one program says so with `values_of`."""

    values_of: str | None = None
    """The program whose members' values are offered; None for all."""

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self._unwanted = Event()  # set when the values that are looked for are not wanted any more

    @on(FilterBar.Hinted)
    def _filter_hinted(self, event: FilterBar.Hinted) -> None:
        self.hint(event.content)

    @on(FilterBar.ValuesWanted)
    def _values_wanted(self, event: FilterBar.ValuesWanted) -> None:
        request, bar = event.request, event.bar
        self._unwanted.set()
        self._unwanted = Event()
        find = partial(self.values, request, self._unwanted.is_set)
        self.in_thread(find, lambda found: bar.offer_values(request, found), "values")

    def values(
        self, request: ValueRequest, unwanted: Callable[[], bool] = lambda: False
    ) -> Sequence[tuple[str, int | None]]:
        """Values of a field, with how many have each (None: not counted); none where `unwanted` says so. To be called
        in a thread."""
        from tui_admin.portal import members

        asked = self.session.store, self.session.actor, self.values_of, request.field, request.prefix, self.now
        try:
            return members.values(*asked, cancelled=unwanted)
        except Cancelled:
            return ()

    @on(FilterBar.Left)
    def _nothing_wanted(self) -> None:
        self._unwanted.set()

    def on_unmount(self) -> None:
        """Nobody waits for values any more."""
        self._unwanted.set()
