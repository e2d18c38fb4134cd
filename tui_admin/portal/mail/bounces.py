"""Mails that came back: notices read from files, planned, shown, applied in one transaction.

A mail's Message-ID ends in a token that follows from the store's key, so a notice is believed only where it names one:
anybody could write the others.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection

from ...mail.bounces import LARGEST, Ending, Failure, Kind, Notice, read_notice
from ...mail.letters import letters
from ...rules.leaving_out import Suppression
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store.engine import Store
from ...store.mail import bounces as store_bounces
from ...store.mail import suppressions as store_suppressions
from ...store.mail.bounces import LEFT, Mailed
from .. import journal, rights
from . import suppressions

ACTION = "note bounces"


class Fate(StrEnum):
    """What a notice leads to, in the words a person reads."""

    NOBODY = "no such address: nothing is sent to it any more"
    FAILED = "came back; the address stays"
    ELSEWHERE = "came back from another address than was written to; both stay"
    UNPROVEN = "does not name the mail it answers"
    DELAYED = "still being tried by another server"
    KNOWN = "known already"
    STRANGE = "answers no mail of this store"
    STRANGER = "nobody was mailed at this address"
    AUTOMATIC = "an automatic answer or receipt"
    UNCLASSIFIED = "not understood: look at it yourself"


CHANGING = (Fate.NOBODY, Fate.FAILED, Fate.ELSEWHERE)
"""Fates that change something."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A failure that a notice reports, where it stands, and what it leads to; `mail_id` names the mail that came back,
    None where an address is believed for itself."""

    place: str
    address: str | None
    status: str
    said: str
    fate: Fate
    mail_id: int | None = None
    header_id: str | None = None


@dataclass(frozen=True, slots=True)
class BouncePlan:
    """What the notices lead to (or led to: `applied`): `notices` were read."""

    notices: int
    rows: tuple[Bounce, ...]
    applied: bool = False

    @property
    def count(self) -> int:
        """How many rows change something."""
        return sum(row.fate in CHANGING for row in self.rows)

    @property
    def counts(self) -> Mapping[Fate, int]:
        """How many rows there are of each fate, in the order of `Fate`."""
        found = Counter(row.fate for row in self.rows)
        return {fate: found[fate] for fate in Fate if found[fate]}


@dataclass(frozen=True, slots=True)
class Imported:
    """What was done: the journal's entry, None where nothing was to be; the mails that came back, and the addresses
    nothing is sent to any more."""

    entry_id: int | None
    bounced: int
    suppressed: int

    @property
    def summary(self) -> str:
        """`2 mails came back; 1 address put on the suppression list`."""
        mails = f"{self.bounced:,} mail{'' if self.bounced == 1 else 's'} came back"
        return f"{mails}; {self.suppressed:,} address{'' if self.suppressed == 1 else 'es'} put on the suppression list"


def plan(store: Store, actor: Actor, path: Path, *, by_address: bool = False) -> BouncePlan:
    """Read the notices at a place (an mbox, a Maildir, a folder of messages, one message) and say what they lead to.

    With `by_address` one that names no mail is believed of an address that was written to. Nothing is written. Raises
    BadInput where nothing can be read.
    """
    actor.require(Right.SUPPRESS)
    read = [(place, read_notice(content)) for place, content in letters(path, LARGEST)]
    with store.read() as connection:
        return BouncePlan(len(read), tuple(_judged(connection, read, by_address)))


def apply(store: Store, actor: Actor, plan: BouncePlan, now: Instant) -> Imported:
    """Do what was planned, in one transaction; mails are looked at again, so that nothing is done twice."""
    going = [row for row in plan.rows if row.fate in CHANGING]
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.SUPPRESS)
        known = store_bounces.mails(connection, {row.header_id for row in going if row.header_id}, hold=True)
        open_ = {mail.id: mail for mail in known.values() if mail.state in LEFT}
        going = [row for row in going if row.mail_id is None or row.mail_id in open_]
        back = {open_[row.mail_id]: (row.status, row.said) for row in going if row.mail_id is not None}
        changed = store_bounces.came_back(connection, back, now)
        added = store_suppressions.put(connection, (_entry(row, actor, now) for row in going if _stops(row)))
        done = Imported(None, len(back), len(added))
        if not back and not added:
            return done
        rows = ((id, before, after) for id, (before, after) in sorted(changed.items()))
        summary = f"Imported bounces: {done.summary}"
        details = {suppressions.PUT_ON: sorted(added)}
        entry = journal.append(connection, actor, now, action=ACTION, summary=summary, details=details, rows=rows)
    return Imported(entry, done.bounced, done.suppressed)


def _stops(row: Bounce) -> bool:
    return row.fate is Fate.NOBODY


def _entry(row: Bounce, actor: Actor, now: Instant) -> dict[str, object]:
    detail = " ".join(filter(None, (row.status, row.said))) or None
    reason = str(Suppression.BOUNCED)
    return {"email": row.address, "reason": reason, "detail": detail, "added_at": now, "added_by": actor.email}


# --- what a notice leads to


def _judged(connection: Connection, read: list[tuple[str, Notice]], by_address: bool) -> Iterator[Bounce]:
    """A row for each failure, the gravest of a mail first, so that what else is said of it is known already."""
    mails = store_bounces.mails(connection, {id for _, notice in read for id in notice.header_ids})
    unnamed = [notice for _, notice in read if not notice.header_ids]
    addresses = {address for notice in unnamed for failure in notice.failures for address in failure.addresses}
    written = store_bounces.written_to(connection, addresses)
    done: set[object] = {address for address in written if store_suppressions.by_address(connection, address)}
    for place, notice in sorted(read, key=lambda found: _gravity(found[1])):
        mail = next((mails[id] for id in notice.header_ids if id in mails), None)
        if notice.kind is not Kind.BOUNCE:
            fate = Fate.AUTOMATIC if notice.kind is Kind.AUTOMATIC else Fate.UNCLASSIFIED
            yield Bounce(place, mail.address if mail else None, "", "", fate)
            continue
        for failure in sorted(notice.failures, key=lambda found: _order(found, mail)):
            if mail:
                row = _of_mail(place, failure, mail, done)
            else:
                row = _of_address(place, failure, written, done, strange=bool(notice.header_ids), believed=by_address)
            if row.fate in CHANGING:
                done.add(row.mail_id or row.address)
            yield row


_ENDINGS = tuple(Ending)


def _order(failure: Failure, mail: Mailed | None) -> tuple[int, bool]:
    return _ENDINGS.index(failure.ending), mail is not None and mail.address not in failure.addresses


def _gravity(notice: Notice) -> int:
    return min((_ENDINGS.index(failure.ending) for failure in notice.failures), default=len(_ENDINGS))


def _of_mail(place: str, failure: Failure, mail: Mailed, done: set[object]) -> Bounce:
    same = mail.address in failure.addresses
    address = mail.address if same else failure.addresses[0]
    if failure.ending is Ending.DELAYED:
        fate = Fate.DELAYED
    elif mail.state not in LEFT or mail.id in done or not mail.address:  # an erased person's has no address
        fate = Fate.KNOWN
    elif not same:
        fate = Fate.ELSEWHERE
    else:
        fate = Fate.NOBODY if failure.ending is Ending.NOBODY else Fate.FAILED
    return Bounce(place, address, failure.status, failure.said, fate, mail.id, mail.header_id)


def _of_address(
    place: str, failure: Failure, written: set[str], done: set[object], *, strange: bool, believed: bool
) -> Bounce:
    """What is said of an address without naming a mail of ours; `strange` where it names another."""
    ours = [address for address in failure.addresses if address in written]
    address = (ours or failure.addresses)[0]
    if strange:
        fate = Fate.STRANGE
    elif not ours:
        fate = Fate.STRANGER
    elif failure.ending is Ending.DELAYED:
        fate = Fate.DELAYED
    elif address in done:
        fate = Fate.KNOWN
    else:
        fate = Fate.NOBODY if believed and failure.ending is Ending.NOBODY else Fate.UNPROVEN
    return Bounce(place, address, failure.status, failure.said, fate)
