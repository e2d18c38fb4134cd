"""Sending a message: planned, shown, then all its mails queued in one transaction with the journal's entry.

Nothing is sent here; the mails wait in the outbox from the commit on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import Connection

from ...mail.compose import CompiledMessage
from ...mail.transport import Limits
from ...rules.audiences import Audience
from ...rules.errors import BadInput, Cancelled, Conflict, UsageError
from ...rules.filters.picking import picked
from ...rules.filters.tree import Named
from ...rules.leaving_out import LeftOut
from ...rules.mailing import LIST_MAIL, MessageState
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant, parse_iso
from ...store.engine import Store
from ...store.filters.names import ids_of, resolve_names
from ...store.interruption import watched
from ...store.mail import enqueue, recipients
from ...store.mail import messages as store_messages
from ...store.mail.delivery import standing
from .. import journal, rights
from .audiences import Moments, chosen
from .drafts import Draft, Saved, held
from .estimates import Estimate, estimate
from .letterhead import Letterhead, compiled_with, letterhead
from .queueing import Batch, Sieve, queue

ACTION = "send message"

MEANWHILE = "not in the audience any more"

_DEFAULT = '{{ city | default("your city") }}'

Progress = Callable[[int, int], None]
"""Told how many of how many recipients are done."""

Cancel = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What sending a draft would do: the memberships its mails are about (one of each person), who is left out by
    reason, of whom a field of the text is not known, how long it takes, and what else to know."""

    saved: Saved
    send_at: Instant | None
    ids: FrozenBitMap
    left_out: Mapping[str, FrozenBitMap]
    blank: Mapping[str, FrozenBitMap]
    estimate: Estimate
    notes: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many people get a mail."""
        return len(self.ids)

    @property
    def refusal(self) -> str:
        """Why it cannot be sent as it is, and what to do; empty where it can."""
        if self.blank:
            told = "; ".join(f"{_people(len(ids))} with {reason}" for reason, ids in self.blank.items())
            return f'{told}. Give the field a default, as in {{{{ city | default("your city") }}}}, or leave them out.'
        return "" if self.ids else f"Nobody would get it{_reasons(self.left_out)}."

    @property
    def summary(self) -> str:
        """`“We miss you” to 556 people (left out: 12 opted out)`."""
        return f"{_title(self.saved.draft)} to {_people(self.count)}{_reasons(self.left_out)}"


@dataclass(frozen=True, slots=True)
class Sent:
    """What sending did: mails queued, and who of those planned was left out after all."""

    message_id: int
    queued: int
    left_out: Mapping[str, FrozenBitMap]
    summary: str
    entry_id: int


def later(text: str, zone: tzinfo, now: Instant) -> Instant:
    """The moment that a person wrote to send at, in a time zone unless it names one. Raises BadInput for what is no
    moment, or is past."""
    try:
        moment = parse_iso(text.strip().replace(" ", "T"), zone)
    except ValueError:
        raise BadInput(f"{clean(text)} is no moment; write 2026-01-31 09:00.") from None
    if moment <= now:
        raise BadInput(f"{clean(text)} is past: send it now, or name a later moment.")
    return moment


def plan(
    store: Store,
    actor: Actor,
    message: int | Draft,
    at: Moments,
    limits: Limits,
    *,
    send_at: Instant | None = None,
    progress: Progress = lambda _done, _of: None,
    cancelled: Cancel = lambda: False,
) -> SendPlan:
    """Say what sending a draft would do, now or at `send_at`, over a server that takes so much. Nothing is written.

    The draft is a stored one by its number; one that is not kept yet can be planned as well, but not be sent.

    Raises BadInput for a text that cannot be compiled, UsageError where something is not set that the mail needs,
    NotAllowed, FilterError, and Cancelled soon after `cancelled` turns true.
    """
    actor.require(Right.MESSAGE)
    with store.read() as connection, watched(connection, cancelled, _STOPPED):
        saved = held(connection, actor, message) if isinstance(message, int) else Saved(0, message, actor.email, 0)
        draft, (head, compiled) = saved.draft, _compiled(connection, saved.draft)
        ids = chosen(connection, actor, draft.whom, at.now)
        sieve = _sieve(connection, draft, compiled, head, at.clock)
        passed, done = BitMap(), 0
        for people in recipients.read(connection, ids, compiled.fields, at.now, head.zone, rights.scope(actor)):
            passed.update(sieve.passing(people).membership_ids)
            done += len(people.membership_ids)
            progress(done, len(ids))
            _check(cancelled)
        needed = estimate(len(passed), limits, standing(connection).rate)
    left = {reason: FrozenBitMap(found) for reason, found in sieve.left.items()}
    notes = _notes(draft, head, len(sieve.bare))
    blank = {reason: found for reason, found in left.items() if not isinstance(reason, LeftOut)}
    due = send_at if send_at is not None and send_at > at.clock else None
    left_out = {reason: found for reason, found in left.items() if reason not in blank}
    return SendPlan(saved, due, FrozenBitMap(passed), left_out, blank, needed, notes)


def send(
    store: Store,
    actor: Actor,
    plan: SendPlan,
    at: Moments,
    *,
    progress: Progress = lambda _done, _of: None,
    cancelled: Cancel = lambda: False,
) -> Sent:
    """Queue the planned mails, in one transaction with the journal's entry.

    Everybody is judged again: who has left the audience since the plan, opted out or was reminded meanwhile is left
    out and named. Raises what `plan` does, Conflict where the draft was changed since, UsageError where it was sent
    already; then nothing is changed.
    """
    if plan.refusal:
        raise BadInput(plan.refusal)
    with store.write() as connection, watched(connection, cancelled, _STOPPED):
        actor = rights.admit(connection, actor, at.clock, Right.MESSAGE)
        enqueue.wait_for_others(connection)
        saved = held(connection, actor, plan.saved.id, hold=True)
        if saved.changed_at != plan.saved.changed_at:
            raise Conflict("The draft was changed since this was planned; look at it again.")
        draft, (head, compiled) = saved.draft, _compiled(connection, saved.draft)
        planned, still = BitMap(plan.ids), chosen(connection, actor, draft.whom, at.now)
        sieve = _sieve(connection, draft, compiled, head, at.clock)
        if gone := planned - still:
            sieve.left[MEANWHILE] |= gone
        due = max(at.clock, plan.send_at or at.clock)
        batch = Batch(saved.id, draft.purpose, head, due)

        def tell(done: int) -> None:
            progress(done, len(planned))
            _check(cancelled)

        scope = rights.scope(actor)
        queued = queue(connection, batch, planned & still, sieve, at.now, scope=scope, progress=tell)
        left = {reason: FrozenBitMap(ids) for reason, ids in sieve.left.items()}
        if not queued:
            raise UsageError(f"Nobody would get it any more{_reasons(left)}.")
        _begin(connection, saved.id, head, at.clock, due)
        when = "Scheduled" if due > at.clock else "Queued"
        summary = f"{when} {_title(draft)} for {_people(queued)}"
        entry_id = journal.append(
            connection,
            actor,
            at.clock,
            action=ACTION,
            summary=summary,
            program_id=_one_program(connection, actor, draft),
            details={
                "message": saved.id,
                "subject": draft.subject,
                "queued": queued,
                "send_at": plan.send_at,
                "left_out": {reason: len(ids) for reason, ids in {**plan.left_out, **left}.items()},
            },
        )
    return Sent(saved.id, queued, left, summary + _reasons(left), entry_id)


_STOPPED = "Stopped; nothing was sent."


def _check(cancelled: Cancel) -> None:
    if cancelled():
        raise Cancelled(_STOPPED)


def _compiled(connection: Connection, draft: Draft) -> tuple[Letterhead, CompiledMessage]:
    head = letterhead(connection, sender_name=draft.sender_name, reply_to=draft.reply_to)
    return head, compiled_with(head, draft.text, draft.purpose)


def _sieve(connection: Connection, draft: Draft, compiled: CompiledMessage, head: Letterhead, clock: Instant) -> Sieve:
    excluded = recipients.excluded(connection, draft.purpose, clock - head.quiet_period)
    return Sieve(draft.purpose, excluded, compiled)


def _begin(connection: Connection, message_id: int, head: Letterhead, now: Instant, due: Instant) -> None:
    state = MessageState.SCHEDULED if due > now else MessageState.SENDING
    values = {"state": state, "frozen": head.frozen.to_json(), "send_at": due if due > now else None}
    store_messages.change(connection, message_id, values | {"changed_at": now})


def _notes(draft: Draft, head: Letterhead, bare: int) -> tuple[str, ...]:
    frozen, notes = head.frozen, []
    if bare:
        notes.append(f"{_people(bare)} get it without the button: its link is not known for their program.")
    if draft.purpose in LIST_MAIL and not (frozen.public_url or frozen.unsubscribe_url):
        to = frozen.reply_to or frozen.sender_address
        notes.append(f"People opt out by writing to {to}: set public-url or unsubscribe-url for a link.")
    return tuple(notes)


def _one_program(connection: Connection, actor: Actor, draft: Draft) -> int | None:
    """The program that the audience's filter names, where it is one."""
    named = picked(draft.whom.filter(), "program") if isinstance(draft.whom, Audience) else ()
    if len(named) != 1:
        return None
    term = Named("program", named)
    ids = ids_of(resolve_names(connection, term, rights.scope(actor)), term)
    return ids[0] if len(ids) == 1 else None


def _title(draft: Draft) -> str:
    return f"“{clean(draft.subject).strip()}”"


def _people(number: int) -> str:
    return f"{number:,} {'person' if number == 1 else 'people'}"


def _reasons(left: Mapping[str, FrozenBitMap]) -> str:
    told = ", ".join(f"{len(ids):,} {reason}" for reason, ids in left.items() if ids)
    return f" (left out: {told})" if told else ""
