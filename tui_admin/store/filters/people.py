"""The terms of a filter that speak of the person alone: words, names, profile fields, opting out."""

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.sql.selectable import FromClause

from ...rules.filters.tree import Blank, Choice, Node, Text, Word, leaves
from ..matching import like, matches, needle, pattern
from ..tables import learners
from .profile_values import COLUMNS, ProfileValues, indexes_of, is_one_of, keys_of, looked_up

Condition = ColumnElement[bool]

PROFILE = {
    "id": ("external_id",),
    "manager": ("manager_name", "manager_email"),
    **COLUMNS,
}
"""The columns of a learner that a text field looks into."""


def on_search_key(term: Node, table: FromClause) -> Condition | None:
    """The condition on a table with a `search_key`; None for a term that speaks of something else.

    Name and address stand in one key with a separator between: a name has it after it, an address before.
    """
    key = table.c.search_key
    match term:
        case Word(text):
            return like(key, pattern(needle(text)))
        case Text("name", values, exact):
            edge = "" if exact else "%"
            return or_(*(like(key, pattern(needle(value), edge, f"{edge}\x1f%")) for value in values))
        case Text("email", values, exact):
            edge = "" if exact else "%"
            return or_(*(like(key, pattern(needle(value), f"%\x1f{edge}", edge)) for value in values))
        case Blank("name"):
            return like(key, "\x1f%")
        case Blank("email"):
            return like(key, "%\x1f")
    return None


def asks_names(node: Node) -> bool:
    """Whether the filter asks for no more of people than the search key holds."""
    return all(on_search_key(leaf, learners) is not None for leaf in leaves(node))


def on_profile(term: Node, table: FromClause, known: ProfileValues) -> Condition | None:
    """The condition on `learners` (or an alias of it); None for a term that speaks of something else."""
    match term:
        case Text(field) if field in PROFILE:
            return _holds(term, table, known)
        case Blank(field) if field in PROFILE:
            if keys := keys_of(field, table):
                return keys[0].is_(None)
            return and_(*(func.coalesce(table.c[name], "") == "" for name in PROFILE[field]))
        case Choice("opted-out", values):
            return table.c.opted_out.in_([value == "yes" for value in values])
    return None


def holders(term: Text, known: ProfileValues) -> list[Select[int]]:
    """The ids of all who fulfil a term, by each of the indexes of its field; together they find everybody. None for a
    field without an index, or of too many different values."""
    if term.field == "id":
        holds = _holds(term, learners, {})
        return [select(learners.c.id).where(holds).with_hint(learners, "INDEXED BY ix_learners_external_id", "sqlite")]
    found = looked_up(term, known)
    if not found:
        return []
    ways = zip(keys_of(term.field, learners), indexes_of(term.field), zip(*found, strict=True), strict=True)
    return [
        select(learners.c.id).where(is_one_of(key, values)).with_hint(learners, f"INDEXED BY {index}", "sqlite")
        for key, index, values in ways
    ]


def _holds(term: Text, table: FromClause, known: ProfileValues) -> Condition:
    if found := looked_up(term, known):
        keys = zip(keys_of(term.field, table), zip(*found, strict=True), strict=True)
        return or_(*(is_one_of(key, values) for key, values in keys))
    columns = [table.c[name] for name in PROFILE[term.field]]
    return or_(*(matches(column, text, exact=term.exact) for text in term.values for column in columns))
