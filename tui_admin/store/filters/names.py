"""Slugs and names in a filter, looked up once: what they stand for in the store."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, select

from ...rules.filters.errors import FilterError, nearest_word
from ...rules.filters.tree import Moment, Named, Node, leaves
from ...rules.text import fold
from ..catalogue import skills_by_name
from ..ratings.tags import tags
from ..tables import collections, contracts, courses, program_contracts, programs, specializations

Names = Mapping[tuple[str, str], tuple[int, ...]]
"""The ids that a value of a field stands for, by field and value."""


def resolve_names(connection: Connection, node: Node, scope: frozenset[int] | None) -> Names:
    """The ids of all slugs and names in a filter, seen from the programs in `scope` (None: all).

    Raises FilterError for one that is not known, unless nothing of its kind is known yet: then it stands for nothing.
    """
    terms = [leaf for leaf in leaves(node) if isinstance(leaf, Named)]
    if any(isinstance(leaf, Moment) and leaf.field == "submitted" for leaf in leaves(node)):
        terms += [taught_in(term) for term in terms if term.field == "skill"]
    known = {field: _known(connection, field, scope) for field in {term.field for term in terms}}
    return {(term.field, value): _ids(term, value, known[term.field]) for term in terms for value in term.values}


def _ids(term: Named, value: str, known: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    ids = known.get(fold(value))
    if ids is not None or not known:
        return ids or ()
    start, end = term.span
    noun = _NOUNS.get(term.field, term.field)
    raise FilterError(
        f'Unknown {noun} "{value}"',
        start,
        end - start,
        f"the slug or whole name of a {noun}",
        nearest_word(fold(value), known),
    )


def _known(connection: Connection, field: str, scope: frozenset[int] | None) -> dict[str, tuple[int, ...]]:
    if find := _OF_SKILLS.get(field):
        return find(connection)
    known: dict[str, tuple[int, ...]] = {}
    for id, *words in connection.execute(_SELECTS[field](scope)):
        for word in {fold(word) for word in words if word}:
            known[word] = (*known.get(word, ()), id)
    return known


def _taught(connection: Connection) -> dict[str, tuple[int, ...]]:
    """The courses that teach each skill, or that it stands in for the skills of, by the skill's name."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for course, tagged in tags(connection).items():
        for skill, _share in tagged:
            found[skill].append(course)
    return {name: tuple(found[id]) for name, id in skills_by_name(connection).items()}


def _skills(connection: Connection) -> dict[str, tuple[int, ...]]:
    """Skills, also by what they were called before: what was saved then goes on to mean them."""
    return {name: (id,) for name, id in skills_by_name(connection).items()}


def taught_in(skill: Named) -> Named:
    """The term that stands for the courses that teach a skill."""
    return Named("learning", skill.values, skill.span)


def _programs(scope: frozenset[int] | None) -> Select[int, str, str]:
    found = select(programs.c.id, programs.c.slug, programs.c.name)
    return found if scope is None else found.where(programs.c.id.in_(scope))


def _contracts(scope: frozenset[int] | None) -> Select[int, str]:
    found = select(contracts.c.id, contracts.c.name)
    if scope is None:
        return found
    drawn = select(program_contracts.c.contract_id).where(program_contracts.c.program_id.in_(scope))
    return found.where(contracts.c.id.in_(drawn))


def _collections(scope: frozenset[int] | None) -> Select[int, str]:
    found = select(collections.c.id, collections.c.name)
    return found if scope is None else found.where(collections.c.program_id.in_(scope))


_SELECTS: dict[str, Callable[[frozenset[int] | None], Select[*tuple[Any, ...]]]] = {
    "program": _programs,
    "contract": _contracts,
    "course": lambda _scope: select(courses.c.id, courses.c.key, courses.c.slug, courses.c.name),
    "specialization": lambda _scope: select(specializations.c.id, specializations.c.slug, specializations.c.name),
    "collection": _collections,
}

_OF_SKILLS: dict[str, Callable[[Connection], dict[str, tuple[int, ...]]]] = {"skill": _skills, "learning": _taught}

_NOUNS = {"learning": "skill"}
"""What a value of a field is, where it is not called like the field."""


def ids_of(names: Names, term: Named) -> list[int]:
    """All ids that any value of the term stands for."""
    return sorted({id for value in term.values for id in names[term.field, value]})
