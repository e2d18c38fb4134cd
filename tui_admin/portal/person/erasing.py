"""Erasing a person: what says who they are goes, a tombstone keeps the counts true. It cannot be undone.

The journal keeps each act and loses the data; an address of theirs is known afterwards by a keyed digest alone, so that
a report or list that names it makes nobody anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from ...rules.addresses import canonical
from ...rules.errors import BadInput, Conflict
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store import administrators as store_administrators
from ...store import file_log
from ...store import journal as store_journal
from ...store.analytics import versions
from ...store.engine import Store
from ...store.person import erasure, holdings
from ...store.person import erasures as store_erasures
from ...store.person.holdings import Who
from ...store.person.people import Found
from ...store.tables import feedback, learners
from .. import journal, rights
from ..journal import ERASE
from ..undo import SUBJECTS
from . import redaction
from .acts import Done, counted
from .exporting import marks_of
from .people import called, find
from .traces import Marks, Tell, Trace, trace, traces

READMIT = "readmit address"

_STAYS = (
    "memberships",
    "enrollments",
    "specialization_enrollments",
    "attempts",
    "course_results",
    "activity",
    "feedback",
    "skill_ratings",
    "outbox",
)
"""The tables whose rows stay, as those of nobody."""

OUT_OF_REACH = (
    "Out of reach: backups, mails that arrived or were written to this machine's mail folder, files that were saved or "
    "mailed, and systems whose reports are imported here."
)


@dataclass(frozen=True, slots=True)
class ErasePlan:
    """What erasing a person would do: what they are known by, rows that stay by table, what goes by word, and the
    entries of the journal to be redacted, as of its entry `head`."""

    person: Found
    who: Who
    marks: Marks = field(repr=False)
    stays: Mapping[str, int]
    goes: Mapping[str, int]
    entries: tuple[int, ...]
    head: int

    @property
    def summary(self) -> str:
        """`Ana Li <ana@x.example> would be erased for good`."""
        return f"{called(self.person)} would be erased for good"

    @property
    def lines(self) -> tuple[str, ...]:
        """All that goes and stays, a sentence a line."""
        goes = ", ".join(f"{word} {number:,}" for word, number in self.goes.items() if number)
        stays = ", ".join(f"{name} {number:,}" for name, number in self.stays.items() if number)
        return (
            f"{self.summary}. It cannot be undone.",
            f"Goes: name, address, external id and profile; {goes or 'no more than that'}.",
            f"Stays, as that of nobody: {stays or 'nothing'}.",
            f"Journal: {counted(len(self.entries), 'entry keeps', 'entries keep')} the act and not the data.",
            "Copies kept here of lists and reports that were mailed are emptied.",
            "Reports and lists that name an address of theirs are refused by line from then on.",
            OUT_OF_REACH,
        )


def plan_erase(store: Store, actor: Actor, email: str, tell: Tell = lambda _done, _of: None) -> ErasePlan:
    """Say what erasing the person of an address would do. Nothing is written.

    `tell` hears how many of how many entries of the journal are searched. Raises NotAllowed, and BadInput for an
    address that nobody has, or that an administrator signs in with.
    """
    actor.require(Right.ERASE)
    with store.read() as connection:
        person = find(connection, email)
        who = holdings.who(connection, person.id)
        _check_no_administrator(connection, who)
        marks = marks_of(connection, who)
        head, _ = store_journal.read_head(connection)
        entries = redaction.needed(connection, traces(connection, marks, SUBJECTS, tell), marks)
        stays = {table.name: holdings.count(connection, table, who) for table in holdings.HELD if table.name in _STAYS}
        return ErasePlan(person, who, marks, stays, _goes(connection, who, marks), tuple(entries), head)


def erase(store: Store, actor: Actor, plan: ErasePlan, now: Instant) -> Done:
    """Erase the planned person, at the clock's moment `now`.

    Mails that wait are cancelled. Raises Conflict where they are not as the plan knows them, or a mail to them is
    leaving at this moment, BadInput where an administrator signs in with an address of theirs by now.
    """
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.ERASE)
        store_journal.lock_head(connection)
        held = connection.execute(select(learners.c.erased_at).where(learners.c.id == plan.who.id).with_for_update())
        known = holdings.who(connection, plan.who.id)
        if held.scalar_one() is not None or known != plan.who or marks_of(connection, known) != plan.marks:
            raise Conflict("Nothing was erased: what is held of the person changed meanwhile; look again.")
        _check_no_administrator(connection, known)
        cancelled = erasure.stop_mails(connection, plan.who, now)
        if leaving := erasure.leaving_mails(connection, plan.who):
            raise Conflict(
                f"Nothing was erased: {counted(leaving, 'mail')} to them {'is' if leaving == 1 else 'are'} leaving at "
                "this moment. Try again in a minute; if no sender runs any more, tui-admin worker --once settles it."
            )
        vouched = list(redaction.redact(connection, _found(connection, plan), plan.marks))
        suppressed = erasure.take_suppressions(connection, plan.who)
        store_erasures.put(connection, plan.who.addresses, suppressed, now)
        erasure.replace_mentions(connection, _hints(plan.marks), plan.marks.without)
        erasure.empty_mails(connection, plan.who)
        erasure.forget(connection, plan.who, now)
        versions.forget_answers(connection)
        summary = f"Erased person {plan.who.id}; {counted(len(vouched), 'entry', 'entries')} of the journal redacted"
        details = {"learner": plan.who.id, "stays": plan.stays, "mails cancelled": cancelled}
        entry = journal.append(connection, actor, now, action=ERASE, summary=summary, details=details, rows=vouched)
    notes = [OUT_OF_REACH]
    if not file_log.settle(store):
        notes.append("Somebody reads the store: the log beside its file loses what was erased when they are done.")
    return Done(summary, tuple(notes), entry)


def readmit(store: Store, actor: Actor, email: str, now: Instant) -> str:
    """Let an address in again that was an erased person's; the sentence that says so.

    Where nothing was sent to it before, nothing is sent to it again. Raises BadInput for one that was not erased.
    """
    actor.require(Right.ERASE)
    address = canonical(email)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.ERASE)
        try:
            reason = store_erasures.take(connection, address)
        except LookupError:
            raise BadInput(f"{address} was never an erased person's; nothing keeps it out.") from None
        if reason is not None:
            erasure.suppress_again(connection, address, reason, now, actor.email)
        summary = "Let an address in again that was an erased person's"
        journal.append(connection, actor, now, action=READMIT, summary=summary)
    return f"{address} may be named by reports and lists again"


def _check_no_administrator(connection: Connection, who: Who) -> None:
    for address in who.addresses:
        if (known := store_administrators.by_email(connection, address)) is not None:
            raise BadInput(f"{known.email} is an administrator: first tui-admin admins remove {known.email}.")


def _found(connection: Connection, plan: ErasePlan) -> list[Trace]:
    """The planned entries, and those that came since."""
    rows = (store_journal.get(connection, entry) for entry in plan.entries)
    planned = (trace(connection, row, plan.marks, SUBJECTS) for row in rows if row is not None)
    later = traces(connection, plan.marks, SUBJECTS, lambda _done, _of: None, after=plan.head)
    return [one for one in (*planned, *later) if one is not None]


def _goes(connection: Connection, who: Who, marks: Marks) -> dict[str, int]:
    comments = select(feedback.c.id).where(holdings.HELD[feedback](who), feedback.c.comment.is_not(None))
    managed = select(learners.c.id).where(holdings.managed(who))
    texts = erasure.replace_mentions(connection, _hints(marks), marks.without, count_only=True)
    return {
        "former addresses": len(who.addresses) - 1,
        "comments": len(connection.execute(comments).all()),
        "waiting mails": erasure.waiting_mails(connection, who),
        "named as manager": len(connection.execute(managed).all()),
        "named in texts": texts,
    }


def _hints(marks: Marks) -> tuple[str, ...]:
    """Addresses and names as a database lowers them: SQLite the ASCII letters only, PostgreSQL all."""
    known = (*marks.addresses, *marks.names)
    return tuple(sorted({form for one in known for form in (one.lower(), one.encode().lower().decode())}))
