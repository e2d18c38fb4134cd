"""What programs, courses and specializations are called: as the newest of the files says that name them. An older file
renames nothing; an id or slug stays what it is."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from ..tables import courses
from .order import Order
from .things import Thing


@dataclass(frozen=True)
class Renaming:
    """That a file calls what the `table` holds under `key` other than the store does. It is only told, not `done`,
    where the import may not rename."""

    file: int
    table: str
    key: str
    before: str
    after: str
    done: bool


@dataclass(frozen=True)
class ReusedId:
    """That a file gives the id `key` of a course with another slug, and perhaps name, than the store or other rows."""

    file: int
    key: str
    slug: str
    other_slug: str
    other_name: str | None


@dataclass(frozen=True)
class Merging:
    """That a file makes the skill `before` one with the skill `after`, for so many courses."""

    file: int
    before: str
    after: str
    courses: int


@dataclass
class Said:
    """What is to be said about names."""

    renamings: list[Renaming] = field(default_factory=list)
    mergings: list[Merging] = field(default_factory=list)
    reused: list[ReusedId] = field(default_factory=list)


class Names:
    """Judges what files call the things of one table, which are known by the column `key`. `fixed`: what has a name
    keeps it."""

    def __init__(self, said: Said, order: Order, table: Table, key: str, *, fixed: bool) -> None:
        self._said, self._order, self._table, self._key, self._fixed = said, order, table, key, fixed

    def of_new(self, thing: Thing, key: str) -> dict[str, Any]:
        """Name and moment of something that the store does not have yet."""
        if "moment" not in self._table.c:
            return {}
        slug = thing.fields["slug"]
        self._compare_slugs(thing, key, slug)
        file, name = self._newest(thing, slug)
        return {"name": name or key, "moment": None if file is None else self._order.moment_of(file)}

    def of_known(self, thing: Thing, known: dict[str, Any], *, new: bool) -> dict[str, Any]:
        """What changes of name and moment of something that the store has, or is about to get (`new`)."""
        matched_by_name = thing.fields.get(self._key) is None and self._table is not courses
        if "moment" not in self._table.c or matched_by_name:
            return {}
        key, slug = known[self._key], known["slug"] or thing.fields["slug"]
        self._compare_slugs(thing, key, slug)
        file, name = self._newest(thing, slug)
        if file is None:
            return {}
        moment, before = self._order.moment_of(file), known["moment"]
        named = known["name"] != key
        if named and moment is not None and before is not None and moment < before:
            return {}
        if named and name != known["name"] and not new:
            self._said.renamings.append(
                Renaming(file, self._table.name, key, known["name"], str(name), done=not self._fixed)
            )
            if self._fixed:
                return {}
        return {"name": name, "moment": before if moment is None else moment}

    def _newest(self, thing: Thing, slug: str | None) -> tuple[int | None, str | None]:
        """The newest file that names a thing of this slug, and the name."""
        told = {file: name for (file, said), name in thing.names.items() if name and said in (None, slug)}
        file = max(told, key=self._order.rank, default=None)
        return file, None if file is None else told[file]

    def _compare_slugs(self, thing: Thing, key: str, slug: str | None) -> None:
        for (file, other), name in thing.names.items():
            if slug is not None and other not in (None, slug):
                self._said.reused.append(ReusedId(file, key, slug, other, name))
