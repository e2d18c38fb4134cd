"""Databases of a PostgreSQL server for tests: copies of one that was migrated, used again once they are emptied, as
making one takes longer than most tests."""

from itertools import count

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from tui_admin.store.engine import Store, parse_url
from tui_admin.store.tables import metadata

_TRIES = 200
_WORN = 32 * 2**20
"""Bytes from which on a database is not worth emptying."""

_SHAPE = text("""
    SELECT md5(string_agg(concat_ws(' ', relname, relkind, relnatts, relchecks, reloptions), ',' ORDER BY relname)),
        (SELECT min(version_num) FROM alembic_version)
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
""")
"""What tells whether a test changed tables, columns or indexes, or the version of them all."""

_END_SESSIONS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()"
)


class Databases:
    """Makes databases on a server; all are dropped with it."""

    def __init__(self, server: str) -> None:
        self._server = parse_url(server)
        self._administration = create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._names = count()
        self._free: list[str] = []
        self._template = self._create("template0")
        store = Store(self._address(self._template))
        store.create()
        with store.read(guarded=False) as connection:
            self._shape, self._size = self._look(connection)
        store.close()

    def new(self) -> str:
        """The address of a database with the schema that nobody had before."""
        return self._address(self._create(self._template))

    def take(self) -> str:
        """The address of an empty database with the schema; whoever took it gives it back."""
        return self._free.pop() if self._free else self.new()

    def give_back(self, address: str) -> None:
        """Empty a database, so that it can be taken again; one that is no more as it was made is dropped."""
        name = self._hidden(parse_url(address).database)
        engine = create_engine(parse_url(self._address(name)))
        with engine.begin() as connection:
            shape, size = self._look(connection)
            is_sound = shape == self._shape and size < self._size + _WORN
            if is_sound:
                _empty(connection)
        engine.dispose()
        if is_sound:
            self._free.append(self._address(name))
        else:
            with self._administration.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def end_sessions(self, store: Store) -> None:
        """End all that is at work on a store, as a server that is restarted does."""
        with self._administration.connect() as connection:
            connection.execute(_END_SESSIONS, {"name": store.url.database})

    def _hidden(self, name: str | None) -> str:
        """A database under another name, which no process that a test left behind knows."""
        other = self._name()
        with self._administration.connect() as connection:
            for _ in range(_TRIES):
                connection.execute(_END_SESSIONS, {"name": name})
                try:
                    connection.execute(text(f"ALTER DATABASE {name} RENAME TO {other}"))
                except OperationalError:  # such a process was faster
                    continue
                return other
        raise RuntimeError(f"Somebody keeps opening {name}.")

    def _name(self) -> str:
        return f"store_{next(self._names)}"

    def _create(self, template: str) -> str:
        name = self._name()
        with self._administration.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8' STRATEGY file_copy"))
        return name

    def _address(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _look(self, connection: Connection) -> tuple[tuple[str, str], int]:
        size = text("SELECT pg_database_size(current_database())")
        return tuple(connection.execute(_SHAPE).one()), connection.execute(size).scalar_one()


def _empty(connection: Connection) -> None:
    names = [table.name for table in metadata.sorted_tables]
    looks = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)
    filled = set(connection.execute(text(looks)).scalars())
    connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign key is looked after
    for name in names:
        if name in filled:
            connection.execute(text(f"DELETE FROM {name}"))
    connection.execute(text("SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"))
