"""SQL of administrators: who they are and which programs they act within."""

from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, select, update

from .tables import administrator_programs, administrators

ORGANIZATION = "organization"
PROGRAM = "program"

_PRESENT = administrators.c.removed_at.is_(None)


def by_email(connection: Connection, email: str) -> Row[Any] | None:
    """The administrator of a canonical address, unless removed."""
    query = select(administrators).where(_PRESENT, administrators.c.email == email)
    return connection.execute(query).one_or_none()


def owner(connection: Connection) -> Row[Any] | None:
    """The first organization admin: who acts on an embedded store when nobody is named."""
    query = select(administrators).where(_PRESENT, administrators.c.role == ORGANIZATION)
    return connection.execute(query.order_by(administrators.c.id).limit(1)).one_or_none()


def programs_of(connection: Connection, administrator_id: int) -> frozenset[int]:
    """The ids of the programs a program admin acts within."""
    query = select(administrator_programs.c.program_id)
    return frozenset(
        connection.execute(query.where(administrator_programs.c.administrator_id == administrator_id)).scalars()
    )


def all_programs(connection: Connection) -> dict[int, list[int]]:
    """The ids of the programs that each program admin acts within, by the id of the program admin."""
    found: dict[int, list[int]] = {}
    for row in connection.execute(select(administrator_programs)):
        found.setdefault(row.administrator_id, []).append(row.program_id)
    return found


def any_present(connection: Connection) -> bool:
    """Whether the store has an administrator at all."""
    return connection.execute(select(administrators.c.id).where(_PRESENT).limit(1)).one_or_none() is not None


def all_present(connection: Connection) -> list[Row[Any]]:
    """Every administrator, organization admins first, then by address."""
    query = select(administrators).where(_PRESENT).order_by(administrators.c.role, administrators.c.email)
    return list(connection.execute(query))


def organization_admins(connection: Connection) -> set[int]:
    """The ids of all organization admins."""
    query = select(administrators.c.id).where(_PRESENT, administrators.c.role == ORGANIZATION)
    return set(connection.execute(query).scalars())


def put(connection: Connection, email: str, shown: str, role: str, at: int, by: str) -> int:
    """Add an administrator, or bring a removed one back; the id."""
    values = {"email_shown": shown, "role": role, "added_at": at, "added_by": by, "removed_at": None}
    known = connection.execute(select(administrators.c.id).where(administrators.c.email == email)).scalar_one_or_none()
    if known is None:
        made = connection.execute(insert(administrators).values(email=email, **values).returning(administrators.c.id))
        return int(made.scalar_one())
    connection.execute(update(administrators).where(administrators.c.id == known).values(values))
    return int(known)


def set_programs(connection: Connection, administrator_id: int, programs: frozenset[int]) -> None:
    """Make exactly these the programs of a program admin."""
    links = administrator_programs
    connection.execute(delete(links).where(links.c.administrator_id == administrator_id))
    for program in sorted(programs):
        connection.execute(insert(links).values(administrator_id=administrator_id, program_id=program))


def remove(connection: Connection, administrator_id: int, at: int) -> None:
    """Let an administrator sign in no more; the row stays for the journal's names."""
    set_programs(connection, administrator_id, frozenset())
    present = and_(administrators.c.id == administrator_id, _PRESENT)
    connection.execute(update(administrators).where(present).values(removed_at=at))
