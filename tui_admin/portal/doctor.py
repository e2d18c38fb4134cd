"""`doctor`: what is well and what is not, each with what to do."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from ..mail.server import mail_folder
from ..mail.settings import MailSettings
from ..rules.errors import StoreError
from ..rules.roles import Right
from ..rules.times import DAY, Instant, age
from ..store import health
from ..store.engine import Store, database_size
from ..store.tables import organization
from ..store.version import HEAD
from . import journal, rights
from .checks import Check, Finding
from .mail.health import outbox_check, server_check
from .reports.health import reports_check

MEGABYTE = 1_000_000
STALE_AFTER = 7 * DAY
_SMALL = (80, 24)


def examine(
    store: Store,
    email: str | None,
    clock: Instant,
    terminal: Mapping[str, str | int | None],
    mail: Callable[[], MailSettings],
) -> list[Check]:
    """Check store, integrity, migrations, journal, mail, data, time, disk and terminal.

    `mail` reads the settings of the mail server and may refuse them; `terminal` tells `columns`, `lines`, `encoding`
    and `term` where known. A store that cannot be opened is a failed check, not an error. Raises NotAllowed for anybody
    but an organization admin.
    """
    checks = [] if not store.exists else _of_disk(store)
    try:
        if store.exists:
            rights.sign_in(store, email).require(Right.BACKUP)
            with store.read() as connection:
                checks = [*_of_store(store, connection, clock), *checks]
        else:
            checks = [Check("store", Finding.WARN, f"{store.label} is not there yet", "The first import creates it.")]
    except StoreError as error:
        checks = [Check("store", Finding.FAIL, str(error), "See the sentence; tui-admin restore brings a backup back.")]
    return [*checks, server_check(mail, mail_folder(store.path)), _terminal(terminal)]


def _of_store(store: Store, connection: Connection, clock: Instant) -> list[Check]:
    size = database_size(connection) / MEGABYTE
    row = connection.execute(select(organization.c.time_zone, organization.c.data_as_of)).one_or_none()
    zone, as_of = (row.time_zone, row.data_as_of) if row else ("UTC", None)
    return [
        Check("store", Finding.OK, f"{store.label}, {size:,.1f} MB"),
        _integrity(connection),
        Check("migrations", Finding.OK, f"schema {HEAD}, this program's"),
        _journal(connection),
        outbox_check(connection, clock),
        reports_check(connection, clock),
        _data(as_of, clock),
        _zone(zone),
    ]


def _integrity(connection: Connection) -> Check:
    faults = health.faults(connection)
    if faults:
        return Check("integrity", Finding.FAIL, "; ".join(faults), "Restore a backup: tui-admin restore FILE.")
    return Check("integrity", Finding.OK, "the database finds nothing wrong with itself")


def _journal(connection: Connection) -> Check:
    found = journal.walk(connection)
    if found.whole:
        return Check("journal", Finding.OK, f"{found.entries:,} entries hold")
    said = f"broken at entry {found.broken}: {found.reason}"
    return Check("journal", Finding.FAIL, said, "Somebody changed the store by other means; compare with a backup.")


def _data(as_of: Instant | None, clock: Instant) -> Check:
    if as_of is None:
        return Check("data", Finding.WARN, "nothing was imported yet", "Import reports: tui-admin import FILE.")
    if as_of > clock + DAY:
        said = f"the newest fact lies in the future, {age(as_of, clock)}"
        return Check("data", Finding.WARN, said, "Is this computer's clock right? Else the report's dates are wrong.")
    if clock - as_of > STALE_AFTER:
        return Check("data", Finding.WARN, f"the newest fact is {age(as_of, clock)} old", "Import a fresh report.")
    return Check("data", Finding.OK, f"the newest fact is {age(as_of, clock)} old")


def _zone(name: str) -> Check:
    try:
        return Check("time", Finding.OK, f"time zone {ZoneInfo(name).key}")
    except (ZoneInfoNotFoundError, ValueError):
        advice = "Set another: tui-admin settings set time-zone Europe/Budapest."
        return Check("time", Finding.FAIL, f"this computer does not know the time zone {name}", advice)


def _of_disk(store: Store) -> list[Check]:
    if store.path is None:
        return []
    free, size = shutil.disk_usage(store.path.absolute().parent).free, _size(store.path)
    said = f"{free / MEGABYTE:,.0f} MB free beside the store"
    if free < max(2 * size, 100 * MEGABYTE):
        return [Check("disk", Finding.WARN, said, "Free some space: imports and backups need twice the store's size.")]
    return [Check("disk", Finding.OK, said)]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _terminal(facts: Mapping[str, str | int | None]) -> Check:
    columns, lines = int(facts.get("columns") or 0), int(facts.get("lines") or 0)
    encoding, term = str(facts.get("encoding") or "unknown"), str(facts.get("term") or "unknown")
    said = f"{columns}x{lines}, {encoding}, TERM={term}"
    if "utf" not in encoding.lower():
        return Check("terminal", Finding.WARN, said, "Set a UTF-8 locale, such as LANG=C.UTF-8.")
    if columns and lines and (columns < _SMALL[0] or lines < _SMALL[1]):
        return Check("terminal", Finding.WARN, said, "The console needs 80 columns and 24 lines.")
    return Check("terminal", Finding.OK, said)
