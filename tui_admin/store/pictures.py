"""SQL of pictures: kept by the digest of their content, gone once nothing names them."""

from typing import Any

from sqlalchemy import CompoundSelect, Connection, RowMapping, delete, func, insert, or_, select, union

from .tables import journal, organization, pictures, programs


def put(connection: Connection, values: dict[str, Any]) -> None:
    """Keep a picture, unless it is there already."""
    if get(connection, values["digest"]) is None:
        connection.execute(insert(pictures).values(values))


def get(connection: Connection, digest: str) -> RowMapping | None:
    """Name, type, width, height and bytes (`size`) of a picture; None where there is none."""
    column = pictures.c
    query = select(
        column.name, column.media_type, column.width, column.height, func.length(column.content).label("size")
    )
    return connection.execute(query.where(column.digest == digest)).mappings().one_or_none()


def shown(connection: Connection, digest: str) -> RowMapping | None:
    """Type and content of a picture that a setting names; None for any other."""
    query = select(pictures.c.media_type, pictures.c.content).where(pictures.c.digest == digest)
    return connection.execute(query.where(pictures.c.digest.in_(_named()))).mappings().one_or_none()


def drop_orphans(connection: Connection, actions: tuple[str, ...]) -> None:
    """Drop pictures that no setting names, nor an entry of these actions that could still be undone."""
    kept = select(programs.c.id)
    orphans = select(pictures.c.digest).where(pictures.c.digest.not_in(_named()))
    for digest in list(connection.execute(orphans).scalars()):
        undoable = select(journal.c.id).where(
            journal.c.action.in_(actions),
            journal.c.undone_by.is_(None),
            journal.c.details.contains(digest),
            or_(journal.c.program_id.is_(None), journal.c.program_id.in_(kept)),
        )
        if connection.execute(undoable.limit(1)).first() is None:
            connection.execute(delete(pictures).where(pictures.c.digest == digest))


def _named() -> CompoundSelect[tuple[str]]:
    """The digests that settings name."""
    used = (programs.c.banner, organization.c.logo, organization.c.banner)
    return union(*(select(column).where(column.is_not(None)) for column in used))
