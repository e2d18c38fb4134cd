"""Learners: what the staged rows together say of each person, and what that changes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, false, func, insert, or_, select, update

from ...rules.profile import PROFILE
from ...rules.text import search_key
from ...rules.times import Instant
from .. import bulk, staging
from ..tables import learner_addresses, learners, memberships
from .order import Order

FIELDS = ("email_shown", "name", "external_id", *PROFILE)
"""A learner's fields that reports tell of."""

SAID = ("shown", "name", "external_id", "profile")
"""How staged rows tell of them: texts, blank where nothing is said, and the number of the profile."""

NO_PROFILE = 0

_CHUNK = 5_000
_people, _profiles = staging.people, staging.profiles
_described = _people.outerjoin(_profiles, _profiles.c.number == _people.c.profile)


def _fields(email: ColumnElement[str]) -> list[ColumnElement[str | None]]:
    """The person's fields as the store holds them, in the order of FIELDS."""
    shown, name, external_id = (func.nullif(_people.c[one], "") for one in SAID[:3])
    return [func.coalesce(shown, email), name, external_id, *(_profiles.c[one] for one in PROFILE)]


def compare(connection: Connection, order: Order) -> None:
    """Fill `staging.changed_people` with the known learners of whom the import says something new."""
    changed, another = staging.changed_people, _people.alias()
    staging.clear(connection, changed)
    by_former = _people.c.email != learners.c.email
    present = or_(~by_former, ~exists().where(another.c.email == learners.c.email))
    told, known = _fields(learners.c.email), [learners.c[name] for name in FIELDS]
    news = [and_(one.is_not(None), one.is_distinct_from(other)) for one, other in zip(told, known, strict=True)]
    query = (
        select(
            *(_people.c.ord, _people.c.learner_id, _moment(order)),
            *(learners.c.email, by_former, learners.c.moment),
            *(other.label(f"known_{other.name}") for other in known),
            *told,
        )
        .select_from(_described.join(learners, learners.c.id == _people.c.learner_id))
        .where(_people.c.known, present)
        .where(or_(by_former, _moment(order).is_distinct_from(learners.c.moment), *news))
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
    the learners already met under a former address, who may have several; that address is not shown again."""
    ord, learner_id, moment, email, by_former, known_moment, *both = row
    known, told = both[: len(FIELDS)], both[len(FIELDS) :]
    if by_former:
        if learner_id in former:
            return None
        former.add(learner_id)
        told[FIELDS.index("email_shown")] = None
    older = moment is not None and known_moment is not None and moment < known_moment
    first, second = (known, told) if older else (told, known)
    fields = [one if one is not None else other for one, other in zip(first, second, strict=True)]
    kept = max((one for one in (moment, known_moment) if one is not None), default=None)
    if fields == known:
        return None if kept == known_moment else (learner_id, None, *fields, search_key(fields[1] or "", email), kept)
    return learner_id, ord, *fields, search_key(fields[1] or "", email), kept


def by_former_address(connection: Connection, order: Order) -> dict[int, int]:
    """How many people rows name by an address they had before, by the file that does so first."""
    file, had = order.file(_people.c.ord), learner_addresses.c
    theirs = and_(had.email == _people.c.email, had.learner_id == _people.c.learner_id)
    query = select(file, func.count()).select_from(learner_addresses.join(_people, theirs)).group_by(file)
    return dict(connection.execute(query).all())


def add(connection: Connection, order: Order) -> None:
    """Put new learners into the store."""
    new, keys = ~_people.c.known, staging.keys
    staging.clear(connection, keys)
    for some in _partitions(connection, select(_people.c.learner_id, _people.c.name, _people.c.email).where(new)):
        rows = [(learner_id, search_key(name, email)) for learner_id, name, email in some]
        bulk.insert_rows(connection, keys, ("learner_id", "search_key"), rows)
    staging.analyse(connection, keys)
    columns = ("id", "email", *FIELDS, "search_key", "moment", "opted_out")
    rows_in = select(
        *(_people.c.learner_id, _people.c.email, *_fields(_people.c.email)),
        *(keys.c.search_key, _moment(order), false()),
    ).select_from(_described.outerjoin(keys, keys.c.learner_id == _people.c.learner_id))
    connection.execute(insert(learners).from_select(columns, rows_in.where(new)))
    bulk.advance(connection, learners)


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
