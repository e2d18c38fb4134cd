"""Inviting the staged people of a list: memberships, mails and the journal's entry, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from pyroaring import BitMap
from sqlalchemy import Connection

from ...rules.mailing import Purpose
from ...rules.roles import Actor
from ...rules.times import Instant
from ...rules.triage import MembershipState
from ...store.inviting import invitations as store_invitations
from ...store.inviting import writing
from .. import journal
from ..mail.letterhead import can_mail
from ..mail.mailing import mail_members

ACTION = "invite people"


@dataclass(frozen=True, slots=True)
class Invited:
    """What was written: the journal's entry, how many mails wait, and what else to know."""

    entry: int
    queued: int
    notes: tuple[str, ...]


def invite(
    connection: Connection, actor: Actor, name: str, details: Mapping[str, object], now: Instant, *, mail: bool
) -> Invited:
    """Invite everybody whose row says so, and mail them if it is wished. `name` is that of the list.

    Where no address is set that mail comes from, nobody is mailed: `people_list` says so before and after.
    """
    before = writing.before(connection)
    writing.invite(connection, actor.email, now)
    by_program: dict[int, BitMap] = defaultdict(BitMap)
    for membership, program in writing.invited(connection):
        by_program[program].add(membership)
    queued, notes = _mail(connection, actor, by_program, now) if mail and can_mail(connection) else (0, ())
    ids = BitMap().union(*by_program.values())
    after = {"state": MembershipState.INVITED.value, "removed_at": None, "invited_at": now}
    stood = {row: dict(zip(writing.BEFORE, old, strict=True)) for row, old in before.items()}
    entry = journal.append(
        connection,
        actor,
        now,
        action=ACTION,
        summary=f"Invited {len(ids):,} {'person' if len(ids) == 1 else 'people'} from {name}",
        program_id=next(iter(by_program)) if len(by_program) == 1 else None,
        details={**details, "mailed": queued},
        rows=((row, stood.get(row), after) for row in ids),
    )
    return Invited(entry, queued, notes)


def _mail(
    connection: Connection, actor: Actor, by_program: Mapping[int, BitMap], now: Instant
) -> tuple[int, tuple[str, ...]]:
    """Queue the invitations; what kept some from being mailed is told."""
    queued, left = 0, defaultdict[str, int](int)
    for program, ids in sorted(by_program.items()):
        mailed = mail_members(connection, actor, Purpose.INVITATION, ids, now, program_id=program)
        queued += mailed.queued
        store_invitations.note_sent(connection, ids.difference(*mailed.left_out.values()), now)
        for reason, kept in mailed.left_out.items():
            left[reason] += len(kept)
    return queued, tuple(f"not mailed: {number:,} {reason}" for reason, number in left.items())
