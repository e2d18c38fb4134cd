"""Messages: drafts, scheduled, under way, sent."""

import asyncio
from functools import partial
from operator import attrgetter
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_admin.portal.mail import delivery, drafts, holding, messages
from tui_admin.portal.mail.delivery import Standing
from tui_admin.portal.mail.drafts import Draft
from tui_admin.portal.mail.messages import Message
from tui_admin.rules.errors import UsageError
from tui_admin.rules.mailing import MessageState
from tui_admin.rules.roles import Right
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import moment, shown

from ..base import ConsoleScreen
from ..place import Place
from ..session import MailWay
from ..styles import style
from .tables import message_columns

_UNDER_WAY = (MessageState.SENDING, MessageState.SCHEDULED)
_EVERY = 2.0
"""Seconds after which the figures of messages under way are read again."""

HOLD_COMMANDS = (
    Command("hold-message", "p", "hold", "Pause or resume", "Hold the message back, or let it go on.", "pause", rank=3),
    Command("cancel-message", "x", "cancel", "Cancel", "Call back what has not left; a draft is discarded.", rank=4),
)


IMPORT_BOUNCES = Command(
    "import-bounces", "b", "bounces", "Import bounces", "Read mails that came back.", "bounces", rank=5
)


class MessagesScreen(ConsoleScreen):
    """`messages`: one line for each."""

    HELP_TEXT = "Messages to people: drafts, scheduled, under way and sent, with what became of every mail."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("mail")
    OFFERS: ClassVar = (
        Command("new-message", "n", "new", "New message", "Write to people.", "new", "new message", rank=2),
        *HOLD_COMMANDS,
        Command(
            "suppressed", "s", "suppressed", "Suppressed", "List addresses nothing is sent to.", "suppressed", rank=5
        ),
        IMPORT_BOUNCES,
        Command("resume-delivery", "D", "resume", "Resume delivery", "Let all mail leave again.", "resume", rank=2),
    )
    BINDINGS = bindings(OFFERS)

    standing = Standing()
    """How delivery stands, as of the last reading."""

    def body(self) -> ComposeResult:
        """Where mail goes, then the messages."""
        yield Static("", id="mail-way", markup=False)
        yield FigureTable(waiting="Reading messages …", identity=attrgetter("id"), id="messages")

    def crumbs(self) -> tuple[str, ...]:
        """Messages."""
        return ("Messages",)

    @property
    def _table(self) -> FigureTable:
        return self.query_one("#messages", FigureTable)

    def on_mount(self) -> None:
        """Read them."""
        super().on_mount()
        self._table.focus()
        self.reload()

    def _tell_way(self, found: tuple[MailWay, Standing]) -> None:
        way, self.standing = found
        held = self._held()
        tone = "$console-warning" if held or way.warning else "$console-muted"
        self.query_one("#mail-way", Static).update(Content.assemble((f" {held or shown(way.sentence)}", tone)))
        self.offer_keys()

    def _held(self) -> str:
        """Why no mail leaves at present; empty where it does."""
        standing, clock = self.standing, self.session.clock()
        if standing.paused_at is not None:
            return f"Delivery is paused: {shown(standing.pause_reason or '')} · D resumes it"
        if standing.broken_until is not None and standing.broken_until > clock:
            until = moment(standing.broken_until, clock, self.console.facts.zone)
            return f"The mail server is left alone until {until}: {shown(standing.broken_reason or '')}"
        return ""

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_resume(self) -> None:
        """Let delivery go on, after a question."""
        question = "Let mail leave from this copy of the store? No other copy may send it too."
        if await self.status.ask(question, (Answer("y", "resume"), Answer("n", "not yet", safe=True))) != "y":
            return
        args = (self.session.store, self.session.actor, self.session.clock())
        self.say(await asyncio.to_thread(delivery.resume, *args), "success")
        self.console.deliver()
        self.reload()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is written to a store opened to read only."""
        if action in ("suppressed", "bounces") and not self.session.actor.may(Right.SUPPRESS):
            return False
        if action == "resume":
            return self.standing.paused_at is not None and self.session.actor.may(Right.DELIVER)
        return action not in ("new", "hold", "cancel", "bounces") or not self.session.read_only

    def reload(self) -> None:
        """Read again."""
        self.in_thread(partial(messages.listing, self.session.store, self.session.actor), self._show)
        self.in_thread(self._read_way, self._tell_way, "way")

    def _read_way(self) -> tuple[MailWay, Standing]:
        return self.console.mail, delivery.standing(self.session.store, self.session.actor)

    def _show(self, found: list[Message]) -> None:
        columns = message_columns(found, self.session.clock(), self.console.facts.zone)
        empty = (
            "No message was written yet.",
            "n writes one: whom it is for, what it says, how it looks.",
        )
        self._table.show(found, columns=columns, empty=empty)
        if any(message.state in _UNDER_WAY for message in found):
            self.set_timer(_EVERY, self._again)

    def _again(self) -> None:
        if self.is_current:
            self.reload()

    @on(FigureTable.Opened, "#messages")
    def _open(self, event: FigureTable.Opened) -> None:
        self.console.go(message_place(event.row))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_new(self) -> None:
        """Begin a draft."""
        await write_draft(self, Draft())

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_hold(self) -> None:
        """Pause or resume the one under the cursor."""
        await hold(self, self._current())

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_cancel(self) -> None:
        """Call back the one under the cursor."""
        await cancel(self, self._current())

    def action_suppressed(self) -> None:
        """Open the suppression list."""
        self.console.go(Place(("messages", "suppressed")))

    def action_bounces(self) -> None:
        """Read returned mails."""
        self.console.go(Place(("messages", "+bounces")))

    def _current(self) -> Message:
        if self._table.current is None:
            raise UsageError("There is no message here. n writes one.")
        found: Message = self._table.current
        return found


def message_place(message: Message) -> Place:
    """Where a message is opened: a draft in the wizard, any other on its page."""
    place = Place(("messages", str(message.id)))
    return place.child("write") if message.state is MessageState.DRAFT else place


async def write_draft(screen: ConsoleScreen, draft: Draft) -> None:
    """Keep a new draft, and open the wizard on it, above the screen where it was begun."""
    if screen.session.read_only:
        raise UsageError("This console was opened with --read-only: nothing can be changed.")
    args = (screen.session.store, screen.session.actor, draft, screen.session.clock())
    saved = await asyncio.to_thread(drafts.save, *args)
    screen.console.changed()
    screen.console.go(Place(("messages", str(saved.id), "write")), above=True)


async def hold(screen: ConsoleScreen, message: Message) -> None:
    """Pause a message that is under way, resume one that is paused."""
    act = holding.resume if message.state is MessageState.PAUSED else holding.pause
    said = await asyncio.to_thread(act, screen.session.store, screen.session.actor, message.id, screen.session.clock())
    screen.say(said, "success")
    if act is holding.resume:
        screen.console.deliver()
    screen.reload()


async def cancel(screen: ConsoleScreen, message: Message) -> None:
    """Call back the mails that have not left, after a question; discard a draft."""
    session, draft = screen.session, message.state is MessageState.DRAFT
    question = (
        f"Discard the draft “{message.subject}”?" if draft else f"Call back what has not left of “{message.subject}”?"
    )
    answers = (Answer("y", "discard it" if draft else "call it back"), Answer("n", "leave it", safe=True))
    if await screen.status.ask(question, answers) != "y":
        return
    act = drafts.discard if draft else holding.cancel
    said = await asyncio.to_thread(act, session.store, session.actor, message.id, session.clock())
    screen.say(said or "The draft was discarded", "success")
    screen.console.changed()
    screen.reload()
