"""What reports name in passing: programs, contracts, courses, specializations, assessments.

While rows are staged each gets a number, so that a staged row is small; `ids.py` finds or gives their ids.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

Told = tuple[Any, ...]
"""One way a thing was named: its fields in the order of the collection's `fields`."""

_REMEMBERED = 50_000


@dataclass
class Thing:
    """Something named: its fields, and the number staged rows know it by. `names` is what each file calls it, by the
    file's number and the slug it gives beside."""

    number: int
    fields: dict[str, Any]
    names: dict[tuple[int, str | None], str | None] = field(default_factory=dict)


class Things(dict[Told, int]):
    """Numbers by how things were named, from 1 on. What is told of one thing in several rows is put together: the last
    that is not blank wins, save where `choose` says otherwise for a field. `file` is the number of the file that names
    things now."""

    def __init__(
        self,
        fields: tuple[str, ...],
        key: Callable[[Told], Hashable],
        choose: dict[str, Callable[[Any, Any], Any]] | None = None,
    ) -> None:
        super().__init__()
        self.fields, self._key, self._choose = fields, key, choose or {}
        self._by_key: dict[Hashable, Thing] = {}
        self.file = 0

    @property
    def all(self) -> list[Thing]:
        """The things in the order they were first named."""
        return list(self._by_key.values())

    def begin(self, file: int) -> None:
        """The next file names things: it is heard anew what they are called."""
        self.clear()
        self.file = file

    def heard(self, file: int, told: Told) -> int:
        """The number of what a file that was read before names so."""
        if file != self.file:
            self.begin(file)
        return self[told]

    def __missing__(self, told: Told) -> int:
        key = self._key(told)
        thing = self._by_key.get(key)
        if thing is None:
            thing = self._by_key[key] = Thing(len(self._by_key) + 1, dict(zip(self.fields, told, strict=True)))
        else:
            self._add(thing, told)
        if "slug" in self.fields:
            said = dict(zip(self.fields, told, strict=True))
            place = self.file, said["slug"]
            thing.names[place] = said["name"] or thing.names.get(place)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[told] = thing.number
        return thing.number

    def _add(self, thing: Thing, told: Told) -> None:
        for name, value in zip(self.fields, told, strict=True):
            if value is None:
                continue
            known = thing.fields[name]
            choose = self._choose.get(name)
            thing.fields[name] = choose(known, value) if choose and known is not None else value


def _slug_or_name(told: Told) -> Hashable:
    slug, name = told[:2]
    return ("slug", slug) if slug else ("name", name)


def _programs() -> Things:
    return Things(("slug", "name"), _slug_or_name)


def _contracts() -> Things:
    return Things(("name",), lambda told: told[0])


def _courses() -> Things:
    fields = ("key", "slug", "name", "partner", "course_type")
    return Things(fields, _slug_or_name, {"slug": lambda known, _told: known})


def _specializations() -> Things:
    return Things(("slug", "name", "partner"), _slug_or_name)


def _assessments() -> Things:
    fields = ("course", "key", "name", "assessment_type", "weight", "max_score", "passing_score", "deadline")
    return Things(fields, lambda told: (told[0], _slug_or_name(told[1:3])), {"deadline": max})


@dataclass
class Named:
    """Everything an import names."""

    programs: Things = field(default_factory=_programs)
    contracts: Things = field(default_factory=_contracts)
    courses: Things = field(default_factory=_courses)
    specializations: Things = field(default_factory=_specializations)
    assessments: Things = field(default_factory=_assessments)
    links: set[tuple[int, int]] = field(default_factory=set)
    """Program and contract numbers that stand in one row."""

    def begin(self, file: int) -> None:
        """The next file begins."""
        for things in (self.programs, self.contracts, self.courses, self.specializations, self.assessments):
            things.begin(file)
