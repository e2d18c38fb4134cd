"""SQL of programs: listing, creating, changing."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, literal, or_, select, update

from .tables import membership_contracts, memberships, organization, programs

ADDRESS: ColumnElement[str | None] = func.coalesce(
    func.nullif(programs.c.url, ""),
    select(organization.c.public_url).scalar_subquery() + literal("/p/") + programs.c.slug,
)
"""Where a program is on the web: at an address of its own, else among the organization's pages for learners; null where
there are none."""


def listed(connection: Connection, scope: frozenset[int] | None) -> list[Row[Any]]:
    """The programs within the scope, in their order."""
    query = select(programs).order_by(programs.c.position, programs.c.name)
    return list(connection.execute(query if scope is None else query.where(programs.c.id.in_(sorted(scope)))))


def address(connection: Connection, program_id: int) -> str:
    """Where a program is on the web; blank where it is nowhere."""
    return connection.execute(select(ADDRESS).where(programs.c.id == program_id)).scalar_one() or ""


def slugs(connection: Connection) -> list[str]:
    """The slugs of all programs."""
    return list(connection.execute(select(programs.c.slug)).scalars())


def add(connection: Connection, slug: str, name: str, at: int) -> int:
    """Create a program after the others, named at a moment; its id."""
    last = connection.execute(select(func.max(programs.c.position))).scalar_one()
    values = {"slug": slug, "name": name, "position": (last or 0) + 1, "created_at": at, "moment": at}
    return int(connection.execute(insert(programs).values(values).returning(programs.c.id)).scalar_one())


def hold(connection: Connection, program_id: int | None) -> Row[Any] | None:
    """A program, kept from being changed by others until the transaction ends; None where there is none."""
    query = select(programs).where(programs.c.id == program_id).with_for_update(key_share=True)
    return connection.execute(query).one_or_none()


def change(connection: Connection, program_id: int, values: dict[str, Any]) -> None:
    """Change a program."""
    connection.execute(update(programs).where(programs.c.id == program_id).values(values))


def order(connection: Connection, *, hold: bool = False) -> list[int]:
    """The ids of all programs in their order; `hold` keeps others from changing it until the transaction ends."""
    if hold:
        connection.execute(select(programs.c.id).order_by(programs.c.id).with_for_update(key_share=True)).all()
    return list(connection.execute(select(programs.c.id).order_by(programs.c.position, programs.c.name)).scalars())


def put_in_order(connection: Connection, ids: list[int]) -> None:
    """Give the programs this order."""
    for position, id in enumerate(ids, start=1):
        connection.execute(update(programs).where(programs.c.id == id).values(position=position))


def above_limit(connection: Connection, program_id: int, limit: int) -> int:
    """How many of a program's members are in more courses than so many."""
    query = select(func.count()).select_from(memberships).where(memberships.c.program_id == program_id)
    query = query.where(memberships.c.state == "MEMBER", memberships.c.enrolled > limit)
    return int(connection.execute(query).scalar_one())


def people_under(connection: Connection, program_id: int, contract_id: int) -> int:
    """How many of a program's members and invited people draw on a contract, as their own or beside it."""
    link, mine = membership_contracts.c, memberships.c
    beside = mine.id.in_(select(link.membership_id).where(link.contract_id == contract_id))
    query = select(func.count()).select_from(memberships).where(mine.program_id == program_id)
    query = query.where(or_(mine.contract_id == contract_id, beside), mine.state != "DELETED_MEMBER")
    return int(connection.execute(query).scalar_one())
