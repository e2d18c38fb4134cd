"""`members` and `users`: the people of a program, and of the whole organization."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ..rules.profile import PROFILE
from .commands import ConsoleCommand
from .context import Context
from .errors import pointing_at
from .options import Shape, listing_options, program_option, where_option, with_context
from .output import Column, Kind, Listing, show

if TYPE_CHECKING:
    from ..portal.members import MemberRow, MembersQuery
    from ..portal.users import UserRow
    from ..rules.filters import Node
    from ..rules.roles import Actor

_PROFILE = tuple(Column(name, title=None) for name in PROFILE)

MEMBER_COLUMNS = (
    Column("name"),
    Column("email", title="E-mail"),
    Column("external_id", title=None),
    Column("program"),
    Column("state", title=None),
    Column("statuses", Kind.LIST),
    Column("at_risk_reason", title="Why"),
    Column("enrolled", Kind.NUMBER, "Enr"),
    Column("completed", Kind.NUMBER, "Cmp"),
    Column("contract"),
    Column("invited_at", Kind.MOMENT, None),
    Column("joined_at", Kind.MOMENT, "Joined"),
    Column("last_activity_at", Kind.MOMENT, "Active"),
    *_PROFILE,
)

USER_COLUMNS = (
    Column("name"),
    Column("email", title="E-mail"),
    Column("external_id", title=None),
    Column("programs", Kind.LIST),
    Column("statuses", Kind.LIST),
    Column("at_risk_reason", title="Why"),
    Column("enrolled", Kind.NUMBER, "Enr"),
    Column("completed", Kind.NUMBER, "Cmp"),
    Column("last_activity_at", Kind.MOMENT, "Active"),
    *_PROFILE,
)


def parsed(where: str | None, actor: "Actor") -> "Node":
    """The tree of a filter; everybody where there is none. Raises FilterError, with a caret on stderr."""
    from ..rules.filters import All, known_to, parse

    if where is None:
        return All()
    with pointing_at(where):
        return parse(where, known_to(actor))


def members_query(program: str | None, where: str | None, actor: "Actor") -> "MembersQuery":
    """What `--program` and `--where` ask for, by name."""
    from ..portal.members import MembersQuery

    return MembersQuery(program, parsed(where, actor))


@click.command(
    cls=ConsoleCommand,
    examples=(
        "tui-admin members --program data-101 --where 'status:at-risk region:Scotland'",
        "tui-admin members --where 'status:invited' --count",
        "tui-admin members --where 'active>30d' --format csv > quiet.csv",
    ),
)
@program_option
@where_option
@listing_options
@with_context
def members(context: Context, shape: Shape, program: str | None, where: str | None) -> None:
    """List members with their statuses. Joined people only, unless the filter names invited or removed."""
    from ..portal import members as portal

    store, actor, now = context.store, context.actor, context.now
    query = members_query(program, where, actor)

    def rows() -> Iterator[dict[str, Any]]:
        for row in portal.stream(store, actor, query, now):
            yield _values(row, MEMBER_COLUMNS)

    listing = Listing(MEMBER_COLUMNS, rows, lambda: portal.count(store, actor, query, now))
    with pointing_at(where or ""):
        show(listing, shape.form, shape.count, context)


@click.command(
    cls=ConsoleCommand,
    examples=("tui-admin users --where 'country:Canada'", "tui-admin users --where 'status:at-risk' --count"),
)
@where_option
@listing_options
@with_context
def users(context: Context, shape: Shape, where: str | None) -> None:
    """List the learners of all programs, one row each."""
    from ..portal import users as portal

    store, actor, now = context.store, context.actor, context.now
    query = portal.UsersQuery(parsed(where, actor))

    def rows() -> Iterator[dict[str, Any]]:
        for row in portal.stream(store, actor, query, now):
            yield {**_values(row, USER_COLUMNS), "programs": [member.program for member in row.memberships]}

    listing = Listing(USER_COLUMNS, rows, lambda: portal.count(store, actor, query, now))
    with pointing_at(where or ""):
        show(listing, shape.form, shape.count, context)


def _values(row: "MemberRow | UserRow", columns: tuple[Column, ...]) -> dict[str, Any]:
    """A row's fields by column name; a blank text is None, as everything unknown is."""
    values = {column.name: getattr(row, column.name, None) for column in columns}
    blank = {name: None for name, value in values.items() if value == ""}
    return {**values, **blank, "at_risk_reason": row.reason or None}
