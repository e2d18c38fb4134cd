"""Licenses that the people on a list would reserve, and who finds none: rows beyond are refused in file order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from ...rules.licenses import Licenses
from ...rules.remarks import Remark
from ...rules.triage import MembershipState
from .. import licenses
from ..selection import Scope
from ..tables import contracts, membership_contracts, memberships
from .staged import Said, invites, rows


@dataclass(frozen=True, slots=True)
class Asked:
    """A contract's licenses now, as far as they may be seen, and how many further ones the list reserves."""

    name: str
    licenses: Licenses
    reserves: int


def ask(connection: Connection, scope: Scope) -> tuple[list[Asked], list[Said]]:
    """What the rows to invite ask of each contract, told within the scope, and what is said of those that find no
    license."""
    column = rows.c.contract_id
    query = select(column, func.count(rows.c.email.distinct())).where(_wants()).group_by(column)
    wanted: dict[int, int] = dict(connection.execute(query).all())
    named = {row.contract_id for row in connection.execute(select(column).where(column.is_not(None)).distinct())}
    found = licenses.count(connection, named)
    names = {row.id: row.name for row in connection.execute(select(contracts.c.id, contracts.c.name))}
    short = {
        contract: free
        for contract, number in wanted.items()
        if (free := found[contract].free) is not None and free < number
    }
    said = _refused(connection, short)
    seen = found if scope is None else licenses.count(connection, named, scope)
    asked = [
        Asked(names[contract], held, min(wanted.get(contract, 0), short.get(contract, 1 << 60)))
        for contract, held in seen.items()
    ]
    return asked, said


def _wants() -> ColumnElement[bool]:
    """Whether a row's person is invited under a contract that they neither hold nor have reserved a license of."""
    states = (MembershipState.MEMBER, MembershipState.INVITED)
    link = membership_contracts
    theirs = and_(memberships.c.learner_id == rows.c.learner_id, memberships.c.state.in_(states))
    own = select(memberships.c.id).where(theirs)
    joined = memberships.join(link, link.c.membership_id == memberships.c.id)
    further = select(memberships.c.id).select_from(joined).where(theirs, link.c.contract_id == rows.c.contract_id)
    holds = or_(own.where(memberships.c.contract_id == rows.c.contract_id).exists(), further.exists())
    unknown = rows.c.learner_id.is_(None)
    return and_(invites(), rows.c.contract_id.is_not(None), or_(unknown, ~holds))


def _refused(connection: Connection, short: Mapping[int, int]) -> list[Said]:
    """The rows that find no license, told in file order; somebody in two programs of a contract needs one."""
    if not short:
        return []
    query = select(rows.c.line, rows.c.contract_id, rows.c.email).where(_wants(), rows.c.contract_id.in_(sorted(short)))
    free, seated, said = Counter(short), set(), []
    for line, contract, email in connection.execute(query.order_by(rows.c.line)):
        if (contract, email) in seated:
            continue
        if free[contract]:
            free[contract] -= 1
            seated.add((contract, email))
        else:
            said.append((line, Remark.CONTRACT_FULL, ""))
    return said
