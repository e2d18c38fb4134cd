"""The one organization of a store and its first administrator: made by name, or by the first write."""

import secrets
from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from ..rules.addresses import canonical
from ..rules.errors import BadInput, UsageError
from ..rules.roles import Actor, Role
from ..rules.text import clean
from ..rules.times import Instant
from ..store import administrators as store_administrators
from ..store.engine import Store
from ..store.tables import organization
from . import journal

DEFAULT_NAME = "My organization"


@dataclass(frozen=True, slots=True)
class Facts:
    """What every screen shows of the organization: an empty `name` means that there is none yet."""

    name: str = ""
    brand_color: str = ""
    zone: tzinfo = UTC
    data_as_of: Instant | None = None
    demo: bool = False
    support_contact: str = ""


def facts(store: Store) -> Facts:
    """What every screen shows of the organization, whoever asks."""
    with store.read() as connection:
        row = connection.execute(select(organization)).one_or_none()
    if row is None:
        return Facts()
    brand, contact = clean(row.brand_color or ""), clean(row.support_contact or "")
    return Facts(clean(row.name), brand, ZoneInfo(row.time_zone), row.data_as_of, row.demo, contact)


def initialise(store: Store, name: str, admin_email: str, now: Instant) -> Actor:
    """Create the organization with its first organization admin. Raises UsageError where the store has one already."""
    email = canonical(admin_email)
    with store.write() as connection:
        return create(connection, _name(name), email, now, shown=admin_email.strip())


def ensure(connection: Connection, now: Instant, *, name: str = DEFAULT_NAME, email: str) -> None:
    """Create the organization with its owner unless there is one: what the first write to an embedded store does."""
    if not exists(connection):
        create(connection, name, email, now)


def create(
    connection: Connection, name: str, email: str, now: Instant, *, shown: str | None = None, demo: bool = False
) -> Actor:
    """Create the organization and its first admin, by canonical address, within a transaction."""
    if exists(connection):
        raise UsageError("This store has an organization already; add administrators with tui-admin admins add.")
    values = {"id": 1, "name": name, "created_at": now, "demo": demo, "signing_key": secrets.token_urlsafe(32)}
    connection.execute(insert(organization).values(values))
    store_administrators.put(connection, email, shown or email, store_administrators.ORGANIZATION, now, email)
    actor = Actor(email, Role.ORGANIZATION)
    summary = f"Created {name} with {email} as organization admin"
    journal.append(connection, actor, now, action="create organization", summary=summary)
    return actor


def exists(connection: Connection) -> bool:
    """Whether the store has its organization."""
    return connection.execute(select(organization.c.id)).one_or_none() is not None


def zone(connection: Connection) -> tzinfo:
    """The time zone that days are counted in, within a transaction."""
    name = connection.execute(select(organization.c.time_zone)).scalar_one_or_none()
    return ZoneInfo(name or "UTC")


def _name(text: str) -> str:
    name = clean(text).strip()
    if not name:
        raise BadInput("An organization needs a name.")
    return name
