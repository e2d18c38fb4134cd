"""Memberships as the member report writes them: the facts as they were said."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from sqlalchemy import Connection, select

from ..selection import chosen
from ..tables import contracts, membership_contracts, memberships
from . import blocks
from .blocks import Column, Columns

_CONTRACTS = 11
"""The place of the contracts' names among the columns."""


def members(connection: Connection, ids: Iterator[list[int]]) -> Iterator[Columns]:
    """The columns of the member report for blocks of memberships, in their order."""
    slug, name = blocks.of_program(connection)
    told, contract = memberships.c, blocks.of_contract(connection, memberships.c.contract_id)
    facts = (told[name] for name in ("enrolled", "completed", "state", "joined_at", "invited_at", "last_activity_at"))
    columns: tuple[Column, ...] = (told.id, *blocks.PERSON, name, slug, *facts, contract, *blocks.PROFILES)
    for rows in blocks.read(connection, ids, columns):
        found, *cells = rows
        further = _further_contracts(connection, found)
        if further:
            both = zip(found, cells[_CONTRACTS], strict=True)
            cells[_CONTRACTS] = ["; ".join(filter(None, (first, *further.get(id, ())))) for id, first in both]
        yield cells


def _further_contracts(connection: Connection, ids: Iterable[int]) -> Mapping[int, list[str]]:
    links = membership_contracts
    query = (
        select(links.c.membership_id, contracts.c.name)
        .join(contracts, contracts.c.id == links.c.contract_id)
        .where(links.c.membership_id.in_(chosen(connection, ids)))
        .order_by(links.c.membership_id, links.c.position)
    )
    rows = groupby(connection.execute(query), key=lambda row: row[0])
    return {membership: [name for _, name in names] for membership, names in rows}
