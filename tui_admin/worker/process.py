"""The process that delivers: alone on an embedded store, beside others on a shared one."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection

from ..mail.delivery import Delivery
from ..mail.sending import Point, Tempo, pass_by
from ..mail.transport import Transport
from ..portal.mail import deadlines
from ..rules.errors import MailError
from ..rules.mailing import MailState
from ..rules.times import DAY, HOUR, MINUTE, SECOND, Instant, format_iso
from ..store.engine import Store
from ..store.mail import delivery as delivery_state
from ..store.mail import places, recovery, senders
from ..store.mail.delivery import Standing
from ..store.mail.quotas import Quota
from ..store.mail.recovery import Recovered
from . import upkeep
from .filling import Filler
from .ledger import StoreLedger, Superseded
from .reporting import Reporting
from .upkeep import Stock

_LOOK_FOR_DEADLINES = HOUR
"""Time between two looks of a sender for deadlines that members are to be told of."""

_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Until(StrEnum):
    """When a sender ends: never, after one look, once nothing is due, or once no mail waits for any time."""

    STOPPED = "stopped"
    ONCE = "once"
    IDLE = "idle"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The outside of a sender: clock, randomness (0 to 1), a word nobody else has, the computer's identity, and whom to
    tell sentences. `at` is for tests."""

    clock: Callable[[], Instant]
    chance: Callable[[], float]
    token: str
    machine: str
    tell: Callable[[str], None]
    progress: Callable[[Mapping[MailState, int]], None]
    at: Callable[[Point], None] = pass_by


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The tempo of sending. Seconds: between two signs of life; of silence after which others take over; of standing
    still within a transaction after which a shared store ends it."""

    tempo: Tempo = field(default_factory=Tempo)
    beat: float = 15
    silence: float = 900
    standstill: float = 30


_USUAL = Rhythm()


async def deliver(
    store: Store, transport: Transport, until: Until, outside: Surroundings, rhythm: Rhythm = _USUAL
) -> Mapping[MailState, int]:
    """Send what is due; how many tries ended how. To be run by the only sender of an embedded store (`senders.alone`).

    SIGTERM, SIGINT and SIGHUP end it once the dialogues under way have ended, a second one at once. Raises MailError
    where nothing can be sent: delivery is paused, or the server out of reach; StoreError where the store fails.
    """
    limits = quotas(transport)
    ledger = StoreLedger(
        store,
        limits,
        clock=outside.clock,
        tell=outside.tell,
        standstill=rhythm.standstill,
        at=outside.at,
    )
    try:
        return await _Worker(store, ledger, limits, until, outside, rhythm).run(transport)
    finally:
        await ledger.close()


def quotas(transport: Transport) -> list[Quota]:
    """What the server takes of the account a minute and a day."""
    limits = transport.limits
    windows = (("a minute", MINUTE, limits.per_minute), ("a day", DAY, limits.per_day))
    return [Quota(transport.label, name, window, most) for name, window, most in windows if most]


def _held_back(stock: Stock, now: Instant) -> str:
    """Why what is due cannot leave for a while; "" where it can."""
    if stock.standing.paused_at is not None:
        return f"Delivery is paused: {stock.standing.pause_reason}"
    quota, opens_at = stock.used_up or (None, now)
    if quota is None or opens_at < now + 2 * MINUTE:
        return ""
    return (
        f"The mail server's {quota.most:,} mails {quota.name} are used up; it takes more from {format_iso(opens_at)}."
    )


class _Worker:
    def __init__(
        self,
        store: Store,
        ledger: StoreLedger,
        limits: Sequence[Quota],
        until: Until,
        outside: Surroundings,
        rhythm: Rhythm,
    ) -> None:
        self._store, self._ledger, self._quotas = store, ledger, limits
        self._until, self._outside, self._rhythm = until, outside, rhythm
        self._reporting = Reporting(store, outside.clock, outside.tell)
        self._told = ""
        self._senders = 1
        self._looks_at: Instant = 0
        self._error: Exception | None = None

    async def run(self, transport: Transport) -> Mapping[MailState, int]:
        standing = await self._begin()
        delivery = Delivery(
            self._ledger,
            transport,
            Filler(self._ledger.call).fill,
            clock=self._outside.clock,
            chance=self._outside.chance,
            found_rate=standing.rate,
            tempo=self._rhythm.tempo,
            at=self._outside.at,
        )
        delivery.leave_alone(self._left_alone(standing))
        beside = [asyncio.create_task(work(delivery)) for work in (self._look_after, self._report, self._show)]
        try:
            with self._signals(delivery):
                await delivery.run(self._ended)
        finally:
            self._reporting.stop()
            for task in beside:
                task.cancel()
            self._outside.progress(delivery.counts)
            await self._ledger.call(partial(self._leave, delivery.found_rate))
        if self._error is not None:
            raise self._error
        return delivery.counts

    async def _begin(self) -> Standing:
        outside, ledger = self._outside, self._ledger
        here = partial(places.place, machine=outside.machine)
        await ledger.register(places.host(), os.getpid(), here, outside.token)

        def arrive(connection: Connection, _again: bool) -> Standing:
            upkeep.arrive(connection, here(connection), outside.clock())
            return delivery_state.standing(connection)

        standing = await ledger.call(arrive)
        await self._take_over()
        await self._tell_of_deadlines(standing)
        return standing

    def _leave(self, rate: float | None, connection: Connection, _again: bool) -> None:
        """Write down that this sender ends; what it broke off, it takes over from itself."""
        now = self._outside.clock()
        recovery.recover(connection, self._ledger.lease.worker_id, now)
        delivery_state.change(connection, rate=rate)
        upkeep.take_stock(connection, self._quotas, now)

    async def _ended(self) -> bool:
        """Whether the work is done: asked when nothing is left to claim."""
        now = self._outside.clock()
        stock = await self._ledger.call(lambda connection, _: upkeep.take_stock(connection, self._quotas, now))
        if stock.outlook.due and (said := _held_back(stock, now)):
            is_paused = stock.standing.paused_at is not None
            if self._until is Until.IDLE or (is_paused and self._until is not Until.STOPPED):
                raise MailError(said)
            self._tell_once(said)
        if stock.reports.due or not self._reporting.is_through():
            return False
        match self._until:
            case Until.STOPPED:
                return False
            case Until.ONCE:
                return True
            case Until.IDLE:
                return not stock.outlook.due
            case Until.DONE:
                return not (stock.outlook.waiting or stock.reports.waiting)

    async def _look_after(self, delivery: Delivery) -> None:
        """Show now and then that this sender lives, and do what else is due beside sending."""
        try:
            while True:
                await asyncio.sleep(self._rhythm.beat)
                standing = await self._ledger.call(partial(self._beat, delivery.found_rate))
                if standing is None:
                    raise Superseded
                delivery.leave_alone(self._left_alone(standing))
                delivery.share(self._senders)
                await self._take_over()
                await self._tell_of_deadlines(standing)
        except Exception as error:
            self._error = error
            delivery.stop()

    def _beat(self, rate: float | None, connection: Connection, _again: bool) -> Standing | None:
        """How delivery stands; None where others took this sender for dead."""
        if not senders.beat(connection, self._ledger.lease.worker_id, self._outside.clock()):
            return None
        self._senders = len(senders.running(connection))
        standing = delivery_state.standing(connection)
        if rate != standing.rate:
            delivery_state.change(connection, rate=rate)
        return standing

    async def _take_over(self) -> None:
        me, silence = self._ledger.lease.worker_id, self._rhythm.silence
        recovered = await self._ledger.call(
            lambda connection, _: upkeep.take_over(connection, me, silence, self._outside.clock())
        )
        if recovered != Recovered():
            self._outside.tell(
                f"Took over from a sender that died: {recovered.requeued:,} mails wait again, "
                f"{recovered.doubtful:,} are in doubt."
            )

    async def _tell_of_deadlines(self, standing: Standing) -> None:
        """Queue the deadline mails that are due, as this sender begins and every hour; none while delivery is paused:
        they would be too old when it goes on."""
        now = self._outside.clock()
        if standing.paused_at is not None or now < self._looks_at:
            return
        found = await asyncio.to_thread(upkeep.find_deadlines, self._store, now)
        if found is None:
            return
        self._looks_at = now + _LOOK_FOR_DEADLINES
        if found and (count := await self._ledger.call(lambda on, _: deadlines.queue_found(on, found, now))):
            self._outside.tell(f"Queued {count:,} deadline mail{'' if count == 1 else 's'}.")

    def _left_alone(self, standing: Standing) -> float:
        return max(0, (standing.broken_until or 0) - self._outside.clock()) / SECOND

    def _tell_once(self, sentence: str) -> None:
        if sentence != self._told:
            self._outside.tell(sentence)
        self._told = sentence

    async def _report(self, delivery: Delivery) -> None:
        """Make the reports that become due."""
        try:
            await self._reporting.run(self._rhythm.tempo.look)
        except Exception as error:
            self._error = error
            delivery.stop()

    async def _show(self, delivery: Delivery) -> None:
        while True:
            await asyncio.sleep(0.5)
            self._outside.progress(delivery.counts)

    @contextmanager
    def _signals(self, delivery: Delivery) -> Iterator[None]:
        loop, stopped = asyncio.get_running_loop(), False

        def stop() -> None:
            nonlocal stopped
            delivery.abandon() if stopped else delivery.stop()
            stopped = True
            loop.call_later(2 * self._rhythm.tempo.grace, self._ledger.give_up)

        for number in _ENDING:
            loop.add_signal_handler(number, stop)
        try:
            yield
        finally:
            for number in _ENDING:
                loop.remove_signal_handler(number)
