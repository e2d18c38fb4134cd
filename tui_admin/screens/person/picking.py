"""Choosing one other person: what is typed finds them by name, address or any filter."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal import users
from tui_admin.portal.users import UserRow, UsersQuery
from tui_admin.rules.filters import FilterError, parse
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.filter_bar import FilterBar
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.text import shown

from ..base import ConsoleScreen
from ..place import Place
from ..plain_rows import HeldRows
from ..session import Session
from ..styles import style

_MOST = 100
"""People that are listed; more words find the others."""


class PersonPickScreen(ConsoleScreen):
    """Gives the address of the person who was chosen back; None where the administrator left it."""

    HELP_TEXT = "Choose the record that is the same person: type a name or an address, enter takes the row."
    CSS_PATH: ClassVar = style("mail")
    AUTO_FOCUS = "FilterInput"
    OFFERS: ClassVar = (
        Command("search-people", "slash", "filter", "Search", "Type a name or an address.", "search", rank=1),
        Command("leave-people", "escape,q", "leave", "Back", "Back, with nobody chosen.", "back", rank=0),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place, learner_id: int, name: str) -> None:
        super().__init__(session, place.child("pick"))
        self._learner_id, self._kept_name = learner_id, name
        self._found: dict[int, str] = {}

    def crumbs(self) -> tuple[str, ...]:
        """Whose record stays."""
        return ("Users", self._kept_name, "Merge")

    def body(self) -> ComposeResult:
        """What to do, the search, who is found."""
        yield Line("pick-help")
        yield FilterBar("", id="search", completes=False)
        yield RecordTable(_columns(), markable=False, id="table")

    def on_mount(self) -> None:
        """Begin with those of the same name."""
        super().on_mount()
        help = f" Which record is {shown(self._kept_name)} too? It becomes part of this one."
        self.query_one("#pick-help", Line).show(Content.assemble((help, "$console-muted")))
        self._list(self._kept_name)

    def _list(self, typed: str) -> None:
        empty = ("Nobody else is found.", "/ changes the words.")
        self.query_one(RecordTable).show(HeldRows(lambda: self._find(typed)), empty=empty)

    def _find(self, typed: str) -> list[UserRow]:
        try:
            query = UsersQuery(parse(typed, self.session.fields))
        except FilterError:
            return []
        session = self.session
        found = users.page(session.store, session.actor, query, self.now, 0, _MOST)
        others = [row for row in found if row.learner_id != self._learner_id]
        self._found |= {row.learner_id: row.email for row in others}
        return others

    @on(FilterBar.Changed)
    def _typed(self, event: FilterBar.Changed) -> None:
        self._list(event.text.strip())

    @on(FilterBar.Left)
    def _left(self) -> None:
        self.query_one(RecordTable).focus()

    @on(RecordTable.RowSelected)
    def _take(self, event: RecordTable.RowSelected) -> None:
        self.dismiss(self._found.get(event.id))  # type: ignore[arg-type]

    def action_filter(self) -> None:
        """Type words."""
        self.query_one(FilterBar).enter()

    def action_leave(self) -> None:
        """Choose nobody."""
        self.dismiss(None)


def _columns() -> tuple[Column[UserRow], ...]:
    def programs(row: UserRow) -> Cell:
        return ", ".join(one.program_name for one in row.memberships), "muted"

    return (
        Column[UserRow]("name", "Name", 20, lambda r: (r.name or "–", ""), "n", flex=2, priority=0, sortable=False),
        Column("email", "E-mail", 20, lambda r: (r.email, ""), "m", flex=2, cut="middle", sortable=False),
        Column("id", "External id", 12, lambda r: (r.external_id or "–", "muted"), "x", priority=2, sortable=False),
        Column("programs", "Programs", 16, programs, "p", flex=2, priority=1, sortable=False),
    )
