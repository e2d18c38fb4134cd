"""Who holds the licenses of a contract, counted in SQL.

A membership draws on its own contract and on those a report named beside it (`membership_contracts`, nearly always
empty). A learner joined to several programs of a contract holds one license of it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select, union_all

from ..rules.licenses import Licenses
from ..rules.triage import MembershipState
from .selection import Scope, among, chosen, within
from .tables import contracts, membership_contracts, memberships, program_contracts
from .tables.base import one_of

Holding = tuple[int, int]
"""A contract and a learner."""


def purchased(connection: Connection, contract_ids: Iterable[int], *, hold: bool) -> dict[int, int | None]:
    """The contracts' purchased licenses; `hold` keeps them until the transaction ends, in one order for all."""
    query = select(contracts.c.id, contracts.c.licenses).where(contracts.c.id.in_(sorted(contract_ids)))
    query = query.order_by(contracts.c.id)
    # Others may go on referring to them: their keys stay.
    held = query.with_for_update(key_share=True) if hold else query
    return {row.id: row.licenses for row in connection.execute(held)}


def count(
    connection: Connection, contract_ids: Collection[int] | None = None, scope: Scope = None
) -> dict[int, Licenses]:
    """Purchased, occupied and reserved licenses of the named contracts, or of all. With a scope only the people of its
    programs are counted, and contracts that other programs draw on are `shared`."""
    query = select(contracts.c.id, contracts.c.licenses)
    if contract_ids is not None:
        query = query.where(contracts.c.id.in_(sorted(contract_ids)))
    caps = {row.id: row.licenses for row in connection.execute(query)}
    states, shared = (MembershipState.MEMBER, MembershipState.INVITED), _shared(connection, scope)
    joined, invited = _learners(connection, states, contract_ids, scope)
    both = _invited_holders(connection, contract_ids, scope)
    return {
        contract: Licenses(licenses, joined[contract], invited[contract] - both[contract], contract in shared)
        for contract, licenses in caps.items()
    }


def occupied(connection: Connection, contract_ids: Collection[int]) -> Counter[int]:
    """How many learners hold a license of each contract."""
    return _learners(connection, (MembershipState.MEMBER,), contract_ids)[0]


def reserved(connection: Connection, contract_ids: Collection[int]) -> Counter[int]:
    """How many learners are invited under each contract who hold no license of it."""
    return Counter({contract: held.reserved for contract, held in count(connection, contract_ids).items()})


def utilized(connection: Connection, scope: Scope) -> Counter[int]:
    """How many learners use their license of each contract: joined, in the scope, and enrolled in a course."""
    query = select(memberships.c.contract_id, func.count(memberships.c.learner_id.distinct()).label("learners")).where(
        memberships.c.state == MembershipState.MEMBER,
        memberships.c.contract_id.is_not(None),
        memberships.c.enrolled > 0,
        within(memberships.c.program_id, scope),
    )
    counted: Counter[int] = Counter()
    counted.update(
        {row.contract_id: row.learners for row in connection.execute(query.group_by(memberships.c.contract_id))}
    )
    return counted


def occupied_at_most(connection: Connection, contract_ids: Collection[int]) -> Counter[int]:
    """A number that `occupied` never exceeds, found in a third of its time: joined memberships, not learners."""
    if _has_further(connection):
        return occupied(connection, contract_ids)
    query = select(memberships.c.contract_id, func.count().label("rows")).where(
        memberships.c.contract_id.in_(sorted(contract_ids)), memberships.c.state == MembershipState.MEMBER
    )
    counted: Counter[int] = Counter()
    counted.update({row.contract_id: row.rows for row in connection.execute(query.group_by(memberships.c.contract_id))})
    return counted


def further_holdings(connection: Connection, membership_ids: Iterable[int]) -> dict[int, tuple[Holding, ...]]:
    """What the named memberships draw on besides their own contract."""
    found: dict[int, tuple[Holding, ...]] = {}
    if not _has_further(connection):
        return found
    link = membership_contracts
    query = (
        select(link.c.membership_id, link.c.contract_id, memberships.c.learner_id)
        .join(memberships, memberships.c.id == link.c.membership_id)
        .where(among(connection, link.c.membership_id, membership_ids))
    )
    for row, contract, learner in connection.execute(query):
        found[row] = (*found.get(row, ()), (contract, learner))
    return found


def all_further(connection: Connection) -> list[tuple[int, int]]:
    """Every membership that draws on further contracts, by id, with each of them."""
    link = membership_contracts.c
    return [(row[0], row[1]) for row in connection.execute(select(link.membership_id, link.contract_id))]


def freed(connection: Connection, ids: Iterable[int]) -> Counter[int]:
    """How many licenses of each contract end with the named joined memberships: one for each of their learners who
    holds it through no other."""
    ids, column = list(ids), memberships.c
    member, named = column.state == MembershipState.MEMBER, column.id.in_(chosen(connection, ids))
    theirs = column.learner_id.in_(select(column.learner_id).where(named))
    # Added up, not looked up for each row: PostgreSQL hashes what it looks up only as far as its memory reaches, and
    # goes through all of it for every row beyond that.
    through_any = _drawn(connection, and_(member, theirs)).add_columns(literal(1).label("held"))
    through_named = _drawn(connection, and_(member, named)).add_columns(literal(-1).label("held"))
    both = union_all(through_any, through_named).subquery().c
    ending = select(both.contract_id).group_by(both.contract_id, both.learner_id).having(func.sum(both.held) == 0)
    contract = ending.subquery().c.contract_id
    return Counter(dict(connection.execute(select(contract, func.count()).group_by(contract)).all()))


def held(
    connection: Connection,
    asked: Iterable[Holding],
    states: Sequence[MembershipState] = (MembershipState.MEMBER,),
) -> set[Holding]:
    """Which of the asked licenses are held now, through memberships in one of the states (joined ones unless others
    are named)."""
    people: dict[int, set[int]] = {}
    for contract, learner in asked:
        people.setdefault(contract, set()).add(learner)
    found: set[Holding] = set()
    for contract, who in people.items():
        under = select(memberships.c.learner_id).where(
            memberships.c.contract_id == contract, one_of(memberships.c.state, states)
        )
        rows = connection.execute(under.where(among(connection, memberships.c.learner_id, who)))
        found |= {(contract, learner) for learner in rows.scalars()}
    if _has_further(connection):
        found |= _held_further(connection, set().union(*people.values()), states)
    return found


def _held_further(connection: Connection, learner_ids: set[int], states: Sequence[MembershipState]) -> set[Holding]:
    theirs = select(memberships.c.id).where(
        among(connection, memberships.c.learner_id, learner_ids), one_of(memberships.c.state, states)
    )
    found = further_holdings(connection, connection.execute(theirs).scalars())
    return {holding for held in found.values() for holding in held}


def _shared(connection: Connection, scope: Scope) -> set[int]:
    """The contracts that programs outside the scope draw on."""
    if scope is None:
        return set()
    link = program_contracts.c
    return set(connection.execute(select(link.contract_id).where(~within(link.program_id, scope))).scalars())


def _learners(
    connection: Connection,
    states: Sequence[MembershipState],
    contract_ids: Collection[int] | None,
    scope: Scope = None,
) -> list[Counter[int]]:
    """For each of the states, distinct learners per contract who are in it in any of its programs; one pass over one
    index in its order, where no membership draws on further contracts."""
    counted: dict[str, Counter[int]] = {state: Counter() for state in states}
    which = and_(memberships.c.state.in_(states), within(memberships.c.program_id, scope))
    pairs = _drawn(connection, which, contract_ids).subquery()
    query = select(pairs.c.contract_id, pairs.c.state, func.count(pairs.c.learner_id.distinct()))
    for contract, state, learners in connection.execute(query.group_by(pairs.c.contract_id, pairs.c.state)):
        counted[state][contract] = learners
    return [counted[state] for state in states]


def _invited_holders(connection: Connection, contract_ids: Collection[int] | None, scope: Scope) -> Counter[int]:
    """Learners per contract invited to one of its programs who hold its license through another already."""
    which = and_(memberships.c.state == MembershipState.INVITED, within(memberships.c.program_id, scope))
    pairs = _drawn(connection, which, contract_ids).subquery()
    invited = select(pairs.c.contract_id, pairs.c.learner_id).distinct().subquery()
    member = memberships.alias()
    joined = and_(
        member.c.contract_id == invited.c.contract_id,
        member.c.state == MembershipState.MEMBER,
        member.c.learner_id == invited.c.learner_id,
        within(member.c.program_id, scope),
    )
    query = select(invited.c.contract_id, invited.c.learner_id).join(member, joined).distinct()
    return Counter(contract for contract, _ in connection.execute(query))


def _drawn(
    connection: Connection, which: ColumnElement[bool], contract_ids: Collection[int] | None = None
) -> Select[tuple[int, str, int, int]]:
    """Contract, state, learner and id of the memberships that fulfil a condition, once for every contract they draw
    on."""
    column, link = memberships.c, membership_contracts
    own = select(column.contract_id, column.state, column.learner_id, column.id).where(which)
    linked = link.join(memberships, column.id == link.c.membership_id)
    further = select(link.c.contract_id, column.state, column.learner_id, column.id).select_from(linked).where(which)
    if contract_ids is None:
        own = own.where(column.contract_id.is_not(None))
    else:
        own = own.where(column.contract_id.in_(sorted(contract_ids)))
        further = further.where(link.c.contract_id.in_(sorted(contract_ids)))
    if not _has_further(connection):
        return own
    both = own.union_all(further).subquery()
    return select(both.c.contract_id, both.c.state, both.c.learner_id, both.c.id)


def _has_further(connection: Connection) -> bool:
    return connection.execute(select(membership_contracts.c.membership_id).limit(1)).first() is not None
