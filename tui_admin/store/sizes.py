"""How much a store holds, as far as it decides how something is done."""

from sqlalchemy import Connection, func, select

from .tables import attempts, enrollments, memberships

LARGE = 500_000
"""Members, enrollments and attempts from which looking at all of them takes longer than a person at the keys waits."""


def is_large(connection: Connection) -> bool:
    """Whether it holds so much that looking at all of it is no work for in between."""
    newest = (select(func.max(table.c.id)).scalar_subquery() for table in (memberships, enrollments, attempts))
    return sum(size or 0 for size in connection.execute(select(*newest)).one()) > LARGE
