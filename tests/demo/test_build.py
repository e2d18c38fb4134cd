"""Building: the same every time, only into an empty store, all or nothing."""

from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import insert

from tests.demo.organizations import AT, contents, copy_of, make, one, rows
from tui_admin.portal import journal, rights
from tui_admin.rules.errors import Cancelled, StoreError
from tui_admin.store.engine import Store
from tui_admin.store.tables import courses, learners


def test_same_seed_gives_same_rows_on_every_database(store: Store, sqlite_template: Path, tmp_path: Path) -> None:
    other = copy_of(sqlite_template, tmp_path / "other.db")
    assert contents(make(store, 300)) == contents(make(other, 300))
    other.close()


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"members": 301}, {"per_member": 1.4}, {"at": AT + 86_400_000}],
    ids=lambda change: next(iter(change)),
)
def test_another_argument_gives_other_people(
    change: dict[str, float], sqlite_store: Store, sqlite_template: Path, tmp_path: Path
) -> None:
    other = copy_of(sqlite_template, tmp_path / "other.db")
    first, second = contents(make(sqlite_store, 300)), contents(make(other, **{"members": 300} | change))  # type: ignore[arg-type]
    assert first["learners"] != second["learners"]
    assert first["attempts"] != second["attempts"]
    other.close()


def test_a_store_that_holds_anything_is_refused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(courses).values(id=1, key="c1", name="Known only from a report"))
    before = contents(store)
    with pytest.raises(StoreError, match="not empty"):
        make(store, 10)
    assert contents(store) == before


def test_a_demo_is_not_built_over_another(store: Store) -> None:
    make(store, 10)
    before = contents(store)
    with pytest.raises(StoreError, match="not empty"):
        make(store, 10, seed=2)
    assert contents(store) == before


def test_cancelling_leaves_nothing(store: Store) -> None:
    before, asked = contents(store), count(1)
    with pytest.raises(Cancelled):
        make(store, 12_000, cancelled=lambda: next(asked) == 3)
    assert contents(store) == before
    make(store, 10)


def test_a_store_that_does_not_exist_is_created(tmp_path: Path) -> None:
    store = make(Store(f"sqlite:///{tmp_path / 'new' / 'demo.db'}"), 10)
    assert one(store, "SELECT count(*) FROM learners") == 10
    store.close()


def test_progress_goes_up_to_all_people(sqlite_store: Store) -> None:
    told: list[tuple[str, int, int]] = []
    make(sqlite_store, 11_000, progress=lambda *step: told.append(step))
    assert [done for word, done, _ in told if word == "people"] == [5_000, 10_000, 11_000]
    assert {total for _, _, total in told} == {11_000}


def test_new_rows_find_free_ids(store: Store) -> None:
    make(store, 50)
    with store.write() as connection:
        made = connection.execute(insert(learners).values(email="new@northwind.example", search_key="new"))
        assert made.inserted_primary_key is not None
        assert made.inserted_primary_key[0] == 51


def test_indexes_are_back_and_sqlite_finds_nothing_wrong(sqlite_store: Store) -> None:
    before = rows(sqlite_store, "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")
    make(sqlite_store, 500)
    assert rows(sqlite_store, "SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name") == before
    assert rows(sqlite_store, "PRAGMA foreign_key_check") == []
    assert one(sqlite_store, "PRAGMA integrity_check") == "ok"


@pytest.mark.parametrize(("members", "per_member"), [(1, 1.5), (7, 0.0), (400, 0.4), (400, 3.25), (600, 10.0)])
def test_enrollments_are_members_times_the_wish(sqlite_store: Store, members: int, per_member: float) -> None:
    make(sqlite_store, members, per_member=per_member)
    assert one(sqlite_store, "SELECT count(*) FROM learners") == members
    found = one(sqlite_store, "SELECT count(*) FROM enrollments")
    assert found == (round(members * per_member) if members > 1 else found)


def test_the_journal_tells_of_it_and_the_owner_signs_in(store: Store) -> None:
    make(store, 20)
    owner = rights.sign_in(store, "ada.lindqvist@northwind.example")
    entry = journal.entries(store, owner)[0]
    assert (entry.action, entry.at) == ("create demo", AT)
    assert journal.verify(store, owner).whole
