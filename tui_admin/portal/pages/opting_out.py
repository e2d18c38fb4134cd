"""Opting out of mail by the link that it carries, and back in."""

from dataclasses import dataclass

from sqlalchemy import Connection

from ...mail.links import LinkEnded, LinkPurpose
from ...rules.addresses import masked
from ...rules.times import Instant
from ...store import opting_out
from ...store.engine import Store
from ...store.opting_out import Addressee
from .. import journal
from .learners import LEARNER
from .tokens import subject

OPT_OUT, OPT_IN = "opt out of mail", "opt in to mail"

_NOBODY = "This link has ended: nobody gets mail by it any more."


@dataclass(frozen=True, slots=True)
class Wish:
    """What the holder of a link wishes: the address with most of it hidden, and whether nothing is to be sent there."""

    address: str
    opted_out: bool


def look(store: Store, token: str, now: Instant) -> Wish:
    """How it stands. Nothing is written. Raises BadInput for a token that is none of ours or has ended."""
    with store.read() as connection:
        return _wish(_addressee(connection, token, now))


def opt_out(store: Store, token: str, now: Instant) -> Wish:
    """Send no more mail of the kind that one can opt out of; doing it again changes nothing. Raises as `look` does."""
    return _decide(store, token, now, out=True)


def opt_in(store: Store, token: str, now: Instant) -> Wish:
    """Send it again; doing it again changes nothing. Raises as `look` does."""
    return _decide(store, token, now, out=False)


def _decide(store: Store, token: str, now: Instant, *, out: bool) -> Wish:
    """Opting out twice, as mail clients do, takes no turn to write the second time."""
    if (wish := look(store, token, now)).opted_out is out:
        return wish
    with store.write() as connection:
        found = _addressee(connection, token, now, hold=True)
        if found.opted_out is not out:
            found = _write(connection, found, now, out=out)
    return _wish(found)


def _write(connection: Connection, found: Addressee, now: Instant, *, out: bool) -> Addressee:
    after = found._replace(opted_out=out, opted_out_at=now if out else None)
    opting_out.decide(connection, found.id, after.opted_out_at)
    action, summary = (OPT_OUT, "A learner opted out of mail") if out else (OPT_IN, "A learner wants mail again")
    rows = [(found.id, _told(found), _told(after))]
    journal.append(connection, LEARNER, now, action=action, summary=summary, rows=rows)
    return after


def _told(person: Addressee) -> dict[str, object]:
    return {"opted_out": person.opted_out, "opted_out_at": person.opted_out_at}


def _addressee(connection: Connection, token: str, now: Instant, *, hold: bool = False) -> Addressee:
    found = opting_out.addressee(connection, subject(connection, token, LinkPurpose.UNSUBSCRIBE, now), hold=hold)
    if found is None:
        raise LinkEnded(_NOBODY)
    return found


def _wish(person: Addressee) -> Wish:
    return Wish(masked(person.email), person.opted_out)
