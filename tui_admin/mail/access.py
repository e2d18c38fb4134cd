"""Getting through to the server: connections are opened one at a time until one succeeds, fewer where it refuses more,
and none for a while where it cannot be reached."""

import asyncio
from collections.abc import Callable

from ..rules.errors import MailError
from ..rules.pacing import Breaker, Room
from .line import Line
from .sending import Ledger, Tempo
from .transport import Phase, Transport, Trouble
from .verdicts import is_throttling

_MOMENT = 0.2
"""Seconds between two looks whether there is room for one more connection."""


class Access:
    """How a server is reached by all connections of one sender."""

    def __init__(self, ledger: Ledger, transport: Transport, tempo: Tempo, seconds: Callable[[], float]) -> None:
        self._ledger, self._transport, self._tempo, self._seconds = ledger, transport, tempo, seconds
        self._room = Room(transport.limits.connections)
        self._breaker = Breaker(tempo.first_break, tempo.longest_break)
        self._lines: list[Line] = []
        self._one_at_a_time = asyncio.Lock()
        self._proven = self._broken = False
        self.opening = 0

    def line(self) -> Line:
        """One more connection, not yet open."""
        self._lines.append(Line(self._transport))
        return self._lines[-1]

    async def renew(self, line: Line) -> float:
        """Open a connection, new or worn. The seconds to wait before trying again, 0 where it is open.

        Raises MailError where the server lets nobody sign in, or could not be reached too often.
        """
        await line.close()
        now = self._seconds()
        if wait := self._breaker.wait(now):
            return wait
        if self._open() + self.opening >= self._room.most(now):
            return _MOMENT
        self.opening += 1
        try:
            if self._proven:
                return await self._opened(line)
            async with self._one_at_a_time:
                return self._breaker.wait(self._seconds()) or await self._opened(line)
        finally:
            self.opening -= 1

    def hold(self, seconds: float) -> None:
        """Leave the server alone so long: another sender could not reach it."""
        if seconds > 0:
            self._breaker.hold(self._seconds(), seconds)
            self._broken = True

    async def lose(self, reason: str) -> None:
        """A new connection broke before any mail went over it."""
        if self._breaker.lose():
            await self._leave_alone(reason)

    async def mend(self) -> None:
        """The server answers."""
        self._breaker.mend()
        if self._broken:
            self._broken = False
            await self._ledger.leave_alone(0, "")

    def _open(self) -> int:
        return sum(line.is_open for line in self._lines)

    async def _opened(self, line: Line) -> float:
        try:
            await line.open(self._seconds())
        except Trouble as trouble:
            await self._troubled(trouble)
            return _MOMENT
        self._proven = True
        return 0

    async def _troubled(self, trouble: Trouble) -> None:
        reply = trouble.reply
        if trouble.phase is Phase.AUTH and reply is not None and reply.code >= 500:
            await self._ledger.pause_all(trouble.text)
            raise MailError(trouble.text)
        if reply is not None and is_throttling(trouble.phase, reply) and (standing := self._open()):
            self._room.cut(standing, self._seconds())
        else:
            await self._leave_alone(trouble.text)

    async def _leave_alone(self, reason: str) -> None:
        seconds = self._breaker.open(self._seconds())
        self._proven, self._broken = False, True
        await self._ledger.leave_alone(seconds, reason)
        give_up = self._tempo.give_up_after
        if give_up is not None and self._breaker.opened >= give_up:
            raise MailError(reason)
