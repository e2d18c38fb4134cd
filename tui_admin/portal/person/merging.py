"""Two records that are one person made one; exact to undo as long as nothing of the person changed since.

What both have in one program is brought together: the state by joined before invited before removed, facts by the
newest report (`store.person.facts`), the contract of the kept record. Its fields win, and blanks are filled.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ...rules.errors import BadInput, Conflict, UsageError
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...rules.triage import MembershipState
from ...store.engine import Store
from ...store.person import merging, people, snapshots
from ...store.person.merging import Merged
from ...store.person.people import Found
from ...store.rehearsal import Rehearsal
from .. import journal, rights
from ..edits import FIELDS
from .acts import Done, counted
from .people import called, find

ACTION = "merge people"

_BEFORE, _AFTER, _PICKED = "_before", "_after", "_picked"
"""What undoing needs, in the journal's row: all that both were, and what tells whether it is so still."""

_STATES = {
    MembershipState.MEMBER: "joined",
    MembershipState.INVITED: "invited",
    MembershipState.DELETED_MEMBER: "removed",
}


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What making two records one would do, as it was found out by trying."""

    kept: Found
    other: Found
    merged: Merged

    @property
    def summary(self) -> str:
        """`Ana L <ana@b.example> would be merged into Ana Li <ana@a.example>`."""
        return f"{called(self.other)} would be merged into {called(self.kept)}"

    @property
    def lines(self) -> tuple[str, ...]:
        """What moves, what meets and what counts, a sentence a line."""
        return (
            f"{self.summary}.",
            *_told_fields(self.merged),
            *_told_programs(self.merged),
            *_told_facts(self.merged),
            *_told_mails(self.merged),
            f"{self.other.email} becomes a former address of theirs: what names it is about them.",
        )


def plan_merge(store: Store, actor: Actor, keep: str, other: str, now: Instant) -> MergePlan:
    """Say what making the records of two addresses one would do, at the clock's moment `now`. Nothing is kept.

    Raises NotAllowed, and BadInput for an address that nobody has, or for one and the same person.
    """
    actor.require(Right.ERASE)
    rehearsal = Rehearsal(store.url)
    try:
        with rehearsal.write() as connection:
            kept, gone = _both(connection, keep, other)
            return MergePlan(kept, gone, merging.merge(connection, kept.id, gone.id, now))
    finally:
        rehearsal.close()


def merge(store: Store, actor: Actor, plan: MergePlan, now: Instant) -> Done:
    """Make the planned records one, at the clock's moment `now`. Raises Conflict where the plan does not hold any
    more."""
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.ERASE)
        kept, other = (people.by_address(connection, one.email, hold=True) for one in (plan.kept, plan.other))
        if (kept, other) != (plan.kept, plan.other) or kept is None or other is None:
            raise Conflict("Nothing was merged: one of the two changed meanwhile; look again.")
        both = (kept.id, other.id)
        before = snapshots.take(connection, both)
        merged = merging.merge(connection, *both, now)
        if _settled(merged) != _settled(plan.merged):
            raise Conflict("Nothing was merged: what is held of the two changed meanwhile; look again.")
        after = snapshots.take(connection, both)
        summary = f"Merged person {other.id} into person {kept.id}"
        held = {"records": 2, _BEFORE: snapshots.packed(before)}
        now_held = {"records": 1, _AFTER: snapshots.digest(after), _PICKED: snapshots.selections(after)}
        details = {"kept": kept.id, "merged": other.id, "programs": len(merged.programs), "mails": merged.mails}
        rows = [(kept.id, held, now_held)]
        entry = journal.append(connection, actor, now, action=ACTION, summary=summary, details=details, rows=rows)
    return Done(summary, (), entry)


def take_back(
    connection: Connection, actor: Actor, entry: journal.Entry, now: Instant
) -> tuple[str, Mapping[str, object]]:
    """Make two of them again, exactly as they were. Raises NotAllowed, and UsageError where anything of the person
    changed since."""
    actor.require(Right.ERASE)
    ((kept, before, after),) = journal.rows(connection, entry.id)
    both, was = (kept, int(entry.details["merged"])), snapshots.unpacked(before[_BEFORE])
    people.hold(connection, both)
    holders = (people.by_address(connection, row["email"]) for row in was["learners"])
    if (
        any(held is not None and held.id not in both for held in holders)
        or snapshots.digest(snapshots.take(connection, both)) != after[_AFTER]
    ):
        raise UsageError(f"Person {kept} was changed since; a merge is undone exactly or not at all.")
    snapshots.put_back(connection, was, both)
    snapshots.select_back(connection, was, {int(id): picked for id, picked in after[_PICKED].items()})
    return f"persons {both[0]} and {both[1]} are two again; mails stopped meanwhile stay so", {}


def _both(connection: Connection, keep: str, other: str) -> tuple[Found, Found]:
    kept, gone = find(connection, keep, hold=True), find(connection, other, hold=True)
    if kept.id == gone.id:
        raise BadInput(f"{kept.email} and {gone.email} are one record already.")
    return kept, gone


def _settled(merged: Merged) -> tuple[object, ...]:
    """What a person agreed to; how far mails got in between does not matter."""
    return merged.differing, merged.filled, merged.programs, merged.facts, merged.opted_out


def _told_fields(merged: Merged) -> Iterator[str]:
    for name, (own, others) in merged.differing.items():
        yield f"{FIELDS[name].capitalize()}: {own!r} stays, {others!r} is dropped."
    for name, value in merged.filled.items():
        yield f"{FIELDS[name].capitalize()}: {value!r} is taken over."
    if merged.opted_out:
        yield "Opted out of messages, as one of the two is."


def _told_programs(merged: Merged) -> Iterator[str]:
    for slug, (own, others, counts) in merged.programs.items():
        if own is None:
            yield f"{slug}: the membership moves ({_word(others)})."
        else:
            yield f"{slug}: {_word(own)} and {_word(others)} become one that is {_word(counts)}; it holds one license."


def _word(state: str) -> str:
    return _STATES[MembershipState(state)]


def _told_facts(merged: Merged) -> Iterator[str]:
    for table, (moved, both) in merged.facts.items():
        if moved or both:
            met = f", {both:,} told by both: the newer counts" if both else ""
            yield f"{table.replace('_', ' ').capitalize()}: {moved:,} move{met}."


def _told_mails(merged: Merged) -> Iterator[str]:
    if merged.mails:
        stopped = f"; {merged.stopped:,} that waited stopped, sent to them already or tried at the other address"
        yield f"{counted(merged.mails, 'mail')} move{stopped if merged.stopped else ''}."
