"""The sender's ledger in the store."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ..mail.sending import Point, pass_by
from ..rules.delivery import Mail, Settlement
from ..rules.errors import StoreError
from ..rules.mailing import MailState
from ..rules.times import SECOND, Instant
from ..store.engine import Store
from ..store.mail import delivery, outbox, quotas, senders, settling
from ..store.mail.quotas import Quota
from ..store.mail.senders import Lease
from .committing import Committer


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one mail, and that another begins."""

    done: Settlement | None
    begin: Mail | None


class Superseded(StoreError):
    """Others took this sender for dead and go on with its mails."""

    def __init__(self) -> None:
        super().__init__("This sender was silent for so long that others took over; it ends.")


class StoreLedger:
    """A `mail.sending.Ledger` of one sender. `call` runs anything else in its connection, between its own writing.
    `standstill`: seconds after which a shared store ends a transaction in which this process stands still."""

    def __init__(
        self,
        store: Store,
        limits: Collection[Quota],
        *,
        clock: Callable[[], Instant],
        tell: Callable[[str], None],
        standstill: float,
        at: Callable[[Point], None] = pass_by,
    ) -> None:
        self._quotas, self._clock, self._standstill, self._at = limits, clock, standstill, at
        self._lease: Lease | None = None
        self._held: set[int] = set()
        self._committer = Committer(store, self._write, connected=self._connected, tell=tell)
        self.call = self._committer.call
        self.close = self._committer.close
        self.give_up = self._committer.give_up

    @property
    def lease(self) -> Lease:
        """What it holds mails by, once it is registered."""
        assert self._lease is not None, "not registered"
        return self._lease

    async def register(self, host: str, pid: int, place: Callable[[Connection], str], token: str) -> None:
        """Enter the sender among the workers: a process on a computer, which sends from a place."""
        self._lease = await self.call(
            lambda connection, _: senders.register(connection, host, pid, place(connection), token, self._clock())
        )

    async def claim(self, count: int) -> Sequence[Mail]:
        """At most so many mails that are due, within the quotas; none while delivery is paused. Raises Superseded where
        others took this sender for dead: nobody would take over what it claims now."""
        mails = await self.call(lambda connection, again: self._claim(connection, count, again))
        if mails is None:
            raise Superseded
        self._held.update(mail.id for mail in mails)
        if mails:
            self._at(Point.CLAIMED)
        return mails

    async def record(self, done: Settlement | None, begin: Mail | None) -> bool:
        """What became of one mail, and that another begins; False where that one must not."""
        may_begin: bool = await self._committer.enter(Entry(done, begin))
        if done is not None:
            self._held.discard(done.mail.id)
        if begin is not None and not may_begin:
            self._held.discard(begin.id)
        return may_begin

    async def release(self, mails: Sequence[Mail]) -> None:
        """Let mails go that were not begun."""
        ids = [mail.id for mail in mails]
        await self.call(lambda connection, _: settling.release(connection, self.lease, ids, self._clock()))
        self._held.difference_update(ids)

    async def pause_message(self, message_id: int, reason: str) -> None:
        """Send no more of a message until a person resumes it."""
        await self.call(lambda connection, _: delivery.pause_message(connection, message_id, reason, self._clock()))

    async def pause_all(self, reason: str) -> None:
        """Send nothing more until a person resumes it."""
        await self.call(lambda connection, _: delivery.pause(connection, delivery.BY_ITSELF, reason, self._clock()))

    async def leave_alone(self, seconds: float, reason: str) -> None:
        """Note until when the server is left alone, or that it answers again."""
        until = self._clock() + round(seconds * SECOND) if seconds else None
        await self.call(
            lambda connection, _: delivery.change(connection, broken_until=until, broken_reason=reason or None)
        )

    def _connected(self, connection: Connection) -> None:
        senders.limit_standstill(connection, self._standstill)
        if self._lease is not None:
            senders.attach(connection, self._lease.worker_id)

    def _claim(self, connection: Connection, count: int, again: bool) -> list[Mail] | None:
        now = self._clock()
        if not senders.is_counted_on(connection, self.lease.worker_id):
            return None
        if again:
            settling.release_but(connection, self.lease, self._held, now)
        if delivery.standing(connection).paused_at is not None:
            return []
        for quota in self._quotas:
            count = min(count, quotas.left(connection, quota, now))
        mails = outbox.claim(connection, self.lease, now, count) if count else []
        if mails:
            self._at(Point.CLAIMING)
        return mails

    def _write(self, connection: Connection, entries: Sequence[Entry], *, again: bool) -> Sequence[bool]:
        now, lease = self._clock(), self.lease
        done = [entry.done for entry in entries if entry.done is not None]
        begin = [entry.begin.id for entry in entries if entry.begin is not None]
        begun: set[int] = set()
        if again:
            states = settling.unsettled(connection, lease, [*begin, *(settlement.mail.id for settlement in done)])
            done = [settlement for settlement in done if settlement.mail.id in states]
            begun = {number for number in begin if states.get(number) == MailState.INFLIGHT}
        settling.settle(connection, lease, done)
        begun |= self._begin(connection, [number for number in begin if number not in begun], now)
        return [entry.begin is None or entry.begin.id in begun for entry in entries]

    def _begin(self, connection: Connection, ids: Sequence[int], now: Instant) -> set[int]:
        """Note that mails begin, as many as the quotas leave."""
        if not ids:
            return set()
        room = min((quotas.left(connection, quota, now) for quota in self._quotas), default=len(ids))
        if beyond := ids[room:]:
            settling.release(connection, self.lease, beyond, now)
        begun = settling.mark(connection, self.lease, ids[:room], now)
        for quota in self._quotas:
            quotas.use(connection, quota, len(begun))
        return begun
