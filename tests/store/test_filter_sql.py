"""The filter as SQL, held against a plain reading of the same facts in Python, on both databases."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, insert, select

from tui_admin.rules.filters import parse
from tui_admin.rules.text import fold, search_key
from tui_admin.rules.times import DAY, parse_iso
from tui_admin.rules.triage import Facts, MembershipState, statuses
from tui_admin.store import members
from tui_admin.store.engine import Store
from tui_admin.store.filters.names import resolve_names
from tui_admin.store.filters.sql import membership_condition
from tui_admin.store.filters.terms import Context, status_condition
from tui_admin.store.members import View
from tui_admin.store.tables import contracts, learners, memberships, programs

NOW = parse_iso("2026-03-10T12:00:00Z")
ZONE = ZoneInfo("America/Toronto")

NAMES = (
    "Kovács Ágnes",
    "田中 花子",
    "O'Neill, Máire",
    "100% Sure",
    "Under_Score",
    "a/b Slash",
    "Straße Weiß",
    "ÉLODIE Roy",
)
UNITS = ("Sales", "sales north", "R&D", "Éducation", "", None, "50%", "Продажи")


@dataclass
class Member:
    """All facts of one membership, with its learner's."""

    id: int
    name: str
    email: str
    unit: str | None
    manager_name: str | None
    manager_email: str | None
    opted_out: bool
    program: int
    state: MembershipState
    contract: int | None
    enrolled: int
    completed: int
    failed: int
    hours: float | None
    next_deadline: int | None
    missed_deadline: int | None
    at_risk_ever: bool
    invited_at: int | None
    joined_at: int | None
    last_activity_at: int | None
    removed_at: int | None

    @property
    def statuses(self) -> set[str]:
        known = {field.name: getattr(self, field.name) for field in fields(Facts) if hasattr(self, field.name)}
        return {str(status) for status in statuses(Facts(**known, risk_ever=self.at_risk_ever), NOW)}


def made_up(count: int = 120) -> list[Member]:
    random = Random(7)

    def moment() -> int | None:
        return random.choice((None, NOW - 30 * DAY, NOW - 30 * DAY + 1, NOW - random.randrange(90 * DAY), NOW))

    return [
        Member(
            id=id,
            name=random.choice(NAMES),
            email=f"{random.choice(('ann', 'Bo_b', 'c%c'))}.{id}@example.org",
            unit=random.choice(UNITS),
            manager_name=random.choice((None, "Zoë Chief")),
            manager_email=random.choice((None, "chief@example.org", "boss@example.org")),
            opted_out=random.random() < 0.3,
            program=random.choice((1, 2)),
            state=random.choice((*MembershipState, MembershipState.MEMBER, MembershipState.MEMBER)),
            contract=random.choice((None, 1, 2)),
            enrolled=random.randrange(4),
            completed=random.randrange(3),
            failed=random.choice((0, 0, 1)),
            hours=random.choice((None, 0.0, 1.5, 20.0)),
            next_deadline=random.choice((None, NOW, NOW - 1, NOW + DAY)),
            missed_deadline=random.choice((None, NOW - 1, NOW + 1)),
            at_risk_ever=random.random() < 0.2,
            invited_at=moment(),
            joined_at=moment(),
            last_activity_at=moment(),
            removed_at=moment(),
        )
        for id in range(1, count + 1)
    ]


def put(connection: Connection, members: list[Member]) -> None:
    connection.execute(
        insert(contracts), [{"id": 1, "name": "Year 1", "created_at": 0}, {"id": 2, "name": "Year 2", "created_at": 0}]
    )
    rows = [{"id": 1, "slug": "one", "name": "Program One"}, {"id": 2, "slug": "two", "name": "Éducation Deux"}]
    connection.execute(insert(programs), [{**row, "created_at": 0} for row in rows])
    for member in members:
        key = search_key(member.name, member.email)
        connection.execute(
            insert(learners).values(
                id=member.id + 1_000,
                name=member.name,
                email=member.email,
                search_key=key,
                external_id=str(member.id),
                business_unit=member.unit,
                manager_name=member.manager_name,
                manager_email=member.manager_email,
                opted_out=member.opted_out,
            )
        )
        kept = ("enrolled", "completed", "failed", "hours", "next_deadline", "missed_deadline", "at_risk_ever")
        kept += ("state", "invited_at", "joined_at", "last_activity_at", "removed_at", "id")
        active = max((m for m in (member.joined_at, member.last_activity_at) if m is not None), default=None)
        connection.execute(
            insert(memberships).values(
                learner_id=member.id + 1_000,
                program_id=member.program,
                contract_id=member.contract,
                search_key=key,
                active_at=active,
                **{name: getattr(member, name) for name in kept},
            )
        )


def found(connection: Connection, text: str) -> set[int]:
    tree = parse(text)
    context = Context(NOW, ZONE, resolve_names(connection, tree, None))
    return set(connection.scalars(select(memberships.c.id).where(membership_condition(tree, context))))


def holds(text: str | None, part: str) -> bool:
    return text is not None and fold(part) in fold(text)


def at(text: str) -> int:
    return parse_iso(text, ZONE)


Meaning = Callable[[Member], Any]

TERMS: dict[str, Meaning] = {
    **{
        f"status:{status}": lambda m, s=status: s in m.statuses
        for status in (
            "invited",
            "no-enrollment",
            "enrolled",
            "completed",
            "removed",
            "inactive",
            "at-risk",
            "at-risk-ever",
        )
    },
    "kovacs": lambda m: holds(m.name, "kovacs"),
    "KOVÁCS": lambda m: holds(m.name, "kovacs"),
    "strasse": lambda m: m.name.startswith("Straße"),
    "花": lambda m: "花" in m.name,
    '"%"': lambda m: "%" in m.name + m.email,
    "_": lambda m: "_" in m.name + m.email,
    "/": lambda m: "/" in m.name,
    "an": lambda m: holds(m.name, "an") or holds(m.email, "an"),
    "name:ann": lambda m: holds(m.name, "ann"),
    "name:roy,sure": lambda m: holds(m.name, "roy") or holds(m.name, "sure"),
    'name:="élodie ROY"': lambda m: m.name == "ÉLODIE Roy",
    "name:=roy": lambda m: False,
    "email:ann": lambda m: holds(m.email, "ann"),
    "email:=BO_B.7@example.org": lambda m: fold(m.email) == "bo_b.7@example.org",
    "id:7": lambda m: "7" in str(m.id),
    "id:=7": lambda m: m.id == 7,
    "unit:sales": lambda m: holds(m.unit, "sales"),
    "unit:=sales": lambda m: m.unit == "Sales",
    'unit:"%"': lambda m: holds(m.unit, "%"),
    "unit:education": lambda m: m.unit == "Éducation",
    "unit:ПРОДАЖИ": lambda m: m.unit == "Продажи",
    "unit:": lambda m: not m.unit,
    "unit!=sales": lambda m: m.unit != "Sales",
    "manager:chief": lambda m: m.manager_name is not None or holds(m.manager_email, "chief"),
    "manager:zoe": lambda m: m.manager_name is not None,
    "manager:": lambda m: m.manager_name is None and m.manager_email is None,
    "opted-out:yes": lambda m: m.opted_out,
    "opted-out:no": lambda m: not m.opted_out,
    "program:two": lambda m: m.program == 2,
    'program:"education deux"': lambda m: m.program == 2,
    "program:one,two": lambda m: True,
    'contract:"year 2"': lambda m: m.contract == 2,
    "contract:": lambda m: m.contract is None,
    "enrolled:0": lambda m: m.enrolled == 0,
    "enrolled:1,3": lambda m: m.enrolled in (1, 3),
    "enrolled!=1,3": lambda m: m.enrolled not in (1, 3),
    "enrolled>1": lambda m: m.enrolled > 1,
    "enrolled>=1 enrolled<3": lambda m: 1 <= m.enrolled < 3,
    "completed<=1": lambda m: m.completed <= 1,
    "completed:1..2": lambda m: 1 <= m.completed <= 2,
    "failed:": lambda m: False,
    "hours<2": lambda m: m.hours is not None and m.hours < 2,
    "hours:0": lambda m: m.hours == 0,
    "hours!=1.5": lambda m: m.hours is not None and m.hours != 1.5,
    "hours:1.5": lambda m: m.hours == 1.5,
    "hours:": lambda m: m.hours is None,
    "active<30d": lambda m: m.last_activity_at is not None and NOW - m.last_activity_at < 30 * DAY,
    "active<=30d": lambda m: m.last_activity_at is not None and NOW - m.last_activity_at <= 30 * DAY,
    "active>30d": lambda m: m.last_activity_at is None or NOW - m.last_activity_at > 30 * DAY,
    "active>=30d": lambda m: m.last_activity_at is None or NOW - m.last_activity_at >= 30 * DAY,
    "active:29d": lambda m: m.last_activity_at is not None and (NOW - m.last_activity_at) // DAY == 29,
    "active!=29d": lambda m: m.last_activity_at is None or (NOW - m.last_activity_at) // DAY != 29,
    "active:10d..40d": lambda m: m.last_activity_at is not None and 10 * DAY <= NOW - m.last_activity_at <= 40 * DAY,
    "active:": lambda m: m.last_activity_at is None,
    "removed>30d": lambda m: m.removed_at is not None and NOW - m.removed_at > 30 * DAY,
    "joined>=2026-02-20": lambda m: m.joined_at is not None and m.joined_at >= at("2026-02-20T00:00"),
    "joined>2026-03-10": lambda m: False,
    "joined:2026-03-10": lambda m: m.joined_at == NOW,
    "joined!=2026-03-10": lambda m: m.joined_at != NOW,
    "joined<2026-02-08": lambda m: m.joined_at is not None and m.joined_at < at("2026-02-08T00:00"),
    "joined<=2026-02-08": lambda m: m.joined_at is not None and m.joined_at < at("2026-02-09T00:00"),
    "invited:2026-01-15..2026-02-15": lambda m: (
        m.invited_at is not None and at("2026-01-15T00:00") <= m.invited_at < at("2026-02-16T00:00")
    ),
    "invited:": lambda m: m.invited_at is None,
    "name:": lambda m: False,
    "email:": lambda m: False,
    "course:": lambda m: True,
    "collection:Basics": lambda m: False,
    "skill:": lambda m: True,
    "band:advanced": lambda m: False,
    "delivery:": lambda m: True,
    "mailed>1d": lambda m: True,
    "mailed<1d": lambda m: False,
    "risk:": lambda m: "at-risk" not in m.statuses,
    "risk:overdue": lambda m: m.state == "MEMBER" and m.next_deadline is not None and m.next_deadline < NOW,
    "risk:failed": lambda m: m.state == "MEMBER" and m.failed > 0,
}


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        put(connection, made_up())
    return store


def test_every_term_finds_who_it_says_and_its_negation_all_others(filled: Store) -> None:
    people = made_up()
    everybody = {member.id for member in people}
    with filled.read() as connection:
        for text, meaning in TERMS.items():
            expected = {member.id for member in people if meaning(member)}
            assert found(connection, text) == expected, text
            assert found(connection, f"-({text})") == everybody - expected, text


def test_terms_join_as_they_read(filled: Store) -> None:
    people, random, terms = made_up(), Random(11), list(TERMS.items())
    with filled.read() as connection:
        for _ in range(60):
            (a, is_a), (b, is_b), (c, is_c) = random.sample(terms, 3)
            text = f"({a}) not (({b}) or -({c}))"
            expected = {m.id for m in people if is_a(m) and not (is_b(m) or not is_c(m))}
            assert found(connection, text) == expected, text


def test_the_status_conditions_are_the_rules(filled: Store) -> None:
    people = made_up()
    with filled.read() as connection:
        for status in {status for member in people for status in statuses_of(member)}:
            query = select(memberships.c.id).where(status_condition(status, NOW))
            assert set(connection.scalars(query)) == {m.id for m in people if status in m.statuses}, status


def statuses_of(member: Member) -> list[Any]:
    known = {field.name: getattr(member, field.name) for field in fields(Facts) if hasattr(member, field.name)}
    return list(statuses(Facts(**known, risk_ever=member.at_risk_ever), NOW))


@pytest.mark.parametrize(
    "text", ["", "kov", "status:at-risk", "status:inactive,completed an", "status:at-risk-ever", "active>30d"]
)
@pytest.mark.parametrize(
    "sort", ["name", "enrolled", "active", "joined", "risk", "status", "removed", "hours", "contract"]
)
def test_members_are_found_and_sorted_from_an_index_alone(sqlite_store: Store, text: str, sort: str) -> None:
    condition = membership_condition(parse(text), Context(NOW, ZONE, {})) if text else None
    view = View(frozenset({1}), frozenset({MembershipState.MEMBER}), condition, sort, False, NOW)
    with sqlite_store.write() as connection:
        asked: list[str] = []
        connection.connection.driver_connection.set_trace_callback(asked.append)  # type: ignore[union-attr]
        members.page_ids(connection, view, 0, 50)
        members.count(connection, view)
        connection.connection.driver_connection.set_trace_callback(None)  # type: ignore[union-attr]
        queries = [query for query in asked if "FROM memberships" in query]
        plans = [connection.exec_driver_sql("EXPLAIN QUERY PLAN " + query).all() for query in queries]
    assert len(plans) == 2
    for plan in plans:
        details = [step.detail for step in plan if "memberships" in step.detail]
        assert details
        assert all("USING COVERING INDEX ix_memberships_" in detail for detail in details), details
