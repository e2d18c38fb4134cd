"""Giving a person another address: the former one stays theirs, so that what names it makes no second person."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ...rules.addresses import canonical
from ...rules.erasures import OF_ERASED
from ...rules.errors import BadInput, Conflict, UsageError
from ...rules.leaving_out import Suppression
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store.engine import Store
from ...store.mail import suppressions as store_suppressions
from ...store.person import addresses as store_addresses
from ...store.person import people as store_people
from ...store.person.erasures import Erased
from ...store.person.people import Found
from .. import journal, rights
from ..mail import suppressions
from .acts import Done, counted
from .people import as_typed, called, find

ACTION = "change address"

_HAD_BEFORE = "had before until"
"""Where the journal says until when the new address had been theirs before."""

_COLUMNS = ("email", "email_shown")


@dataclass(frozen=True, slots=True)
class Mails:
    """Mails to the person: those that wait untried, those tried at the old address, those in a sender's hands."""

    waiting: int
    tried: int
    in_hand: int


@dataclass(frozen=True, slots=True)
class AddressPlan:
    """What giving a person another address would do. `suppressed` says that the new one is to be put on the
    suppression list, because an administrator put the old one there; `notes` what else to know."""

    person: Found
    email: str
    shown: str
    suppressed: bool
    notes: tuple[str, ...] = ()
    mails: Mails = field(default_factory=lambda: Mails(0, 0, 0), compare=False)

    @property
    def summary(self) -> str:
        """`Ana Li <ana@old.example> would get the address ana@new.example`."""
        return f"{called(self.person)} would get the address {self.shown}"

    @property
    def lines(self) -> tuple[str, ...]:
        """All that it would do, a sentence a line."""
        kept = f"{self.person.email} stays a former address of theirs: what names it is still about them."
        return (f"{self.summary}.", kept, *_told_mails(self.mails), *self.notes)


def plan_change(store: Store, actor: Actor, old: str, new: str) -> AddressPlan:
    """Say what giving the person of one address another would do. Nothing is written.

    Raises NotAllowed, and BadInput for an address that is none, that nobody has, or that somebody else has.
    """
    actor.require(Right.ERASE)
    with store.read() as connection:
        return _judge(connection, old, new)


def change(store: Store, actor: Actor, plan: AddressPlan, now: Instant) -> Done:
    """Give the planned person the new address, at the clock's moment `now`.

    Mails that wait follow; one that was tried at the old address is stopped, since what is tried again is the same to
    the byte; one in a sender's hands is left alone. Raises Conflict where the plan does not hold any more.
    """
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.ERASE)
        held = store_people.by_address(connection, plan.person.email, hold=True)
        if held is None or _judge(connection, held.email, plan.shown) != plan:
            raise Conflict(f"Nothing was changed: {plan.person.email} or {plan.email} changed meanwhile; look again.")
        learner, values = held.id, {"email": plan.email, "email_shown": plan.shown}
        store_addresses.change(connection, learner, values)
        before_that = store_addresses.take_former(connection, learner, plan.email)
        store_addresses.put_former(connection, learner, held.email, now)
        stopped = store_addresses.stop_tried(connection, learner, now)
        store_addresses.readdress(connection, learner, plan.email)
        details: dict[str, object] = {} if before_that is None else {_HAD_BEFORE: before_that}
        if plan.suppressed:
            details |= _suppress(connection, actor, plan, now)
        summary = f"Changed the address of person {learner} from {held.email} to {plan.email}"
        rows = [(learner, {name: getattr(held, name) for name in _COLUMNS}, values)]
        entry = journal.append(connection, actor, now, action=ACTION, summary=summary, details=details, rows=rows)
    stop = (f"{counted(stopped, 'mail')} stopped that had been tried at the old address.",) if stopped else ()
    return Done(summary, (*stop, *plan.notes), entry)


def take_back(
    connection: Connection, actor: Actor, entry: journal.Entry, now: Instant
) -> tuple[str, Mapping[str, object]]:
    """Give a person the former address back. Raises NotAllowed, and UsageError where it was changed since."""
    actor.require(Right.ERASE)
    ((learner, before, after),) = journal.rows(connection, entry.id)
    held = store_people.by_address(connection, after["email"], hold=True)
    if held is None or held.id != learner:
        raise UsageError(f"The address of person {learner} was changed since; it stays as it is.")
    if store_people.by_address(connection, before["email"]):
        raise UsageError(f"{before['email']} is somebody else's by now; nothing was changed.")
    store_addresses.change(connection, learner, before)
    store_addresses.take_former(connection, learner, before["email"])
    if (until := entry.details.get(_HAD_BEFORE)) is not None:
        store_addresses.put_former(connection, learner, after["email"], until)
    store_addresses.readdress(connection, learner, before["email"])
    suppressions.take_back(connection, entry)
    return f"person {learner} has the address {before['email']} again", {}


def _judge(connection: Connection, old: str, new: str) -> AddressPlan:
    person, email = find(connection, old), canonical(new)
    if email == person.email:
        raise BadInput(f"{email} is the address of {called(person)} already.")
    if email in Erased(connection):
        raise BadInput(f"{email} {OF_ERASED}.")
    if other := store_people.by_address(connection, email):
        way_out = f"are they one person? tui-admin people merge {other.email} {person.email}"
        raise BadInput(f"{email} belongs to {called(other)} already; {way_out}")
    plain = store_suppressions.by_address(connection, person.email)
    suppressed = plain is not None and plain.reason == Suppression.ADDED
    mails = Mails(*store_addresses.mails(connection, person.id))
    return AddressPlan(person, email, as_typed(new), suppressed, tuple(_notes(connection, person, email)), mails)


def _notes(connection: Connection, person: Found, email: str) -> list[str]:
    notes = []
    former = store_people.of_former(connection, email)
    if former is not None and former.id != person.id:
        notes.append(f"{email} was the address of {called(former)} before; from now on it names {called(person)}.")
    old = store_suppressions.by_address(connection, person.email)
    if old is not None and old.reason == Suppression.ADDED:
        notes.append(f"An administrator put {person.email} on the suppression list: {email} is put there too.")
    elif old is not None:
        notes.append(f"Mail to {person.email} bounced, and nothing is sent there; mail goes to {email} again.")
    if new := store_suppressions.by_address(connection, email):
        notes.append(f"{email} is on the suppression list ({new.reason}): no mail goes there.")
    return notes


def _suppress(connection: Connection, actor: Actor, plan: AddressPlan, now: Instant) -> dict[str, object]:
    known = store_suppressions.by_address(connection, plan.person.email)
    detail = None if known is None else known.detail
    listed = {"email": plan.email, "reason": str(Suppression.ADDED), "detail": detail}
    put = store_suppressions.put(connection, [{**listed, "added_at": now, "added_by": actor.email}])
    return {suppressions.PUT_ON: sorted(put)}


def _told_mails(mails: Mails) -> tuple[str, ...]:
    told = (
        (mails.waiting, "on the way to the new address"),
        (mails.tried, "stopped: tried at the old address, and what is tried again never changes"),
        (mails.in_hand, "in a sender's hands, and left alone"),
    )
    return tuple(f"{counted(number, 'mail')} {words}." for number, words in told if number)
