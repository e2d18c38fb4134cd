"""What every screen with a filter in the filter language shares: values of fields are completed, hints are shown."""

from collections.abc import Sequence

from textual import on

from tui_admin.rules.filters import ValueRequest
from tui_admin.widgets.commands import Command
from tui_admin.widgets.filter_bar import FilterBar

from .base import ConsoleScreen

FILTER = Command("filter", "slash", "filter", "Filter", "Type a filter; rows follow.", footer="filter", rank=2)


class FilteredScreen(ConsoleScreen):
    """A screen with a filter bar. A subclass says which values fields have."""

    def values(self, request: ValueRequest) -> Sequence[tuple[str, int]]:
        """Values of a field for completion, with how many rows have each. Called in a thread."""
        raise NotImplementedError

    @on(FilterBar.Hinted)
    def _filter_hinted(self, event: FilterBar.Hinted) -> None:
        self.hint(event.content)

    @on(FilterBar.ValuesWanted)
    def _values_wanted(self, event: FilterBar.ValuesWanted) -> None:
        request, bar = event.request, event.bar
        self.in_thread(lambda: self.values(request), lambda found: bar.offer_values(request, found), "values")
