"""Addresses that may reach the same mailbox: dots say nothing in some domains. Told, never merged."""

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select

from ...rules.mail_domains import WITHOUT_DOTS
from ...rules.remarks import Remark
from ..tables import learners
from .staged import rows, say

_other = rows.alias("invite_other")


def judge(connection: Connection, may_know: ColumnElement[bool]) -> None:
    """Say which rows may be the same person as another row, or as a learner that the administrator may know of."""
    if connection.execute(select(rows.c.line).where(rows.c.mailbox.is_not(None)).limit(1)).first() is None:
        return
    same = and_(_other.c.mailbox == rows.c.mailbox, _other.c.email != rows.c.email)
    query = select(rows.c.line, func.min(_other.c.email)).join_from(rows, _other, same).group_by(rows.c.line)
    say(connection, Remark.SAME_MAILBOX, query)
    _stored(connection, may_know)


def _stored(connection: Connection, may_know: ColumnElement[bool]) -> None:
    address = learners.c.email
    without_dots = or_(*(address.like(f"%@{domain}") for domain in sorted(WITHOUT_DOTS)))
    found = and_(rows.c.mailbox == _plain(connection, address), address != rows.c.email)
    query = select(rows.c.line, func.min(address)).join_from(learners, rows, found).where(without_dots, may_know)
    say(connection, Remark.SAME_MAILBOX, query.group_by(rows.c.line))


def _plain(connection: Connection, address: ColumnElement[str]) -> ColumnElement[str]:
    """`rules.mail_domains.one_mailbox` of an address without a tag."""
    if connection.dialect.name == "sqlite":
        local: ColumnElement[str] = func.substr(address, 1, func.instr(address, "@") - 1)
    else:
        local = func.split_part(address, "@", 1)
    return func.replace(local, ".", "") + literal("@gmail.com")
