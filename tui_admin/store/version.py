"""Which schema a store has, told without loading Alembic: every start asks."""

from sqlalchemy import Connection, text

from ..rules.errors import StoreError

HEAD = "0022"
"""The newest migration in `store/migrations/versions`; a test compares them."""

KNOWN = frozenset(f"{number:04}" for number in range(1, int(HEAD) + 1))


def check_version(connection: Connection, label: str, *, versioned: bool = False) -> bool:
    """True where the store has this program's schema, False where it is older or empty. `versioned` says that it was
    seen to have a version before: then only which is asked.

    Raises StoreError for a store newer than the program, and for a database that is not one of ours.
    """
    version = _version(connection) if versioned else _stored_version(connection)
    if version is None or version in KNOWN - {HEAD}:
        return False
    if version != HEAD:
        raise StoreError(f"The store {label} was written by a newer tui_admin (schema {version}); update the program.")
    return True


def _stored_version(connection: Connection) -> str | None:
    if connection.dialect.name == "sqlite":
        tables = {name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
    else:
        found = connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one()
        tables = {"alembic_version"} if found else set()
    if "alembic_version" in tables:
        return _version(connection)
    if tables:
        raise StoreError("This database holds other tables and is no tui_admin store; name another file or database.")
    return None


def _version(connection: Connection) -> str | None:
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return version
