"""Triage facts: kept by sets in SQL, compared with the same derived row by row in plain Python."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, delete, insert, select, update

from tests.store.plain_triage import stored_facts, triage_facts
from tui_admin.store import triage
from tui_admin.store.engine import Store
from tui_admin.store.tables import assessments, attempts, courses, enrollments, learners, memberships, programs

PEOPLE, COURSES = range(1, 4), range(1, 3)

moments = st.none() | st.integers(1, 9)
numbers = st.none() | st.sampled_from((0.0, 40.0, 50.0, 100.0))
hours = st.none() | st.sampled_from((0.0, 0.1, 0.2, 1.33, 12.5))
verdicts = st.none() | st.booleans()


def rows(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(fields), max_size=8)


worlds = st.fixed_dictionaries(
    {
        "memberships": st.lists(
            st.fixed_dictionaries(
                {
                    "joined_at": moments,
                    "reported_activity_at": moments,
                    "reported_enrolled": st.none() | st.integers(0, 3),
                    "reported_completed": st.none() | st.integers(0, 3),
                    "reported_hours": hours,
                }
            ),
            min_size=len(PEOPLE),
            max_size=len(PEOPLE),
        ),
        "enrollments": rows(
            membership_id=st.sampled_from(PEOPLE),
            course_id=st.sampled_from(COURSES),
            completed=st.booleans(),
            removed=st.booleans(),
            hours=hours,
            last_activity_at=moments,
        ),
        "assessments": rows(
            course_id=st.sampled_from(COURSES),
            key=st.sampled_from("abc"),
            weight=st.sampled_from((None, 0.0, 10.0)),
            max_score=st.sampled_from((None, 0.0, 20.0, 100.0)),
            passing_score=numbers,
            deadline=moments,
        ),
        "attempts": rows(
            membership_id=st.sampled_from(PEOPLE),
            assessment_id=st.integers(1, 6),
            attempted_at=moments,
            deadline=moments,
            score=numbers,
            max_score=st.sampled_from((None, 0.0, 20.0, 100.0)),
            passing_score=numbers,
            passed=verdicts,
        ),
    }
)


def build(connection: Connection, world: dict[str, list[dict[str, Any]]]) -> None:
    """Fill the store with a world; of rows with one key the first counts, and attempts need their assessment."""
    for table in (attempts, enrollments, assessments, memberships, courses, learners, programs):
        connection.execute(delete(table))
    connection.execute(insert(programs).values(id=1, slug="p", name="P", created_at=0))
    for id in PEOPLE:
        connection.execute(insert(learners).values(id=id, email=f"{id}@x.example", search_key=str(id)))
    for id in COURSES:
        connection.execute(insert(courses).values(id=id, key=str(id), name=str(id)))
    for id, row in enumerate(world["memberships"], 1):
        joined = {"id": id, "program_id": 1, "learner_id": id, "state": "MEMBER", "search_key": str(id)}
        connection.execute(insert(memberships).values(**joined, **row))
    put(connection, enrollments, world["enrollments"], "membership_id", "course_id")
    known = put(connection, assessments, [row | {"name": "n"} for row in world["assessments"]], "course_id", "key")
    of_known = [row for row in world["attempts"] if row["assessment_id"] in known]
    put(connection, attempts, of_known, "membership_id", "assessment_id", "attempted_at")


def put(connection: Connection, table: Table, rows: list[dict[str, Any]], *key: str) -> list[int]:
    unique = list({tuple(row[name] for name in key): row for row in reversed(rows)}.values())
    for id, row in enumerate(unique, 1):
        connection.execute(insert(table).values(id=id, **row))
    return list(range(1, len(unique) + 1))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(world=worlds)
def test_facts_are_those_derived_row_by_row(store: Store, world: dict[str, list[dict[str, Any]]]) -> None:
    with store.write() as connection:
        build(connection, world)
        triage.derive(connection)
        assert stored_facts(connection) == triage_facts(connection)
        assert triage.derive(connection) == 0


def test_only_the_chosen_are_derived(store: Store) -> None:
    with store.write() as connection:
        build(connection, {"memberships": [{}, {}, {}], "enrollments": [], "assessments": [], "attempts": []})
        connection.execute(update(memberships).values(reported_enrolled=2))
        assert triage.derive(connection, select(memberships.c.id).where(memberships.c.id == 2)) == 1
        counted = select(memberships.c.enrolled).order_by(memberships.c.id)
        assert list(connection.execute(counted).scalars()) == [0, 2, 0]
