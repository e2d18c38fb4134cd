"""SQL of contracts and of the programs that draw on them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from ..rules.licenses import Standing, standing
from .tables import contracts, program_contracts


def programs_of(connection: Connection, contract_id: int) -> frozenset[int]:
    """The ids of the programs that draw on a contract."""
    query = select(program_contracts.c.program_id).where(program_contracts.c.contract_id == contract_id)
    return frozenset(connection.execute(query).scalars())


def of_programs(connection: Connection) -> dict[int, list[tuple[int, str]]]:
    """Ids and names of the contracts of each program, in the program's order."""
    link = program_contracts
    query = (
        select(link.c.program_id, contracts.c.id, contracts.c.name)
        .join(contracts, contracts.c.id == link.c.contract_id)
        .order_by(link.c.program_id, link.c.position, contracts.c.name)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for program, contract, name in connection.execute(query):
        found.setdefault(program, []).append((contract, name))
    return found


def in_force(connection: Connection, today: date) -> frozenset[int]:
    """The ids of the contracts whose licenses can be used on a day."""
    column = contracts.c
    rows = connection.execute(select(column.id, column.starts_on, column.ends_on))
    return frozenset(id for id, first, last in rows if standing(first, last, today) is Standing.IN_FORCE)


def get(connection: Connection, contract_id: int) -> Row[Any] | None:
    """A contract; None where there is none."""
    return connection.execute(select(contracts).where(contracts.c.id == contract_id)).one_or_none()


def names(connection: Connection, contract_ids: Iterable[int]) -> dict[int, str]:
    """What contracts are called, by id."""
    query = select(contracts.c.id, contracts.c.name).where(contracts.c.id.in_(sorted(contract_ids)))
    return {row.id: row.name for row in connection.execute(query)}


def named(connection: Connection, name: str) -> int | None:
    """The id of the contract of a name; None where there is none."""
    return connection.execute(select(contracts.c.id).where(contracts.c.name == name)).scalar_one_or_none()


def add(connection: Connection, values: dict[str, Any]) -> int:
    """Create a contract; its id."""
    return int(connection.execute(insert(contracts).values(values).returning(contracts.c.id)).scalar_one())


def change(connection: Connection, contract_id: int, values: dict[str, Any]) -> None:
    """Change a contract."""
    connection.execute(update(contracts).where(contracts.c.id == contract_id).values(values))


def attach(connection: Connection, program_id: int, contract_id: int) -> None:
    """Let a program draw on a contract, after those it has."""
    link = program_contracts
    last = connection.execute(select(func.max(link.c.position)).where(link.c.program_id == program_id)).scalar_one()
    values = {"program_id": program_id, "contract_id": contract_id, "position": (last or 0) + 1}
    connection.execute(insert(link).values(values))


def detach(connection: Connection, program_id: int, contract_id: int) -> None:
    """Let a program draw on a contract no more."""
    link = program_contracts
    connection.execute(delete(link).where(link.c.program_id == program_id, link.c.contract_id == contract_id))
