"""A new version of all columns, built from one moment of the store."""

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ...rules.progress import Progress
from ...rules.times import Instant
from ..engine import Store
from ..tables import organization
from . import facts, people, profiles, skills, versions
from .building import Build
from .columns import Writer
from .versions import Version

_BUILDERS: tuple[tuple[str, Callable[[Build], None]], ...] = (
    ("people", people.build),
    ("profiles", profiles.build),
    ("enrollments", facts.build_enrollments),
    ("activity", facts.build_activity),
    ("feedback", facts.build_feedback),
    ("skills", skills.build),
)
"""What builds the columns, with a word for it; people come first."""


def build(
    store: Store,
    connection: Connection,
    now: Instant,
    head: int,
    *,
    progress: Progress,
    check: Callable[[], None],
) -> Version:
    """Write the columns of the store as a reading connection sees it; the version, which nobody counts from yet.

    `head` is the journal entry it is sure to follow in all it holds, ratings included.
    """
    row = connection.execute(select(organization.c.data_as_of, organization.c.time_zone)).one_or_none()
    as_of, zone = (row.data_as_of, row.time_zone) if row else (None, "UTC")
    with store.write() as writing:
        draft = Version(0, now, head, as_of, zone, versions.rated(connection), {})
        version = versions.begin(writing, draft)
    writer = Writer(store, version.id)
    building = Build(connection, writer, ZoneInfo(zone), check)
    for done, (word, builder) in enumerate(_BUILDERS):
        check()
        progress(word, done, len(_BUILDERS))
        builder(building)
    writer.flush()
    with store.write() as writing:
        versions.finish(writing, version.id, writer.sizes)
    return replace(version, sizes=dict(writer.sizes))


def clear(store: Store, *, check: Callable[[], None] = lambda: None) -> None:
    """Drop the versions that nobody counts from, a column at a time. To be called by the one who makes versions."""
    with store.read() as connection:
        unused = {version: versions.columns_of(connection, version) for version in versions.others(connection)}
    for version, names in unused.items():
        for name in names:
            check()
            with store.write() as connection:
                versions.drop_column(connection, version, name)
        with store.write() as connection:
            versions.drop(connection, version)
