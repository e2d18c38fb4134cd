"""Whom a mail goes to: who must not get it, and what it says of each of the others, read block by block."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import tzinfo
from itertools import islice
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from ..rules.leaving_out import LeftOut, Suppression
from ..rules.mailing import LIST_MAIL, REMINDERS, MailState, Purpose
from ..rules.text import stripped
from ..rules.times import Instant, to_datetime
from . import risk
from .home import Scope, within
from .selection import chosen
from .tables import contracts, learners, memberships, outbox, programs, suppressions
from .tables.messages import IS_REMINDER

BLOCK = 5_000
"""Recipients read by one query."""

Values = dict[str, str]
"""What a message is filled with for one recipient, by the name of the field; blank ones are left out."""


class Recipient(NamedTuple):
    """A membership that a mail is about, and its learner."""

    membership_id: int
    learner_id: int
    state: str
    address: str | None
    values: Values


# --- who must not get it


def excluded(connection: Connection, purpose: Purpose, quiet_since: Instant | None) -> dict[LeftOut, BitMap]:
    """The learners that no mail of this purpose goes to, by reason, the first that holds first.

    With `quiet_since`, a reminder is not for those who got one after that moment, or to whom one is on its way.
    """
    found = {
        LeftOut.NO_ADDRESS: select(learners.c.id).where(learners.c.email.is_(None)),
        LeftOut.SUPPRESSED: _suppressed(suppressions.c.reason != Suppression.BOUNCED),
        LeftOut.BOUNCED: _suppressed(suppressions.c.reason == Suppression.BOUNCED),
    }
    if purpose in LIST_MAIL:
        found[LeftOut.OPTED_OUT] = select(learners.c.id).where(learners.c.opted_out)
    if purpose in REMINDERS and quiet_since is not None:
        found[LeftOut.QUIET] = _reminded(quiet_since)
    return {reason: BitMap(connection.scalars(query)) for reason, query in found.items()}


def _suppressed(condition: ColumnElement[bool]) -> Select[int]:
    return select(learners.c.id).join(suppressions, suppressions.c.email == learners.c.email).where(condition)


_NOT_REMINDED = (
    MailState.FAILED,
    MailState.INVALID,
    MailState.SUPPRESSED,
    MailState.EXPIRED,
    MailState.CANCELLED,
    MailState.DROPPED,
)
"""How a reminder ended that nobody got."""


def _reminded(since: Instant) -> Select[int]:
    when = or_(outbox.c.final_at.is_(None), outbox.c.final_at > since)
    query = select(outbox.c.learner_id).where(IS_REMINDER, when, outbox.c.state.not_in(_NOT_REMINDED))
    return query.where(outbox.c.learner_id.is_not(None)).distinct()


# --- what a mail says of them

Convert = Callable[[Any, tzinfo], str]


def _text(value: Any, _zone: tzinfo) -> str:
    return stripped(value)


def _number(value: Any, _zone: tzinfo) -> str:
    return f"{value:,}"


def _day(value: Any, zone: tzinfo) -> str:
    moment = to_datetime(value, zone)
    return f"{moment.day} {moment:%b %Y}"


_SOURCES: Mapping[str, tuple[ColumnElement[Any], Convert]] = {
    "name": (learners.c.name, _text),
    "email": (func.coalesce(learners.c.email_shown, learners.c.email), _text),
    "external_id": (learners.c.external_id, _text),
    "job_title": (learners.c.job_title, _text),
    "business_unit": (learners.c.business_unit, _text),
    "city": (learners.c.city, _text),
    "country": (learners.c.country, _text),
    "manager": (func.coalesce(func.nullif(learners.c.manager_name, ""), learners.c.manager_email), _text),
    "program": (programs.c.name, _text),
    "program_url": (programs.c.url, _text),
    "contract": (contracts.c.name, _text),
    "enrolled": (memberships.c.enrolled, _number),
    "completed": (memberships.c.completed, _number),
    "last_active": (memberships.c.last_activity_at, _day),
}
"""Where the value of a field comes from, and how it is written; the reason of those at risk is worked out apart."""

_REASON = "reason"

KNOWN = frozenset({*_SOURCES, _REASON})
"""The fields whose values are kept with each mail; links are made anew from what they name."""


def read(
    connection: Connection, ids: Iterable[int], fields: Collection[str], now: Instant, zone: tzinfo, scope: Scope = None
) -> Iterator[list[Recipient]]:
    """The memberships of these ids that there are within the scope (programs by id, None for all), a block at a time,
    with the values of `fields` as of `now`."""
    wanted = [name for name in _SOURCES if name in fields]
    query = _query(wanted).where(within(memberships.c.program_id, scope))
    rest = iter(ids)
    while block := list(islice(rest, BLOCK)):
        found = query.where(memberships.c.id.in_(chosen(connection, block))).order_by(memberships.c.id)
        people = [_recipient(row, wanted, zone) for row in connection.execute(found)]
        if _REASON in fields:
            _add_reasons(connection, people, now)
        yield people


def _query(wanted: list[str]) -> Select[Any]:
    columns = (memberships.c.id, memberships.c.learner_id, memberships.c.state, learners.c.email)
    query = select(*columns, *(_SOURCES[name][0] for name in wanted)).select_from(memberships)
    query = query.join(learners, learners.c.id == memberships.c.learner_id)
    if {"program", "program_url"} & set(wanted):
        query = query.join(programs, programs.c.id == memberships.c.program_id)
    if "contract" in wanted:
        query = query.outerjoin(contracts, contracts.c.id == memberships.c.contract_id)
    return query


def _recipient(row: Any, wanted: list[str], zone: tzinfo) -> Recipient:
    given = zip(wanted, row[4:], strict=True)
    values = {name: text for name, value in given if value is not None and (text := _SOURCES[name][1](value, zone))}
    id, learner_id, state, address = row[:4]
    return Recipient(id, learner_id, state, address, values)


def _add_reasons(connection: Connection, people: list[Recipient], now: Instant) -> None:
    reasons = risk.reasons(connection, [person.membership_id for person in people], now)
    for person in people:
        if reason := reasons.get(person.membership_id):
            person.values[_REASON] = reason
