"""Rows of a list that speak of the same person: the first counts, what says otherwise is told."""

from sqlalchemy import Connection, and_, func, select

from ...rules.remarks import Remark
from .staged import rows, say


def judge(connection: Connection) -> None:
    """Say which rows repeat an earlier one, which contradict it, and which external ids stand at two addresses."""
    _same_address(connection)
    _same_place(connection)
    _same_id(connection)


_first = rows.alias("invite_first")


def _same_address(connection: Connection) -> None:
    """The first row of an address, whatever its program, says what the person is called."""
    column = rows.c.email
    firsts = select(column, func.min(rows.c.line).label("line")).where(column.is_not(None)).group_by(column)
    groups = firsts.having(func.count() > 1).subquery()
    later = (
        select(rows.c.line, _first.c.line)
        .join_from(groups, _first, _first.c.line == groups.c.line)
        .join(rows, and_(rows.c.email == groups.c.email, rows.c.line > groups.c.line))
    )
    say(connection, Remark.OTHER_NAME, later.where(rows.c.search_key != _first.c.search_key))
    other_id = and_(rows.c.external_id.is_not(None), rows.c.external_id.is_distinct_from(_first.c.external_id))
    say(connection, Remark.OTHER_ID, later.where(other_id))


def _same_place(connection: Connection) -> None:
    column = rows.c
    firsts = select(column.email, column.program_id, func.min(column.line).label("line"))
    firsts = firsts.where(column.email.is_not(None)).group_by(column.email, column.program_id)
    groups = firsts.having(func.count() > 1).subquery()
    there = and_(column.email == groups.c.email, column.program_id.is_not_distinct_from(groups.c.program_id))
    later = (
        select(column.line, _first.c.line)
        .join_from(groups, _first, _first.c.line == groups.c.line)
        .join(rows, and_(there, column.line > groups.c.line))
    )
    same_contract = column.contract_id.is_not_distinct_from(_first.c.contract_id)
    say(connection, Remark.OTHER_CONTRACT, later.where(~same_contract))
    same = and_(
        same_contract,
        column.search_key == _first.c.search_key,
        func.coalesce(column.external_id, _first.c.external_id).is_not_distinct_from(_first.c.external_id),
    )
    say(connection, Remark.REPEATED, later.where(same))


def _same_id(connection: Connection) -> None:
    column = rows.c.external_id
    firsts = select(column, func.min(rows.c.line).label("line")).where(column.is_not(None)).group_by(column)
    groups = firsts.having(func.min(rows.c.email) != func.max(rows.c.email)).subquery()
    later = (
        select(rows.c.line, _first.c.line)
        .join_from(groups, _first, _first.c.line == groups.c.line)
        .join(rows, and_(rows.c.external_id == groups.c.external_id, rows.c.email != _first.c.email))
    )
    say(connection, Remark.ID_REPEATED, later)
