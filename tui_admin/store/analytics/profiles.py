"""The profile fields of learners as columns: which of the field's values each of them has.

For each key of a field (`store.filters.profile_values`) `learners` has a column of places, 0 where the key is blank,
and a table `profile_KEY` says which value has place 1, 2 and so on: by a digest, so that no manager's name stands in
the columns when it is gone from the store. A key with very many values has neither.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Select, select

from ...rules.filters.tree import Blank, Node, Text
from ..filters.profile_values import COLUMNS, MOST, ProfileValues, keys_of, looked_up, names_of
from ..tables import learners
from .building import LEARNERS_PER_BLOCK, Build
from .columns import Bools, Columns, Numbers
from .rows import batches

_FIELDS = ("manager", *COLUMNS)


def build(build: Build) -> None:
    """Write the columns of all fields, of the people as they were read before."""
    names = list(chain.from_iterable(map(names_of, _FIELDS)))
    keys = chain.from_iterable(keys_of(field, learners) for field in _FIELDS)
    places: list[dict[str | None, int]] = [{None: 0} for _ in names]
    parts: list[list[Numbers]] = [[] for _ in names]
    query: Select[*tuple[Any, ...]] = select(*keys).order_by(learners.c.id)
    for rows in batches(build.connection, query):
        build.check()
        for known, found, values in zip(places, parts, zip(*rows, strict=True), strict=True):
            for value in set(values) - known.keys():
                known[value] = len(known)
            found.append(np.fromiter(map(known.__getitem__, values), np.uint32, len(values)))
    for name, known, found in zip(names, places, parts, strict=True):
        if len(known) - 1 <= MOST:
            _write(build, name, list(known)[1:], np.concatenate([np.zeros(0, np.uint32), *found]))


def _write(build: Build, name: str, values: list[str | None], places: Numbers) -> None:
    build.writer.write(_table(name), 0, digest=_digests(value or "" for value in values))
    for number in range(build.people.count):
        part = slice(number * LEARNERS_PER_BLOCK, (number + 1) * LEARNERS_PER_BLOCK)
        build.writer.add("learners", number, **{name: places[part]})


def holding(columns: Columns, term: Node, known: ProfileValues) -> Bools | None:
    """Which learners, by position, fulfil a term about a profile field; None for any other term, and for a field whose
    values are too many."""
    match term:
        case Blank(field) if names := names_of(field):
            return _among(columns, names[0], np.zeros(1, np.uint32))
        case Text(field) if (names := names_of(field)) and (found := looked_up(term, known)):
            matched = [frozenset[str]().union(*(of.matched for of in values)) for values in zip(*found, strict=True)]
            told = [_having(columns, name, values) for name, values in zip(names, matched, strict=True)]
            known_of = [one for one in told if one is not None]
            return np.logical_or.reduce(known_of) if len(known_of) == len(told) else None
    return None


def numbered(columns: Columns, name: str, values: Sequence[str]) -> Numbers | None:
    """By learner, which of some values of a key they have: its number from 0, -1 for any other and for none. None for a
    key whose values are too many."""
    if not columns.count("learners", name):
        return None
    (digests,), (own,) = columns.whole(_table(name), "digest"), columns.whole("learners", name)
    number_of = {digest: number for number, digest in enumerate(_digests(values).tolist())}
    numbers = np.array([-1, *(number_of.get(digest, -1) for digest in digests.tolist())], np.int32)
    found: Numbers = numbers[own]
    return found


def _having(columns: Columns, name: str, values: Iterable[str]) -> Bools | None:
    (digests,) = columns.whole(_table(name), "digest")
    return _among(columns, name, np.flatnonzero(np.isin(digests, _digests(values))) + 1)


def _among(columns: Columns, name: str, places: Numbers) -> Bools | None:
    """Who has one of some values of a key, by their places."""
    if not columns.count("learners", name):
        return None
    marks = np.zeros(columns.size(_table(name)) + 1, np.bool_)
    marks[places] = True
    (own,) = columns.whole("learners", name)
    found: Bools = marks[own]
    return found


def _table(name: str) -> str:
    return f"profile_{name}"


def _digests(values: Iterable[str]) -> Numbers:
    """Of each value 64 bits: that two of the few values of a field have the same is less than one in 10**11."""
    return np.array([int.from_bytes(blake2b(value.encode(), digest_size=8).digest()) for value in values], np.uint64)
