"""SQL of curricula: a program's collections, their items, and the courses of the specializations among them. However
long a list is, each of these is one statement."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Connection,
    FromClause,
    Row,
    Table,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from .selection import among
from .tables import collection_items, collections, courses, programs, specialization_courses, specializations


def hold(connection: Connection, program_id: int) -> bool:
    """Keep other writers out of a program's curriculum until the transaction ends; False where the program is gone.
    People can be put into the program meanwhile."""
    query = select(programs.c.id).where(programs.c.id == program_id).with_for_update(key_share=True)
    return connection.execute(query).one_or_none() is not None


def program_row(connection: Connection, program_id: int) -> Row[Any] | None:
    """A program, its curriculum held as by `hold`; None where it is gone."""
    if not hold(connection, program_id):
        return None
    return connection.execute(select(programs).where(programs.c.id == program_id)).one()


def collection_rows(connection: Connection, program_id: int) -> list[Row[Any]]:
    """The collections of a program, in their order."""
    mine = collections.c.program_id == program_id
    query = select(collections).where(mine).order_by(collections.c.position, collections.c.id)
    return list(connection.execute(query))


def item_rows(connection: Connection, program_id: int) -> list[Row[Any]]:
    """The items of a program's collections, in the order of each, without what they are called."""
    items = collection_items
    query = select(items).where(items.c.collection_id.in_(_collections_of(program_id)))
    return list(connection.execute(query.order_by(items.c.position, items.c.id)))


def described_items(connection: Connection, program_id: int) -> list[Row[Any]]:
    """The same with the `key`, name, partner and hours of the course or the specialization."""
    items, either = collection_items, func.coalesce
    query = (
        select(
            items.c.id,
            items.c.collection_id,
            items.c.course_id,
            items.c.specialization_id,
            either(courses.c.key, specializations.c.slug).label("key"),
            either(courses.c.name, specializations.c.name).label("name"),
            either(courses.c.partner, specializations.c.partner).label("partner"),
            courses.c.workload_hours,
        )
        .select_from(items.outerjoin(courses).outerjoin(specializations))
        .where(items.c.collection_id.in_(_collections_of(program_id)))
    )
    return list(connection.execute(query.order_by(items.c.position, items.c.id)))


def specialization_course_rows(connection: Connection, program_id: int) -> list[Row[Any]]:
    """The courses of the specializations in a program's collections, in the order of each."""
    items, inside = collection_items, specialization_courses
    present = select(items.c.specialization_id).where(
        items.c.collection_id.in_(_collections_of(program_id)), items.c.specialization_id.is_not(None)
    )
    query = (
        select(
            inside.c.specialization_id,
            courses.c.id,
            courses.c.key,
            courses.c.name,
            courses.c.partner,
            courses.c.workload_hours,
        )
        .join(courses, courses.c.id == inside.c.course_id)
        .where(inside.c.specialization_id.in_(present))
    )
    return list(connection.execute(query.order_by(inside.c.specialization_id, inside.c.position)))


def _collections_of(program_id: int) -> Any:
    return select(collections.c.id).where(collections.c.program_id == program_id)


def course_names(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """What courses are called, by id; those that do not exist are left out."""
    return _names(connection, courses, ids)


def specialization_names(connection: Connection, ids: Iterable[int]) -> dict[int, str]:
    """What specializations are called, by id; those that do not exist are left out."""
    return _names(connection, specializations, ids)


def _names(connection: Connection, table: Table, ids: Iterable[int]) -> dict[int, str]:
    query = select(table.c.id, table.c.name).where(among(connection, table.c.id, ids))
    return {row.id: row.name for row in connection.execute(query)}


def all_keys(connection: Connection) -> tuple[dict[str, int], dict[str, int]]:
    """The ids of all courses by their public ids, of all specializations by their slugs."""
    by_key = {row.key: row.id for row in connection.execute(select(courses.c.key, courses.c.id))}
    by_slug = {row.slug: row.id for row in connection.execute(select(specializations.c.slug, specializations.c.id))}
    return by_key, by_slug


def new_collections(connection: Connection, count: int) -> Sequence[int]:
    """Ids for so many new collections, never given before."""
    return _new_ids(connection, collections, count)


def new_items(connection: Connection, count: int) -> Sequence[int]:
    """Ids for so many new items, never given before: consoles and the journal speak of items by their ids."""
    return _new_ids(connection, collection_items, count)


def _new_ids(connection: Connection, table: Table, count: int) -> Sequence[int]:
    if connection.dialect.name == "postgresql":
        following = f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) FROM generate_series(1, :count)"
        return list(connection.execute(text(following), {"count": count}).scalars())
    name = {"name": table.name}
    noted = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), name).scalar_one_or_none()
    highest = max(noted or 0, connection.execute(select(func.max(table.c.id))).scalar_one() or 0)
    if noted is None:
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, 0)"), name)
    last = {"last": highest + count}
    connection.execute(text("UPDATE sqlite_sequence SET seq = :last WHERE name = :name"), name | last)
    return range(highest + 1, highest + 1 + count)


def add_collections(connection: Connection, program_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put collections into a program, with their ids."""
    if rows:
        connection.execute(insert(collections), [{**row, "program_id": program_id} for row in rows])


def add_items(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put items in, with their ids."""
    if rows:
        connection.execute(insert(collection_items), rows)


def word_collection(connection: Connection, collection_id: int, name: str, description: str | None) -> None:
    """Change what a collection is called and how it is described."""
    values = {"name": name, "description": description}
    connection.execute(update(collections).where(collections.c.id == collection_id).values(values))


def place_collections(connection: Connection, positions: Collection[tuple[int, int]]) -> None:
    """Give collections their positions: pairs of id and position."""
    if positions:
        given = _given(connection, positions, "id", "position")
        connection.execute(update(collections).where(collections.c.id == given.c.id).values(position=given.c.position))


def place_items(connection: Connection, places: Collection[tuple[int, int, int]]) -> None:
    """Give items their places: id, collection, position."""
    if places:
        given, items = _given(connection, places, "id", "collection_id", "position"), collection_items
        values = {"collection_id": given.c.collection_id, "position": given.c.position}
        connection.execute(update(items).where(items.c.id == given.c.id).values(values))


def remove_items(connection: Connection, ids: Collection[int]) -> None:
    """Take items out."""
    if ids:
        connection.execute(delete(collection_items).where(among(connection, collection_items.c.id, ids)))


def remove_collections(connection: Connection, ids: Collection[int]) -> None:
    """Take collections out, with all that is in them."""
    if ids:
        connection.execute(delete(collections).where(among(connection, collections.c.id, ids)))


def _given(connection: Connection, rows: Collection[tuple[int, ...]], *names: str) -> FromClause:
    """Rows of numbers as a table, in one bound value each database has a way for."""
    if connection.dialect.name == "sqlite":
        each = func.json_each(bindparam(None, json.dumps(list(rows)))).table_valued("value")
        cells = (func.json_extract(each.c.value, f"$[{place}]").label(name) for place, name in enumerate(names))
        return select(*cells).subquery("given")
    arrays = (bindparam(None, list(cells), type_=ARRAY(BigInteger)) for cells in zip(*rows, strict=True))
    columns = (column(name, BigInteger) for name in names)
    return func.unnest(*arrays).table_valued(*columns, name="given").render_derived()
