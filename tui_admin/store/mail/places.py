"""Which store this is and where: a copy of it that wakes elsewhere must not send what the original sent already."""

import socket
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, text

_MACHINE_IDS: Sequence[Path] = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def machine_id(files: Sequence[Path] = _MACHINE_IDS) -> str:
    """What tells this computer from all others, "" where nothing does."""
    for file in files:
        try:
            if found := file.read_text("ascii", "replace").strip():
                return found
        except OSError:
            continue
    return ""


def place(connection: Connection, machine: str) -> str:
    """The place of a store: this computer and the file, or the database server's own identity and the database."""
    if connection.dialect.name == "sqlite":
        return f"{machine} {Path(connection.engine.url.database or '').resolve()}"
    query = "SELECT system_identifier, current_database() FROM pg_control_system()"
    identifier, name = connection.execute(text(query)).one()
    return f"{identifier} {name}"


def host() -> str:
    """The computer's name, to show."""
    return socket.gethostname()
