"""What a sender needs from outside: a ledger, a way to fill mails, and its tempo."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from ..rules.delivery import Mail, Settlement
from ..rules.pacing import FIRST_BREAK, LONGEST_BREAK


class Ledger(Protocol):
    """Where it is written which mails a sender holds and what became of them. Each call returns once that is safe."""

    async def claim(self, count: int) -> Sequence[Mail]:
        """At most so many mails that are due, now this sender's; none while nothing may be sent."""

    async def record(self, done: Settlement | None, begin: Mail | None) -> bool:
        """What became of one mail, and that another begins to leave; False where that one must not. It is let go."""

    async def release(self, mails: Sequence[Mail]) -> None:
        """Let mails go that were not begun."""

    async def pause_message(self, message_id: int, reason: str) -> None:
        """Send no more of a message until a person resumes it."""

    async def pause_all(self, reason: str) -> None:
        """Send nothing more until a person resumes it."""

    async def leave_alone(self, seconds: float, reason: str) -> None:
        """The server cannot be reached and is left alone so long; 0: it can be reached again."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it is handed over: the envelope's sender and the whole message."""

    sender: str
    payload: bytes


Fill = Callable[[Mail], Awaitable[Letter]]
"""Fills a mail. Raises BadInput for one that cannot be filled."""

Ended = Callable[[], Awaitable[bool]]
"""Asked when nothing is due and nothing under way: whether the sender's work is done."""


class Point(StrEnum):
    """A moment in the life of a mail between two things that are written down. Tests stop a sender there."""

    CLAIMING = "claiming"
    CLAIMED = "claimed"
    BEGUN = "begun"
    ANSWERED = "answered"
    RECORDED = "recorded"


def pass_by(_point: Point) -> None:
    """What happens at a point outside of tests."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """Seconds: between two looks for due mail, until an idle connection is closed, for dialogues to end when the sender
    is stopped, and of the first and the longest break after the server could not be reached. After `give_up_after`
    breaks in a row the sender ends (None: never). About `ahead` seconds' worth of mails are claimed ahead, at most
    `most_ahead`.
    """

    look: float = 1
    idle: float = 10
    grace: float = 30
    first_break: float = FIRST_BREAK
    longest_break: float = LONGEST_BREAK
    give_up_after: int | None = None
    ahead: float = 2
    most_ahead: int = 4000
