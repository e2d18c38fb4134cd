"""Mailing invitations again, and withdrawing them: planned, shown, applied in one transaction."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import Connection

from ...rules.leaving_out import LeftOut
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Right
from ...rules.times import HOUR, Instant
from ...rules.triage import MembershipState
from ...store import removal as store_removal
from ...store.engine import Store
from ...store.inviting import invitations as store_invitations
from ...store.inviting.invitations import Pending
from ...store.mail import recipients
from .. import journal, lookup, members, rights
from ..mail.mailing import mail_members
from ..members import MembersQuery
from ..receipts import Receipt, Row, Subject, Verdict, Verdicts

RESEND = "resend invitations"
WITHDRAW = "withdraw invitations"

NOT_THERE = "no such invitation in your programs"
ELSEWHERE = "not of this program"
JOINED = "joined already"
GONE = "withdrawn or removed already"
ON_ITS_WAY = "a mail is on its way already"
JUST_MAILED = "mailed less than an hour ago"
MEANWHILE = "changed by somebody else since the plan"

_QUIET = HOUR

Judged = tuple[Verdict, str]
Judge = Callable[[Pending], Judged]


@dataclass(frozen=True, slots=True)
class InvitationPlan:
    """What mailing invitations again, or withdrawing them, would do: a verdict per row."""

    action: str
    program_id: int | None
    verdicts: Verdicts

    @property
    def count(self) -> int:
        """How many invitations it is about."""
        return self.verdicts.count(Verdict.APPLY)

    @property
    def summary(self) -> str:
        """`30 invitations would be mailed again (2 skipped: mailed less than an hour ago)`."""
        done = "mailed again" if self.action == RESEND else "withdrawn"
        reasons = self.verdicts.reasons()
        return f"{_invitations(self.count)} would be {done}" + (f" ({reasons})" if reasons else "")

    def rows(self, store: Store, actor: Actor) -> Iterator[Row]:
        """Every row with its verdict, streamed."""
        return self.verdicts.rows(store, actor)


def plan_resend(
    store: Store, actor: Actor, program_slug: str | None, selection: Iterable[int] | MembersQuery, now: Instant
) -> InvitationPlan:
    """Say what mailing invitations again would do; `selection` as `portal.removal.plan` takes it. Nothing is written.

    Who was mailed within the last hour, or has a mail on its way, is skipped.
    """
    return _plan(store, actor, program_slug, selection, now, RESEND)


def plan_withdraw(
    store: Store, actor: Actor, program_slug: str | None, selection: Iterable[int] | MembersQuery, now: Instant
) -> InvitationPlan:
    """Say what withdrawing invitations would do. Nothing is written."""
    return _plan(store, actor, program_slug, selection, now, WITHDRAW)


def apply(store: Store, actor: Actor, plan: InvitationPlan, now: Instant) -> Receipt:
    """Do what was planned, in one transaction at the clock's moment `now`; rows are judged again.

    Withdrawn people stay with their history as removed, and their mails that nobody has begun to send are not sent;
    undo brings the invitations back. Raises UsageError where mail cannot be sent at all.
    """
    planned = plan.verdicts.ids(Verdict.APPLY)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.INVITE, plan.program_id)
        scope = rights.scope(actor)
        found = store_invitations.pending(connection, planned, hold=True)
        judge = _judge(connection, plan.action, now)
        going = [row for row in found if (scope is None or row.program_id in scope) and judge(row)[0] is Verdict.APPLY]
        do = _resend if plan.action == RESEND else _withdraw
        done, outcomes, notes = do(connection, actor, going, now)
        summary = f"{'Mailed' if plan.action == RESEND else 'Withdrew'} {_invitations(len(done))}"
        summary += " again" if plan.action == RESEND else ""
        rows = ((row.id, *changed) for row in going if (changed := done.get(row.id)))
        entry = (
            journal.append(
                connection, actor, now, action=plan.action, summary=summary, program_id=plan.program_id, rows=rows
            )
            if done
            else None
        )
    outcomes[Verdict.SKIP, MEANWHILE] = planned - BitMap(row.id for row in going)
    return Receipt(entry, summary, plan.verdicts.after(outcomes), notes)


Changed = dict[int, tuple[dict[str, object], dict[str, object]]]
"""Before and after by membership."""

_Outcomes = dict[Judged, BitMap]


def _resend(
    connection: Connection, actor: Actor, going: list[Pending], now: Instant
) -> tuple[Changed, _Outcomes, tuple[str, ...]]:
    by_program: dict[int, BitMap] = defaultdict(BitMap)
    for row in going:
        by_program[row.program_id].add(row.id)
    outcomes: _Outcomes = defaultdict(BitMap)
    for program, ids in sorted(by_program.items()):
        mailed = mail_members(connection, actor, Purpose.INVITATION, ids, now, program_id=program)
        for reason, left in mailed.left_out.items():
            outcomes[Verdict.REFUSE, reason] |= left
    sent = BitMap(row.id for row in going).difference(*outcomes.values())
    store_invitations.note_sent(connection, sent, now)
    outcomes[Verdict.APPLY, ""] = sent
    changed: Changed = {
        row.id: (
            {"invitations_sent": row.sent, "last_sent_at": row.last_sent_at},
            {"invitations_sent": row.sent + 1, "last_sent_at": now},
        )
        for row in going
        if row.id in sent
    }
    return changed, outcomes, ()


def _withdraw(
    connection: Connection, _actor: Actor, going: list[Pending], now: Instant
) -> tuple[Changed, _Outcomes, tuple[str, ...]]:
    ids = BitMap(row.id for row in going)
    store_removal.remove(connection, ids, now)
    stopped = store_invitations.cancel_mails(connection, ids, now)
    before: dict[str, object] = {"state": MembershipState.INVITED.value, "removed_at": None}
    after: dict[str, object] = {"state": MembershipState.DELETED_MEMBER.value, "removed_at": now}
    notes = (f"{stopped:,} mail{'' if stopped == 1 else 's'} not sent any more",) if stopped else ()
    return dict.fromkeys(ids, (before, after)), {(Verdict.APPLY, ""): ids}, notes


def _plan(
    store: Store,
    actor: Actor,
    program_slug: str | None,
    selection: Iterable[int] | MembersQuery,
    now: Instant,
    action: str,
) -> InvitationPlan:
    actor.require(Right.INVITE)
    if isinstance(selection, MembersQuery):
        selection = members.ids(store, actor, selection, now)
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.INVITE, program_slug) if program_slug else None
        asked, scope = BitMap(selection), rights.scope(actor)
        found = [
            row for row in store_invitations.pending(connection, asked) if scope is None or row.program_id in scope
        ]
        judge = _judge(connection, action, now)
        verdicts: dict[Judged, BitMap] = defaultdict(BitMap)
        verdicts[Verdict.REFUSE, NOT_THERE] = asked - BitMap(row.id for row in found)
        for row in found:
            elsewhere = program is not None and row.program_id != program.id
            verdicts[(Verdict.REFUSE, ELSEWHERE) if elsewhere else judge(row)].add(row.id)
    return InvitationPlan(action, program.id if program else None, Verdicts.of(Subject.MEMBERSHIP, verdicts))


def _judge(connection: Connection, action: str, now: Instant) -> Judge:
    """The verdict on each invitation, as the store is now."""
    excluded = recipients.excluded(connection, Purpose.INVITATION, None) if action == RESEND else {}

    def judge(row: Pending) -> Judged:
        if row.state != MembershipState.INVITED:
            return Verdict.SKIP, JOINED if row.state == MembershipState.MEMBER else GONE
        return _mailable(row, excluded, now) if action == RESEND else (Verdict.APPLY, "")

    return judge


def _mailable(row: Pending, excluded: dict[LeftOut, BitMap], now: Instant) -> Judged:
    if row.on_its_way:
        return Verdict.SKIP, ON_ITS_WAY
    if row.last_sent_at is not None and now - row.last_sent_at < _QUIET:
        return Verdict.SKIP, JUST_MAILED
    reason = next((reason for reason, learners in excluded.items() if row.learner_id in learners), None)
    return (Verdict.APPLY, "") if reason is None else (Verdict.REFUSE, reason)


def _invitations(number: int) -> str:
    return f"{number:,} invitation{'' if number == 1 else 's'}"
