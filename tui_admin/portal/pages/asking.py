"""Asking on a program's page for a link to join: a mail goes to the address, if it is invited; nothing else tells."""

from sqlalchemy import Connection, select

from ...rules.addresses import canonical
from ...rules.mailing import Purpose
from ...rules.text import clean
from ...rules.times import MINUTE, Instant
from ...store import joining as store_joining
from ...store.engine import Store
from ...store.tables import organization
from .. import journal
from .learners import LEARNER
from .letters import write_to

ACTION = "ask for a link to join"

_QUIET = 10 * MINUTE
"""How long an invitation gets no second link, whoever asks."""


def is_possible(store: Store) -> bool:
    """Whether such mails can be sent: an address is set that they come from, and one that they lead to."""
    with store.read() as connection:
        return _is_possible(connection)


def ask(store: Store, slug: str, address: str, now: Instant) -> bool:
    """Mail a link to an address that is invited to a program, unless one was just sent; whether that was done, which
    nobody outside is to be told. Raises BadInput for what is no address."""
    email = canonical(address)
    with store.read() as connection:
        if not _mailable(connection, slug, email, now):
            return False
    with store.write() as connection:
        place = _mailable(connection, slug, email, now, hold=True)
        if place is None:
            return False
        queued = write_to(connection, Purpose.CONFIRMATION, place.program_id, {place.id: place.learner_id}, now)
        if queued:
            summary = f"An invited person asked for a link to join {clean(place.program)}"
            journal.append(connection, LEARNER, now, action=ACTION, summary=summary, program_id=place.program_id)
    return bool(queued)


def _mailable(
    connection: Connection, slug: str, email: str, now: Instant, *, hold: bool = False
) -> store_joining.Place | None:
    """The invitation to be mailed a link."""
    membership = store_joining.invited(connection, slug, email) if _is_possible(connection) else None
    if membership is None:
        return None
    place = store_joining.places(connection, [membership], hold=hold).get(membership)
    return None if store_joining.mailed_since(connection, membership, now - _QUIET) else place


def _is_possible(connection: Connection) -> bool:
    row = connection.execute(select(organization.c.sender_address, organization.c.public_url)).one_or_none()
    return row is not None and bool(row.sender_address and row.public_url)
