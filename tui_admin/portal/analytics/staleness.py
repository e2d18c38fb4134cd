"""How far the charts are behind the store."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from ...store.analytics import versions
from ...store.analytics.versions import Version
from ...store.tables import organization

HARMLESS = frozenset(
    {
        "add key",
        "ask for a link to join",
        "ask for report",
        "cancel message",
        "change program",
        "create organization",
        "decide on mails in doubt",
        "export benchmark",
        "export person",
        "fetch report",
        "import benchmark",
        "make report",
        "note bounces",
        "pause message",
        "queue deadline mails",
        "queue license alerts",
        "remove administrator",
        "remove benchmark",
        "remove key",
        "resume delivery",
        "resume message",
        "run report schedule",
        "send message",
        "suppress address",
        "test message",
        "unsuppress address",
    }
)
"""Actions of the journal that no kept chart changes by."""


@dataclass(frozen=True, slots=True)
class Staleness:
    """The version that charts are counted from (None: there is none), and how many acts since may change a chart."""

    version: Version | None
    changes: int

    @property
    def is_stale(self) -> bool:
        """Whether counting anew may give other charts."""
        return self.version is None or self.changes > 0


def staleness(connection: Connection) -> Staleness:
    """How far the charts are behind the store."""
    version = versions.current(connection)
    if version is None:
        return Staleness(None, 0)
    changes = versions.changes_since(connection, version.head_id, HARMLESS)
    stored = connection.execute(select(organization.c.time_zone)).scalar_one_or_none()
    changes += versions.rated(connection) != version.run_id
    return Staleness(version, changes + (stored is not None and stored != version.time_zone))
