"""Whom a public key signs in, asked of the database itself.

sshd asks at every login, mostly twice, and everybody who knocks makes it ask: what SQLAlchemy takes to load (0.2 s) is
more than all the rest of the answer.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from ..rules.errors import StoreError, UsageError

_OWNER = """
SELECT administrators.email, administrator_keys.fingerprint
FROM administrator_keys JOIN administrators ON administrators.id = administrator_keys.administrator_id
WHERE administrator_keys.key_type = {0} AND administrator_keys.key = {0} AND administrators.removed_at IS NULL
"""
_CONNECT_WAIT = 5
"""Seconds: whoever logs in waits meanwhile."""

_EMBEDDED = re.compile(r"sqlite:///(?P<path>.+)")
_SHARED = re.compile(r"postgres(?:ql)?(?:\+psycopg)?://(?P<rest>.+)")
_PASSWORD = re.compile(r"[^/:]*:[^@]+@|.*[?&](ssl)?password=")
"""As SQLAlchemy parts an address: a password ends at the next @, whatever it holds."""


def owner(address: str, key_type: str, key: str) -> tuple[str, str] | None:
    """The address of the administrator whom a key (type, blob in base64) signs in, and its fingerprint; None for a
    key nobody registered and for a store that is not there yet.

    Raises StoreError where the store cannot be read, UsageError for what is no store address.
    """
    if match := _EMBEDDED.fullmatch(address):
        found = _ask_sqlite(Path(match["path"]), (key_type, key))
    elif match := _SHARED.fullmatch(address):
        found = _ask_postgresql(f"postgresql://{match['rest']}", (key_type, key))
    else:
        raise UsageError("This is no store address; write sqlite:///PATH or postgresql://HOST/NAME.")
    return None if found is None else (str(found[0]), str(found[1]))


def has_password(address: str) -> bool:
    """Whether a store's address holds a password."""
    match = _SHARED.fullmatch(address)
    return match is not None and _PASSWORD.match(match["rest"]) is not None


def absolute(address: str) -> str:
    """The address as it is from every folder."""
    match = _EMBEDDED.fullmatch(address)
    return f"sqlite:///{Path(match['path']).absolute()}" if match else address


def _ask_sqlite(path: Path, key: Sequence[str]) -> Sequence[object] | None:
    import sqlite3
    from contextlib import closing

    if not path.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
            found: Sequence[object] | None = connection.execute(_OWNER.format("?"), key).fetchone()
    except sqlite3.Error as error:
        raise StoreError(f"The store {path} cannot be read: {error}.") from None
    return found


def _ask_postgresql(address: str, key: Sequence[str]) -> Sequence[object] | None:
    import psycopg

    try:
        with psycopg.connect(address, connect_timeout=_CONNECT_WAIT) as connection:
            return connection.execute(_OWNER.format("%s"), key).fetchone()
    except psycopg.Error as error:
        raise StoreError(f"The store cannot be read: {str(error).splitlines()[0]}.") from None
