"""What learners' memberships add up to: kept by sets in SQL, compared with the same added up in plain Python."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, select, update

from tests.store.plain_triage import stored_totals, totals
from tui_admin.store.engine import Store
from tui_admin.store.tables import learner_totals, learners, memberships, programs
from tui_admin.store.totals import derive

PEOPLE, PROGRAMS = range(1, 5), range(1, 4)

held = st.fixed_dictionaries(
    {
        "learner_id": st.sampled_from(PEOPLE),
        "program_id": st.sampled_from(PROGRAMS),
        "state": st.sampled_from(("INVITED", "MEMBER", "DELETED_MEMBER")),
        "enrolled": st.integers(0, 3),
        "completed": st.integers(0, 3),
        "last_activity_at": st.none() | st.integers(1, 9),
    }
)
worlds = st.lists(held, max_size=8, unique_by=lambda row: (row["learner_id"], row["program_id"]))


def people(connection: Connection) -> None:
    """Four people and three programs, nobody in any."""
    for table in (memberships, learners, programs):
        connection.execute(delete(table))
    for id in PROGRAMS:
        connection.execute(insert(programs).values(id=id, slug=str(id), name=str(id), created_at=0))
    for id in PEOPLE:
        connection.execute(insert(learners).values(id=id, email=f"{id}@x.example", search_key=str(id)))


def join(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(delete(memberships))
    for row in rows:
        connection.execute(insert(memberships).values(search_key="", **row))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=worlds, after=worlds)
def test_totals_are_those_added_up_whatever_they_were(
    store: Store, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> None:
    with store.write() as connection:
        people(connection)
        for rows in (before, after):
            join(connection, rows)
            derive(connection)
            assert stored_totals(connection) == totals(connection)
            assert set(stored_totals(connection)) == set(PEOPLE)


def test_only_the_chosen_are_derived(store: Store) -> None:
    with store.write() as connection:
        people(connection)
        derive(connection)
        fresh = {"state": "MEMBER", "completed": 0, "last_activity_at": 5}
        join(connection, [{"learner_id": id, "program_id": 1, "enrolled": 2, **fresh} for id in PEOPLE])
        connection.execute(delete(learner_totals).where(learner_totals.c.learner_id == 3))
        derive(connection, select(learners.c.id).where(learners.c.id.in_((2, 3))))
        stored = stored_totals(connection)
        assert {id: stored[id]["enrolled"] for id in PEOPLE} == {1: 0, 2: 2, 3: 2, 4: 0}


def test_removing_changes_nothing(store: Store) -> None:
    with store.write() as connection:
        people(connection)
        member = {"state": "MEMBER", "enrolled": 2, "completed": 1, "last_activity_at": 5}
        join(connection, [{"learner_id": 1, "program_id": 1, **member}])
        derive(connection)
        connection.execute(update(memberships).values(state="DELETED_MEMBER", removed_at=7))
        assert stored_totals(connection) == totals(connection)
