"""Pictures that settings name: a program's banner, the organization's logo and banner."""

from sqlalchemy import Connection

from ..reports.pictures import Picture, described
from ..rules.errors import BadInput
from ..rules.text import clean
from ..rules.times import Instant
from ..store import pictures as store_pictures
from ..store.engine import Store

NAMING = ("change program", "change settings")
"""The actions whose entries name pictures, and can be undone."""


def named(connection: Connection, given: str | Picture, now: Instant) -> str | None:
    """The digest of a picture to be set, kept if it is a new one; None for a blank text, which takes it away.

    Raises BadInput for a text that is the digest of no picture there is.
    """
    if isinstance(given, Picture):
        values = {name: getattr(given, name) for name in ("name", "media_type", "width", "height", "content", "digest")}
        store_pictures.put(connection, {**values, "added_at": now})
        return given.digest
    digest = given.strip()
    if digest and store_pictures.get(connection, digest) is None:
        raise BadInput("A picture is given as a file; blank takes it away.")
    return digest or None


def shown(store: Store, digest: str) -> tuple[str, bytes] | None:
    """Media type and content of a picture that pages for learners show; None for any other."""
    if clean(digest) != digest:
        return None
    with store.read() as connection:
        found = store_pictures.shown(connection, digest)
    return None if found is None else (found["media_type"], found["content"])


def told(connection: Connection, digest: str | None) -> str:
    """A picture within a sentence: `beach.jpg, 1600 x 400, 180 KB`; `none` for none."""
    found = store_pictures.get(connection, digest) if digest else None
    if found is None:
        return "a picture that is gone" if digest else "none"
    return described(found["name"], found["width"], found["height"], found["size"])


def drop_orphans(connection: Connection) -> None:
    """Drop pictures that nothing names any more."""
    store_pictures.drop_orphans(connection, NAMING)
