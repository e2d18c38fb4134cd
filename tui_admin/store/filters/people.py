"""The terms of a filter that speak of the person alone: words, names, profile fields, opting out."""

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select
from sqlalchemy.sql.selectable import FromClause

from ...rules.filters.tree import Blank, Choice, Node, Text, Word, leaves
from ..matching import like, matches, needle, pattern
from ..tables import learners
from .profile_values import COLUMNS, ProfileValues, Values, indexes_of, is_one_of, keys_of

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
        case Text(field, values, exact) if field in PROFILE:
            return _holds(field, values, exact, table, known)
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
        holds = _holds("id", term.values, term.exact, learners, {})
        return [select(learners.c.id).where(holds).with_hint(learners, "INDEXED BY ix_learners_external_id", "sqlite")]
    found = _known(term.field, term.values, term.exact, known)
    if not found:
        return []
    ways = zip(keys_of(term.field, learners), indexes_of(term.field), zip(*found, strict=True), strict=True)
    return [
        select(learners.c.id).where(is_one_of(key, values)).with_hint(learners, f"INDEXED BY {index}", "sqlite")
        for key, index, values in ways
    ]


def others(term: Text, known: ProfileValues) -> list[Select[int]]:
    """The ids of all whom each of the indexes of its field does not tell to fulfil a term, where most values do: who is
    found by all of them does not fulfil it. None where fewer do."""
    found = _known(term.field, term.values, term.exact, known)
    if not found or sum(len(one.matched) - len(one.others) for values in found for one in values) < 0:
        return []
    ways = zip(keys_of(term.field, learners), indexes_of(term.field), zip(*found, strict=True), strict=True)
    return [
        select(learners.c.id)
        .where(not_(func.coalesce(is_one_of(key, values), false())))
        .with_hint(learners, f"INDEXED BY {index}", "sqlite")
        for key, index, values in ways
    ]


def _holds(field: str, typed: tuple[str, ...], exact: bool, table: FromClause, known: ProfileValues) -> Condition:
    if found := _known(field, typed, exact, known):
        keys = zip(keys_of(field, table), zip(*found, strict=True), strict=True)
        return or_(*(is_one_of(key, values) for key, values in keys))
    columns = [table.c[name] for name in PROFILE[field]]
    return or_(*(matches(column, text, exact=exact) for text in typed for column in columns))


def _known(field: str, typed: tuple[str, ...], exact: bool, known: ProfileValues) -> list[tuple[Values, ...]]:
    """What each of the texts stands for, by key of the field; nothing where that is not known of all."""
    found = [known[field, text, exact] for text in typed if (field, text, exact) in known]
    return found if len(found) == len(typed) else []
