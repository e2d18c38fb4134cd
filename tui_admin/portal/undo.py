"""Taking back what was done: removals, edited fields, changed contracts, invitations, imported bounces, acts on the
suppression list, settings. Things are put back only where they still are as the entry left them; what somebody changed
since is named and left alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection

from ..rules.erasures import ERASED
from ..rules.errors import NotAllowed, UsageError
from ..rules.roles import Actor, Right
from ..rules.times import Instant
from ..rules.triage import MembershipState
from ..store import fields
from ..store import journal as store_journal
from ..store import licenses as store_licenses
from ..store.analytics import versions
from ..store.engine import Store
from ..store.inviting import invitations as store_invitations
from ..store.mail import messages as store_messages
from . import (
    benchmarks,
    contract_changes,
    contracts,
    edits,
    journal,
    pictures,
    program_settings,
    removal,
    rights,
    seats,
    settings,
)
from .curriculum import taking_back as curriculum
from .inviting import invitation_acts, roster
from .inviting import writing as invite_writing
from .journal import Entry, JournalRow
from .mail import bounces, suppressions
from .pages import feedback, joining, opting_out
from .person import addresses, listing, merging
from .receipts import Receipt, Subject, Verdict, Verdicts

ACTION = journal.UNDO

AREAS: Mapping[str, Subject] = {
    removal.ACTION: Subject.MEMBERSHIP,
    edits.EDIT: Subject.LEARNER,
    listing.ACTION: Subject.LEARNER,
    contract_changes.CONTRACT: Subject.MEMBERSHIP,
    invite_writing.ACTION: Subject.MEMBERSHIP,
    invitation_acts.WITHDRAW: Subject.MEMBERSHIP,
    roster.ACTION: Subject.MEMBERSHIP,
    bounces.ACTION: Subject.MAIL,
    suppressions.ADD: Subject.MAIL,
    suppressions.LIFT: Subject.MAIL,
}
"""The actions undone by putting rows back, and what their rows number."""

TakeBack = Callable[[Connection, Actor, Entry, Instant], tuple[str, Mapping[str, object]]]
"""Puts back what an entry did, in the transaction that undoes it; the clause that says so, and the details to journal.

Raises NotAllowed where the actor may not, UsageError where it was changed since or cannot be put back.
"""

ACTS: Mapping[str, TakeBack] = {
    settings.ACTION: settings.take_back,
    program_settings.ACTION: program_settings.take_back,
    contracts.ACTION: contracts.take_back,
    addresses.ACTION: addresses.take_back,
    merging.ACTION: merging.take_back,
    benchmarks.ACTION: benchmarks.take_back,
    **curriculum.ACTS,
}
"""The actions that have a way of their own to be undone."""

SUBJECTS: Mapping[str, Subject] = {
    **AREAS,
    addresses.ACTION: Subject.LEARNER,
    merging.ACTION: Subject.LEARNER,
    opting_out.OPT_OUT: Subject.LEARNER,
    opting_out.OPT_IN: Subject.LEARNER,
    joining.ACTION: Subject.MEMBERSHIP,
    feedback.ACTION: Subject.MEMBERSHIP,
}
"""What the rows of an action number, for those that tell them by name."""

UNDOABLE = AREAS.keys() | ACTS.keys()

CHANGED_SINCE = "changed since, left as it is"
GONE = "no longer there"
OF_ERASED = "of a person who was erased since"
NOT_YOURS = "not in your programs"

_PAGE = 200


def last_undoable(store: Store, actor: Actor) -> Entry | None:
    """The newest action of this administrator's own that can still be undone."""
    before: int | None = None
    while page := journal.entries(store, actor, _PAGE, before):
        for entry in page:
            if entry.actor == actor.email and entry.undone_by is None and not obstacle(entry):
                return entry
        before = page[-1].id
    return None


def last_done(store: Store, actor: Actor) -> Entry | None:
    """The newest action of this administrator's own that stands, whether it can be undone or not."""
    before: int | None = None
    while page := journal.entries(store, actor, _PAGE, before):
        for entry in page:
            if entry.actor == actor.email and entry.action != ACTION and entry.undone_by is None:
                return entry
        before = page[-1].id
    return None


def undo(store: Store, actor: Actor, entry_id: int | None, now: Instant) -> Receipt:
    """Undo an entry of the journal, or the actor's last, at the clock's moment `now`; journaled itself.

    A program admin undoes only their own. Members come back, and invitations, only while their contract has a free
    license: those beyond are refused in the order of their rows. Invitations taken back are withdrawn, and their mails
    not sent where none has taken them yet. Raises UsageError where there is nothing to undo, it was undone already or
    it is of a kind that cannot be, NotAllowed for another's entry.
    """
    actor.require(Right.UNDO)
    if entry_id is None:
        last = last_undoable(store, actor)
        if last is None:
            raise UsageError("There is nothing of yours to undo.")
        entry_id = last.id
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.UNDO)
        store_journal.hold(connection, entry_id)
        entry = _undoable(connection, actor, entry_id)
        if entry.action in ACTS:
            return _take_back(connection, actor, entry, now)
        put_back = _put_all_back if "parts" in entry.details else _put_back
        return put_back(connection, actor, entry, now)


@dataclass(slots=True)
class _Restoration:
    """The rows of an entry sorted out, by id: `back` holds what each goes back to, `left` how the entry left it,
    `holdings` the contract and learner of each membership now."""

    back: dict[int, dict[str, Any]]
    left: dict[int, dict[str, Any]]
    verdicts: dict[tuple[Verdict, str], BitMap]
    holdings: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def turn_down(self, verdict: Verdict, reason: str, ids: Iterable[int]) -> None:
        for row in ids:
            self.verdicts.setdefault((verdict, reason), BitMap()).add(row)
            self.back.pop(row, None)


def _undoable(connection: Connection, actor: Actor, entry_id: int) -> Entry:
    entry = journal.find(connection, actor, entry_id)
    if reason := obstacle(entry):
        raise UsageError(reason)
    return entry


def obstacle(entry: Entry) -> str:
    """Why an entry cannot be undone, in a sentence; empty where it can be tried."""
    if entry.undone_by is not None:
        return f"Entry {entry.id} was undone already, by entry {entry.undone_by}."
    if journal.REDACTED in entry.details:
        return f"Entry {entry.id} is about a person who was erased since; it cannot be undone."
    return "" if entry.action in UNDOABLE else f"Entry {entry.id} ({entry.summary}) cannot be undone."


def _take_back(connection: Connection, actor: Actor, entry: Entry, now: Instant) -> Receipt:
    """Undo an act that has a way of its own."""
    told, details = ACTS[entry.action](connection, actor, entry, now)
    summary = f"Undid entry {entry.id} ({entry.summary})" + (f": {told}" if told else "")
    program = entry.program_id
    made = journal.append(
        connection, actor, now, action=ACTION, summary=summary, program_id=program, details=details, undoes=entry.id
    )
    if entry.action in pictures.NAMING:
        pictures.drop_orphans(connection)
    return Receipt(made, summary, Verdicts.of(Subject.MEMBERSHIP, {}))


def _put_all_back(connection: Connection, actor: Actor, entry: Entry, now: Instant) -> Receipt:
    """Take back an act of several parts, each an entry of its own, the last first."""
    found = [journal.find(connection, actor, part) for part in reversed(entry.details["parts"])]
    receipts = [_put_back(connection, actor, part, now) for part in found if part.undone_by is None]
    summary = f"Undid entry {entry.id} ({entry.summary})"
    made = journal.append(
        connection, actor, now, action=ACTION, summary=summary, program_id=entry.program_id, undoes=entry.id
    )
    verdicts: dict[tuple[Verdict, str], BitMap] = defaultdict(BitMap)
    for receipt in receipts:
        if receipt.verdicts.subject is Subject.MEMBERSHIP:
            for group in receipt.verdicts.groups:
                verdicts[group.verdict, group.reason] |= group.ids
    return Receipt(made, summary, Verdicts.of(Subject.MEMBERSHIP, verdicts), tuple(one.summary for one in receipts))


def _put_back(connection: Connection, actor: Actor, entry: Entry, now: Instant) -> Receipt:
    subject = AREAS[entry.action]
    if subject is Subject.MAIL:
        actor.require(Right.SUPPRESS)
    rows = list(journal.rows(connection, entry.id))
    gone = {"state": MembershipState.DELETED_MEMBER.value, "removed_at": now}  # history stays: nothing is deleted
    kept = [row for row in rows if row[2] != ERASED]
    restoration = _Restoration({row[0]: row[1] or gone for row in kept}, {row[0]: row[2] for row in kept}, {})
    restoration.turn_down(Verdict.SKIP, OF_ERASED, [row[0] for row in rows if row[2] == ERASED])
    _leave_foreign(connection, actor, subject, restoration)
    _leave_changed(connection, subject, restoration)
    if subject is Subject.MEMBERSHIP:
        _leave_unseated(connection, restoration)
    for values, ids in _by_values(restoration.back):
        fields.assign(connection, subject.value, ids, values)
        if values.get("state") == MembershipState.DELETED_MEMBER:
            store_invitations.cancel_mails(connection, ids, now)
    if entry.action == listing.ACTION:
        versions.forget_answers(connection)
    restored = BitMap(restoration.back)
    verdicts = Verdicts.of(subject, {(Verdict.APPLY, ""): restored, **restoration.verdicts})
    listed, told = suppressions.take_back(connection, entry)
    if not restored and not listed:
        return Receipt(None, f"Nothing of entry {entry.id} could be put back", verdicts)
    summary = f"Undid entry {entry.id} ({entry.summary})"
    summary += f": {len(restored):,} of {len(rows):,} put back" if rows else ""
    notes = (*_call_back(connection, entry, restored, now), *told)
    undone: Iterable[JournalRow] = ((row, restoration.left[row], before) for row, before in restoration.back.items())
    details = {"refused": {reason: len(ids) for (_, reason), ids in restoration.verdicts.items()}}
    made = journal.append(
        connection,
        actor,
        now,
        action=ACTION,
        summary=summary,
        program_id=entry.program_id,
        details=details,
        rows=undone,
        undoes=entry.id,
    )
    return Receipt(made, summary, verdicts, notes)


def _call_back(connection: Connection, entry: Entry, restored: BitMap, now: Instant) -> tuple[str, ...]:
    """Stop the exit mails of members who come back, as far as they have not left."""
    message = entry.details.get(removal.EXIT_MESSAGE)
    if message is None:
        return ()
    called_back = store_messages.call_back(connection, int(message), now, restored)
    return (f"Exit mails called back: {called_back:,}.",)


def _leave_foreign(connection: Connection, actor: Actor, subject: Subject, restoration: _Restoration) -> None:
    """Programs can be withdrawn from an administrator after the act; rows of those stay."""
    scope = rights.scope(actor)
    ids = list(restoration.back)
    if scope is None or not ids:
        return
    if subject is Subject.LEARNER:
        own = fields.learners_in(connection, ids, scope)
    else:
        own = {row for row, program in fields.programs_of(connection, ids).items() if program in scope}
    foreign = [row for row in ids if row not in own]
    if len(foreign) == len(ids):
        raise NotAllowed(f"{actor.email} is not allowed to undo this: it is not in their programs any more.")
    restoration.turn_down(Verdict.REFUSE, NOT_YOURS, foreign)


def _leave_changed(connection: Connection, subject: Subject, restoration: _Restoration) -> None:
    """Sort out the rows that are not as the entry left them; of the others note what contract and learner they have."""
    columns = sorted(next(iter(restoration.left.values()), ()))
    beside = ("contract_id", "learner_id") if subject is Subject.MEMBERSHIP else ()
    found = fields.current(connection, subject.value, (*columns, *beside), restoration.back, hold=True)
    gone = [row for row in restoration.back if row not in found]
    left, width = restoration.left, len(columns)
    shared = {id(values): values for values in left.values()}  # rows that changed alike
    expected = {key: tuple(values[name] for name in columns) for key, values in shared.items()}
    changed = [row for row, held in found.items() if held[:width] != expected[id(left[row])]]
    restoration.holdings = {row: held[width:] for row, held in found.items()}
    restoration.turn_down(Verdict.SKIP, GONE, gone)
    restoration.turn_down(Verdict.SKIP, CHANGED_SINCE, changed)


def _leave_unseated(connection: Connection, restoration: _Restoration) -> None:
    further = store_licenses.further_holdings(connection, restoration.back)
    wanted: dict[int, tuple[store_licenses.Holding, ...]] = {}
    reserved: dict[int, tuple[store_licenses.Holding, ...]] = {}
    for row, values in restoration.back.items():
        contract, learner = restoration.holdings[row]
        own = ((contract, learner),) if contract is not None else ()
        match values.get("state"):
            case MembershipState.MEMBER:
                wanted[row] = (*own, *further.get(row, ()))
            case MembershipState.INVITED:
                reserved[row] = own
            case None if values.get("contract_id") is not None:
                wanted[row] = ((values["contract_id"], learner),)
    by_contract = defaultdict(list)
    full = seats.fit(connection, wanted, hold=True) | seats.fit(connection, reserved, hold=True, reserving=True)
    for row, reason in full.items():
        by_contract[reason].append(row)
    for reason, ids in by_contract.items():
        restoration.turn_down(Verdict.REFUSE, reason, ids)


def _by_values(back: Mapping[int, dict[str, Any]]) -> Iterable[tuple[dict[str, Any], list[int]]]:
    groups: dict[tuple[tuple[str, Any], ...], list[int]] = defaultdict(list)
    for row, values in back.items():
        groups[tuple(values.items())].append(row)
    return ((dict(values), ids) for values, ids in groups.items())
