"""What a learner sees of a program: the page that the preview draws and that the learner-facing service will serve."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ..rules.colors import parse
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store import catalogue as store_catalogue
from ..store.engine import Store
from ..store.tables import organization, pictures
from . import lookup
from .catalogue_search import Kind
from .curriculum import reading


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its digest; `name` is that of the file it came from, width and height are pixels."""

    digest: str
    name: str
    width: int
    height: int


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
    """The page. `color` is `#rrggbb`, `banner` the program's or else the organization's; texts are blank and pictures
    None where there are none. `enrollment_limit` is how many courses a learner may take, None any number."""

    organization: str
    color: str
    logo: Picture | None
    support: str
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
        program = lookup.program(connection, actor, Right.READ, slug)
        around = connection.execute(select(organization)).one()
        curriculum = reading.of_program(connection, program)
        levels = _levels(connection, curriculum)
        return ProgramPage(
            organization=clean(around.name),
            color=parse(around.brand_color or "") or "",
            logo=_picture(connection, around.logo),
            support=clean(around.support_contact or ""),
            name=clean(program.name),
            tagline=clean(program.tagline or ""),
            url=clean(program.url or ""),
            enrollment_limit=program.enrollment_limit,
            banner=_picture(connection, program.banner) or _picture(connection, around.banner),
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


def _picture(connection: Connection, digest: str | None) -> Picture | None:
    columns = (pictures.c.digest, pictures.c.name, pictures.c.width, pictures.c.height)
    found = connection.execute(select(*columns).where(pictures.c.digest == digest)).one_or_none()
    return None if found is None else Picture(found.digest, clean(found.name), found.width, found.height)
