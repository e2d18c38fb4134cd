"""A program's Main page."""

from dataclasses import dataclass

from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..rules.triage import Status
from ..store import home as store_home
from ..store import program_figures as store_figures
from ..store import programs as store_programs
from ..store.engine import Store
from . import lookup
from .home import Program, program_of


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
        address = store_programs.address(connection, found.id)
        counts = store_home.status_counts(connection, frozenset({found.id}), now)
    row = store_home.ProgramRow(found.id, found.slug, found.name)
    return ProgramMain(program_of(row, counts.get(row.id)), clean(found.tagline or ""), clean(address))


def courses(store: Store, actor: Actor, slug: str) -> tuple[CourseFigures, ...]:
    """The courses of a program that anybody is enrolled in, the largest first."""
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.READ, slug)
        rows = store_figures.course_counts(connection, program.id)
    return tuple(
        CourseFigures(clean(row["name"]), row["slug"] or "", row["enrollments"], row["completions"]) for row in rows
    )


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
