"""A full roster against the members of a program: joins, leavers and changed fields, planned and done as one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from pyroaring import BitMap
from sqlalchemy import Connection

from ...reports.people_files import FULL_ROSTER, PeopleFile, open_people
from ...rules.errors import BadInput
from ...rules.profile import PROFILE
from ...rules.remarks import Verdict
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant
from ...rules.triage import MembershipState
from ...store import removal as store_removal
from ...store.engine import Store
from ...store.inviting import invitations as store_invitations
from ...store.inviting import people, staged
from ...store.inviting import roster as store_roster
from .. import edits, journal, lookup, removal, rights
from . import invitation_acts
from . import rows as invite_rows
from . import writing as invite_writing
from .people_list import PeopleList, Tell
from .plan import InviteRequest
from .roster_plan import USUAL_CHANGE, RosterPlan, RosterRow

ACTION = "reconcile roster"

_BLOCK = 1_000

_LEAVING = {
    MembershipState.MEMBER: (removal.ACTION, "Removed", "leaves"),
    MembershipState.INVITED: (invitation_acts.WITHDRAW, "Withdrew", "withdrawn"),
}


class Roster(PeopleList[RosterPlan]):
    """One full roster, staged beside the store until `open_roster`'s block ends."""

    rights_needed = (Right.INVITE, Right.REMOVE, Right.EDIT)

    def __init__(
        self,
        store: Store,
        connection: Connection,
        actor: Actor,
        request: InviteRequest,
        file: PeopleFile,
        cancelled: Callable[[], bool],
        allow_change: float,
    ) -> None:
        super().__init__(store, connection, actor, request, file, cancelled)
        self._allowed = allow_change
        self._fields = ("name", "external_id", *(name for name in PROFILE if name in file.fields))
        self._program_id = 0
        self._slug = ""

    def allow(self, percent: float) -> None:
        """Let the roster change so much of the program's people."""
        self._allowed, self._judged = percent, None

    def changes(self) -> Iterator[RosterRow]:
        """Everybody that the roster changes, and the rows of it that are refused, streamed: as last judged."""
        with self._guarded(writing=False) as connection:
            yield from self._joins_and_refused(connection)
            yield from self._changed(connection)
            yield from self._missing(connection)

    def _check_whole(self, connection: Connection) -> None:
        program = lookup.program(connection, self._actor, Right.INVITE, self._request.usual.program or "")
        self._program_id, self._slug = program.id, program.slug

    def _judge(self, connection: Connection, now: Instant) -> RosterPlan:
        seats = self._judge_people(connection, now, roster=True)
        setting = people.Setting(rights.scope(self._actor), self._request.mail, roster=True)
        store_roster.judge(connection, setting, self._program_id, self._fields)
        changes = store_roster.changed(connection, self._fields)
        while block := list(islice(changes, _BLOCK)):
            store_roster.tell(connection, [(change.line, _told(change)) for change in block])
        verdicts = staged.counts(connection)
        leaving, kept, changed = store_roster.counts(connection)
        joins = sum(number for verdict, number in verdicts.items() if verdict.invites)
        return RosterPlan(
            name=self._file.name,
            program=self._slug,
            people=store_roster.present(connection, self._program_id),
            rows=sum(verdicts.values()),
            counts={
                "joins": joins,
                **{outcome: leaving.get(state, 0) for state, (_, _, outcome) in _LEAVING.items()},
                "changed": changed,
                "stays": kept,
                "refused": verdicts.get(Verdict.REFUSED, 0),
            },
            allowed=self._allowed,
            seats=seats,
            unknown_columns=self._file.unknown_columns,
            warnings=(*self._file.warnings, *(self._unmailable(connection) if joins else ())),
        )

    def _write(self, connection: Connection, plan: RosterPlan, now: Instant) -> RosterPlan:
        """Raises BadInput where the roster changes more than is allowed."""
        if plan.refusal:
            raise BadInput(plan.refusal)
        if not plan.count:
            return replace(plan, applied=True)
        parts = list(self._leave(connection, now))
        if plan.counts["changed"]:
            parts.append(self._edit(connection, now))
        done = replace(plan, applied=True)
        if plan.counts["joins"]:
            details = {"digest": self._file.digest}
            invited = invite_writing.invite(connection, self._actor, plan.name, details, now, mail=self._request.mail)
            parts.append(invited.entry)
            done = replace(done, queued=invited.queued, notes=invited.notes)
        entry = journal.append(
            connection,
            self._actor,
            now,
            action=ACTION,
            summary=f"Reconciled {plan.program} with {plan.name}: {plan.summary}",
            program_id=self._program_id,
            details={"parts": parts, "digest": self._file.digest, "allowed": self._allowed},
        )
        return replace(done, entry=entry)

    def _leave(self, connection: Connection, now: Instant) -> Iterator[int]:
        """Take those away who are not on the roster, members first; the journal's entries."""
        for state, (action, verb, _) in _LEAVING.items():
            ids = BitMap(store_roster.going(connection, state))
            if not ids:
                continue
            store_removal.remove(connection, ids, now)
            store_invitations.cancel_mails(connection, ids, now)
            before = {"state": state.value, "removed_at": None}
            after = {"state": MembershipState.DELETED_MEMBER.value, "removed_at": now}
            yield journal.append(
                connection,
                self._actor,
                now,
                action=action,
                summary=f"{verb} {len(ids):,} not on the roster {self._file.name}",
                program_id=self._program_id,
                rows=((row, before, after) for row in ids),
            )

    def _edit(self, connection: Connection, now: Instant) -> int:
        changed = [(one.learner_id, one.old, one.new) for one in store_roster.changed(connection, self._fields)]
        store_roster.write_changes(connection, self._fields, now)
        return journal.append(
            connection,
            self._actor,
            now,
            action=edits.EDIT,
            summary=f"Changed {len(changed):,} by the roster {self._file.name}",
            program_id=self._program_id,
            rows=sorted(changed, key=lambda row: row[0]),
        )

    def _joins_and_refused(self, connection: Connection) -> Iterator[RosterRow]:
        for row in invite_rows.stream(connection, self._pairs, {Verdict.INVITE, Verdict.WARNED, Verdict.REFUSED}):
            outcome = "refused" if row.verdict is Verdict.REFUSED else "joins"
            yield RosterRow(row.line, row.name, row.email, row.external_id, outcome, row.reason)

    def _changed(self, connection: Connection) -> Iterator[RosterRow]:
        for line, name, email, external_id, words in store_roster.told(connection):
            yield _row(line, (name, email, external_id), "changed", words)

    def _missing(self, connection: Connection) -> Iterator[RosterRow]:
        for _, name, email, external_id, state, line in store_roster.missing(connection):
            outcome = _LEAVING[MembershipState(state)][2] if line is None else "stays"
            reason = "" if line is None else f"line {line:,}, which is refused, may be theirs"
            yield _row(None, (name, email, external_id), outcome, reason)


def _told(change: store_roster.Change) -> str:
    words = (
        f"{edits.FIELDS[field]}: {clean(known or 'none')} -> {clean(change.new[field])}"
        for field, known in change.old.items()
        if known != change.new[field]
    )
    return "; ".join(words)


def _row(line: int | None, person: tuple[str | None, str | None, str | None], outcome: str, reason: str) -> RosterRow:
    name, email, external_id = (clean(text or "") for text in person)
    return RosterRow(line, name, email, external_id, outcome, reason)


@contextmanager
def open_roster(
    store: Store,
    actor: Actor,
    request: InviteRequest,
    *,
    allow_change: float = USUAL_CHANGE,
    progress: Tell = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Roster]:
    """Stage a full roster of the program that `request.usual` names; the block may look at `plan` and then `apply`.

    `allow_change` is the percent of the program's people that it may change. Raises NotAllowed, and BadInput for what
    is no such list or no such program; see `open_inviting` for the rest.
    """
    for right in Roster.rights_needed:
        actor.require(right)
    with open_people(request.given, FULL_ROSTER, request.limits) as file, store.hold() as connection:
        found = Roster(store, connection, actor, request, file, cancelled, allow_change)
        found.stage(progress)
        yield found
