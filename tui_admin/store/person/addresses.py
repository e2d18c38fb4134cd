"""SQL of giving a person another address, and of the mails that wait for them."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, insert, select, update

from ...rules.mailing import HELD, TO_ADMINISTRATORS, WAITING, MailState
from ...rules.times import Instant
from .. import fields
from ..tables import learner_addresses, outbox
from ..tables.base import one_of

_WAITS = one_of(outbox.c.state, WAITING)
_UNTRIED = outbox.c.last_phase.is_(None)


def _theirs(learner_id: int) -> ColumnElement[bool]:
    to_them = outbox.c.purpose.not_in(sorted(TO_ADMINISTRATORS))
    return and_(outbox.c.learner_id == learner_id, to_them)


def mails(connection: Connection, learner_id: int) -> tuple[int, int, int]:
    """How many mails wait for a person and were not tried yet, wait and were, and are in a sender's hands."""
    held = one_of(outbox.c.state, HELD)
    kinds = (and_(_WAITS, _UNTRIED), and_(_WAITS, ~_UNTRIED), held)
    counted = (func.coalesce(func.sum(case((kind, 1), else_=0)), 0) for kind in kinds)
    untried, tried, in_hand = connection.execute(select(*counted).where(_theirs(learner_id))).one()
    return untried, tried, in_hand


def readdress(connection: Connection, learner_id: int, address: str) -> None:
    """Let the mails that wait for a person and were not tried go to another address. One that a sender holds is not
    touched: should it come back untried, the sender that takes it next asks for the address anew."""
    waiting = update(outbox).where(_theirs(learner_id), _WAITS, _UNTRIED)
    connection.execute(waiting.values(address=address))


def stop_tried(connection: Connection, learner_id: int, at: Instant) -> int:
    """Stop the mails that wait to be tried again where they were tried first; how many. What is tried again is the
    same to the byte, the old address included."""
    waiting = update(outbox).where(_theirs(learner_id), _WAITS, ~_UNTRIED)
    return connection.execute(waiting.values(state=MailState.CANCELLED, final_at=at)).rowcount


def change(connection: Connection, learner_id: int, values: dict[str, Any]) -> None:
    """Give a person an address (`email`, `email_shown`) and what they are found and sorted by."""
    fields.assign(connection, "learner", [learner_id], values)


def put_former(connection: Connection, learner_id: int, address: str, until: Instant) -> None:
    """Note an address that a person had."""
    connection.execute(insert(learner_addresses).values(learner_id=learner_id, email=address, until=until))


def take_former(connection: Connection, learner_id: int, address: str) -> Instant | None:
    """Forget that a person had an address before; until when, None where they had not."""
    row = and_(learner_addresses.c.learner_id == learner_id, learner_addresses.c.email == address)
    until = connection.execute(select(learner_addresses.c.until).where(row)).scalar_one_or_none()
    connection.execute(delete(learner_addresses).where(row))
    return until
