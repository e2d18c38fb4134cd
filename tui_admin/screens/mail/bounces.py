"""Mails that came back: what each notice of a mail server leads to is shown first, then noted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual import work

from tui_admin.portal.mail import bounces
from tui_admin.portal.mail.bounces import Bounce, BouncePlan, Fate, Imported
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Cell, Column, Style
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.shares import Share, shares
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural, shown

from ..place import Place
from ..plain_rows import Numbered, NumberedRows
from ..session import Session
from ..staged_screen import StagedScreen
from .tables import address_column

_MARKS: Mapping[Fate, tuple[str, Style]] = {
    Fate.NOBODY: ("✗ no such address", "error"),
    Fate.FAILED: ("! came back", "warning"),
    Fate.ELSEWHERE: ("! came back elsewhere", "warning"),
    Fate.UNPROVEN: ("? names no mail", "warning"),
    Fate.DELAYED: ("= still being tried", "muted"),
    Fate.KNOWN: ("= known already", "muted"),
    Fate.STRANGE: ("= of another store", "muted"),
    Fate.STRANGER: ("= nobody was mailed", "muted"),
    Fate.AUTOMATIC: ("= automatic answer", "muted"),
    Fate.UNCLASSIFIED: ("? not understood", "warning"),
}
"""The sign and words of each fate, in short, and its tone."""


class Notices:
    """The notices at a place, read when they are planned for."""

    def __init__(self, session: Session, path: Path, by_address: bool) -> None:
        self._by, self._path, self._by_address = (session.store, session.actor), path, by_address
        self._planned: BouncePlan | None = None

    def plan(self, _now: Instant) -> BouncePlan:
        """What they lead to."""
        self._planned = bounces.plan(*self._by, self._path, by_address=self._by_address)
        return self._planned

    def apply(self, now: Instant) -> Imported:
        """Note it."""
        assert self._planned is not None
        return bounces.apply(*self._by, self._planned, now)


class BouncesScreen(StagedScreen):
    """`messages/+bounces`."""

    HELP_TEXT = "Notes mails that came back, from an mbox, a Maildir or a folder of messages; shown first."
    TOPIC = "bounces"
    ASKED_FOR = "Read returned mails from which file or folder? (tab completes)"
    PIPED = "bounces import - --yes < returned.mbox"
    NOTHING = "Nothing of it changes anything: o asks for other files."
    WHY_EMPTY = (
        "No returned mails are chosen yet: o asks for a file or folder.",
        "An mbox, a Maildir, a folder of .eml files or one of them can be read.",
        "An address that nobody is at gets no more mail; a full mailbox still does.",
        "Nothing is noted before you have seen what each leads to, and u takes it back.",
    )
    OFFERS = (
        Command("choose-notices", "o", "choose", "Choose a file", "Type the path of returned mails.", "choose", rank=3),
        Command("apply-bounces", "i", "apply", "Note them", "Note what is shown, after a question.", "note", rank=1),
        Command(
            "believe-addresses",
            "b",
            "believe",
            "Believe or not",
            "Believe notices that name no mail, or not.",
            "believe",
            rank=4,
        ),
        Command("leave-bounces", "escape,q", "leave_bounces", "Back", "Back; what is not noted yet is let go of."),
    )
    BINDINGS = bindings(OFFERS)

    plan: BouncePlan | None
    _path: Path | None = None
    _believing = False

    def crumbs(self) -> tuple[str, ...]:
        """Messages, those that came back."""
        return ("Messages", "Bounces")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        if action == "apply":
            return self.doable
        return action != "believe" or (self.plan is not None and not self.plan.applied)

    def action_leave_bounces(self) -> None:
        """Back to the messages."""
        self.console.go(Place(("messages",)))

    async def choose(self, path: Path) -> None:
        """Read what is there."""
        self._path = path
        await self.stage(path.name)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_believe(self) -> None:
        """Believe those that name no mail, of addresses that were written to, or not; all are judged again."""
        self._believing = not self._believing
        if self._path is not None:
            await self.stage(self._path.name)

    @contextmanager
    def opened(self, _cancelled: Callable[[], bool]) -> Iterator[Notices]:
        """The notices."""
        assert self._path is not None
        yield Notices(self.session, self._path, self._believing)

    def columns(self) -> Sequence[Column[Any]]:
        """Where each stands, about whom, and what it leads to."""
        return bounce_columns()

    def head(self) -> str:
        """From where."""
        read = (
            f" · {shown(self._path.name)}, {plural(self.plan.notices, 'message')}" if self._path and self.plan else ""
        )
        return f"Mails that came back{read}"

    def detail(self) -> str:
        """Whether what anybody could write is believed."""
        if self.plan is None:
            return ""
        return f"Notices that name no mail of ours are {'' if self._believing else 'not '}believed"

    def parts(self) -> Sequence[Share]:
        """The notices by what they lead to."""
        counts = self.plan.counts if self.plan else {}
        return shares("all", [(fate, _MARKS[fate][0], number, _MARKS[fate][1]) for fate, number in counts.items()])

    def rows(self, part: Any) -> NumberedRows:
        """Those of a fate."""
        found = self.plan.rows if self.plan else ()
        return NumberedRows.of([row for row in found if part in (None, row.fate)])

    def verdict(self) -> tuple[str, bool]:
        """How many change something."""
        assert self.plan is not None
        count = self.plan.count
        if not count:
            return f"{plural(self.plan.notices, 'message')} read; nothing of it changes anything.", False
        return (
            f"{plural(count, 'change')} in {plural(self.plan.notices, 'message')}. Nothing is written yet: i notes it.",
            True,
        )

    def whole(self, row: Numbered) -> str:
        """All that is said of a row."""
        found: Bounce = row.row
        said = " ".join(filter(None, (found.status, found.said)))
        return f"{found.place}: {found.address or 'no address'}: {found.fate}{f' ({said})' if said else ''}"

    async def agreed(self) -> bool:
        """Ask, with how many addresses go on the list."""
        assert self.plan is not None
        gone = plural(self.plan.counts.get(Fate.NOBODY, 0), "address", "addresses")
        question = f"Note {plural(self.plan.count, 'change')}? Nothing is sent to {gone} any more"
        return await self.status.ask(question, (Answer("y", "note"), Answer("n", "not yet", safe=True))) == "y"

    def done(self, result: Imported) -> None:
        """Say what was noted."""
        assert self.plan is not None
        self.show(replace(self.plan, applied=True))
        self.say(result.summary, "success", result.entry_id)


def bounce_columns() -> tuple[Column[Numbered], ...]:
    """The failures that notices report."""

    def fate(row: Numbered) -> Cell:
        return str(row.row.fate), _MARKS[row.row.fate][1]

    def said(row: Numbered) -> Cell:
        return " ".join(filter(None, (row.row.status, row.row.said))), "muted"

    return (
        address_column(lambda r: r.row.address, 22),
        Column("fate", "What it leads to", 24, fate, "f", flex=3, widest=58, priority=0, sortable=False),
        Column("said", "The server said", 16, said, "s", flex=3, priority=2, sortable=False),
        Column(
            "place",
            "File",
            10,
            lambda r: (r.row.place, "muted"),
            "p",
            flex=1,
            widest=30,
            cut="middle",
            priority=3,
            sortable=False,
        ),
    )
