"""What a screen may ask of the console it stands in. `tui_admin.app.ConsoleApp` is one; screens do not import it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from textual.content import Content

from tui_admin.rules.times import Instant

from .place import Place
from .routes import Routes
from .session import ConsoleSettings, Facts, MailWay, Session


class Console(Protocol):
    """The console, as its screens see it."""

    facts: Facts
    """What the frame shows of the organization, as of the last reading."""
    now: Instant
    """The moment statuses are judged at, as of the last reading."""
    last_said: Content
    """What the status line said last."""
    read_at: tuple[str, ...] | None
    """The place at which that was read; None before another key is pressed."""
    undoable: int | None
    """The journal entry that the status line offers to undo."""
    count_awaited: int | None
    """The number of the count before the one that a process makes for this console: when that is there, it is said."""
    refused: Any
    """The last import (an `ImportJob`) where it refused rows that can still be saved; None else."""
    settings: ConsoleSettings
    choices: Mapping[str, Mapping[str, Any]]
    """What the administrator chose on each screen: values by the screen's name and their own."""
    routes: Routes

    def go(self, place: Place, *, above: bool = False) -> None:
        """Open another place; `above` the one that is shown, to come back to it as it is."""
        ...

    def changed(self) -> None:
        """Something was written: other screens read again when one comes back to them."""
        ...

    @property
    def mail(self) -> MailWay:
        """How mail leaves (slow the first time: ask in a thread)."""
        ...

    def deliver(self) -> None:
        """Mail was queued: see to it that it is delivered."""
        ...

    def keep_refused(self, job: Any) -> None:
        """Keep an import's refused rows until the next import; None lets go of those kept before."""
        ...

    def hold(self, screen: str, name: str, value: Any) -> None:
        """Keep a choice made on a screen until the console closes."""
        ...

    def remember(self, screen: str, name: str, value: Any) -> None:
        """Keep a choice made on a screen (a value that JSON can hold)."""
        ...

    def reopen(self, connect: Callable[[], Session] | None = None) -> None:
        """Sign in again, on another store where `connect` opens one."""
        ...

    def report(self, error: BaseException) -> None:
        """Say what went wrong."""
        ...

    def program_name(self, slug: str) -> str:
        """A program's name by its slug."""
        ...
