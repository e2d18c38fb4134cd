"""SQL of making two learners one: memberships, mails, addresses, skills and selections of one become the other's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, func, insert, select, update

from ...rules.mailing import WAITING, MailState, MessageState
from ...rules.profile import PROFILE
from ...rules.text import search_key
from ...rules.times import Instant
from ...rules.triage import MembershipState
from .. import fields, totals, triage
from ..ratings.current import current_replay
from ..selection import chosen
from ..tables import (
    learner_addresses,
    learner_ratings,
    learners,
    memberships,
    messages,
    outbox,
    programs,
    skill_history,
    skill_ratings,
)
from ..tables.base import one_of
from . import facts

Row = dict[str, Any]

FIELDS = ("name", "external_id", *PROFILE)
"""What is known of a person once: the kept record's counts, and the other's fills what is blank."""

_STANDING = (MembershipState.MEMBER, MembershipState.INVITED, MembershipState.DELETED_MEMBER)
"""Of two states in one program the first of these counts: joined, then invited, then removed."""


@dataclass
class Merged:
    """What became of two records: by field what the kept one has and the other had, where these differ; by program
    the states that met (None where only the other was in it) and the one that counts; facts by table that moved, and
    that both had; mails that moved, and waiting ones that were stopped."""

    differing: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    filled: dict[str, str] = field(default_factory=dict)
    programs: dict[str, tuple[str | None, str, str]] = field(default_factory=dict)
    facts: dict[str, tuple[int, int]] = field(default_factory=dict)
    mails: int = 0
    stopped: int = 0
    opted_out: bool = False


def merge(connection: Connection, keep: int, other: int, now: Instant) -> Merged:
    """Make two learners one, and derive anew what follows from their facts."""
    merged = Merged()
    kept, gone = _learner(connection, keep), _learner(connection, other)
    replaced: dict[int, int] = {}
    for membership in _memberships(connection, other):
        replaced |= _membership(connection, keep, membership, merged)
    _mails(connection, keep, other, merged, now)
    _skills(connection, keep, other)
    _addresses(connection, keep, gone, now)
    _select_again(connection, {other: keep}, replaced)
    _person(connection, kept, gone, merged)
    ours = select(memberships.c.id).where(memberships.c.learner_id == keep)
    triage.derive(connection, ours)
    totals.derive(connection, chosen(connection, [keep, other]))
    return merged


def _learner(connection: Connection, id: int) -> Row:
    return dict(connection.execute(select(learners).where(learners.c.id == id)).mappings().one())


def _memberships(connection: Connection, learner: int) -> list[Row]:
    query = select(memberships, programs.c.slug).join(programs, programs.c.id == memberships.c.program_id)
    query = query.where(memberships.c.learner_id == learner).order_by(memberships.c.id)
    return [dict(row) for row in connection.execute(query).mappings()]


def _membership(connection: Connection, keep: int, other: Row, merged: Merged) -> dict[int, int]:
    """Move a membership, or bring it together with that of the same program; which one stands for it then."""
    same = and_(memberships.c.learner_id == keep, memberships.c.program_id == other["program_id"])
    found = connection.execute(select(memberships).where(same)).mappings().one_or_none()
    if found is None:
        connection.execute(update(memberships).where(memberships.c.id == other["id"]).values(learner_id=keep))
        merged.programs[other["slug"]] = (None, other["state"], other["state"])
        return {}
    kept = dict(found)
    for table, (moved, both) in facts.bring_together(connection, kept["id"], other["id"]).items():
        before = merged.facts.get(table, (0, 0))
        merged.facts[table] = (before[0] + moved, before[1] + both)
    values = together(kept, other)
    connection.execute(update(memberships).where(memberships.c.id == kept["id"]).values(values))
    about = outbox.c.membership_id == other["id"]
    connection.execute(update(outbox).where(about).values(membership_id=kept["id"]))
    connection.execute(delete(memberships).where(memberships.c.id == other["id"]))
    merged.programs[other["slug"]] = (kept["state"], other["state"], values["state"])
    return {other["id"]: kept["id"]}


def together(kept: Mapping[str, Any], other: Mapping[str, Any]) -> Row:
    """What is said of a membership that stands for two: the earliest beginnings, the largest numbers, the newest
    activity; the state by `_STANDING`, the contract of the kept one, else of the other."""
    first = min((kept, other), key=lambda row: _STANDING.index(row["state"]))
    invited = min((kept, other), key=lambda row: (row["invited_at"] is None, row["invited_at"] or 0))
    removed = first["state"] == MembershipState.DELETED_MEMBER
    largest = ("reported_enrolled", "reported_completed", "reported_hours", "reported_activity_at")
    return {
        "state": first["state"],
        "state_raw": first["state_raw"],
        "contract_id": kept["contract_id"] if kept["contract_id"] is not None else other["contract_id"],
        "joined_at": _known(min, kept, other, "joined_at"),
        "invited_at": invited["invited_at"],
        "invited_by": invited["invited_by"],
        "invitations_sent": kept["invitations_sent"] + other["invitations_sent"],
        "last_sent_at": _known(max, kept, other, "last_sent_at"),
        "removed_at": _known(max, kept, other, "removed_at") if removed else None,
        "moment": _known(max, kept, other, "moment"),
        **{name: _known(max, kept, other, name) for name in largest},
    }


def _known(which: Any, kept: Mapping[str, Any], other: Mapping[str, Any], name: str) -> Any:
    return which((row[name] for row in (kept, other) if row[name] is not None), default=None)


def _mails(connection: Connection, keep: int, other: int, merged: Merged, now: Instant) -> None:
    """The other's mails are the kept one's. Of what waits, what was tried at the other address is stopped, and what the
    kept one is sent as well."""
    waits = one_of(outbox.c.state, WAITING)
    sent = select(outbox.c.message_id).where(outbox.c.learner_id == keep, outbox.c.message_id.is_not(None))
    twice = outbox.c.last_phase.is_not(None) | outbox.c.message_id.in_(sent)
    stopping = update(outbox).where(outbox.c.learner_id == other, waits, twice)
    merged.stopped = connection.execute(stopping.values(state=MailState.CANCELLED, final_at=now)).rowcount
    moving = update(outbox).where(outbox.c.learner_id == other)
    merged.mails = connection.execute(moving.values(learner_id=keep)).rowcount


def _skills(connection: Connection, keep: int, other: int) -> None:
    """The ratings made from more attempts count until all attempts are rated anew, as what both have handed in says.
    What somebody rates at this moment is left alone."""
    counted = {id: connection.scalar(_all_attempts(id)) or 0 for id in (keep, other)}
    dropped = keep if counted[other] > counted[keep] else other
    for table in (skill_ratings, skill_history, learner_ratings):
        connection.execute(delete(table).where(_of_learner(table, dropped)))
        connection.execute(update(table).where(_of_learner(table, other)).values(learner_id=keep))


def _of_learner(table: Table, learner: int) -> ColumnElement[bool]:
    return and_(table.c.replay_id == current_replay(), table.c.learner_id == learner)


def _all_attempts(learner: int) -> Select[int]:
    query = select(func.sum(learner_ratings.c.attempts))
    return query.where(_of_learner(learner_ratings, learner))


def _addresses(connection: Connection, keep: int, gone: Row, now: Instant) -> None:
    """The other's address, and those it had, are former ones of the kept record."""
    had = learner_addresses.c
    query = select(had.email, had.until).where(had.learner_id.in_((keep, gone["id"])))
    until: dict[str, Instant] = {}
    for email, at in (*connection.execute(query).all(), (gone["email"], now)):
        until[email] = max(at, until.get(email, at))
    connection.execute(delete(learner_addresses).where(had.learner_id.in_((keep, gone["id"]))))
    present = connection.execute(select(learners.c.email).where(learners.c.id == keep)).scalar_one()
    rows = [{"learner_id": keep, "email": email, "until": at} for email, at in until.items() if email != present]
    connection.execute(insert(learner_addresses), rows)


def _select_again(connection: Connection, people: dict[int, int], replaced: dict[int, int]) -> None:
    """Drafts to people picked by hand go to the kept record where the other was picked."""
    drafts = select(messages.c.id, messages.c.audience, messages.c.selection).where(
        messages.c.state == MessageState.DRAFT, messages.c.selection.is_not(None)
    )
    for row in connection.execute(drafts).all():
        instead = people if json.loads(row.audience)["of"] == "learner" else replaced
        picked = BitMap.deserialize(row.selection)
        if gone := picked & BitMap(instead):
            new = (picked - gone) | BitMap(instead[id] for id in gone)
            changed = update(messages).where(messages.c.id == row.id)
            connection.execute(changed.values(selection=new.serialize()))


def _person(connection: Connection, kept: Row, gone: Row, merged: Merged) -> None:
    values: Row = {}
    for name in FIELDS:
        own, others = kept[name] or None, gone[name] or None
        if own is None and others is not None:
            values[name] = merged.filled[name] = others
        elif others is not None and own != others:
            merged.differing[name] = (own, others)
    merged.opted_out = bool(kept["opted_out"] or gone["opted_out"])
    values |= {"opted_out": merged.opted_out, "opted_out_at": _known(min, kept, gone, "opted_out_at")}
    values["unlisted"] = bool(kept["unlisted"] or gone["unlisted"])
    values["moment"] = _known(max, kept, gone, "moment")
    blank = dict.fromkeys(("email", "email_shown", *FIELDS, "opted_out_at"))
    tombstone = {**blank, "search_key": search_key("", ""), "opted_out": False, "merged_into": kept["id"]}
    connection.execute(update(learners).where(learners.c.id == gone["id"]).values(tombstone))
    earlier = update(learners).where(learners.c.merged_into == gone["id"], learners.c.merged_into.is_not(None))
    connection.execute(earlier.values(merged_into=kept["id"]))
    found_by = {"name": values.get("name", kept["name"]), "email_shown": kept["email_shown"]}
    fields.assign(connection, "learner", [kept["id"]], {**values, **found_by})
