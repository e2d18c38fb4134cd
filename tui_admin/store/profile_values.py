"""What a term about a profile field stands for: the few values it matches, looked up once.

Profile fields hold few different values, so they are read from the field's index by jumping from one to the next, and
compared in Python; the query itself then looks for whole values, which the index finds.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, Text, select, type_coerce
from sqlalchemy.sql.selectable import FromClause

from ..rules.filters.tree import Node, leaves
from ..rules.filters.tree import Text as TextTerm
from ..rules.text import clean, fold
from .tables import learners
from .tables.people import caseless

ProfileValues = Mapping[tuple[str, str, bool], tuple[str, ...]]
"""The values in the store, as `key_of` gives them, that a term matches: by field, what was typed, and whether exact."""

MOST = 2_000
"""Different values of one field; where there are more, the field is searched row by row."""

_COLUMNS = {
    "title": "job_title",
    "type": "job_type",
    "unit": "business_unit",
    "unit2": "business_unit_2",
    "city": "city",
    "country": "country",
    "region": "region",
}


def key_of(field: str, table: FromClause) -> ColumnElement[str] | None:
    """The indexed expression over `learners` (or an alias) that holds a field; None for one without such an index."""
    return caseless(table.c[_COLUMNS[field]]) if field in _COLUMNS else None


def resolve(connection: Connection, node: Node) -> ProfileValues:
    """The values that the terms of a filter match, as far as their fields hold few enough."""
    terms = [leaf for leaf in leaves(node) if isinstance(leaf, TextTerm) and leaf.field in _COLUMNS]
    found: dict[tuple[str, str, bool], tuple[str, ...]] = {}
    for field in {term.field for term in terms}:
        values = _all(connection, field)
        if len(values) <= MOST:
            for term in (term for term in terms if term.field == field):
                found |= {
                    (field, value, term.exact): tuple(_matched(values, value, term.exact)) for value in term.values
                }
    return found


def _matched(values: list[str], typed: str, exact: bool) -> Iterator[str]:
    wanted = fold(clean(typed))
    for value in values:
        held = fold(value)
        if held == wanted or (not exact and wanted in held):
            yield value


def _all(connection: Connection, field: str) -> list[str]:
    key = key_of(field, learners)
    assert key is not None
    first = select(key.label("value")).where(key.is_not(None)).order_by(key).limit(1)
    walk = select(type_coerce(first.scalar_subquery(), Text).label("value")).cte("walk", recursive=True)
    following = select(key).where(key > walk.c.value).order_by(key).limit(1).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.value.is_not(None)))
    return list(connection.scalars(select(walk.c.value).where(walk.c.value.is_not(None)).limit(MOST + 1)))
