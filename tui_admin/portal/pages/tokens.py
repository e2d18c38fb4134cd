"""Whom the token of a link names, by the organization's own key."""

from sqlalchemy import Connection, select

from ...mail.links import LinkPurpose, Links
from ...rules.times import Instant
from ...store.tables import organization


def subject(connection: Connection, token: str, purpose: LinkPurpose, now: Instant) -> int:
    """The id that a token made for a purpose names. Raises BadInput for a token that is none of ours or made for
    something else, LinkEnded where its time is over."""
    return links(connection).read(token, purpose, now)


def links(connection: Connection) -> Links:
    """What reads the organization's links."""
    return Links(connection.execute(select(organization.c.signing_key)).scalar_one_or_none() or "")
