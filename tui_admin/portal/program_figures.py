"""A program's Main page, and the contracts with their licenses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ..rules.licenses import Licenses
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..rules.triage import Status
from ..store import home as store_home
from ..store import licenses as store_licenses
from ..store import program_figures as store_figures
from ..store.engine import Store
from . import lookup, rights
from .home import Program, program_of
from .scope import programs_in_view


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with its days and licenses, and the programs in view that draw on it, by name. A program admin's
    figures are those of their own programs' people."""

    id: int
    name: str
    starts_on: date | None
    ends_on: date | None
    licenses: Licenses
    programs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """A course in a program: enrollments of joined members, and how many of them completed it."""

    name: str
    slug: str
    enrollments: int
    completions: int


@dataclass(frozen=True, slots=True)
class ProgramMain:
    """What Main shows of a program at once."""

    program: Program
    tagline: str
    url: str


def main(store: Store, actor: Actor, slug: str, now: Instant) -> ProgramMain:
    """A program with its people by status. Raises BadInput where there is none, NotAllowed where it is not theirs."""
    with store.read() as connection:
        found = lookup.program(connection, actor, Right.READ, slug)
        counts = store_home.status_counts(connection, frozenset({found.id}), now)
    row = store_home.ProgramRow(found.id, found.slug, found.name)
    return ProgramMain(program_of(row, counts.get(row.id)), clean(found.tagline or ""), clean(found.url or ""))


def courses(store: Store, actor: Actor, slug: str) -> tuple[CourseFigures, ...]:
    """The courses of a program that anybody is enrolled in, the largest first."""
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.READ, slug)
        rows = store_figures.course_counts(connection, program.id)
    return tuple(
        CourseFigures(clean(row["name"]), row["slug"] or "", row["enrollments"], row["completions"]) for row in rows
    )


def contracts(store: Store, actor: Actor, slug: str | None = None) -> tuple[Contract, ...]:
    """The contracts of a program, or all that the administrator may see, the earliest first."""
    with store.read() as connection:
        view = programs_in_view(connection, actor, slug)
        scope = rights.scope(actor)
        names = {row.id: clean(row.name) for row in store_home.listed(connection, view)}
        drawing = store_figures.programs_of_contracts(connection)
        ids = None if view is None else {id for id, programs in drawing.items() if names.keys() & set(programs)}
        rows = store_figures.contract_rows(connection, ids)
        held = _licenses(connection, scope, {row["id"] for row in rows})
    return tuple(
        Contract(
            row["id"],
            clean(row["name"]),
            row["starts_on"],
            row["ends_on"],
            held[row["id"]],
            tuple(names[program] for program in drawing.get(row["id"], ()) if program in names),
        )
        for row in rows
    )


def _licenses(connection: Connection, scope: frozenset[int] | None, ids: set[int]) -> Mapping[int, Licenses]:
    if scope is None:
        return store_licenses.count(connection, ids)
    return store_home.own_licenses(connection, scope, ids)


STATUSES = (
    ("Members", ""),
    ("No enrollment", Status.NO_ENROLLMENT),
    ("Enrolled", Status.ENROLLED),
    ("Completed", Status.COMPLETED),
    ("At risk", Status.AT_RISK),
    ("Inactive", Status.INACTIVE),
    ("Invited", Status.INVITED),
    ("Removed", Status.REMOVED),
)
"""What Main counts of a program's people, in its order; an empty status stands for all who joined."""
