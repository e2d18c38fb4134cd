"""A full roster against the members of a program: who is missing from it, and of whom it says something new."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from ...rules.remarks import FAULTS, ODD_IDS, ODD_NAMES, Remark, Verdict
from ...rules.times import Instant
from ...rules.triage import MembershipState
from ..memory import room
from ..tables import learner_addresses, learners, memberships
from ..tables.base import BigId
from .people import Setting
from .staged import remarks, rows, say, temporary

PRESENT = (MembershipState.MEMBER, MembershipState.INVITED)
_PRESENT_VERDICTS = (int(Verdict.MEMBER), int(Verdict.INVITED))
_BLOCK = 1_000

leavers = Table(
    "roster_leavers",
    temporary,
    Column("membership_id", BigId, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("line", BigInteger),
    prefixes=["TEMPORARY"],
)
"""Members and invited people of the program that no row names. `line` is that of a refused row that may be theirs:
they stay."""

changes = Table(
    "roster_changes",
    temporary,
    Column("line", BigId, primary_key=True, autoincrement=False),
    Column("learner_id", BigInteger, nullable=False),
    Column("told", Text),
    prefixes=["TEMPORARY"],
)
"""The rows that say something new of a member or invited person, and what that is in words."""


def present(connection: Connection, program_id: int) -> int:
    """How many members and invited people a program has."""
    here = and_(memberships.c.program_id == program_id, memberships.c.state.in_(PRESENT))
    return connection.execute(select(func.count()).select_from(memberships).where(here)).scalar_one()


def judge(connection: Connection, setting: Setting, program_id: int, fields: Sequence[str]) -> None:
    """Find leavers and changes, `fields` being the columns the roster has; the rows have their verdicts already."""
    for table in (changes, leavers):
        connection.execute(delete(table))
    _other_addresses(connection, setting)
    _refuse_faulty(connection)
    _find_changes(connection, setting, fields)
    _find_leavers(connection, program_id)


def _other_addresses(connection: Connection, setting: Setting) -> None:
    """Somebody new whose external id a member of the program has: most likely the same person, who moved."""
    other = learners.alias("roster_other")
    here = and_(memberships.c.learner_id == other.c.id, memberships.c.program_id == rows.c.program_id)
    named = func.coalesce(other.c.name, "") + literal(" <") + other.c.email_shown + literal(">")
    query = (
        select(rows.c.line, func.min(named))
        .join_from(rows, other, other.c.external_id == rows.c.external_id)
        .join(memberships, and_(here, memberships.c.state.in_(PRESENT)))
        .where(rows.c.verdict <= int(Verdict.WARNED), other.c.email != rows.c.email)
    )
    say(connection, Remark.ADDRESS_CHANGED, query.group_by(rows.c.line))


def _refuse_faulty(connection: Connection) -> None:
    faulty = (*FAULTS, Remark.ADDRESS_CHANGED)
    lines = select(remarks.c.line).where(remarks.c.remark.in_([int(remark) for remark in faulty]))
    refused = update(rows).where(rows.c.line.in_(lines), rows.c.verdict != int(Verdict.REPEATED))
    connection.execute(refused.values(verdict=int(Verdict.REFUSED)))


def _find_changes(connection: Connection, setting: Setting, fields: Sequence[str]) -> None:
    differs = or_(*(_differs(name) for name in fields))
    known = select(rows.c.line, learners.c.id).join_from(rows, learners, learners.c.id == rows.c.learner_id)
    firsts = select(func.min(rows.c.line)).where(rows.c.verdict.in_(_PRESENT_VERDICTS)).group_by(rows.c.learner_id)
    known = known.where(rows.c.line.in_(firsts))
    connection.execute(insert(changes).from_select(["line", "learner_id"], known.where(differs)))
    for name, odd, remark in (("name", ODD_NAMES, Remark.ODD_NAME), ("external_id", ODD_IDS, Remark.ODD_ID)):
        oddly = select(remarks.c.line).where(remarks.c.remark.in_([int(one) for one in odd]))
        say(connection, remark, known.with_only_columns(rows.c.line).where(_differs(name), rows.c.line.in_(oddly)))
    other = learners.alias("roster_other")
    visible = func.coalesce(other.c.name, "") + literal(" <") + other.c.email_shown + literal(">")
    who = visible if setting.scope is None else literal("somebody else")
    taken = known.with_only_columns(rows.c.line, func.min(who)).where(_differs("external_id"))
    taken = taken.join(other, and_(other.c.external_id == rows.c.external_id, other.c.id != learners.c.id))
    say(connection, Remark.ID_TAKEN, taken.group_by(rows.c.line))
    said = (Remark.ODD_NAME, Remark.ODD_ID, Remark.ID_TAKEN)
    refused = select(remarks.c.line).where(remarks.c.remark.in_([int(remark) for remark in said]))
    connection.execute(update(rows).where(rows.c.line.in_(refused)).values(verdict=int(Verdict.REFUSED)))
    connection.execute(delete(changes).where(changes.c.line.in_(refused)))


def _differs(field: str) -> ColumnElement[bool]:
    """Whether a row says something else than is known; blank says nothing."""
    said = rows.c[field]
    return and_(func.coalesce(said, "") != "", said.is_distinct_from(learners.c[field]))


def _find_leavers(connection: Connection, program_id: int) -> None:
    named = select(rows.c.learner_id).where(rows.c.learner_id.is_not(None))
    column = memberships.c
    erased = exists().where(learners.c.id == column.learner_id, learners.c.erased_at.is_not(None))
    gone = select(column.id, column.learner_id, column.state).where(
        column.program_id == program_id, column.state.in_(PRESENT), column.learner_id.not_in(named), ~erased
    )
    connection.execute(insert(leavers).from_select(["membership_id", "learner_id", "state"], gone))
    had = exists().where(learner_addresses.c.learner_id == learners.c.id, learner_addresses.c.email == rows.c.email)
    theirs = or_(
        learners.c.external_id == rows.c.external_id,
        and_(rows.c.email.is_(None), rows.c.name != "", learners.c.name == rows.c.name),
        had,
    )
    refused = (
        select(leavers.c.membership_id, func.min(rows.c.line).label("line"))
        .join_from(leavers, learners, learners.c.id == leavers.c.learner_id)
        .join(rows, and_(rows.c.verdict == int(Verdict.REFUSED), theirs))
        .group_by(leavers.c.membership_id)
        .subquery()
    )
    same = leavers.c.membership_id == refused.c.membership_id
    connection.execute(update(leavers).where(same).values(line=refused.c.line))


def counts(connection: Connection) -> tuple[dict[str, int], int, int]:
    """Leavers by state, those who stay because a refused row may be theirs, and changes."""
    going = select(leavers.c.state, func.count()).where(leavers.c.line.is_(None)).group_by(leavers.c.state)
    kept = select(func.count()).select_from(leavers).where(leavers.c.line.is_not(None))
    changed = select(func.count()).select_from(changes)
    by_state: dict[str, int] = dict(connection.execute(going).all())
    return by_state, connection.execute(kept).scalar_one(), connection.execute(changed).scalar_one()


def going(connection: Connection, state: MembershipState) -> list[int]:
    """The memberships of leavers in a state, by id."""
    query = select(leavers.c.membership_id).where(leavers.c.line.is_(None), leavers.c.state == state)
    return list(connection.scalars(query.order_by(leavers.c.membership_id)))


def missing(connection: Connection) -> Iterator[Any]:
    """Every leaver with name, address, external id, state and the line that keeps them, streamed."""
    columns = (leavers.c.membership_id, learners.c.name, learners.c.email_shown, learners.c.external_id)
    query = select(*columns, leavers.c.state, leavers.c.line)
    query = query.join_from(leavers, learners, learners.c.id == leavers.c.learner_id)
    yield from _keyed(connection, query, leavers.c.membership_id)


class Change(NamedTuple):
    """What a row changes of a learner: all fields of the roster as they are known, and as they will be."""

    line: int
    learner_id: int
    old: dict[str, Any]
    new: dict[str, Any]


def changed(connection: Connection, fields: Sequence[str]) -> Iterator[Change]:
    """Every change, streamed."""
    columns = [*(learners.c[name].label(f"old_{name}") for name in fields), *(rows.c[name] for name in fields)]
    query = select(changes.c.line, changes.c.learner_id, *columns).join_from(
        changes, rows, rows.c.line == changes.c.line
    )
    query = query.join(learners, learners.c.id == changes.c.learner_id)
    width = len(fields)
    for line, learner, *values in _keyed(connection, query, changes.c.line):
        old = dict(zip(fields, values[:width], strict=True))
        new = {name: said or old[name] for name, said in zip(fields, values[width:], strict=True)}
        yield Change(line, learner, old, new)


def tell(connection: Connection, told: Sequence[tuple[int, str]]) -> None:
    """Keep what changes say in words, by line: once they are written, it cannot be seen any more."""
    noted = update(changes).where(changes.c.line == bindparam("of")).values(told=bindparam("words"))
    connection.execute(noted, [{"of": line, "words": words} for line, words in told])


def told(connection: Connection) -> Iterator[Any]:
    """Every change as its row names the person: line, name, address, external id, and what changes in words."""
    query = select(changes.c.line, rows.c.name, rows.c.shown, rows.c.external_id, changes.c.told)
    yield from _keyed(connection, query.join(rows, rows.c.line == changes.c.line), changes.c.line)


def _keyed(connection: Connection, query: Select[Any], key: ColumnElement[int]) -> Iterator[Any]:
    """The rows of a query in the order of its first column, read block by block, so that others can be read between."""
    last = 0
    while found := connection.execute(query.where(key > last).order_by(key).limit(_BLOCK)).all():
        yield from found
        last = found[-1][0]


def write_changes(connection: Connection, fields: Iterable[str], at: Instant) -> None:
    """Write what the roster says that is new, the search keys included."""
    number = connection.execute(select(func.count()).select_from(changes)).scalar_one()
    told = {name: func.coalesce(func.nullif(rows.c[name], ""), learners.c[name]) for name in fields}
    with room(connection, number):
        which = and_(changes.c.learner_id == learners.c.id, rows.c.line == changes.c.line)
        connection.execute(
            update(learners).where(which).values({**told, "search_key": rows.c.search_key, "moment": at})
        )
        renamed = and_(
            memberships.c.learner_id == changes.c.learner_id,
            learners.c.id == changes.c.learner_id,
            memberships.c.search_key != learners.c.search_key,
        )
        connection.execute(update(memberships).where(renamed).values(search_key=learners.c.search_key))
