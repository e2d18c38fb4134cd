"""Who may serve the pages for learners, and what there must be before anybody does."""

from sqlalchemy import select

from ...rules.errors import StoreError
from ...rules.roles import Actor, Right
from ...store.engine import Store
from ...store.tables import organization
from .. import rights


def allow(store: Store, actor: Actor) -> str | None:
    """The address that the organization says its pages are at, None where it says none.

    Raises NotAllowed for whoever may not serve them, StoreError where the store holds no organization or cannot be
    written.
    """
    actor.require(Right.SERVE)
    if store.read_only:
        raise StoreError(f"The store {store.label} was opened to read only; nobody could join or unsubscribe.")
    with store.read() as connection:
        rights.renewed(connection, actor).require(Right.SERVE)
        found = connection.execute(select(organization.c.public_url)).one_or_none()
    if found is None:
        raise StoreError(f"The store {store.label} holds no organization yet: run tui-admin init, or import reports.")
    address: str | None = found.public_url
    return address
