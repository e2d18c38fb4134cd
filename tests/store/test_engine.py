"""Opening stores: what is created, what is refused, and with which sentence."""

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, insert, select, text

from tests.postgres import Databases
from tui_admin.rules.errors import StoreError, UsageError
from tui_admin.store.engine import Store, parse_url
from tui_admin.store.migrations.run import config
from tui_admin.store.tables import contracts, metadata, programs
from tui_admin.store.version import HEAD


def add_contract(store: Store, name: str) -> None:
    with store.write() as connection:
        connection.execute(insert(contracts).values(name=name, created_at=0))


def count_contracts(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(contracts)).scalar_one()


def test_migrations_make_exactly_the_tables_of_the_program(store: Store) -> None:
    with store.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


@pytest.mark.parametrize("dialect", ["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def test_an_older_store_is_brought_forward_with_all_it_holds(
    tmp_path: Path, postgres_databases: Databases, dialect: str
) -> None:
    address = f"sqlite:///{tmp_path / 'old.db'}" if dialect == "sqlite" else postgres_databases.new()
    store = Store(address)
    with store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        if dialect == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        command.upgrade(config(connection), "0001")
        connection.execute(text("INSERT INTO contracts (name, created_at) VALUES ('Year 1', 0)"))
        connection.execute(text("INSERT INTO programs (slug, name, position, created_at) VALUES ('a', 'A', 1, 0)"))
        columns = "name, created_at, demo, time_zone, removed_learners, quiet_period_days, report_retention_days"
        values = "'Northwind', 0, false, 'UTC', 'keep', 7, 90"
        query = f"INSERT INTO organization ({columns}, signing_key, data_as_of) VALUES ({values}, '', 1767600000000)"
        connection.execute(text(query))
    assert count_contracts(store) == 1
    with store.read() as connection:
        assert connection.execute(select(programs.c.name, programs.c.moment)).all() == [("A", 1_767_600_000_000)]
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    store.close()


def test_a_write_is_kept_and_a_failed_one_leaves_nothing(store: Store) -> None:
    add_contract(store, "Year 1")
    with pytest.raises(RuntimeError), store.write() as connection:
        connection.execute(insert(contracts).values(name="Year 2", created_at=0))
        raise RuntimeError
    assert count_contracts(store) == 1


def test_a_store_that_does_not_exist_reads_as_empty_and_writing_creates_it(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'new' / 'store.db'}")
    assert count_contracts(store) == 0
    assert not store.exists
    add_contract(store, "Year 1")
    assert count_contracts(store) == 1


def test_readers_see_one_state_while_another_writes(store: Store) -> None:
    with store.read() as connection:
        before = connection.execute(select(func.count()).select_from(contracts)).scalar_one()
        add_contract(store, "Year 1")
        after = connection.execute(select(func.count()).select_from(contracts)).scalar_one()
    assert (before, after) == (0, 0)
    assert count_contracts(store) == 1


def test_a_read_only_store_refuses_writing(sqlite_store: Store) -> None:
    add_contract(sqlite_store, "Year 1")
    reader = Store(sqlite_store.url, read_only=True)
    assert count_contracts(reader) == 1
    with pytest.raises(StoreError, match="opened to read only"):
        add_contract(reader, "Year 2")


def test_a_newer_store_is_refused(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer tui_admin"):
        count_contracts(store)


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to look at" * 50, b"PK\x03\x04" * 400])
def test_another_file_is_named_as_no_store(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is not a store"):
        count_contracts(Store(f"sqlite:///{path}"))
    assert path.read_bytes() == content


def test_a_database_with_other_tables_is_refused(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'other.db'}")
    with store.engine.connect() as connection:
        connection.execute(text("CREATE TABLE orders (id INTEGER)"))
        connection.commit()
    with pytest.raises(StoreError, match="no tui_admin store"):
        count_contracts(store)


def test_an_unreachable_server_is_one_sentence() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        count_contracts(Store("postgresql://nobody@127.0.0.1:1/none"))


@pytest.mark.parametrize("address", ["", "store.db", "mysql://host/name", "sqlite://", "http://example.com"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="no store address"):
        parse_url(address)
