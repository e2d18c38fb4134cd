"""Home: what the organization's learning adds up to, where people leak, and how each program stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from ..rules.licenses import Licenses
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant, day_bounds, to_datetime
from ..rules.triage import Status
from ..store import contracts as store_contracts
from ..store import home as store_home
from ..store import licenses as store_licenses
from ..store.engine import Store
from . import organization, rights

GAIN_DAYS = 30
WEEKS = 12
_DAYS = 7 * WEEKS


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure since the subscription start.

    `total` is None where no report named it. `newest` is the moment or day up to which it is known. `gained` is what
    the last 30 days added and `weekly` the last twelve weeks, the oldest first; None and empty where no fact of it has
    a day.
    """

    total: float | None
    newest: Instant | date | None = None
    gained: float | None = None
    weekly: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The three figures, and the day they are counted from: the first of the earliest contract, else of the first
    enrollment."""

    since: date | None
    enrollments: Tile
    hours: Tile
    lessons: Tile


@dataclass(frozen=True, slots=True)
class Funnel:
    """People, each counted once and at every stage they reached in any program; removed memberships are left out.

    Who was added without an invitation counts as invited, so that each stage holds the next.
    """

    invited: int
    joined: int
    enrolled: int
    completed: int

    @property
    def leaks(self) -> tuple[int, int, int]:
        """Who never joined, who joined and never enrolled, who enrolled and completed nothing."""
        return self.invited - self.joined, self.joined - self.enrolled, self.enrolled - self.completed


@dataclass(frozen=True, slots=True)
class Program:
    """A program's people by triage status; `members` are those who joined."""

    id: int
    slug: str
    name: str
    members: int
    counts: Mapping[Status, int]


@dataclass(frozen=True, slots=True)
class Overview:
    """The programs in their order, and the funnel over all of them."""

    programs: tuple[Program, ...]
    funnel: Funnel


JOINED = "status:no-enrollment,enrolled,completed"
"""The filter that finds who is a member."""

COUNTED = "status:invited,no-enrollment,enrolled,completed"
"""The filter that finds a membership that is not removed, to stand beside what else is asked of it."""

STAGES = (
    ("Invited", COUNTED),
    ("Joined", JOINED),
    ("Enrolled", "status:enrolled,completed"),
    ("Completed", "status:completed"),
)
"""The funnel's stages, each with the filter that lists its people in Users."""

LEAKS = (
    ("never joined", f"status:invited -{JOINED}"),
    ("no enrollment", "status:no-enrollment -status:enrolled,completed"),
    ("none completed", "status:enrolled -status:completed"),
)
"""What lies between the stages, each with the filter that lists its people in Users."""


def overview(store: Store, actor: Actor, now: Instant) -> Overview:
    """The programs an administrator may see, with their figures at `now`, and the funnel over them."""
    actor.require(Right.READ)
    scope = rights.scope(actor)
    with store.read() as connection:
        counts = store_home.status_counts(connection, scope, now)
        programs = tuple(program_of(row, counts.get(row.id)) for row in store_home.listed(connection, scope))
        surplus = store_home.surplus(connection, scope) if len(programs) > 1 else (0, 0, 0, 0)
    return Overview(programs, _funnel(programs, surplus))


def program_of(row: store_home.ProgramRow, counts: Mapping[Status, int] | None) -> Program:
    """A program from its row and its people by status, None where nobody is in it."""
    held = counts or store_home.no_people()
    members = held[Status.NO_ENROLLMENT] + held[Status.ENROLLED] + held[Status.COMPLETED]
    return Program(row.id, row.slug, clean(row.name), members, held)


def licenses(store: Store, actor: Actor, now: Instant) -> dict[int, Licenses]:
    """The licenses of each program that draws on a contract in force at the clock's moment `now`, by its id: those of
    all such contracts together.

    Other programs may draw on the same contracts. An organization admin sees what all of them occupy; a program admin
    what their own programs do, because not even a count of others is theirs to see.
    """
    actor.require(Right.READ)
    scope = rights.scope(actor)
    with store.read() as connection:
        in_force = store_contracts.in_force(connection, to_datetime(now, organization.zone(connection)).date())
        links = {
            program: [contract for contract in contracts if contract in in_force]
            for program, contracts in store_home.program_contracts_of(connection, scope).items()
        }
        drawn = {contract for contracts in links.values() for contract in contracts}
        held = store_licenses.count(connection, drawn, scope)
    return {program: _together([held[contract] for contract in drawn]) for program, drawn in links.items() if drawn}


def summary(store: Store, actor: Actor, now: Instant, zone: tzinfo) -> Summary:
    """Enrollments, learning hours and lessons up to `now`; days are those of the organization's time zone."""
    actor.require(Right.READ)
    scope = rights.scope(actor)
    today = to_datetime(now, zone).date()
    days = [day_bounds(today - timedelta(days=back), zone) for back in range(_DAYS)]
    with store.read() as connection:
        day, first = store_home.subscription_start(connection, scope)
        since = day if day is not None or first is None else to_datetime(first, zone).date()
        total, newest, hours = store_home.enrollment_totals(connection, scope)
        daily = store_home.enrollments_daily(connection, scope, now, days)
        lessons, last_day = store_home.activity_total(connection, scope)
        minutes, taken = store_home.activity_daily(connection, scope, today, _DAYS) if last_day else ({}, {})
        usage = store_home.usage_moment(connection) if hours is not None else None
    spent = {back: value / 60 for back, value in minutes.items()}
    return Summary(
        since,
        Tile(total, newest, *_course(daily)),
        Tile(hours, usage, *(_course(spent) if spent and hours is not None else (None, ()))),
        Tile(lessons, last_day, *(_course(taken) if last_day else (None, ()))),
    )


def _together(held: Sequence[Licenses]) -> Licenses:
    known = [one.purchased for one in held if one.purchased is not None]
    purchased = sum(known) if len(known) == len(held) else None
    occupied, reserved = sum(one.occupied for one in held), sum(one.reserved for one in held)
    return Licenses(purchased, occupied, reserved, any(one.shared for one in held))


def _course(daily: Mapping[int, float]) -> tuple[float, tuple[float, ...]]:
    """What the last 30 days added, and the weeks, the oldest first."""
    gained = sum(value for back, value in daily.items() if back < GAIN_DAYS)
    weeks = [0.0] * WEEKS
    for back, value in daily.items():
        weeks[WEEKS - 1 - back // 7] += value
    return gained, tuple(weeks)


def _funnel(programs: tuple[Program, ...], surplus: tuple[int, int, int, int]) -> Funnel:
    completed = sum(program.counts[Status.COMPLETED] for program in programs)
    enrolled = completed + sum(program.counts[Status.ENROLLED] for program in programs)
    joined = enrolled + sum(program.counts[Status.NO_ENROLLMENT] for program in programs)
    invited = joined + sum(program.counts[Status.INVITED] for program in programs)
    stages = (invited, joined, enrolled, completed)
    return Funnel(*(total - extra for total, extra in zip(stages, surplus, strict=True)))
