"""The sending loop: claimed mails go over a few connections at once; each is noted as begun before it leaves, and what
became of it is noted together with the next one's beginning.

What it writes goes through a `Ledger`, so nothing here knows a store; what it sends over, a `Transport`.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable

from ..rules.delivery import Mail, Settlement
from ..rules.errors import BadInput
from ..rules.mailing import MailState
from ..rules.pacing import Pace
from ..rules.times import Instant
from .access import Access
from .ahead import Ahead, waited
from .line import Line
from .sending import Ended, Fill, Ledger, Letter, Point, Tempo, pass_by
from .transport import Fate, Limits, Outcome, Phase, Transport
from .verdicts import RefusalWatch, in_doubt, judge


class Delivery:
    """Sends what is due until it is stopped or its work is done. `counts` says how many tries ended how."""

    def __init__(
        self,
        ledger: Ledger,
        transport: Transport,
        fill: Fill,
        *,
        clock: Callable[[], Instant],
        chance: Callable[[], float],
        found_rate: float | None = None,
        tempo: Tempo = Tempo(),
        at: Callable[[Point], None] = pass_by,
    ) -> None:
        self.counts: Counter[MailState] = Counter()
        self._ledger, self._fill = ledger, fill
        self._clock, self._chance, self._tempo, self._at = clock, chance, tempo, at
        self._seconds = asyncio.get_running_loop().time
        self._lines = transport.limits.connections
        self._ahead = Ahead(ledger, tempo, self._lines, self._seconds)
        self._access = Access(ledger, transport, tempo, self._seconds)
        self._pace = Pace(_per_second(transport.limits), found_rate, self._seconds())
        self._watches: defaultdict[int, RefusalWatch] = defaultdict(RefusalWatch)
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._under_way = 0
        self._error: BaseException | None = None

    @property
    def found_rate(self) -> float | None:
        """Mails a second that the server was found to take; None where it never complained."""
        return self._pace.found(self._seconds())

    def stop(self) -> None:
        """Begin no more mails; `run` returns when the dialogues have ended."""
        self._stopping.set()

    def abandon(self) -> None:
        """End the dialogues under way as they are: their mails are in doubt."""
        self.stop()
        for task in self._tasks:
            task.cancel()

    def leave_alone(self, seconds: float) -> None:
        """Do not connect for so long: the server could not be reached just now."""
        self._access.hold(seconds)

    def share(self, senders: int) -> None:
        """Keep to this sender's part of what the server is known to take."""
        self._pace.share(senders)

    async def run(self, ended: Ended) -> None:
        """Send until `stop` is called or the work is done. Raises MailError where the server lets nobody sign in, or
        could not be reached too often; what the ledger raises goes through."""
        lines = self._tasks = [asyncio.create_task(self._serve()) for _ in range(self._lines)]
        for line in lines:
            line.add_done_callback(self._gone)
        try:
            await self._ahead.feed(self._stopping, lambda: self._under_way > 0, ended)
        finally:
            self.stop()
            await asyncio.wait(lines, timeout=self._tempo.grace)
            self.abandon()
            await asyncio.gather(*lines, return_exceptions=True)
            await self._ahead.let_go()
        if self._error is not None:
            raise self._error

    def _gone(self, line: "asyncio.Task[None]") -> None:
        if not line.cancelled() and (error := line.exception()) is not None:
            self._error = self._error or error
            self.stop()

    async def _serve(self) -> None:
        """One connection's work."""
        line = self._access.line()
        done: Settlement | None = None
        try:
            while True:
                mail = self._next_at_once(line)
                if mail is None:
                    await self._record(done)
                    done, mail = None, await self._next(line)
                    if mail is None:
                        return
                done = await self._send(line, mail, done)
        finally:
            await line.close()

    def _next_at_once(self, line: Line) -> Mail | None:
        """The next mail, where nothing has to be waited for."""
        now = self._seconds()
        if self._stopping.is_set() or not len(self._ahead) or not line.is_ready(now) or self._pace.wait(now):
            return None
        self._pace.take(now)
        return self._taken()

    async def _next(self, line: Line) -> Mail | None:
        """The next mail, once there is one, a connection for it, and its turn has come; None when stopped."""
        while not self._stopping.is_set():
            if len(self._ahead) and line.is_ready(self._seconds()):
                wait = self._pace.take(self._seconds())
                if not (wait and await waited(self._stopping, wait)) and len(self._ahead):
                    return self._taken()
            elif len(self._ahead) > self._access.opening:
                await waited(self._stopping, await self._access.renew(line))
            else:
                await self._rest(line)
        return None

    async def _rest(self, line: Line) -> None:
        """Nothing to do for this connection; if that lasts, the server should not have to hold it."""
        if line.is_open and line.idle_for(self._seconds()) > self._tempo.idle:
            await line.close()
        await self._ahead.arrival(self._tempo.look)

    def _taken(self) -> Mail:
        self._under_way += 1
        return self._ahead.take()

    async def _send(self, line: Line, mail: Mail, done: Settlement | None) -> Settlement | None:
        """Note that a mail begins, together with what became of the one before, and hand it over. What became of it, to
        be recorded; None where that is done, or it must not be sent."""
        try:
            letter = await self._fill(mail)
        except BadInput as error:
            await self._record(done)
            return Settlement(mail, MailState.INVALID, self._clock(), text=str(error))
        begun = self._seconds()
        if not await self._record(done, mail):
            self._under_way -= 1
            return None
        self._at(Point.BEGUN)
        outcome = await self._handed_over(line, mail, letter)
        self._at(Point.ANSWERED)
        return await self._judged(line, mail, outcome, begun)

    async def _handed_over(self, line: Line, mail: Mail, letter: Letter) -> Outcome:
        try:
            return await line.send(letter.sender, mail.address, letter.payload, self._seconds())
        except asyncio.CancelledError:
            stopped = Outcome(Fate.IN_DOUBT, Phase.BODY, trouble="the sender was stopped before the server answered")
            await self._record(in_doubt(mail, stopped, self._clock(), self._chance()))
            raise

    async def _judged(self, line: Line, mail: Mail, outcome: Outcome, begun: float) -> Settlement | None:
        verdict = judge(mail, outcome, self._clock(), self._chance())
        if verdict.throttled:
            self._pace.cut(begun, self._seconds())
        if reason := verdict.pause or self._watches[mail.message_id].see(verdict.settlement):
            self._watches.pop(mail.message_id, None)
            await self._ledger.pause_message(mail.message_id, reason)
        if outcome.fate is not Fate.UNSENT:
            await self._access.mend()
        elif line.used == 1:
            await self._record(verdict.settlement)
            await self._access.lose(outcome.text)
            return None
        return verdict.settlement

    async def _record(self, done: Settlement | None, begin: Mail | None = None) -> bool:
        if done is None and begin is None:
            return True
        may_begin = await self._ledger.record(done, begin)
        if done is not None:
            self._under_way -= 1
            self.counts[done.state] += 1
            self._at(Point.RECORDED)
        return may_begin


def _per_second(limits: Limits) -> float | None:
    rates = [limits.per_second, limits.per_minute and limits.per_minute / 60]
    return min((rate for rate in rates if rate), default=None)
