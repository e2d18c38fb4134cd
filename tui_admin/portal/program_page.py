"""What a learner sees of a program: the page that the preview draws and that the learner-facing service serves."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store import catalogue as store_catalogue
from ..store import programs as store_programs
from ..store.engine import Store
from ..store.tables import programs
from . import lookup, masthead
from .catalogue_search import Kind
from .curriculum import reading
from .masthead import Masthead, Picture


@dataclass(frozen=True, slots=True)
class Item:
    """A course, or a specialization with its `courses` in order; blank and None are unknown."""

    kind: Kind
    name: str
    partner: str
    level: str
    workload_hours: float | None
    courses: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as it is shown; one without items is not shown to learners."""

    name: str
    description: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ProgramPage:
    """The page. `banner` is the program's or else the organization's; texts are blank and pictures None where there
    are none. `enrollment_limit` is how many courses a learner may take, None any number."""

    masthead: Masthead
    slug: str
    name: str
    tagline: str
    url: str
    enrollment_limit: int | None
    banner: Picture | None
    collections: tuple[Collection, ...]

    @property
    def shown(self) -> tuple[Collection, ...]:
        """The collections that learners see."""
        return tuple(collection for collection in self.collections if collection.items)

    def count(self, kind: Kind) -> int:
        """How many courses or specializations stand in the collections; what stands in two of them counts twice."""
        return sum(item.kind == kind for collection in self.collections for item in collection.items)


def read(store: Store, actor: Actor, slug: str) -> ProgramPage:
    """The page of a program.

    Raises BadInput where there is no such program, NotAllowed where it is not the administrator's.
    """
    actor.require(Right.READ)
    with store.read() as connection:
        return _page(connection, lookup.program(connection, actor, Right.READ, slug))


def public(store: Store, slug: str) -> ProgramPage | None:
    """The page of a program, whoever asks; None where there is no such program."""
    if clean(slug) != slug:
        return None
    with store.read() as connection:
        program = connection.execute(select(programs).where(programs.c.slug == slug)).one_or_none()
        return None if program is None else _page(connection, program)


def _page(connection: Connection, program: Row[Any]) -> ProgramPage:
    curriculum = reading.of_program(connection, program)
    levels = _levels(connection, curriculum)
    around = masthead.of_organization(connection)
    return ProgramPage(
        masthead=around,
        slug=program.slug,
        name=clean(program.name),
        tagline=clean(program.tagline or ""),
        url=clean(store_programs.address(connection, program.id)),
        enrollment_limit=program.enrollment_limit,
        banner=masthead.picture(connection, program.banner) or around.banner,
        collections=tuple(
            Collection(one.name, one.description, tuple(_item(item, levels) for item in one.items))
            for one in curriculum.collections
        ),
    )


def _levels(connection: Connection, curriculum: reading.Curriculum) -> dict[int, str]:
    items = [item for collection in curriculum.collections for item in collection.items]
    ids = {item.entry for item in items if item.kind == reading.COURSE}
    ids |= {course.id for item in items for course in item.courses}
    return {id: clean(level or "") for id, level in store_catalogue.levels(connection, ids)}


def _item(item: reading.Item, levels: dict[int, str]) -> Item:
    if item.kind == reading.COURSE:
        return Item(item.kind, item.name, item.partner, levels.get(item.entry, ""), item.hours)
    inside = tuple(
        Item(reading.COURSE, course.name, course.partner, levels.get(course.id, ""), course.hours)
        for course in item.courses
    )
    return Item(item.kind, item.name, item.partner, "", item.hours, inside)
