"""SQL of which alerts about a contract's licenses were mailed."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, insert, or_, select

from ..rules.times import Instant
from .tables import license_alerts


class Alert(NamedTuple):
    """A contract, and the threshold (in percent of its licenses) that was told of."""

    contract_id: int
    threshold: int


def told(connection: Connection) -> set[Alert]:
    """The alerts that hold: mailed, and not fallen below since."""
    column = license_alerts.c
    return {Alert(*row) for row in connection.execute(select(column.contract_id, column.threshold))}


def put(connection: Connection, alerts: Iterable[Alert], now: Instant) -> None:
    """Write down that these are told of."""
    if rows := [{**alert._asdict(), "told_at": now} for alert in alerts]:
        connection.execute(insert(license_alerts), rows)


def drop(connection: Connection, alerts: Iterable[Alert]) -> None:
    """Forget alerts, so that they can be told of again."""
    column = license_alerts.c
    if which := [and_(column.contract_id == id, column.threshold == threshold) for id, threshold in alerts]:
        connection.execute(delete(license_alerts).where(or_(*which)))
