"""One entry of the journal: who did what when, how each row was and is, and whether it can be undone."""

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_admin.portal import journal, journal_pages, undo
from tui_admin.portal.journal import Entry
from tui_admin.rules.errors import BadInput
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Column
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.text import fit, moment, shown

from .base import ConsoleScreen
from .place import Place
from .plain_rows import Numbered, NumberedRows
from .session import Session
from .styles import style
from .undoing import undo_entry

_VALUE_CELLS = 200


class EntryScreen(ConsoleScreen):
    """`journal/NUMBER`."""

    HELP_TEXT = "One entry of the journal: what was changed, before and after; u takes it back where that can be."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("journal")
    AUTO_FOCUS = "RecordTable"

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        number = place.segments[1]
        if not number.isdecimal():
            raise BadInput(f"Entries of the journal have numbers, not {number!r}.")
        self.entry_id = int(number)
        self.entry: Entry | None = None

    def crumbs(self) -> tuple[str, ...]:
        """Journal, which entry."""
        return ("Journal", f"Entry {self.entry_id:,}")

    def body(self) -> ComposeResult:
        """What it was, then its rows."""
        yield Static("", id="entry-head", markup=False)
        columns = change_columns(self.session.clock(), self.console.facts.zone)
        yield RecordTable(columns, markable=False, id="table")

    def on_mount(self) -> None:
        """Read it."""
        super().on_mount()
        self.reload()

    def reload(self) -> None:
        """Read it again."""
        read = partial(journal.entry, self.session.store, self.session.actor, self.entry_id)
        self.in_thread(read, self._show)

    def _show(self, entry: Entry) -> None:
        self.entry = entry
        clock, zone = self.session.clock(), self.console.facts.zone
        parts: list[Content | tuple[str, str]] = [
            (f" {shown(entry.summary)}\n", "bold"),
            (f" {moment(entry.at, clock, zone)} · {shown(entry.by)} · {shown(entry.action)}\n", "$console-muted"),
        ]
        told = values(entry.details, clock, zone)
        parts += [(f" {told}\n", "")] if told else []
        parts.append((f" {shown(undo.obstacle(entry)) or 'u takes it back, after a question.'}", "$console-muted"))
        self.query_one("#entry-head", Static).update(Content.assemble(*parts))
        by = (self.session.store, self.session.actor, entry.id)
        rows = NumberedRows(partial(journal_pages.changes, *by), lambda: entry.row_count)
        self.query_one(RecordTable).show(rows, empty=("It changed no rows; what it did stands above.",))

    @on(RecordTable.RowSelected)
    def _whole(self) -> None:
        current = self.query_one(RecordTable).current
        if current is not None:
            change, clock, zone = current.row, self.session.clock(), self.console.facts.zone
            before, after = (values(told, clock, zone) or "nothing" for told in (change.before, change.after))
            self.say(f"{change.who}: {before} → {after}")

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_undo(self) -> None:
        """Take this entry back."""
        read = partial(journal.entry, self.session.store, self.session.actor, self.entry_id)
        await undo_entry(self, await asyncio.to_thread(read))


def change_columns(now: Instant, zone: tzinfo) -> tuple[Column[Numbered], ...]:
    """Who or what, before, after."""

    def before(row: Numbered) -> tuple[str, Any]:
        return values(row.row.before, now, zone) or "–", "muted"

    def after(row: Numbered) -> tuple[str, Any]:
        return values(row.row.after, now, zone) or "–", ""

    return (
        Column("who", "Who", 18, lambda row: (row.row.who, ""), "w", flex=2, widest=48, priority=0, sortable=False),
        Column("before", "Before", 20, before, "b", flex=3, priority=0, sortable=False),
        Column("after", "After", 20, after, "a", flex=3, priority=0, sortable=False),
    )


def values(told: Any, now: Instant, zone: tzinfo) -> str:
    """What an entry holds of something, as a person reads it: `state MEMBER, joined 3 Feb`. What only undoing needs has
    a name that begins with `_`."""
    if not isinstance(told, dict):
        return "" if told is None else shown(str(told))
    parts = [_value(name, value, now, zone) for name, value in told.items() if not (_nested(value) or name[:1] == "_")]
    return fit(", ".join(parts), _VALUE_CELLS).rstrip()


def _nested(value: Any) -> bool:
    """Whether it is for undoing rather than for reading."""
    return isinstance(value, list) and any(isinstance(part, list) for part in value)


def _value(name: str, value: Any, now: Instant, zone: tzinfo) -> str:
    if name.endswith("_at"):
        return f"{name[:-3]} {moment(value, now, zone) if isinstance(value, int) else '–'}"
    if isinstance(value, dict):
        value = "; ".join(f"{key} {part}" for key, part in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        value = "; ".join(map(str, value))
    return f"{name.replace('_', ' ')} {'–' if value is None else value}"
