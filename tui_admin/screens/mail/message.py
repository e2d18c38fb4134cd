"""One message on its way: how many of its mails got how far, and each of them with what the server said."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from pyroaring import BitMap
from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal.mail import messages
from tui_admin.portal.mail.messages import MailRow, Message, Shown
from tui_admin.rules.errors import UsageError
from tui_admin.rules.mailing import MailState, MessageState
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.shares import Share, ShareTable
from tui_admin.widgets.text import moment, shown

from ..base import ConsoleScreen
from ..place import Place
from ..session import Session
from ..styles import style
from .doubts import decide
from .messages import HOLD_COMMANDS, cancel, hold
from .tables import mail_columns, state_shares

_EVERY = 1.0
_UNDER_WAY = (MessageState.SENDING, MessageState.SCHEDULED)


class MailSource:
    """The mails of a message in one of its states (None: all), in the order they were queued; `total` tells how many
    there are by now."""

    def __init__(self, session: Session, message_id: int, state: MailState | None, total: Callable[[], int]) -> None:
        self._args = (session.store, session.actor, message_id)
        self._states = None if state is None else (state,)
        self._total = total

    def page(self, offset: int, limit: int) -> Sequence[MailRow]:
        """Mails from a position on."""
        return messages.mails(*self._args, states=self._states, offset=offset, limit=limit)

    def tail(self, limit: int) -> Sequence[MailRow]:
        """The last ones."""
        return self.page(max(self._total() - limit, 0), limit)

    def count(self) -> int:
        """How many there are."""
        return self._total()

    def position(self, id: int) -> int | None:
        """Where one stands."""
        return messages.position(*self._args, id, self._states)

    def ids(self) -> BitMap:
        """All of them."""
        return BitMap(row.id for row in messages.all_mails(*self._args, self._states))

    def ids_between(self, first: int, last: int) -> Sequence[int]:
        """From one position to another."""
        return [row.id for row in self.page(first, last - first + 1)]


class MessageScreen(ConsoleScreen):
    """`messages/ID`."""

    HELP_TEXT = "One message: how many of its mails got how far, and each of them with what the server said."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("mail")
    OFFERS: ClassVar = (
        *HOLD_COMMANDS,
        Command("decide-doubt", "d", "decide", "Decide", "Say what became of mails in doubt.", "decide", rank=2),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.message_id = int(place.segments[1])
        self.message: Message | None = None
        self._state: MailState | None = None
        self._listed: tuple[MailState | None, Mapping[MailState, int]] | None = None

    def body(self) -> ComposeResult:
        """What it is, its states, its mails."""
        yield Line("message-head")
        yield Line("message-state")
        yield ShareTable("Counting mails …", id="states")
        yield Line("gap")
        yield RecordTable(mail_columns(self.session.clock(), self.console.facts.zone), id="table")

    def crumbs(self) -> tuple[str, ...]:
        """Messages, and which one."""
        return ("Messages", self.message.subject if self.message else str(self.message_id))

    @property
    def table(self) -> RecordTable:
        """The mails."""
        return self.query_one(RecordTable)

    def on_mount(self) -> None:
        """Read it."""
        super().on_mount()
        self.query_one(ShareTable).below = self.table
        self.query_one(ShareTable).focus()
        self.reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        if self.message is None or self.session.read_only:
            return action not in ("hold", "cancel", "decide")
        if action == "hold":
            return self.message.state in (*_UNDER_WAY, MessageState.PAUSED)
        if action == "cancel":
            return self.message.state in (*_UNDER_WAY, MessageState.PAUSED)
        return action != "decide" or MailState.UNKNOWN in self.message.counts

    def reload(self) -> None:
        """Read it again."""
        self.in_thread(partial(messages.show, self.session.store, self.session.actor, self.message_id), self._show)

    def _show(self, found: Shown) -> None:
        before, message = self.message, found.message
        self.message = message
        self.query_one(ShareTable).part(state_shares(message) if message.total else [], empty=("It has no mails.",))
        self._tell(message)
        self._list()
        if before is None or before.state is not message.state:
            self.locate()
            self.offer_keys()
        if message.state in _UNDER_WAY:
            self.set_timer(_EVERY, self._again)

    def _again(self) -> None:
        if self.is_current:
            self.reload()

    def _tell(self, message: Message) -> None:
        clock, zone = self.session.clock(), self.console.facts.zone
        head = f" {shown(message.subject)} · by {shown(message.created_by)}"
        self.query_one("#message-head", Line).show(Content.assemble((head, "bold")))
        at = message.finished_at or message.send_at or message.started_at or message.created_at
        said = f" {message.state} {moment(at, clock, zone)}"
        if message.pause_reason:
            said += f": {shown(message.pause_reason)}"
        tone = "$console-warning" if message.state is MessageState.PAUSED else "$console-muted"
        self.query_one("#message-state", Line).show(Content.assemble((said, tone)))

    @on(FigureTable.Moved, "#states")
    def _state_chosen(self, event: FigureTable.Moved) -> None:
        row: Share | None = event.row
        self._state = row.key if row else None
        self._list()

    def _list(self) -> None:
        """List the mails of the chosen state; read them again once any mail got further."""
        if self.message is None:
            return
        before, self._listed = self._listed, (self._state, self.message.counts)
        if before is None or before[0] != self._state:
            source = MailSource(self.session, self.message_id, self._state, partial(self._total, self._state))
            current = self.table.current
            keep = current.id if current else None
            self.table.show(source, keep=keep, empty=("No mails are in this state any more.",))
        elif before != self._listed and self._state is None:
            self.table.look_again()
        elif before != self._listed:
            self.table.reread()

    def _total(self, state: MailState | None) -> int:
        """How many mails there are in a state, or at all."""
        if self.message is None:
            return 0
        return self.message.total if state is None else self.message.counts.get(state, 0)

    @on(RecordTable.RowSelected)
    def _whole(self) -> None:
        row: MailRow | None = self.table.current
        if row is not None:
            said = row.reply or "the server has not said anything yet"
            self.say(f"{row.address}: {said} (Message-ID {row.header_id})")

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_hold(self) -> None:
        """Pause or resume."""
        if self.message is not None:
            await hold(self, self.message)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_cancel(self) -> None:
        """Call back what has not left."""
        if self.message is not None:
            await cancel(self, self.message)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_decide(self) -> None:
        """Say what became of mails whose answer was lost."""
        table = self.table
        if table.marked:
            ids = BitMap(table.marked)
        elif table.current is not None and table.current.state is MailState.UNKNOWN:
            ids = BitMap([table.current.id])
        else:
            raise UsageError("Go to “in doubt” above, then mark the mails you know of; * marks all.")
        await decide(self, ids)
        table.set_marked(BitMap())
