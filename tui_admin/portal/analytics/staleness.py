"""How far the charts are behind the store."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from ...rules.skills.parameters import parse
from ...store.analytics import versions
from ...store.analytics.versions import Version
from ...store.tables import organization, rating_runs

HARMLESS = frozenset(
    {
        "add administrator",
        "add key",
        "ask for a link to join",
        "ask for report",
        "cancel message",
        "change settings",
        "create organization",
        "decide on mails in doubt",
        "export benchmark",
        "export person",
        "fetch report",
        "make report",
        "note bounces",
        "opt in to mail",
        "opt out of mail",
        "pause message",
        "queue deadline mails",
        "queue license alerts",
        "readmit address",
        "remove administrator",
        "remove key",
        "resend invitations",
        "resume delivery",
        "resume message",
        "run report schedule",
        "send message",
        "suppress address",
        "test message",
        "unsuppress address",
    }
)
"""Actions of the journal that no kept chart changes by; settings that matter are compared with what was counted."""

OF_SOME: Mapping[str, tuple[str, ...]] = {
    "import benchmark": ("benchmark-now", "benchmark-over-time"),
    "change program": ("benchmark-now",),
}
"""Actions that change nothing that is counted but what some charts show beside it: whoever does one forgets these."""


@dataclass(frozen=True, slots=True)
class Staleness:
    """The version that charts are counted from (None: there is none), and how many acts since may change a chart."""

    version: Version | None
    changes: int

    @property
    def is_stale(self) -> bool:
        """Whether counting anew may give other charts."""
        return self.version is None or self.changes > 0


def changes_of(actions: Mapping[str, int]) -> int:
    """How many of so many acts, by action, may change what is counted."""
    return sum(number for action, number in actions.items() if action not in HARMLESS and action not in OF_SOME)


def forgotten_by(actions: Mapping[str, int]) -> set[str]:
    """The charts that these actions change alone."""
    return {chart for action in actions for chart in OF_SOME.get(action, ())}


def staleness(connection: Connection) -> Staleness:
    """How far the charts are behind the store."""
    version = versions.current(connection)
    if version is None:
        return Staleness(None, 0)
    changes = changes_of(versions.actions_since(connection, version.head_id))
    changes += versions.rated(connection) != version.run_id
    return Staleness(version, changes + _settings_changed(connection, version))


def _settings_changed(connection: Connection, version: Version) -> int:
    """How many settings that charts depend on are others than those they were counted with."""
    row = connection.execute(select(organization.c.time_zone, organization.c.skill_parameters)).one_or_none()
    if row is None:
        return 0
    rated_by = connection.scalar(select(rating_runs.c.parameters).where(rating_runs.c.current))
    is_model_another = rated_by is not None and rated_by != str(parse(row.skill_parameters or ""))
    return sum((bool(row.time_zone != version.time_zone), is_model_another))
