"""Moving memberships to another contract of their program, within its licenses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import Connection

from ..rules.errors import Conflict
from ..rules.roles import Actor, Right
from ..rules.times import Instant
from ..rules.triage import MembershipState
from ..store import contracts as store_contracts
from ..store import fields
from ..store.engine import Store
from . import journal, lookup, rights, seats
from .edits import ALREADY, MEANWHILE, NOT_THERE
from .receipts import Receipt, Subject, Verdict, Verdicts

CONTRACT = "change contract"

NOT_OF_PROGRAM = "not a contract of the member's program"
NO_MEMBER = "not a member now"

_COLUMNS = ("program_id", "learner_id", "state", "contract_id")
_Found = tuple[int, int, str, int | None]


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """What moving memberships to a contract would do; `before` holds those to move by their contract of now."""

    contract_id: int
    contract: str
    verdicts: Verdicts
    before: Mapping[int | None, FrozenBitMap]

    @property
    def count(self) -> int:
        """How many members would be moved."""
        return self.verdicts.count(Verdict.APPLY)

    @property
    def summary(self) -> str:
        """`3 members would move to 'Year 2'`, and why others would not."""
        text = f"{self.count:,} member{'' if self.count == 1 else 's'} would move to {self.contract!r}"
        reasons = self.verdicts.reasons()
        return f"{text} ({reasons})" if reasons else text


def plan(store: Store, actor: Actor, ids: Iterable[int], contract_name: str) -> ContractPlan:
    """Say what moving memberships to a contract would do, its seats counted. Nothing is written."""
    actor.require(Right.EDIT)
    with store.read() as connection:
        contract = lookup.contract(connection, actor, contract_name)
        asked = BitMap(ids)
        found = _found(connection, actor, asked, hold=False)
        verdicts = _judge(connection, contract.id, asked, found, hold=False)
    before: dict[int | None, list[int]] = defaultdict(list)
    for row in verdicts.ids(Verdict.APPLY):
        before[found[row][3]].append(row)
    return ContractPlan(contract.id, contract.name, verdicts, {old: FrozenBitMap(rows) for old, rows in before.items()})


def apply(store: Store, actor: Actor, plan: ContractPlan, now: Instant) -> Receipt:
    """Move the planned memberships in one transaction, at the clock's moment `now`; seats are counted again.

    Rows that changed since the plan are skipped and named. Raises Conflict where that leaves nothing to do. From then
    on a member report older than the move changes nothing of the memberships.
    """
    planned = plan.verdicts.ids(Verdict.APPLY)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.EDIT)
        found = _found(connection, actor, planned, hold=True)
        same = BitMap(row for row, held in found.items() if row in plan.before.get(held[3], ()))
        fresh = _judge(connection, plan.contract_id, same, found, hold=True)
        moving = fresh.ids(Verdict.APPLY)
        if planned and not moving:
            raise Conflict(f"Nothing was changed: somebody else was faster ({fresh.reasons() or MEANWHILE}).")
        after = {"contract_id": plan.contract_id}
        fields.assign(connection, Subject.MEMBERSHIP.value, moving, {**after, "moment": now})
        summary = f"Moved {len(moving):,} member{'' if len(moving) == 1 else 's'} to {plan.contract!r}"
        rows = ((row, {"contract_id": found[row][3]}, after) for row in moving)
        entry_id = (
            journal.append(connection, actor, now, action=CONTRACT, summary=summary, rows=rows) if moving else None
        )
    outcomes: dict[tuple[Verdict, str], Iterable[int]] = {
        (group.verdict, group.reason): group.ids for group in fresh.groups
    }
    outcomes[Verdict.SKIP, MEANWHILE] = planned - same
    return Receipt(entry_id, summary, plan.verdicts.after(outcomes))


def _found(connection: Connection, actor: Actor, ids: BitMap, *, hold: bool) -> dict[int, _Found]:
    scope = rights.scope(actor)
    found = fields.current(connection, Subject.MEMBERSHIP.value, _COLUMNS, ids, hold=hold)
    return {row: held for row, held in found.items() if scope is None or held[0] in scope}


def _judge(
    connection: Connection, contract_id: int, ids: BitMap, found: Mapping[int, _Found], *, hold: bool
) -> Verdicts:
    programs = store_contracts.programs_of(connection, contract_id)
    verdicts: dict[tuple[Verdict, str], list[int]] = defaultdict(list)
    for row in ids:
        verdicts[_verdict(found.get(row), programs, contract_id)].append(row)
    moving = verdicts.pop((Verdict.APPLY, ""), [])
    full = seats.fit(connection, {row: ((contract_id, found[row][1]),) for row in moving}, hold=hold)
    for row in moving:
        verdicts[(Verdict.REFUSE, full[row]) if row in full else (Verdict.APPLY, "")].append(row)
    return Verdicts.of(Subject.MEMBERSHIP, verdicts)


def _verdict(held: _Found | None, programs: frozenset[int], contract_id: int) -> tuple[Verdict, str]:
    if held is None:
        return Verdict.REFUSE, NOT_THERE
    program, _, state, contract = held
    if program not in programs:
        return Verdict.REFUSE, NOT_OF_PROGRAM
    if state != MembershipState.MEMBER:
        return Verdict.SKIP, NO_MEMBER
    return (Verdict.SKIP, ALREADY) if contract == contract_id else (Verdict.APPLY, "")
