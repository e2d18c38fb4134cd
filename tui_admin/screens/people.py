"""What lists of people share beside showing them: what can be done with the marked, and saved views."""

from functools import cached_property
from typing import TYPE_CHECKING

from textual import on, work

from tui_admin.widgets.record_table import RecordTable

from .lists import ListScreen
from .view_acts import ViewActs

if TYPE_CHECKING:
    from .member_acts import MemberActs


class PeopleScreen(ListScreen):
    """A list of people. A subclass offers the commands and says what acts on them."""

    @property
    def acts(self) -> "MemberActs":
        """What can be done with the list's people. Imported with the first act: opening the list does not need it."""
        raise NotImplementedError

    @cached_property
    def _views(self) -> ViewActs:
        return ViewActs(self)

    @on(RecordTable.RowSelected)
    def _open(self, event: RecordTable.RowSelected) -> None:
        self.console.go(self.place.child(str(event.id)))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_email(self) -> None:
        """Write to the chosen."""
        await self.acts.email()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_edit(self) -> None:
        """Edit a field."""
        await self.acts.edit()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_save_list(self) -> None:
        """Save as CSV."""
        await self.acts.save()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_views(self) -> None:
        """Open or save a view."""
        await self._views.choose()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_forget_view(self, name: str) -> None:
        """Forget a view."""
        await self._views.forget(name)
