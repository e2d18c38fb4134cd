"""What the store knows of the people on a list: who is known, in which state, by what name and id."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, insert, literal, or_, select, true, update

from ...rules.mailing import MailState
from ...rules.remarks import Remark
from ...rules.triage import MembershipState
from ..tables import contracts, learner_addresses, learners, memberships, outbox, programs, suppressions
from . import mailboxes, repeated
from .staged import remarks, rows, say

Scope = frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Setting:
    """Who is told what: the programs (by id, None for all) whose people the administrator may know of, whether the
    invitations are to be mailed, and whether the list is a roster, which changes what is known of people."""

    scope: Scope
    mailed: bool
    roster: bool = False

    def knows(self, learner: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether the administrator may know of a learner."""
        if self.scope is None:
            return true()
        held = select(memberships.c.id).where(
            memberships.c.learner_id == learner, self.within(memberships.c.program_id)
        )
        return held.exists()

    def within(self, program: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a program is one of the administrator's."""
        return true() if self.scope is None else program.in_(sorted(self.scope))


def judge(connection: Connection, setting: Setting) -> None:
    """Say all that the store knows of the rows; their places are known already."""
    _match(connection)
    repeated.judge(connection)
    _states(connection)
    _elsewhere(connection, setting)
    _former(connection, setting)
    _names_and_ids(connection, setting)
    _undeliverable(connection, setting)
    mailboxes.judge(connection, setting.knows(learners.c.id))


def _match(connection: Connection) -> None:
    learner = select(learners.c.id).where(learners.c.email == rows.c.email).scalar_subquery()
    connection.execute(update(rows).where(rows.c.email.is_not(None)).values(learner_id=learner))
    here = and_(memberships.c.program_id == rows.c.program_id, memberships.c.learner_id == rows.c.learner_id)
    membership = select(memberships.c.id).where(here).scalar_subquery()
    connection.execute(update(rows).where(rows.c.learner_id.is_not(None)).values(membership_id=membership))


_OF_STATE = {
    MembershipState.MEMBER: Remark.MEMBER,
    MembershipState.INVITED: Remark.INVITED,
    MembershipState.DELETED_MEMBER: Remark.REMOVED_BEFORE,
}


def _states(connection: Connection) -> None:
    state = memberships.c.state
    remark = case(*((state == of, literal(int(one))) for of, one in _OF_STATE.items()))
    verdict = case(*((state == of, literal(int(one.verdict))) for of, one in _OF_STATE.items()))
    query = select(rows.c.line, remark, verdict, literal(""), literal(True)).where(
        memberships.c.id == rows.c.membership_id
    )
    connection.execute(insert(remarks).from_select([*remarks.c.keys()], query))
    under = and_(memberships.c.id == rows.c.membership_id, state == MembershipState.INVITED)
    other = select(rows.c.line, contracts.c.name).join_from(rows, memberships, under)
    other = other.join(contracts, contracts.c.id == memberships.c.contract_id)
    say(connection, Remark.INVITED_UNDER, other.where(memberships.c.contract_id != rows.c.contract_id))


def _elsewhere(connection: Connection, setting: Setting) -> None:
    """An invitation to another program that is not answered yet."""
    other = and_(
        memberships.c.learner_id == rows.c.learner_id,
        memberships.c.program_id != rows.c.program_id,
        memberships.c.state == MembershipState.INVITED,
        setting.within(memberships.c.program_id),
    )
    query = select(rows.c.line, func.min(programs.c.name)).join_from(rows, memberships, other)
    query = query.join(programs, programs.c.id == memberships.c.program_id).group_by(rows.c.line)
    say(connection, Remark.PENDING_ELSEWHERE, query)


def _former(connection: Connection, setting: Setting) -> None:
    """Addresses that a learner had before; the present one is told where the administrator may know of them."""
    present = case((setting.knows(learners.c.id), _parenthesis(learners.c.email_shown)), else_="")
    query = (
        select(rows.c.line, func.min(present))
        .join_from(rows, learner_addresses, learner_addresses.c.email == rows.c.email)
        .join(learners, learners.c.id == learner_addresses.c.learner_id)
        .where(rows.c.learner_id.is_(None))
        .group_by(rows.c.line)
    )
    say(connection, Remark.FORMER_ADDRESS, query)


def _parenthesis(column: ColumnElement[str]) -> ColumnElement[str]:
    return literal(", now ") + func.coalesce(column, "?")


def _names_and_ids(connection: Connection, setting: Setting) -> None:
    known = and_(learners.c.id == rows.c.learner_id, setting.knows(learners.c.id))
    told = select(rows.c.line).join_from(rows, learners, known)
    if not setting.roster:
        _kept(connection, told)
    other = and_(
        learners.c.external_id == rows.c.external_id,
        or_(rows.c.email.is_(None), learners.c.email != rows.c.email),
        setting.knows(learners.c.id),
    )
    who = func.coalesce(learners.c.name, "") + literal(" <") + learners.c.email_shown + literal(">")
    owned = select(rows.c.line, func.min(who)).join_from(rows, learners, other).group_by(rows.c.line)
    say(connection, Remark.ID_OF_OTHER, owned)


def _kept(connection: Connection, told: Select[Any]) -> None:
    """What is known otherwise than the row says, and stays as it is known."""
    named = and_(learners.c.name.is_not(None), rows.c.name != "", learners.c.search_key != rows.c.search_key)
    say(connection, Remark.KNOWN_NAME, told.add_columns(learners.c.name).where(named))
    ids = and_(rows.c.external_id.is_not(None), learners.c.external_id != rows.c.external_id)
    say(connection, Remark.KNOWN_ID, told.add_columns(learners.c.external_id).where(ids))
    without = and_(rows.c.external_id.is_not(None), learners.c.external_id.is_(None))
    say(connection, Remark.KNOWN_WITHOUT_ID, told.where(without))


def _undeliverable(connection: Connection, setting: Setting) -> None:
    remark = Remark.SUPPRESSED if setting.mailed else Remark.SUPPRESSED_UNMAILED
    listed = select(rows.c.line, suppressions.c.reason).join_from(
        rows, suppressions, suppressions.c.email == rows.c.email
    )
    say(connection, remark, listed)
    known = and_(learners.c.id == rows.c.learner_id, setting.knows(learners.c.id))
    told = select(rows.c.line).join_from(rows, learners, known)
    say(connection, Remark.OPTED_OUT, told.where(learners.c.opted_out))
    if connection.execute(select(outbox.c.id).limit(1)).first() is not None:
        last = select(outbox.c.state).where(outbox.c.learner_id == rows.c.learner_id)
        state = last.order_by(outbox.c.id.desc()).limit(1).scalar_subquery()
        say(connection, Remark.BOUNCED, told.where(state == MailState.BOUNCED))
