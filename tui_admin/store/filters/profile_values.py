"""What a term about a profile field stands for: the few values it matches, looked up once.

Profile fields hold few different values, so they are read from the field's index by jumping from one to the next, and
compared in Python; the query itself then looks for whole values, which the index finds.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, func, select, type_coerce
from sqlalchemy.sql.selectable import FromClause

from ...rules.filters.tree import Node, leaves
from ...rules.filters.tree import Text as TextTerm
from ...rules.text import clean, fold
from ..tables import learners
from ..tables.people import caseless


class Values(NamedTuple):
    """The values of a key in the store: those that match what was typed, and the others."""

    matched: frozenset[str]
    others: frozenset[str]


ProfileValues = Mapping[tuple[str, str, bool], tuple[Values, ...]]
"""The values of each of `keys_of` a field: by field, what was typed, and whether exact."""

MOST = 5_000
"""Different values of one key; where there are more, the field is searched row by row."""

COLUMNS = {
    "title": ("job_title",),
    "type": ("job_type",),
    "unit": ("business_unit",),
    "unit2": ("business_unit_2",),
    "city": ("city",),
    "country": ("country",),
    "region": ("region",),
}
"""The one column of a learner that holds a profile field; a manager has two."""


def keys_of(field: str, table: FromClause) -> tuple[ColumnElement[str], ...]:
    """The indexed expressions over `learners` (or an alias) that together hold a field: the first is null where the
    field is blank. Empty for a field without such indexes."""
    if field == "manager":
        email = table.c.manager_email
        return caseless(table.c.manager_name, email), caseless(email)
    return tuple(caseless(table.c[column]) for column in COLUMNS.get(field, ()))


def names_of(field: str) -> tuple[str, ...]:
    """What the keys are called. Empty for a field without such keys."""
    return ("manager", "manager_email") if field == "manager" else COLUMNS.get(field, ())


def indexes_of(field: str) -> tuple[str, ...]:
    """The names of the indexes that hold the keys."""
    return tuple(f"ix_learners_{name}" for name in names_of(field))


def resolve(connection: Connection, node: Node) -> ProfileValues:
    """The values that the terms of a filter match, as far as their fields hold few enough."""
    terms = [leaf for leaf in leaves(node) if isinstance(leaf, TextTerm) and keys_of(leaf.field, learners)]
    found: dict[tuple[str, str, bool], tuple[Values, ...]] = {}
    for field in {term.field for term in terms}:
        held = [values_of(connection, key) for key in keys_of(field, learners)]
        if max(map(len, held)) > MOST:
            continue
        for term in (term for term in terms if term.field == field):
            for typed in term.values:
                found[field, typed, term.exact] = tuple(_sorted_out(some, typed, term.exact) for some in held)
    return found


def looked_up(term: TextTerm, known: ProfileValues) -> list[tuple[Values, ...]]:
    """What each of the texts of a term stands for, by key of its field; nothing where that is not known of all."""
    field, typed, exact = term.field, term.values, term.exact
    found = [known[field, text, exact] for text in typed if (field, text, exact) in known]
    return found if len(found) == len(typed) else []


def _sorted_out(values: list[str], typed: str, exact: bool) -> Values:
    wanted = fold(clean(typed))
    matched = frozenset(value for value in values if _holds(fold(value), wanted, exact))
    return Values(matched, frozenset(values) - matched)


def _holds(held: str, wanted: str, exact: bool) -> bool:
    return held == wanted or (not exact and wanted in held)


def is_one_of(key: ColumnElement[str], found: Sequence[Values]) -> ColumnElement[bool]:
    """Whether a key holds a value that matches any of what was typed: told by the fewer of those and the others. Not
    known where the key is null."""
    matched = frozenset[str]().union(*(values.matched for values in found))
    others = frozenset.intersection(*(values.others for values in found))
    if not others:
        return key.is_not(None)
    return key.in_(sorted(matched)) if len(matched) <= len(others) else key.not_in(sorted(others))


def values_of(connection: Connection, key: ColumnElement[str]) -> list[str]:
    """The different values of an indexed key over learners; one more than `MOST` where there are more."""
    # By `min`, which both databases answer along an index whether it holds nulls first or last.
    first = select(func.min(key)).scalar_subquery()
    walk = select(type_coerce(first, Text).label("value")).cte("walk", recursive=True)
    following = select(func.min(key)).where(key > walk.c.value).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.value.is_not(None)))
    return list(connection.scalars(select(walk.c.value).where(walk.c.value.is_not(None)).limit(MOST + 1)))
