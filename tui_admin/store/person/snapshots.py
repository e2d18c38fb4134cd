"""All rows of two learners as they are at a moment, to put them back exactly as they were."""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, Table, delete, insert, select, update

from .. import totals
from ..ratings.current import current_replay
from ..selection import chosen
from ..tables import learners, memberships, messages, outbox
from .holdings import HELD, RATINGS, Who

_BY_ADDRESS = ("suppressions", "delivery_attempts")
"""Held of a person, and left alone by what is put back."""

_WHOLE = tuple(table for table in HELD if table is not outbox and table.name not in _BY_ADDRESS)
_MAIL = ("id", "learner_id", "membership_id")

Snapshot = Mapping[str, Sequence[Mapping[str, Any]]]


def take(connection: Connection, ids: Sequence[int]) -> Snapshot:
    """All that is held of some learners, whose mails are there by number alone; and drafts to people picked by hand."""
    who = Who(tuple(ids), ())
    found = {table.name: _rows(connection, table, who) for table in _WHOLE}
    mails = select(*(outbox.c[name] for name in _MAIL)).where(HELD[outbox](who)).order_by(outbox.c.id)
    picked = select(messages.c.id, messages.c.selection).where(messages.c.state == "draft").order_by(messages.c.id)
    drafts = connection.execute(picked.where(messages.c.selection.is_not(None)))
    return {
        **found,
        "outbox": [dict(row) for row in connection.execute(mails).mappings()],
        "messages": [{"id": row.id, "selection": base64.b64encode(row.selection).decode()} for row in drafts],
    }


def put_back(connection: Connection, before: Snapshot, ids: Sequence[int]) -> None:
    """Put back what some learners held when the snapshot was taken, in the place of what they hold now. Where all were
    rated anew meanwhile, their ratings stay as they are: the next rating follows from what is put back."""
    who, tables = Who(tuple(ids), ()), _of_now(connection, before)
    for table in reversed(tables):
        if table not in (learners, memberships):
            connection.execute(delete(table).where(HELD[table](who)))
    for row in before["learners"]:  # the addresses of both are free before either takes its own
        connection.execute(update(learners).where(learners.c.id == row["id"]).values(email=None))
    for table in (learners, memberships):
        _put_rows(connection, table, before[table.name])
    for table in tables:
        if table not in (learners, memberships) and before[table.name]:
            connection.execute(insert(table), [_read(table, row) for row in before[table.name]])
    for row in before["outbox"]:
        values = {name: row[name] for name in _MAIL[1:]}
        connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(values))
    totals.derive(connection, chosen(connection, ids))


def select_back(connection: Connection, before: Snapshot, after: Mapping[int, str]) -> None:
    """Give drafts the people picked for them back, where they are as `after` says."""
    for row in before["messages"]:
        if row["id"] in after and after[row["id"]] != row["selection"]:
            own = (messages.c.id == row["id"]) & (messages.c.selection == base64.b64decode(after[row["id"]]))
            connection.execute(update(messages).where(own).values(selection=base64.b64decode(row["selection"])))


def selections(found: Snapshot) -> dict[int, str]:
    """The people picked for drafts, by draft."""
    return {row["id"]: row["selection"] for row in found["messages"]}


def digest(found: Snapshot) -> str:
    """What tells whether anything was changed since: of all but mails and drafts, which go their own way, and ratings,
    which follow from the rest."""
    apart = ("outbox", "messages", *(table.name for table in RATINGS))
    told = {name: rows for name, rows in found.items() if name not in apart}
    return hashlib.sha256(_json(told).encode()).hexdigest()


def packed(found: Snapshot) -> str:
    """A snapshot as a text."""
    return base64.b64encode(zlib.compress(_json(found).encode())).decode()


def unpacked(text: str) -> Snapshot:
    """What `packed` made."""
    read: Snapshot = json.loads(zlib.decompress(base64.b64decode(text)))
    return read


def _of_now(connection: Connection, before: Snapshot) -> tuple[Table, ...]:
    """The tables whose rows can be put back."""
    replays = {row["replay_id"] for table in RATINGS for row in before[table.name]}
    is_rated_anew = connection.scalar(select(current_replay())) not in replays
    return tuple(table for table in _WHOLE if not (is_rated_anew and table in RATINGS))


def _rows(connection: Connection, table: Table, who: Who) -> list[dict[str, Any]]:
    query = select(table).where(HELD[table](who)).order_by(*table.primary_key.columns)
    return [dict(row) for row in connection.execute(query).mappings()]


def _put_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    ids = [row["id"] for row in rows]
    there = set(connection.scalars(select(table.c.id).where(table.c.id.in_(chosen(connection, ids)))))
    for row in rows:
        own = dict(row)
        if own["id"] in there:
            connection.execute(update(table).where(table.c.id == own.pop("id")).values(own))
        else:
            connection.execute(insert(table).values(own))


def _read(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    days = {column.name for column in table.c if isinstance(column.type, Date)}
    return {name: date.fromisoformat(value) if name in days and value else value for name, value in row.items()}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
