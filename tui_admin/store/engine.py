"""Opening a store, and the two ways in: `read()` a consistent snapshot, `write()` one transaction.

SQLite: WAL, full durability, foreign keys on, writers take their lock at once (`BEGIN IMMEDIATE`). PostgreSQL:
psycopg, repeatable-read snapshots for readers. A database's own error becomes a `StoreError` that says what to do.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from ..rules.errors import StoreError, UsageError
from . import faults, matching, sight, writing_turn
from .hints import write_hints
from .tables import metadata
from .version import check_version

_SQLITE_CACHE_KIB = {True: 4_096, False: 1_024}
"""Of a connection, by whether it writes: a walk over an index gains nothing from more, and a console holds five
connections."""

_STATEMENTS = 100
"""Compiled statements that are kept for PostgreSQL. Each keeps the values it was made with, and these may be thousands
of ids."""


def parse_url(text_url: str) -> URL:
    """The address of a store: `sqlite:///PATH` or `postgresql://...` (which means psycopg).

    Raises UsageError for anything else.
    """
    try:
        url = make_url(text_url)
    except ArgumentError:
        raise UsageError(f"{text_url!r} is no store address; write sqlite:///PATH or postgresql://HOST/NAME.") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    raise UsageError(f"{text_url!r} is no store address; write sqlite:///PATH or postgresql://HOST/NAME.")


class Store:
    """One organization's data. Cheap to make; connects at the first use; safe to use from several threads."""

    def __init__(self, url: str | URL, *, read_only: bool = False) -> None:
        self.url = parse_url(url) if isinstance(url, str) else url
        self.read_only = read_only
        self.guard: Callable[[Connection], None] | None = None
        """Asked first by whatever reads, writes or holds a connection; refuses by raising."""
        self.patience: float | None = None
        """Seconds that `write` waits for others where it is not told; None: long."""
        self._engine: Engine | None = None
        self._versioned = False

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.url.get_backend_name()

    @property
    def path(self) -> Path | None:
        """The file of an embedded store; None for a shared one."""
        return Path(self.url.database or "") if self.dialect == "sqlite" else None

    @property
    def exists(self) -> bool:
        """False for an embedded store whose file is not there yet: it reads as empty, and writing creates it."""
        return self.path is None or self.path.exists()

    @cached_property
    def label(self) -> str:
        """How to name the store to a person: the file, or the address without its password."""
        return str(self.path) if self.path else self.url.render_as_string(hide_password=True)

    @contextmanager
    def read(self, *, guarded: bool = True) -> Iterator[Connection]:
        """A connection that sees one consistent state of the store until the block ends."""
        if not self.exists:
            with empty_store() as connection:
                yield connection
            return
        with faults.explained(self.label), self._begun(writing=False, guarded=guarded) as connection:
            yield connection

    @contextmanager
    def read_twice(self) -> Iterator[tuple[Connection, Connection | None]]:
        """The same, and beside it a connection for another thread that sees the same state; None where there is none to
        be had, because others wrote in between."""
        if not self.exists:
            with self.read() as connection:
                yield connection, None
            return
        with faults.explained(self.label), self._connected(writing=False) as other:
            begin = sight.of_sqlite if self.dialect == "sqlite" else sight.of_postgresql
            with begin(self.read, other) as (connection, is_same):
                yield connection, other if is_same else None

    @contextmanager
    def write(self, *, patience: float | None = None) -> Iterator[Connection]:
        """One transaction: committed when the block ends, undone when it raises. Creates an embedded store. Raises
        StoreError where others kept it from writing for `patience` seconds (the store's own unless given)."""
        if self.read_only:
            raise StoreError(f"The store {self.label} was opened to read only; nothing was changed.")
        with faults.explained(self.label):
            if not self.exists:
                self.create()
            with self._begun(writing=True, patience=self.patience if patience is None else patience) as connection:
                yield connection

    @contextmanager
    def hold(self) -> Iterator[Connection]:
        """A connection of one's own for several transactions, closed for good at the end: its temporary tables last as
        long. A store that does not exist yet is an empty one in memory."""
        if not self.exists:
            with empty_store() as connection:
                yield connection
            return
        with faults.explained(self.label), self._connected(writing=not self.read_only) as connection:
            with connection.begin():
                current = self._admits(connection)
            if not current:
                self._bring_forward()
            try:
                yield connection
            finally:
                connection.invalidate()

    @contextmanager
    def transaction(self, connection: Connection, *, writing: bool) -> Iterator[Connection]:
        """One transaction on a held connection. Where it does not write to the store, it still may to temporary
        tables; what it says about the store then is of one moment on SQLite only."""
        if writing and self.read_only:
            raise StoreError(f"The store {self.label} was opened to read only; nothing was changed.")
        with faults.explained(self.label):
            connection.execution_options(writing=writing or self.dialect == "postgresql")
            with connection.begin():
                yield connection

    def create(self) -> None:
        """Bring the store to this program's schema, from nothing or from an older version, without losing data."""
        from .migrations.run import upgrade

        with faults.explained(self.label):
            if self.path:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
                upgrade(connection)

    def close(self) -> None:
        """Let go of all connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, made at the first use."""
        if self._engine is None:
            make = _sqlite_engine if self.dialect == "sqlite" else _postgresql_engine
            self._engine = make(self.url, self.read_only)
        return self._engine

    def _connected(self, *, writing: bool, patience: float | None = None) -> Connection:
        return self.engine.connect().execution_options(writing=writing, patience=patience)

    @contextmanager
    def _begun(self, *, writing: bool, patience: float | None = None, guarded: bool = True) -> Iterator[Connection]:
        """A transaction that looks at the schema and asks the guard first. They have none of their own: on PostgreSQL
        each would be three more ways to the server and back."""
        with self._connected(writing=writing, patience=patience) as connection:
            with connection.begin():
                if self._admits(connection, guarded=guarded):
                    yield connection
                    return
            self._bring_forward()
            with connection.begin():
                yield connection

    def _admits(self, connection: Connection, *, guarded: bool = True) -> bool:
        """Whether the store has this program's schema; then the guard is asked, too."""
        current = check_version(connection, self.label, versioned=self._versioned)
        self._versioned = current
        if current and guarded and self.guard is not None:
            self.guard(connection)
        return current

    def _bring_forward(self) -> None:
        if self.read_only:
            raise StoreError(f"The store {self.label} is older than this program; open it once to write.")
        self.create()


def _sqlite_engine(url: URL, read_only: bool) -> Engine:
    path = url.database or ""
    engine = create_engine(
        url, creator=lambda: _open_to_read(path) if read_only else _open(path, "mode=rwc"), pool_use_lifo=True
    )

    write_hints(engine)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        matching.register(connection)
        cursor = connection.cursor()
        if not read_only:
            cursor.execute("PRAGMA page_size=8192")
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA secure_delete=ON")  # what is erased must not go on lying in the file's free places
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        writing = bool(options.get("writing"))
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_SQLITE_CACHE_KIB[writing]}")
        if writing:
            writing_turn.begin(connection, path, options.get("patience"))
        else:
            connection.exec_driver_sql("BEGIN")

    return engine


def _open(path: str, how: str) -> sqlite3.Connection:
    target = f"file:{_uri_path(path)}?{how}"
    return sqlite3.connect(target, uri=True, timeout=writing_turn.WRITE_LOCK_WAIT, check_same_thread=False)


def _open_to_read(path: str) -> sqlite3.Connection:
    """Even a reader makes files beside a store. Where the folder does not let it, the store's own file is read as one
    that nobody changes. Raises StoreError where changes lie beside it that are not in it yet."""
    connection = _open(path, "mode=ro")
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.OperationalError:
        connection.close()
        log = Path(f"{path}-wal")
        if log.exists() and log.stat().st_size:
            raise StoreError(
                f"The store {path} lies in a write-protected folder, and changes lie beside it ({log.name}) that are "
                "not in it yet; open it once where it can be written."
            ) from None
        return _open(path, "immutable=1")
    return connection


def _uri_path(path: str) -> str:
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _postgresql_engine(url: URL, read_only: bool) -> Engine:
    from psycopg import IsolationLevel

    engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10}, query_cache_size=_STATEMENTS)
    # The driver also logs a connection lost in the middle, which would stand beside the sentence a person gets for it.
    logging.getLogger("psycopg").setLevel(logging.ERROR)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # Workers beside a query cost more than a page does, and take processors from the others who ask. Readers want
        # little of much: where the planner takes a page out of order to be dear, it reads tables whole instead.
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("SET random_page_cost = 1.1")
        connection.commit()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        driver: Any = connection.connection.driver_connection
        reading = read_only or not options.get("writing")
        # Said with BEGIN, not after it.
        driver.isolation_level = IsolationLevel.REPEATABLE_READ if reading else None
        driver.read_only = True if reading else None
        if reading:
            return
        connection.exec_driver_sql("SET LOCAL random_page_cost TO DEFAULT")
        if (patience := options.get("patience")) is not None:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")

    return engine


@contextmanager
def empty_store() -> Iterator[Connection]:
    """A store in memory, with nothing in it: how one that does not exist yet reads."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", lambda connection, _record: matching.register(connection))
    try:
        metadata.create_all(engine)
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def database_size(connection: Connection) -> int:
    """Bytes the store takes on disk."""
    if connection.dialect.name == "sqlite":
        pages: int = connection.execute(text("PRAGMA page_count")).scalar_one()
        size: int = connection.execute(text("PRAGMA page_size")).scalar_one()
        return pages * size
    total: int = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return total
