"""Whom a mail goes to: who must not get it, and what it says of each of the others, read block by block."""

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import compress, islice
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from ...rules.leaving_out import LeftOut, Suppression
from ...rules.mailing import LIST_MAIL, REMINDERS, MailState, Purpose
from ...rules.text import stripped
from ...rules.times import Instant, to_datetime
from .. import risk
from ..programs import ADDRESS
from ..selection import Scope, among, chosen, within
from ..tables import contracts, learners, memberships, outbox, programs, suppressions
from ..tables.messages import IS_REMINDER

BLOCK = 5_000
"""Recipients read by one query."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Memberships that mails are about, and their learners: a block of rows, by column. `columns` hold what the fields
    of `names` are filled with, empty where one is blank."""

    membership_ids: Sequence[int]
    learner_ids: Sequence[int]
    states: Sequence[str]
    addresses: Sequence[str | None]
    names: tuple[str, ...]
    columns: tuple[Sequence[str], ...]

    def values(self, place: int) -> dict[str, str]:
        """What a message is filled with for the one at a place, by the name of the field; blank ones are left out."""
        given = zip(self.names, self.columns, strict=True)
        return {name: column[place] for name, column in given if column[place]}

    def blank_at(self, name: str) -> list[int]:
        """The places where a field is blank; none where it was not asked for."""
        column = self.columns[self.names.index(name)] if name in self.names else ()
        return [place for place, text in enumerate(column) if not text] if "" in column else []

    def saying(self, values: Mapping[str, str]) -> "Recipients":
        """The same with further fields, which say the same of everybody."""
        columns = ([text] * len(self.membership_ids) for text in values.values())
        return replace(self, names=(*self.names, *values), columns=(*self.columns, *columns))

    def without(self, places: Container[int]) -> "Recipients":
        """All but those at some places."""
        kept = [place not in places for place in range(len(self.membership_ids))]

        def of(column: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(compress(column, kept))

        about = (of(self.membership_ids), of(self.learner_ids), of(self.states), of(self.addresses))
        return Recipients(*about, self.names, tuple(map(of, self.columns)))


# --- who must not get it


def excluded(
    connection: Connection, purpose: Purpose, quiet_since: Instant | None, of: Collection[int] | None = None
) -> dict[LeftOut, BitMap]:
    """The learners that no mail of this purpose goes to, of some or of all, by reason, the first that holds first.

    With `quiet_since`, a reminder is not for those who got one after that moment, or to whom one is on its way.
    """
    found: dict[LeftOut, Select[Any]] = {
        LeftOut.NO_ADDRESS: select(learners.c.id).where(learners.c.email.is_(None)),
        LeftOut.SUPPRESSED: _suppressed(suppressions.c.reason != Suppression.BOUNCED),
        LeftOut.BOUNCED: _suppressed(suppressions.c.reason == Suppression.BOUNCED),
    }
    if purpose in LIST_MAIL:
        found[LeftOut.OPTED_OUT] = select(learners.c.id).where(learners.c.opted_out)
    if purpose in REMINDERS and quiet_since is not None:
        found[LeftOut.QUIET] = _reminded(quiet_since)
    if of is not None:
        found = {
            reason: query.where(among(connection, query.selected_columns[0], of)) for reason, query in found.items()
        }
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
    query = query.where(outbox.c.learner_id.is_not(None)).distinct()
    return query.with_hint(outbox, "INDEXED BY ix_outbox_reminders", "sqlite")


# --- what a mail says of them

Column = Sequence[Any]


def _texts(column: Column, _zone: tzinfo) -> list[str]:
    # What can be printed holds nothing harmful, and is told so ten times as fast.
    return [(text.strip() if text.isprintable() else stripped(text)) if text else "" for text in column]


def _numbers(column: Column, _zone: tzinfo) -> list[str]:
    return [f"{number:,}" for number in column]


def _days(column: Column, zone: tzinfo) -> list[str]:
    return ["" if moment is None else day(moment, zone) for moment in column]


def day(instant: Instant, zone: tzinfo) -> str:
    """A day as mails name it."""
    moment = to_datetime(instant, zone)
    return f"{moment.day} {moment:%b %Y}"


_SOURCES: Mapping[str, tuple[ColumnElement[Any], Callable[[Column, tzinfo], list[str]]]] = {
    "name": (learners.c.name, _texts),
    "email": (func.coalesce(learners.c.email_shown, learners.c.email), _texts),
    "external_id": (learners.c.external_id, _texts),
    "job_title": (learners.c.job_title, _texts),
    "business_unit": (learners.c.business_unit, _texts),
    "city": (learners.c.city, _texts),
    "country": (learners.c.country, _texts),
    "manager": (func.coalesce(func.nullif(learners.c.manager_name, ""), learners.c.manager_email), _texts),
    "program": (programs.c.name, _texts),
    "program_url": (ADDRESS, _texts),
    "contract": (contracts.c.name, _texts),
    "enrolled": (memberships.c.enrolled, _numbers),
    "completed": (memberships.c.completed, _numbers),
    "last_active": (memberships.c.last_activity_at, _days),
}
"""Where the value of a field comes from, and how it is written; the reason of those at risk is worked out apart."""

_REASON = "reason"

KNOWN = frozenset({*_SOURCES, _REASON})
"""The fields whose values are kept with each mail; links are made anew from what they name."""


def read(
    connection: Connection, ids: Iterable[int], fields: Collection[str], now: Instant, zone: tzinfo, scope: Scope = None
) -> Iterator[Recipients]:
    """The memberships of these ids that there are within the scope (programs by id, None for all), a block at a time,
    with the values of `fields` as of `now`."""
    wanted = tuple(name for name in _SOURCES if name in fields)
    query = _query(wanted).where(within(memberships.c.program_id, scope))
    rest = iter(ids)
    while block := list(islice(rest, BLOCK)):
        found = query.where(memberships.c.id.in_(chosen(connection, block))).order_by(memberships.c.id)
        if rows := connection.execute(found).all():
            people = _by_column(rows, wanted, zone)
            yield _with_reasons(connection, people, now) if _REASON in fields else people


def _query(wanted: tuple[str, ...]) -> Select[Any]:
    columns = (memberships.c.id, memberships.c.learner_id, memberships.c.state, learners.c.email)
    query = select(*columns, *(_SOURCES[name][0] for name in wanted)).select_from(memberships)
    query = query.join(learners, learners.c.id == memberships.c.learner_id)
    if {"program", "program_url"} & set(wanted):
        query = query.join(programs, programs.c.id == memberships.c.program_id)
    if "contract" in wanted:
        query = query.outerjoin(contracts, contracts.c.id == memberships.c.contract_id)
    return query


def _by_column(rows: Sequence[Any], wanted: tuple[str, ...], zone: tzinfo) -> Recipients:
    ids, learner_ids, states, addresses, *columns = zip(*rows, strict=True)
    texts = (_SOURCES[name][1](column, zone) for name, column in zip(wanted, columns, strict=True))
    return Recipients(ids, learner_ids, states, addresses, wanted, tuple(texts))


def _with_reasons(connection: Connection, people: Recipients, now: Instant) -> Recipients:
    found = risk.reasons(connection, people.membership_ids, now)
    reasons = [found.get(id, "") for id in people.membership_ids]
    return replace(people, names=(*people.names, _REASON), columns=(*people.columns, reasons))
