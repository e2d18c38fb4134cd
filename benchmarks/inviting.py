"""A list of 100,000 people: planned, invited with a mail each, listed and withdrawn, beside a million members."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import update

from tui_admin.portal import programs
from tui_admin.portal.inviting import invitation_acts, invitations
from tui_admin.portal.inviting.inviting import open_inviting
from tui_admin.portal.inviting.places import Usual
from tui_admin.portal.inviting.plan import InviteRequest
from tui_admin.portal.rights import sign_in
from tui_admin.reports.people_files import Given
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts, organization

from .figures import median, milliseconds, say
from .stores import AT, million

PEOPLE = 100_000
PLANNED, APPLIED = 4.0, 6.0
LISTED = 100.0
WITHDRAWN = 4.0
MEMORY = 250.0


def listed(path: Path) -> None:
    """People in no order, every third with a name that is not plain ASCII."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write("Full Name,Email,External ID\n")
        for number in range(PEOPLE):
            scattered = number * 7_919 % PEOPLE
            first = "Zoë" if number % 3 == 0 else "Jo"
            stream.write(f"{first} Name {number % 97},person.{scattered}@newcomers.example,{number:07}\n")


def measure(database: str, people: str) -> None:
    """What a process of its own does; prints seconds, milliseconds and MiB."""
    store = Store(f"sqlite:///{database}")
    actor = sign_in(store, None)
    with store.write() as connection:
        connection.execute(update(organization).values(sender_address="learning@example.org"))
        connection.execute(update(contracts).values(licenses=10_000_000))
    program = programs.listing(store, actor, AT)[0]
    request = InviteRequest(Given.file(Path(people)), Usual(program.slug, program.contracts[0]))
    start = perf_counter()
    with open_inviting(store, actor, request) as found:
        found.plan(AT)
        planned = perf_counter() - start
        done = found.apply(AT)
        applied = perf_counter() - start - planned
    assert (done.count, done.queued) == (PEOPLE, PEOPLE)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pending = invitations.pending(program.slug)
    pages = milliseconds(lambda: invitations.page(store, actor, pending, AT, 0, 50), 20)
    start = perf_counter()
    ids = invitations.ids(store, actor, pending, AT)
    plan = invitation_acts.plan_withdraw(store, actor, program.slug, sorted(ids)[-PEOPLE:], AT)
    withdrawn = invitation_acts.apply(store, actor, plan, AT)
    took = perf_counter() - start
    assert withdrawn.applied == PEOPLE
    print(json.dumps([planned, applied, peak, median(pages), took]))


def main() -> None:
    """Print all figures beside their limits."""
    with tempfile.TemporaryDirectory() as folder:
        database, people = Path(folder) / "store.db", Path(folder) / "people.csv"
        shutil.copy(million(), database)
        listed(people)
        os.sync()  # the copy is on the disk before anything is timed
        command = [sys.executable, "-m", "benchmarks.inviting", str(database), str(people)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        planned, applied, peak, page, withdrawn = json.loads(told)
    say("SQLite: plan inviting 100,000 beside 1,000,000 members", planned, "s", PLANNED)
    say("SQLite: invite them, each with a mail", applied, "s", APPLIED)
    say("SQLite: peak memory of both", peak, "MiB", MEMORY)
    say("SQLite: a page of the pending, the newest first", page, "ms", LISTED)
    say("SQLite: withdraw 100,000 and stop their mails", withdrawn, "s", WITHDRAWN)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1], sys.argv[2])
    else:
        main()
