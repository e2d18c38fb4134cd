"""The suppression list: addresses that nothing is sent to, why, since when and by whom; put on it, taken off it."""

import asyncio
from collections.abc import Sequence
from datetime import tzinfo
from functools import partial
from typing import Any, ClassVar

from textual import on, work

from tui_admin.portal.mail import suppressions
from tui_admin.portal.mail.suppressions import Suppressed
from tui_admin.rules.errors import UsageError
from tui_admin.rules.leaving_out import Suppression
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import moment, shown

from ..filtered import FILTER
from ..place import Place
from ..plain_rows import Numbered, NumberedRows
from ..styles import style
from ..words_list import WordsScreen
from .messages import IMPORT_BOUNCES
from .tables import address_column

_EMPTY = (
    "No address is on the list: mail goes to everybody who has not opted out.",
    "a puts one on it; b reads returned mails.",
)


class SuppressedScreen(WordsScreen):
    """`messages/suppressed`."""

    HELP_TEXT = "Addresses that nothing is sent to, whatever the program: why, since when, and by whom."
    CSS_PATH: ClassVar = style("mail")
    EMPTY = _EMPTY
    OFFERS: ClassVar = (
        FILTER,
        Command("suppress", "a", "add", "Put on the list", "Send nothing to an address any more.", "add", rank=2),
        Command("lift", "x", "lift", "Take off the list", "Let mail go to this address again.", "take off", rank=2),
        IMPORT_BOUNCES,
    )
    BINDINGS = bindings(OFFERS)

    def columns(self) -> Sequence[Column[Numbered]]:
        """Which address, why, since when, by whom."""
        return suppressed_columns(self.session.clock(), self.console.facts.zone)

    def rows(self, words: str) -> NumberedRows:
        """The addresses whose entry holds the words."""
        by = (self.session.store, self.session.actor, words)
        return NumberedRows(partial(suppressions.page, *by), partial(suppressions.count, *by))

    def crumbs(self) -> tuple[str, ...]:
        """Messages, the list."""
        return ("Messages", "Suppressed")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is written to a store opened to read only."""
        return action not in ("add", "lift", "bounces") or not self.session.read_only

    @on(RecordTable.RowSelected)
    def _whole(self) -> None:
        self.say(_told(self._current()))

    def _current(self) -> Suppressed:
        if self.table.current is None:
            raise UsageError("There is no address here. a puts one on the list.")
        found: Suppressed = self.table.current.row
        return found

    def action_bounces(self) -> None:
        """Read returned mails."""
        self.console.go(Place(("messages", "+bounces")))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_add(self) -> None:
        """Ask for an address and why, and put it on the list."""
        email = await self.status.ask_text("Send nothing more to which address?")
        if email is None:
            return
        reason = await self.status.ask_text(f"Why is nothing to be sent to {shown(email)}?")
        if reason is None:
            self.say("Nothing was changed: without a reason nobody will know later.")
            return
        await self._write(suppressions.add, email, reason)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_lift(self) -> None:
        """Ask why, ask once more with what is known of the address, and take it off the list."""
        entry = self._current()
        reason = await self.status.ask_text(f"Why may mail go to {shown(entry.email)} again?")
        if reason is None:
            self.say("Nothing was changed: without a reason nobody will know later.")
            return
        answers = (Answer("y", "take it off"), Answer("n", "leave it", safe=True))
        if await self.status.ask(f"{_told(entry)}. Let mail go there again?", answers) == "y":
            await self._write(suppressions.remove, entry.email, reason)

    async def _write(self, act: Any, email: str, reason: str) -> None:
        session = self.session
        write = partial(act, session.store, session.actor, email, session.clock(), reason=reason)
        self.say(await asyncio.to_thread(write), "success")
        self.reload()
        self.console.changed()


def suppressed_columns(now: Instant, zone: tzinfo) -> tuple[Column[Numbered], ...]:
    """Which address, why, in whose words, since when, by whom."""

    def why(row: Numbered) -> Cell:
        return ("bounced", "error") if row.row.reason == Suppression.BOUNCED else (row.row.reason, "")

    def since(row: Numbered) -> Cell:
        return moment(row.row.added_at, now, zone), "muted"

    return (
        address_column(lambda r: r.row.email, 24, 48),
        Column("reason", "Why", 8, why, "w", priority=0, sortable=False),
        Column(
            "detail", "In words", 16, lambda r: (r.row.detail or "–", "muted"), "d", flex=3, priority=1, sortable=False
        ),
        Column("since", "Since", 11, since, "s", align="right", priority=2, sortable=False),
        Column("by", "By", 12, lambda r: (r.row.added_by.partition("@")[0], "muted"), "b", priority=3, sortable=False),
    )


def _told(entry: Suppressed) -> str:
    return f"{entry.email} {entry.reason}{f': {entry.detail}' if entry.detail else ''} (by {entry.added_by})"
