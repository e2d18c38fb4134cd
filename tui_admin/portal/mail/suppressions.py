"""The suppression list: addresses that nothing is sent to, for the whole organization."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from ...rules.addresses import canonical
from ...rules.errors import BadInput, UsageError
from ...rules.leaving_out import Suppression
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant
from ...store.engine import Store
from ...store.mail import suppressions as store_suppressions
from .. import journal, rights

ADD = "suppress address"
LIFT = "unsuppress address"

PUT_ON, TAKEN_OFF = "suppressed", "lifted"
"""Where the journal says which addresses an entry put on the list, and which entries it took off."""

LONGEST_REASON = 500
"""Characters an administrator's reason may have."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An address on the list: why it is (`rules.leaving_out.Suppression`), in whose words, since when and by whom."""

    email: str
    reason: str
    detail: str | None
    added_at: Instant
    added_by: str


def listing(store: Store, actor: Actor) -> Iterator[Suppressed]:
    """Every address on the list, the newest first, streamed."""
    actor.require(Right.SUPPRESS)
    return _listing(store)


def _listing(store: Store) -> Iterator[Suppressed]:
    with store.read() as connection:
        for row in store_suppressions.listed(connection):
            yield _suppressed(row)


def _suppressed(row: Row[Any]) -> Suppressed:
    detail = clean(row.detail) if row.detail else None
    return Suppressed(clean(row.email), row.reason, detail, row.added_at, row.added_by)


def page(store: Store, actor: Actor, words: str, offset: int, limit: int) -> list[Suppressed]:
    """The addresses from a position on, the newest first, of those whose entry holds all the words."""
    actor.require(Right.SUPPRESS)
    with store.read() as connection:
        return [_suppressed(row) for row in store_suppressions.page(connection, words.split(), offset, limit)]


def count(store: Store, actor: Actor, words: str = "") -> int:
    """How many addresses are on the list, of those whose entry holds all the words."""
    actor.require(Right.SUPPRESS)
    with store.read() as connection:
        return store_suppressions.count(connection, words.split())


def add(store: Store, actor: Actor, email: str, now: Instant, *, reason: str = "") -> str:
    """Send nothing to an address any more; the sentence that says so, with the address as it is compared.

    Mails that wait for it are not sent either. An address that is on the list stays as it is. Raises BadInput for an
    address or reason that cannot be.
    """
    actor.require(Right.SUPPRESS)
    address, detail = canonical(email), _reason(reason)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.SUPPRESS)
        if known := store_suppressions.by_address(connection, address):
            return f"{address} is on the suppression list already ({known.reason})"
        entry = {"email": address, "reason": str(Suppression.ADDED), "detail": detail}
        store_suppressions.put(connection, [{**entry, "added_at": now, "added_by": actor.email}])
        summary = f"Put {address} on the suppression list"
        details = {"before": None, "after": entry, PUT_ON: [address]}
        journal.append(connection, actor, now, action=ADD, summary=summary, details=details)
    return summary


def remove(store: Store, actor: Actor, email: str, now: Instant, *, reason: str = "") -> str:
    """Let mail go to an address again, for a reason that the journal keeps; the sentence that says so.

    Raises UsageError for one that is not on the list, BadInput for an address or reason that cannot be.
    """
    actor.require(Right.SUPPRESS)
    address, why = canonical(email), _reason(reason)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.SUPPRESS)
        known = store_suppressions.by_address(connection, address)
        if known is None:
            raise UsageError(f"{address} is not on the suppression list.")
        store_suppressions.remove(connection, address)
        summary = f"Took {address} off the suppression list"
        entry = {"email": address, "reason": known.reason, "detail": known.detail}
        details = {"before": entry, "after": None, "why": why, TAKEN_OFF: [dict(known._mapping)]}
        journal.append(connection, actor, now, action=LIFT, summary=summary, details=details)
    return summary


def take_back(connection: Connection, entry: journal.Entry) -> tuple[int, tuple[str, ...]]:
    """Undo what a journal's entry did to the list, as far as nobody changed it since; how many addresses that were,
    and sentences that say so."""
    put_on, taken_off = entry.details.get(PUT_ON, ()), entry.details.get(TAKEN_OFF, ())
    lifted = store_suppressions.lift(connection, put_on, entry.at, entry.actor)
    told = [f"{_addresses(lifted)} taken off the suppression list"] if lifted else []
    back = store_suppressions.put(connection, taken_off)
    told += [f"{_addresses(len(back))} back on the suppression list"] if back else []
    if left := len(put_on) - lifted + len(taken_off) - len(back):
        told.append(f"{_addresses(left)} changed since, left alone")
    return lifted + len(back), tuple(f"{sentence}." for sentence in told)


def _addresses(number: int) -> str:
    return f"{number:,} address{'' if number == 1 else 'es'}"


def _reason(text: str) -> str | None:
    reason = text.strip()
    if clean(reason) != reason:
        raise BadInput(f"The reason {clean(reason)!r} holds characters that cannot be shown; write it in one line.")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"A reason has at most {LONGEST_REASON} characters, this one {len(reason):,}.")
    return reason or None
