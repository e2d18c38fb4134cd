"""Programs with their curricula, the contracts they draw on, and who administers them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select, update

from ..rules.times import DAY, Instant
from ..rules.triage import MembershipState
from ..store.bulk import insert_rows
from ..store.tables import contracts, memberships
from .calendar import Calendar
from .catalogue import GROUP, Course, Group, courses_of
from .subjects import AREAS

OWNER = "ada.lindqvist@northwind.example"
"""The first organization admin: who acts where nobody is named."""

ADMINISTRATORS: tuple[tuple[str, tuple[int, ...] | None], ...] = (
    (OWNER, None),
    ("teo.marchetti@northwind.example", None),
    ("ines.okafor@northwind.example", (1, 2)),
    ("jonas.feldmann@northwind.example", (4,)),
    ("mirela.petkova@northwind.example", (3, 5, 6)),
)
"""Addresses, with the ids of the programs of a program admin; None for an organization admin."""

_GROUPS_PER_COLLECTION = 3
_COLLECTIONS = ("Start Here", "Go Further", "For Specialists", "Across Teams", "Deep Dives", "Electives")

FRAMEWORK, PAST, NEXT, FULL, OVER, ROOMY, UNKNOWN = range(1, 8)
"""Ids of the contracts."""

_CONTRACTS_OF = (
    (FRAMEWORK, PAST, NEXT),
    (FULL, PAST),
    (FRAMEWORK, PAST, NEXT),
    (OVER,),
    (ROOMY,),
    (FRAMEWORK,),
    (FRAMEWORK, NEXT),
    (UNKNOWN,),
)


@dataclass(frozen=True, slots=True)
class Program:
    """What enrolling needs of a program: its courses in curriculum order, and the collection each lies in.

    `paced` are places of courses without sessions. `starts` are places where a specialization begins, by place.
    """

    id: int
    courses: Sequence[Course]
    sources: Sequence[str]
    places: Sequence[int]
    paced: Sequence[int]
    starts: dict[int, int]
    contract: int
    past_contract: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A collection: its name and its groups."""

    name: str
    groups: Sequence[Group]


class Programs:
    """The eight programs and seven contracts of the demo."""

    def __init__(self, groups: Sequence[Group], curriculum_groups: int, calendar: Calendar) -> None:
        self._calendar = calendar
        self.framework_from = calendar.month(-9)
        self._shelves = [self._curriculum(number, groups, curriculum_groups) for number in range(len(AREAS))]
        self.all = [self._program(number) for number in range(len(AREAS))]

    def insert(self, connection: Connection) -> None:
        """Write contracts, programs, curricula and administrators."""
        start = (self._calendar.first - 40) * DAY
        insert_rows(
            connection, "contracts", ("id", "name", "starts_on", "ends_on", "created_at"), self._contracts(start)
        )
        columns = ("id", "slug", "name", "tagline", "url", "position", "created_at")
        insert_rows(connection, "programs", columns, (self._row(number, start) for number in range(len(AREAS))))
        links = [
            (program + 1, contract, place)
            for program, contracts in enumerate(_CONTRACTS_OF)
            for place, contract in enumerate(contracts)
        ]
        insert_rows(connection, "program_contracts", ("program_id", "contract_id", "position"), links)
        self._insert_curricula(connection)
        _insert_administrators(connection, start)

    def contract_of(self, program: Program, removed_at: Instant | None) -> int:
        """The contract a membership is under: the past one for those who left before the current one began."""
        if removed_at is not None and removed_at // DAY < (self.framework_from - date(1970, 1, 1)).days:
            return program.past_contract
        return program.contract

    def _curriculum(self, number: int, groups: Sequence[Group], count: int) -> list[_Shelf]:
        own = [group for group in groups if group.area == number][:count]
        shelves = [
            _Shelf(_shelf_name(place), own[first : first + _GROUPS_PER_COLLECTION])
            for place, first in enumerate(range(0, len(own), _GROUPS_PER_COLLECTION))
        ]
        neighbour = next(group for group in groups if group.area == (number + 1) % len(AREAS))
        return [*shelves, _Shelf(f"From {AREAS[neighbour.area].program}", [neighbour])]

    def _program(self, number: int) -> Program:
        shelves = self._shelves[number]
        groups = [group for shelf in shelves for group in shelf.groups]
        courses = courses_of(groups)
        sources = [shelf.name for shelf in shelves for group in shelf.groups for _ in group.courses]
        paced = [place for place, course in enumerate(courses) if course.starts_at is None]
        starts = {place * GROUP: group.specialization for place, group in enumerate(groups)}
        contracts = _CONTRACTS_OF[number]
        past = PAST if PAST in contracts else contracts[0]
        return Program(number + 1, courses, sources, range(len(courses)), paced, starts, contracts[0], past)

    def _contracts(self, created: Instant) -> list[tuple[int, str, str, str, Instant]]:
        month = self._calendar.month
        spans = (
            (FRAMEWORK, "Framework Agreement {}", -9, 15),
            (PAST, "Framework Agreement {}", -33, -9),
            (NEXT, "Framework Agreement {}", 15, 39),
            (FULL, "Cloud Academy {}", -20, 4),
            (OVER, "Sprachpilot {}", -19, 5),
            (ROOMY, "Security Mandate {}", -21, 15),
            (UNKNOWN, "Graduate Intake {}", -19, 17),
        )
        return [
            (
                id,
                name.format(_years(month(first), month(end))),
                month(first).isoformat(),
                _day_before(month(end)),
                created,
            )
            for id, name, first, end in spans
        ]

    def _row(self, number: int, created: Instant) -> tuple[int, str, str, str, str, int, Instant]:
        area = AREAS[number]
        url = f"https://learn.northwind.example/programs/{area.slug}"
        return (number + 1, area.slug, area.program, area.tagline, url, number, created + number * DAY)

    def _insert_curricula(self, connection: Connection) -> None:
        shelves: list[tuple[int, int, int, str, str]] = []
        items: list[tuple[int, int, int, int | None, int | None]] = []
        for number, curriculum in enumerate(self._shelves):
            for place, shelf in enumerate(curriculum):
                id = len(shelves) + 1
                topics = ", ".join(group.name for group in shelf.groups)
                shelves.append((id, number + 1, place, shelf.name, topics))
                for item, (course, specialization) in enumerate(_items(shelf)):
                    items.append((len(items) + 1, id, item, course, specialization))
        insert_rows(connection, "collections", ("id", "program_id", "position", "name", "description"), shelves)
        columns = ("id", "collection_id", "position", "course_id", "specialization_id")
        insert_rows(connection, "collection_items", columns, items)


def _items(shelf: _Shelf) -> list[tuple[int | None, int | None]]:
    """The first group as a specialization and its first course for a taste, the others course by course."""
    first, *others = shelf.groups
    courses: list[tuple[int | None, int | None]] = [(course.id, None) for course in courses_of(others)]
    return [(None, first.specialization), (first.courses[0].id, None), *courses]


def _insert_administrators(connection: Connection, added: Instant) -> None:
    rows = [
        (id, email, email, "organization" if programs is None else "program", added, OWNER)
        for id, (email, programs) in enumerate(ADMINISTRATORS, 1)
    ]
    columns = ("id", "email", "email_shown", "role", "added_at", "added_by")
    insert_rows(connection, "administrators", columns, rows)
    links = [(id, program) for id, (_, programs) in enumerate(ADMINISTRATORS, 1) for program in programs or ()]
    insert_rows(connection, "administrator_programs", ("administrator_id", "program_id"), links)


def set_licenses(connection: Connection) -> None:
    """Purchase licenses by what is occupied: one contract nearly full, one over, the first with plenty free."""
    occupied = _holders(connection, MembershipState.MEMBER)
    reserved = _holders(connection, MembershipState.INVITED)
    left = _holders(connection, MembershipState.DELETED_MEMBER)
    used = occupied.get(FRAMEWORK, 0) + reserved.get(FRAMEWORK, 0)
    framework = _round_up(used + max(1_500, used // 8), 500)
    full, over = occupied.get(FULL, 0), occupied.get(OVER, 0)
    licenses = {
        FRAMEWORK: framework,
        PAST: _round_up(left.get(PAST, 0) + framework // 3, 100),
        NEXT: _round_up(framework * 11 // 10, 500),
        FULL: full * 31 // 30 + 1,
        OVER: max(1, over - max(2, over // 60)),
        ROOMY: _round_up(occupied.get(ROOMY, 0) * 3 // 2 + 20, 10),
    }
    for id, count in licenses.items():
        connection.execute(update(contracts).where(contracts.c.id == id).values(licenses=count))


def _holders(connection: Connection, state: MembershipState) -> dict[int | None, int]:
    learners = func.count(memberships.c.learner_id.distinct()).label("learners")
    query = select(memberships.c.contract_id, learners).where(memberships.c.state == state)
    return {row.contract_id: row.learners for row in connection.execute(query.group_by(memberships.c.contract_id))}


def _round_up(count: int, step: int) -> int:
    return -(-count // step) * step


def _shelf_name(place: int) -> str:
    turn, name = divmod(place, len(_COLLECTIONS))
    return _COLLECTIONS[name] + (f" {turn + 1}" if turn else "")


def _years(first: date, end: date) -> str:
    last = end - timedelta(days=1)
    return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"


def _day_before(day: date) -> str:
    return (day - timedelta(days=1)).isoformat()
