"""The journal: who did what when, the newest first; enter opens an entry with before and after."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import ClassVar

from textual import on

from tui_admin.portal import journal_pages
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.text import moment, number

from .filtered import FILTER
from .place import Place
from .plain_rows import Numbered, NumberedRows
from .styles import style
from .words_list import WordsScreen


class JournalScreen(WordsScreen):
    """`journal`."""

    HELP_TEXT = "All that was done, the newest first: who, when, what; enter opens an entry, where u takes it back."
    CSS_PATH: ClassVar = style("journal")
    EMPTY = ("Nothing was done yet.",)
    OFFERS: ClassVar = (
        FILTER,
        Command("leave-journal", "escape,q", "leave_journal", "Back", "Back to Home."),
    )
    BINDINGS = bindings(OFFERS)

    def crumbs(self) -> tuple[str, ...]:
        """Journal."""
        return ("Journal",)

    def columns(self) -> Sequence[Column[Numbered]]:
        """Number, when, who, what, how many."""
        return journal_columns(self.session.clock(), self.console.facts.zone)

    def rows(self, words: str) -> NumberedRows:
        """The entries that hold the words."""
        by = (self.session.store, self.session.actor, words)
        return NumberedRows(partial(journal_pages.page, *by), partial(journal_pages.count, *by))

    def action_leave_journal(self) -> None:
        """To Home."""
        self.console.go(Place(("home",)))

    @on(RecordTable.RowSelected)
    def _open(self) -> None:
        if self.table.current is not None:
            self.console.go(Place(("journal", str(self.table.current.row.id))))


def journal_columns(now: Instant, zone: tzinfo) -> tuple[Column[Numbered], ...]:
    """One line for each entry; one that was undone stands back."""

    def what(row: Numbered) -> Cell:
        return (row.row.summary, "") if row.row.undone_by is None else (f"undone: {row.row.summary}", "muted")

    def rows(row: Numbered) -> Cell:
        return number(row.row.row_count) if row.row.row_count else "", "muted"

    def plain(key: str, title: str, width: int, render: object, **more: object) -> Column[Numbered]:
        return Column(key, title, width, render, key[0], sortable=False, **more)  # type: ignore[arg-type]

    return (
        plain("entry", "Entry", 7, lambda row: (number(row.row.id), "muted"), align="right", priority=4),
        plain("when", "When", 11, lambda row: (moment(row.row.at, now, zone), ""), align="right", priority=0),
        plain("by", "Who", 12, lambda row: (row.row.actor.partition("@")[0], ""), priority=1),
        plain("what", "What", 24, what, flex=6, priority=0),
        plain("number", "Rows", 8, rows, align="right", priority=2),
    )
