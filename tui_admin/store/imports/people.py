"""Learners: what the staged rows together say of each person, and what that changes.

A staged row holds the person as two texts, so that a million rows that say the same compare fast: `head` the address
as typed (blank where it is the canonical one), name and external id, `tail` the nine profile fields (blank in reports
without). Fields are separated by U+001F, which no imported text holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    or_,
    select,
    update,
)

from ...rules.profile import PROFILE
from ...rules.text import search_key
from ...rules.times import Instant
from .. import bulk, staging
from ..tables import learners, memberships
from .order import Order

SEPARATOR = "\x1f"
HEAD = ("email_shown", "name", "external_id")
TAIL = PROFILE
FIELDS = (*HEAD, *TAIL)
NO_TAIL = ""
_NO_PROFILE: list[str | None] = [None] * len(TAIL)

_CHUNK = 5_000
_people = staging.people


def compare(connection: Connection, order: Order) -> None:
    """Fill `staging.changed_people` with the known learners of whom the import says something new."""
    changed, other = staging.changed_people, _people.alias()
    staging.clear(connection, changed)
    present = or_(_people.c.email == learners.c.email, ~exists().where(other.c.email == learners.c.email))
    query = (
        select(
            *(_people.c.ord, _people.c.learner_id, _people.c.head, _people.c.tail, _moment(order)),
            *(learners.c.email, _people.c.email != learners.c.email, learners.c.moment),
            *(learners.c[name] for name in FIELDS),
        )
        .select_from(_people.join(learners, learners.c.id == _people.c.learner_id))
        .where(_people.c.known, present)
    )
    columns = ("learner_id", "ord", *FIELDS, "search_key", "moment")
    seen: set[int] = set()
    changes = (row for one in streamed(connection, query) if (row := _change(one, seen)))
    for some in chunks(changes):
        bulk.insert_rows(connection, changed, columns, some)
    staging.analyse(connection, changed)


def _moment(order: Order) -> ColumnElement[Instant | None]:
    """The moment of the newest file that names a person."""
    return order.moment(order.original(_people.c.last))


def _change(row: Any, former: set[int]) -> tuple[Any, ...] | None:
    """A learner's new fields where they differ. An older file fills blanks only; a blank never erases. `former` holds
    the learners already met under a former address, who may have several."""
    ord, learner_id, head, tail, moment, email, by_former, known_moment, *known = row
    if by_former:
        if learner_id in former:
            return None
        former.add(learner_id)
    told = _fields(email, head, tail)
    older = moment is not None and known_moment is not None and moment < known_moment
    first, second = (known, told) if older else (told, known)
    fields = [one if one is not None else other for one, other in zip(first, second, strict=True)]
    kept = max((one for one in (moment, known_moment) if one is not None), default=None)
    if fields == known:
        return None if kept == known_moment else (learner_id, None, *fields, search_key(fields[1] or "", email), kept)
    return learner_id, ord, *fields, search_key(fields[1] or "", email), kept


def _fields(email: str, head: str, tail: str) -> list[str | None]:
    """The person's fields as the store holds them, in the order of FIELDS."""
    shown, name, external_id = head.split(SEPARATOR)
    return [shown or email, name or None, external_id or None, *_profile(tail)]


def add(connection: Connection, order: Order) -> None:
    """Put new learners into the store."""
    query = select(_people.c.learner_id, _people.c.email, _people.c.head, _people.c.tail, _moment(order)).where(
        ~_people.c.known
    )
    columns = ("id", "email", *FIELDS, "search_key", "moment", "opted_out")
    for some in _partitions(connection, query):
        bulk.insert_rows(connection, learners, columns, _new(some))
    bulk.advance(connection, learners)


def _new(people: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
    """`_fields` of many new learners with what goes beside them, by whole columns: a million go through here."""
    ids, emails, heads, tails, moments = zip(*people, strict=True)
    shown, names, external_ids = zip(*(head.split(SEPARATOR) for head in heads), strict=True)
    given = [one or email for one, email in zip(shown, emails, strict=True)]
    keys = map(search_key, names, emails)
    profiles = zip(*map(_profile, tails), strict=True)
    filled = ([one or None for one in column] for column in (names, external_ids))
    return zip(ids, emails, given, *filled, *profiles, keys, moments, repeat(False))


@lru_cache(maxsize=_CHUNK)
def _profile(tail: str) -> Sequence[str | None]:
    """The profile fields; they repeat."""
    return [field or None for field in tail.split(SEPARATOR)] if tail != NO_TAIL else _NO_PROFILE


def change(connection: Connection) -> None:
    """Write what `compare` found, the memberships' search keys included."""
    new = staging.changed_people.c
    told = {name: new[name] for name in (*FIELDS, "search_key", "moment")}
    connection.execute(update(learners).where(learners.c.id == new.learner_id, new.ord.is_not(None)).values(told))
    only_newer = and_(learners.c.id == new.learner_id, new.ord.is_(None))
    connection.execute(update(learners).where(only_newer).values(moment=new.moment))
    renamed = and_(memberships.c.learner_id == new.learner_id, memberships.c.search_key != new.search_key)
    connection.execute(update(memberships).where(renamed).values(search_key=new.search_key))


def streamed(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    """The rows of a query, some thousands in memory at a time."""
    return chain.from_iterable(_partitions(connection, query))


def _partitions(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    result = connection.execute(query, execution_options={"stream_results": True, "max_row_buffer": _CHUNK})
    return result.partitions(_CHUNK)


def chunks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Rows in lists of some thousands."""
    rest = iter(rows)
    while some := list(islice(rest, _CHUNK)):
        yield some
