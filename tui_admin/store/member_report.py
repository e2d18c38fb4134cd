"""Memberships as the member report writes them: the facts as they were said, text as it was typed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, select

from ..rules.profile import PROFILE
from ..rules.triage import MembershipState
from .member_rows import BLOCK
from .selection import chosen
from .tables import contracts, learners, membership_contracts, memberships, organization, programs
from .tables.people import known_as

_COLUMNS = (
    memberships.c.id,
    known_as.label("name"),
    learners.c.email,
    learners.c.email_shown,
    learners.c.external_id,
    programs.c.name.label("program_name"),
    programs.c.slug.label("program_slug"),
    contracts.c.name.label("contracts"),
    *(memberships.c[name] for name in ("state", "enrolled", "completed", "joined_at", "invited_at")),
    memberships.c.last_activity_at,
    *(learners.c[name] for name in PROFILE),
)


def reported_states(connection: Connection) -> frozenset[MembershipState]:
    """The states that reports cover: all, without removed learners where the organization hides them."""
    kept = connection.execute(select(organization.c.removed_learners)).scalar_one_or_none()
    left_out = {MembershipState.DELETED_MEMBER} if kept == "hide" else set()
    return frozenset(MembershipState) - left_out


def read(connection: Connection, ids: Iterable[int]) -> Iterator[Mapping[str, Any]]:
    """The memberships of these ids in their order, read block by block, by the field names of the report files."""
    rest = iter(ids)
    while block := list(islice(rest, BLOCK)):
        yield from _read_block(connection, block)


def _read_block(connection: Connection, ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
    query = (
        select(*_COLUMNS)
        .select_from(memberships)
        .join(learners, learners.c.id == memberships.c.learner_id)
        .join(programs, programs.c.id == memberships.c.program_id)
        .outerjoin(contracts, contracts.c.id == memberships.c.contract_id)
        .where(memberships.c.id.in_(chosen(connection, ids)))
    )
    found = {row["id"]: dict(row) for row in connection.execute(query).mappings()}
    for membership, names in _further_contracts(connection, ids):
        first = found[membership]["contracts"]
        found[membership]["contracts"] = "; ".join([first, *names] if first else names)
    return (found[id] for id in ids if id in found)


def _further_contracts(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    links = membership_contracts
    query = (
        select(links.c.membership_id, contracts.c.name)
        .join(contracts, contracts.c.id == links.c.contract_id)
        .where(links.c.membership_id.in_(chosen(connection, ids)))
        .order_by(links.c.membership_id, links.c.position)
    )
    for membership, rows in groupby(connection.execute(query), key=lambda row: row[0]):
        yield membership, [name for _, name in rows]
