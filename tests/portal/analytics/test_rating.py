"""Rating a store: the same as the plain computation, whether all is replayed or only what is new."""

import pytest
from sqlalchemy import update

from tests.portal.analytics.attempts import START, invented, organization, put
from tests.portal.analytics.plain_ratings import Rated, plain, stored
from tui_admin.portal.analytics import rating
from tui_admin.portal.analytics.rating import Run
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.tables import rating_runs

NOW = START + 400 * DAY


@pytest.fixture
def taught(store: Store) -> Store:
    """Courses and people, and nothing handed in yet."""
    with store.write() as connection:
        organization(connection)
    return store


def rated(store: Store) -> Run:
    run = rating.rate(store, NOW)
    assert run is not None
    return run


def holds(store: Store) -> None:
    """That the ratings are what the plain computation comes to."""
    with store.read() as connection:
        found, expected = stored(connection), plain(connection)
    for name, rows in expected.items():
        assert found[name].keys() == rows.keys(), name
        for key, row in rows.items():
            assert found[name][key] == pytest.approx(row, abs=1e-9), (name, key)


def everything(store: Store) -> Rated:
    with store.read() as connection:
        return stored(connection)


def test_a_replay_comes_to_what_the_plain_model_does(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, invented(1, 400))
    run = rated(taught)
    assert run.anew and run.rated == run.attempts > 300 and run.notes.unusable > 0
    holds(taught)
    assert {len(row) for row in everything(taught)["history"].values()} == {5}


def test_nothing_is_written_where_nothing_changed(taught: Store) -> None:
    assert rating.rate(taught, NOW) is None
    with taught.write() as connection:
        put(connection, invented(1, 50))
    first = rated(taught)
    again = rated(taught)
    assert (again.id, again.rated) == (first.id, 0)


def test_what_comes_after_is_rated_alone_and_comes_to_the_same(taught: Store) -> None:
    with taught.write() as connection:
        put(connection, invented(1, 300))
    first = rated(taught)
    with taught.write() as connection:
        newest = max(row["graded_at"] or row["attempted_at"] for row in invented(1, 300))
        put(connection, invented(2, 40, 301, newest + 4 * DAY))
    run = rated(taught)
    assert not run.anew and run.replay_id == first.id and run.attempts == first.attempts + run.rated
    holds(taught)
    once = everything(taught)
    with taught.write() as connection:
        connection.execute(update(rating_runs).values(code_version="0", input_hash="0|0:0:0"))
    assert rated(taught).anew
    assert everything(taught) == once
