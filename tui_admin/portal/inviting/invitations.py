"""The people who were invited and have not joined: since when, by whom, how often mailed, and how far that got.

A list like that of `portal.members`, over pending people only; what asks it the same is that module's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields

from ...rules.filters import All, Node
from ...rules.mailing import MailState
from ...rules.roles import Actor
from ...rules.text import clean
from ...rules.times import Instant
from ...rules.triage import MembershipState
from ...store.engine import Store
from ...store.inviting import invitations as store_invitations
from ...store.member_rows import MemberRow
from .. import members
from ..members import MembersQuery, count, counted, ids, narrows, page_ids, position

__all__ = [
    "InvitationRow",
    "count",
    "counted",
    "ids",
    "narrows",
    "page",
    "page_ids",
    "pending",
    "position",
    "rows",
    "stream",
]

_PENDING = frozenset({MembershipState.INVITED})
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class InvitationRow(MemberRow):
    """An invitation that is not answered. `invited_by` is blank where a report told of it; `sent` counts its mails from
    here; `delivery` is how far the last of them got (None without one), `reply` what a server said of it."""

    invited_by: str = ""
    sent: int = 0
    last_sent_at: Instant | None = None
    delivery: MailState | None = None
    reply: str = field(default="")


def pending(
    program: str | None = None, filter: Node | None = None, sort: str = "invited", *, descending: bool = True
) -> MembersQuery:
    """The query for pending people: of a program by slug, or of all the actor's; the newest invitation first."""
    return MembersQuery(program, filter or All(), sort, descending, states=_PENDING)


def page(
    store: Store, actor: Actor, query: MembersQuery, now: Instant, offset: int, limit: int, total: int | None = None
) -> list[InvitationRow]:
    """The rows `offset` to `offset + limit` of the list. A known `total` makes the end as near as the beginning."""
    return _with_facts(store, members.page(store, actor, query, now, offset, limit, total))


def stream(store: Store, actor: Actor, query: MembersQuery, now: Instant) -> Iterator[InvitationRow]:
    """All rows of the list in its order, read block by block."""
    return _in_blocks(store, members.stream(store, actor, query, now))


def rows(store: Store, actor: Actor, ids: Iterable[int], now: Instant) -> Iterator[InvitationRow]:
    """The invitations of these ids that exist and that the actor may see, in the order given."""
    return _in_blocks(store, members.rows(store, actor, ids, now))


def _in_blocks(store: Store, found: Iterator[MemberRow]) -> Iterator[InvitationRow]:
    while block := [row for row, _ in zip(found, range(_BLOCK), strict=False)]:
        yield from _with_facts(store, block)


_SHARED = tuple(one.name for one in fields(MemberRow))


def _with_facts(store: Store, found: Sequence[MemberRow]) -> list[InvitationRow]:
    with store.read() as connection:
        facts = store_invitations.facts(connection, [row.id for row in found])
    return [_row(row, facts[row.id]) for row in found if row.id in facts]


def _row(row: MemberRow, facts: store_invitations.Facts) -> InvitationRow:
    shared = {name: getattr(row, name) for name in _SHARED}
    delivery = None if facts.delivery is None else MailState(facts.delivery)
    return InvitationRow(
        **shared,
        invited_by=facts.invited_by or "",
        sent=facts.sent,
        last_sent_at=facts.last_sent_at,
        delivery=delivery,
        reply=clean(facts.reply or ""),
    )
