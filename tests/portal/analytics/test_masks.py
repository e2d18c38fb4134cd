"""Whom a filter leaves in a chart: the people whom the Users list finds by the same words."""

import pytest
from sqlalchemy import insert, select

from tests.demo.organizations import AT, make
from tests.portal.analytics.conftest import ADA, NOW
from tui_admin.portal import users
from tui_admin.portal.analytics.masks import mask
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.scope import filter_context
from tui_admin.portal.users import UsersQuery
from tui_admin.rules.filters import parse
from tui_admin.store.analytics import profiles, versions
from tui_admin.store.analytics.columns import Columns
from tui_admin.store.engine import Store
from tui_admin.store.filters import profile_values
from tui_admin.store.tables import analytics_columns, contracts, learners, membership_contracts

FILTERS = (
    "",
    "anna",
    "program:data-foundations",
    "program:data-foundations,leading-teams country:Germany",
    "country:Germany or country:France or manager:a",
    "-country:Germany",
    "-program:data-foundations",
    "program:data-foundations -program:leading-teams",
    "status:at-risk country:Germany",
    "-status:at-risk",
    "status:removed",
    "(status:removed or -program:data-foundations) unit:Sales",
    "(country:Germany or status:completed) -(unit:Sales or enrolled>2)",
    "not (program:data-foundations status:completed)",
    "enrolled>1 joined>=2026-01-01",
    "contract:",
    "-contract: progress>50",
    "city: or name:ann",
    "manager:",
    "-manager:",
    "manager:a,e -manager:an",
    'unit:="sales"',
    "country:GERMANY,fran",
    "country:nowhere",
    "-country:nowhere title:engineer",
    'skill:"SQL" band:intermediate,advanced',
    'skill:"SQL" band:intermediate,advanced program:data-foundations -country:Germany',
    'skill:"SQL" (skill:"Regression" band:intermediate,advanced) program:data-foundations',
    'skill:"SQL" (band:advanced) -country:Germany',
    "opted-out:yes",
    "active>30d",
)


def ids(store: Store, where: str) -> set[int]:
    """The ids of the learners whom a filter leaves."""
    with store.read() as connection:
        version = versions.current(connection)
        assert version is not None
        columns, node = Columns(connection, version), parse(where)
        found = mask(columns, node, filter_context(connection, ADA, node, NOW.now))
        (own,) = columns.whole("learners", "id")
        return set(own[found.learners].tolist())


@pytest.mark.parametrize("where", FILTERS)
def test_the_learners_are_those_of_the_users_list(counted: Store, where: str) -> None:
    with counted.read() as connection:
        members = set(connection.exec_driver_sql("SELECT learner_id FROM memberships").scalars())
    assert ids(counted, where) == set(users.ids(counted, ADA, UsersQuery(parse(where)), NOW.now)) & members


@pytest.mark.parametrize("where", ["manager:a", "-manager:a", "manager:", "country:Germany manager:a"])
def test_a_field_with_very_many_values_is_looked_for_in_the_store(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    for module in (profiles, profile_values):
        monkeypatch.setattr(module, "MOST", 3)
    make(sqlite_store, 200)
    refresh(sqlite_store, AT)
    assert ids(sqlite_store, where) == set(users.ids(sqlite_store, ADA, UsersQuery(parse(where)), NOW.now))


def test_no_name_of_a_manager_stands_in_the_columns(counted: Store) -> None:
    with counted.read() as connection:
        managers = set(connection.scalars(select(learners.c.manager_name).where(learners.c.manager_name != "")))
        stored = b"".join(map(bytes, connection.scalars(select(analytics_columns.c.content)))).lower()
    assert len(managers) > 3
    assert not [name for name in managers if name.lower().encode() in stored]


def test_a_further_contract_counts(sqlite_store: Store) -> None:
    make(sqlite_store, 30)
    with sqlite_store.write() as connection:
        connection.execute(insert(contracts).values(id=99, name="Second", created_at=AT))
        connection.execute(insert(membership_contracts).values(membership_id=3, position=1, contract_id=99))
    refresh(sqlite_store, AT)
    with sqlite_store.read() as connection:
        learner = connection.exec_driver_sql("SELECT learner_id FROM memberships WHERE id = 3").scalar_one()
    assert ids(sqlite_store, "contract:Second") == {learner}
