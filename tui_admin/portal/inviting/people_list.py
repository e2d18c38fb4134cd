"""A list of people beside the store: read into temporary tables, judged against the store, acted on once.

What is done with the people (`inviting`, `roster`) says what to make of the judgement, and what to write.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from sqlalchemy import Connection

from ...reports.people_files import PeopleFile
from ...rules.errors import Cancelled, Conflict, NotAllowed, UsageError
from ...rules.mailing import RESEND
from ...rules.remarks import Verdict
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store import interruption
from ...store import journal as store_journal
from ...store.engine import Store
from ...store.imports.merge import lock
from ...store.inviting import people, seats, staged
from .. import organization, rights
from ..imports.plan import Progress
from ..mail.letterhead import NO_PAGES, letterhead
from . import rows as invite_rows
from .places import Places
from .plan import InviteRequest, InviteRow, Seats
from .rows import Repair
from .staging import Stager

Tell = Callable[[Progress], None]
Plan = TypeVar("Plan")

_CANCELLED = "It was stopped; nothing was changed."


@dataclass(frozen=True, slots=True)
class _Judged(Generic[Plan]):
    """What the list would do to the store as it was with this newest journal entry: every write leaves one."""

    head: tuple[int, str]
    plan: Plan


class PeopleList(ABC, Generic[Plan]):
    """One list, its rows staged beside the store until the block that opened it ends."""

    rights_needed: ClassVar[tuple[Right, ...]] = (Right.INVITE,)

    def __init__(
        self,
        store: Store,
        connection: Connection,
        actor: Actor,
        request: InviteRequest,
        file: PeopleFile,
        cancelled: Callable[[], bool],
    ) -> None:
        self._store, self._connection, self._actor, self._request = store, connection, actor, request
        self._file, self._cancelled = file, cancelled
        self._pairs: list[tuple[str, str]] = []
        self._judged: _Judged[Plan] | None = None

    @abstractmethod
    def _check_whole(self, connection: Connection) -> None:
        """Refuse the list where none of it could be."""

    @abstractmethod
    def _judge(self, connection: Connection, now: Instant) -> Plan:
        """Judge every staged row against the store, and say what would be done."""

    @abstractmethod
    def _write(self, connection: Connection, plan: Plan, now: Instant) -> Plan:
        """Do what was judged, in the same transaction, with its journal; what was done."""

    @property
    def name(self) -> str:
        """What the list is called."""
        return self._file.name

    def stage(self, tell: Tell) -> None:
        """Read the list into temporary tables."""

        def tick(read: int) -> None:
            self._check()
            tell(Progress("reading", read))

        with self._guarded(writing=False) as connection:
            self._check_whole(connection)
            stager = Stager(connection, self._actor.email, tick)
            stager.stage(self._file)
        self._pairs = [self._request.usual.fill(*pair) for pair in stager.spoken]

    def plan(self, now: Instant) -> Plan:
        """What would be done, as the store is now; at the clock's moment `now`. Writes nothing."""
        if self._judged is None:
            with self._guarded(writing=False) as connection:
                self._judged = self._fresh(connection, now)
        return self._judged.plan

    def page(self, verdicts: Collection[Verdict] | None, offset: int, limit: int) -> list[InviteRow]:
        """Rows of the list in file order, as they were last judged: those of the verdicts asked for (None: all)."""
        with self._guarded(writing=False) as connection:
            return invite_rows.page(connection, self._pairs, verdicts, offset, limit)

    def rows(self, verdicts: Collection[Verdict] | None = None) -> Iterator[InviteRow]:
        """All such rows, streamed."""
        with self._guarded(writing=False) as connection:
            yield from invite_rows.stream(connection, self._pairs, verdicts)

    def repair(self) -> Repair:
        """The refused rows, to be saved, repaired and given again."""
        return Repair(self.rows, self._file)

    def apply(self, now: Instant) -> Plan:
        """Do it, in one transaction at the clock's moment `now`, by what the store says then: where somebody wrote
        since the plan, all rows are judged again.

        Raises Conflict where the list's file was changed since it was read, NotAllowed, and Cancelled.
        """
        if self._request.given.digest() != self._file.digest:
            raise Conflict(f"{self._file.name} was changed since it was read; nothing was done. Read it again.")
        with self._guarded(writing=True) as connection:
            lock(connection)
            actor = self._actor
            for right in self.rights_needed:
                actor = rights.admit(connection, self._actor, now, right)
            if actor != self._actor:
                raise NotAllowed("Your rights were changed since the list was read; read it again.")
            judged = self._judged
            if judged is None or judged.head != store_journal.read_head(connection):
                judged = self._fresh(connection, now)
            self._judged = None
            return self._write(connection, judged.plan, now)

    def _fresh(self, connection: Connection, now: Instant) -> _Judged[Plan]:
        return _Judged(store_journal.read_head(connection), self._judge(connection, now))

    def _judge_people(self, connection: Connection, now: Instant, *, roster: bool = False) -> tuple[Seats, ...]:
        """Give every row its verdict; the licenses the list asks for."""
        staged.forget_judgement(connection)
        places = Places(connection, self._actor, now, organization.zone(connection))
        found = {number: places.find(*pair) for number, pair in enumerate(self._pairs)}
        ids = {number: (place.program_id, place.contract_id) for number, place in found.items()}
        said = [(number, remark, detail) for number, place in found.items() for remark, detail in place.remarks]
        staged.place(connection, ids, said)
        people.judge(connection, people.Setting(rights.scope(self._actor), self._request.mail, roster))
        staged.settle(connection)
        asked, full = seats.ask(connection, rights.scope(self._actor))
        if full:
            staged.put_remarks(connection, full, judged=True)
            staged.settle(connection)
        return tuple(Seats(one.name, one.licenses, one.reserves) for one in asked)

    def _unmailable(self, connection: Connection) -> Iterator[str]:
        """Why the invitations could not be mailed at all, or not with links of their own."""
        if not self._request.mail or not organization.exists(connection):
            return
        try:
            head = letterhead(connection)
        except UsageError as error:
            yield f"nobody is mailed yet. {error}; then: {RESEND}"
            return
        if not head.frozen.public_url:
            yield NO_PAGES

    def _check(self) -> None:
        if self._cancelled():
            raise Cancelled(_CANCELLED)

    @contextmanager
    def _guarded(self, *, writing: bool) -> Iterator[Connection]:
        with (
            self._store.transaction(self._connection, writing=writing) as connection,
            interruption.watched(connection, self._cancelled, _CANCELLED),
        ):
            self._check()
            yield connection
            self._check()
