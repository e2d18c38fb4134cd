"""Inviting people from a list: staged beside the store, judged, shown, and invited in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import tzinfo

from pyroaring import BitMap
from sqlalchemy import Connection

from ..reports.people_files import INVITATIONS, PeopleFile, open_people
from ..rules.errors import Cancelled, Conflict, NotAllowed, UsageError
from ..rules.mailing import Purpose
from ..rules.remarks import Verdict
from ..rules.roles import Actor, Right
from ..rules.times import Instant
from ..rules.triage import MembershipState
from ..store import interruption
from ..store import invitations as store_invitations
from ..store import journal as store_journal
from ..store.engine import Store
from ..store.imports.merge import lock
from ..store.inviting import people, seats, staged, writing
from . import invite_rows, journal, organization, rights
from .import_plan import Progress
from .invite_places import Place, Places, check
from .invite_plan import InvitePlan, InviteRequest, InviteRow, Seats
from .invite_rows import Repair
from .invite_staging import Stager
from .letterhead import NO_PAGES, letterhead
from .mailing import mail_members

ACTION = "invite people"

_CANCELLED = "Inviting was stopped; nothing was changed."

Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the list would do to the store as it was with this newest journal entry: every write leaves one."""

    head: tuple[int, str]
    plan: InvitePlan


class Inviting:
    """One list, its rows staged beside the store until `open_inviting`'s block ends."""

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
        self._judged: _Judged | None = None

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
            check(connection, self._actor, self._request.usual, frozenset(self._file.fields))
            stager = Stager(connection, self._actor.email, tick)
            stager.stage(self._file)
        self._pairs = [self._request.usual.fill(*pair) for pair in stager.spoken]

    def plan(self, now: Instant) -> InvitePlan:
        """What inviting the list would do, as the store is now; at the clock's moment `now`. Writes nothing."""
        if self._judged is None:
            with self._guarded(writing=False) as connection:
                self._judged = self._judge(connection, now)
        return self._judged.plan

    def page(self, verdicts: Collection[Verdict] | None, offset: int, limit: int) -> list[InviteRow]:
        """Rows of the list in file order, as they were last judged: those of the verdicts asked for (None: all)."""
        with self._guarded(writing=False) as connection:
            return invite_rows.page(connection, self._pairs, verdicts, offset, limit)

    def rows(self, verdicts: Collection[Verdict] | None = None) -> Iterator[InviteRow]:
        """All such rows, streamed."""
        with self._guarded(writing=False) as connection:
            yield from invite_rows.stream(connection, self._pairs, verdicts)

    def receipt(self) -> Iterator[tuple[str, ...]]:
        """What became of each row, as texts in the order of `invite_rows.RECEIPT`, streamed."""
        with self._guarded(writing=False) as connection:
            yield from invite_rows.receipt(connection, self._pairs)

    def repair(self) -> Repair:
        """The refused rows, to be saved, repaired and given again."""
        return Repair(self.rows, self._file)

    def apply(self, now: Instant) -> InvitePlan:
        """Invite, in one transaction at the clock's moment `now`, by what the store says then: where somebody wrote
        since the plan, all rows are judged again.

        Raises Conflict where the list's file was changed since it was read, NotAllowed, Cancelled, and UsageError
        where mail cannot be sent at all.
        """
        if self._request.given.digest() != self._file.digest:
            raise Conflict(f"{self._file.name} was changed since it was read; nobody was invited. Read it again.")
        if not self._store.exists:
            return replace(self.plan(now), applied=True)
        with self._guarded(writing=True) as connection:
            lock(connection)
            actor = rights.admit(connection, self._actor, now, Right.INVITE)
            if actor != self._actor:
                raise NotAllowed("Your rights were changed since the list was read; read it again.")
            judged = self._judged
            if judged is None or judged.head != store_journal.read_head(connection):
                judged = self._judge(connection, now)
            self._judged = None
            return self._invite(connection, judged.plan, now)

    def _invite(self, connection: Connection, plan: InvitePlan, now: Instant) -> InvitePlan:
        if not plan.count:
            return replace(plan, applied=True)
        before = writing.before(connection)
        writing.invite(connection, self._actor.email, now)
        by_program: dict[int, BitMap] = defaultdict(BitMap)
        for membership, program in writing.invited(connection):
            by_program[program].add(membership)
        queued, notes = self._mail(connection, by_program, now) if self._request.mail else (0, ())
        done = replace(plan, applied=True, queued=queued, notes=notes)
        entry = self._journal(connection, done, by_program, before, now)
        return replace(done, entry=entry)

    def _mail(
        self, connection: Connection, by_program: Mapping[int, BitMap], now: Instant
    ) -> tuple[int, tuple[str, ...]]:
        """Queue the invitations; what kept some from being mailed is told."""
        queued, left = 0, defaultdict[str, int](int)
        for program, ids in sorted(by_program.items()):
            mailed = mail_members(connection, self._actor, Purpose.INVITATION, ids, now, program_id=program)
            queued += mailed.queued
            store_invitations.note_sent(connection, ids.difference(*mailed.left_out.values()), now)
            for reason, kept in mailed.left_out.items():
                left[reason] += len(kept)
        return queued, tuple(f"not mailed: {number:,} {reason}" for reason, number in left.items())

    def _journal(
        self,
        connection: Connection,
        done: InvitePlan,
        by_program: Mapping[int, BitMap],
        before: Mapping[int, tuple[object, ...]],
        now: Instant,
    ) -> int:
        ids = BitMap().union(*by_program.values())
        after = {"state": MembershipState.INVITED.value, "removed_at": None, "invited_at": now}
        stood = {row: dict(zip(writing.BEFORE, old, strict=True)) for row, old in before.items()}
        program = next(iter(by_program)) if len(by_program) == 1 else None
        return journal.append(
            connection,
            self._actor,
            now,
            action=ACTION,
            summary=f"Invited {len(ids):,} {'person' if len(ids) == 1 else 'people'} from {done.name}",
            program_id=program,
            details={"digest": self._file.digest, "mailed": done.queued, "rows": done.numbers},
            rows=((row, stood.get(row), after) for row in ids),
        )

    def _judge(self, connection: Connection, now: Instant) -> _Judged:
        head = store_journal.read_head(connection)
        zone = organization.zone(connection)
        staged.forget_judgement(connection)
        found = self._places(connection, now, zone)
        said = [(number, remark, detail) for number, place in found.items() for remark, detail in place.remarks]
        staged.place(
            connection, {number: (place.program_id, place.contract_id) for number, place in found.items()}, said
        )
        people.judge(connection, people.Setting(rights.scope(self._actor), self._request.mail))
        staged.settle(connection)
        asked, full = seats.ask(connection)
        if full:
            staged.put_remarks(connection, full, judged=True)
            staged.settle(connection)
        return _Judged(head, self._told(connection, asked))

    def _places(self, connection: Connection, now: Instant, zone: tzinfo) -> dict[int, Place]:
        places = Places(connection, self._actor, now, zone)
        return {number: places.find(*pair) for number, pair in enumerate(self._pairs)}

    def _told(self, connection: Connection, asked: Mapping[int, seats.Asked]) -> InvitePlan:
        return InvitePlan(
            name=self._file.name,
            counts=staged.counts(connection),
            seats=tuple(Seats(one.name, one.licenses, one.reserves) for one in asked.values()),
            unknown_columns=self._file.unknown_columns,
            warnings=(*self._file.warnings, *self._unmailable(connection)),
            mailed=self._request.mail,
        )

    def _unmailable(self, connection: Connection) -> Iterator[str]:
        """Why the invitations could not be mailed at all, or not with links of their own."""
        if not self._request.mail or not organization.exists(connection):
            return
        try:
            head = letterhead(connection)
        except UsageError as error:
            yield str(error)
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


@contextmanager
def open_inviting(
    store: Store,
    actor: Actor,
    request: InviteRequest,
    *,
    progress: Tell = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Inviting]:
    """Stage a list of people beside the store; the block may look at `plan` and then `apply`.

    `cancelled` is asked often, also from another thread; a true answer raises Cancelled and leaves the store as it
    was. Raises NotAllowed, UsageError where program or contract are not told, and BadInput for what is no such list.
    """
    actor.require(Right.INVITE)
    with open_people(request.given, INVITATIONS, request.limits) as file, store.hold() as connection:
        found = Inviting(store, connection, actor, request, file, cancelled)
        found.stage(progress)
        yield found
