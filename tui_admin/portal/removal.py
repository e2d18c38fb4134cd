"""Removing members from programs: planned, shown, applied in one transaction, and undone by `portal.undo`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, select

from ..rules.mailing import Purpose
from ..rules.roles import Actor, Right
from ..rules.times import Instant
from ..rules.triage import MembershipState
from ..store import fields
from ..store import journal as store_journal
from ..store import licenses as store_licenses
from ..store import removal as store_removal
from ..store.engine import Store
from ..store.tables import contracts
from . import journal, lookup, members, rights
from .journal import JournalRow
from .mail.letterhead import letterhead
from .mail.mailing import Mailed, mail_members
from .members import MembersQuery
from .receipts import Receipt, Row, Subject, Verdict, Verdicts

ACTION = "remove members"

EXIT_MESSAGE = "exit message"
"""Where the journal's entry says which message tells of the removal."""

NOT_THERE = "no such member in your programs"
ELSEWHERE = "not in this program"
ALREADY = "already removed"
ONLY_INVITED = "only invited, not a member: withdraw the invitation instead"
MEANWHILE = "changed by somebody else since the plan"


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What removing would do: a verdict per row, and the licenses it frees by contract name. `head` is the journal's as
    it was then: every write leaves an entry, so with the same head the store is the same."""

    program_id: int | None
    program: str | None
    verdicts: Verdicts
    freed: Mapping[str, int]
    head: tuple[int, str]
    exit_mail: bool = False

    @property
    def count(self) -> int:
        """How many members would be removed."""
        return self.verdicts.count(Verdict.APPLY)

    @property
    def licenses(self) -> int:
        """How many licenses that frees, over all contracts."""
        return sum(self.freed.values())

    @property
    def summary(self) -> str:
        """`312 members would be removed, which frees 310 licenses`, and why others would not."""
        text = f"{_members(self.count)} would be removed, which frees {_licenses(self.licenses)}"
        text += ", and told so by mail" if self.exit_mail else ""
        reasons = self.verdicts.reasons()
        return f"{text} ({reasons})" if reasons else text

    def rows(self, store: Store, actor: Actor) -> Iterator[Row]:
        """Every row with its verdict, streamed."""
        return self.verdicts.rows(store, actor)


def plan(
    store: Store,
    actor: Actor,
    program_slug: str | None,
    selection: Iterable[int] | MembersQuery,
    now: Instant,
    *,
    exit_mail: bool = False,
) -> RemovalPlan:
    """Say what removing memberships would do. Nothing is written.

    `selection` holds membership ids, or is a query judged at `now`. With `program_slug` only members
    of that program are removed. With `exit_mail` they are told by mail; raises UsageError where none can be sent.
    """
    actor.require(Right.REMOVE)
    if isinstance(selection, MembersQuery):
        selection = members.ids(store, actor, selection, now)
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.REMOVE, program_slug) if program_slug else None
        if exit_mail:
            letterhead(connection)
        asked = BitMap(selection)
        found = _find(connection, asked)
        verdicts = _judge(actor, program.id if program else None, asked, found)
        freed = _freed(connection, verdicts.ids(Verdict.APPLY))
        head = store_journal.read_head(connection)
    within = program.id if program else None
    return RemovalPlan(within, program.slug if program else None, verdicts, freed, head, exit_mail)


def apply(store: Store, actor: Actor, plan: RemovalPlan, now: Instant) -> Receipt:
    """Remove the planned members, in one transaction, at the clock's moment `now`.

    Rows are judged again: those that changed since the plan are skipped and named. Applying a plan twice changes
    nothing.
    """
    planned = plan.verdicts.ids(Verdict.APPLY)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.REMOVE, plan.program_id)
        scope = rights.scope(actor)
        going = {
            held: ids
            for held, ids in _find(connection, planned, hold=True).items()
            if held.state == MembershipState.MEMBER and (scope is None or held.program_id in scope)
        }
        ids = BitMap().union(*going.values())
        as_planned = ids == planned and store_journal.read_head(connection) == plan.head
        freed = plan.freed if as_planned else _freed(connection, ids)
        store_removal.remove(connection, ids, now)
        summary = f"Removed {_members(len(ids))}, freed {_licenses(sum(freed.values()))}"
        entry_id, mailed = None, Mailed(None, 0)
        if ids:
            if plan.exit_mail:
                mailed = mail_members(connection, actor, Purpose.EXIT, ids, now, program_id=plan.program_id)
            entry_id = journal.append(
                connection,
                actor,
                now,
                action=ACTION,
                summary=summary,
                program_id=plan.program_id,
                details={"freed": freed} | ({EXIT_MESSAGE: mailed.message_id} if mailed.message_id else {}),
                rows=_rows(going, now),
            )
    outcomes = {(Verdict.APPLY, ""): ids, (Verdict.SKIP, MEANWHILE): planned - ids}
    return Receipt(entry_id, summary, plan.verdicts.after(outcomes), _told(mailed) if plan.exit_mail else ())


def _told(mailed: Mailed) -> tuple[str, ...]:
    """How many are told by mail, and why others are not."""
    left = (f"{len(ids):,} left out: {reason}" for reason, ids in mailed.left_out.items())
    return (f"Exit mails queued: {'; '.join((f'{mailed.queued:,}', *left))}.",)


class Held(NamedTuple):
    """What removing has to know of memberships; many share it."""

    program_id: int
    state: str
    removed_at: int | None


def _find(connection: Connection, ids: Iterable[int], *, hold: bool = False) -> dict[Held, BitMap]:
    found = fields.held(connection, Subject.MEMBERSHIP.value, Held._fields, ids, hold=hold)
    return {Held(*values): rows for values, rows in found.items()}


def _rows(going: Mapping[Held, BitMap], now: Instant) -> Iterator[JournalRow]:
    after = _state(MembershipState.DELETED_MEMBER, now)
    for held, ids in going.items():
        before = _state(held.state, held.removed_at)
        yield from ((row, before, after) for row in ids)


def _state(state: str, removed_at: int | None) -> dict[str, object]:
    return {"state": str(state), "removed_at": removed_at}


def _judge(actor: Actor, program_id: int | None, asked: BitMap, found: Mapping[Held, BitMap]) -> Verdicts:
    scope = rights.scope(actor)
    verdicts: dict[tuple[Verdict, str], BitMap] = defaultdict(BitMap)
    verdicts[Verdict.REFUSE, NOT_THERE] = asked.copy()
    for held, ids in found.items():
        if scope is None or held.program_id in scope:
            verdicts[_verdict(held, program_id)] |= ids
            verdicts[Verdict.REFUSE, NOT_THERE] -= ids
    return Verdicts.of(Subject.MEMBERSHIP, verdicts)


def _verdict(held: Held, program_id: int | None) -> tuple[Verdict, str]:
    if program_id is not None and held.program_id != program_id:
        return Verdict.REFUSE, ELSEWHERE
    if held.state == MembershipState.MEMBER:
        return Verdict.APPLY, ""
    return Verdict.SKIP, ALREADY if held.state == MembershipState.DELETED_MEMBER else ONLY_INVITED


def _freed(connection: Connection, ids: BitMap) -> dict[str, int]:
    """Licenses freed by contract name: learners who leave the contract altogether."""
    counted = store_licenses.freed(connection, ids)
    names = connection.execute(select(contracts.c.id, contracts.c.name).order_by(contracts.c.name))
    return {name: counted[contract] for contract, name in names if counted[contract]}


def _members(number: int) -> str:
    return f"{number:,} member{'' if number == 1 else 's'}"


def _licenses(number: int) -> str:
    return f"{number:,} license{'' if number == 1 else 's'}"
