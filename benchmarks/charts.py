"""Every chart of the registry over a million members, ten million enrollments and as many attempts: what it takes
without a filter, by each of its choices, by program, contract, profile and days, and by any other filter; and the
memory of a console that has shown them all.

`--members N` takes a smaller store. `--only NAME` takes one chart. `--cpu` measures processor time, for a busy machine.
`--postgresql` makes the store on a PostgreSQL server, and says what that, rating and counting take.
"""

import resource
import sys
from collections.abc import Callable
from datetime import date
from time import perf_counter, process_time

from benchmarks.figures import milliseconds, say
from benchmarks.stores import AT, counted, on_postgresql
from tui_admin.portal.analytics import refreshing, registry
from tui_admin.portal.analytics.making import Maker
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.portal.ratings import rating
from tui_admin.rules.filters import parse
from tui_admin.rules.roles import Actor, Role
from tui_admin.store.engine import Store

ACTOR = Actor("benchmark@example.com", Role.ORGANIZATION)
NEAR = ("program:data-foundations", "contract:{contract}", "country:Germany", "unit:Sales", "manager:a")
"""What is filtered within a second, beside days."""
FAR = (
    "status:at-risk",
    "-status:inactive country:Germany",
    "enrolled>2",
    "grade>90",
    "name:anna or joined>=2026-01-01",
)
MEMORY = 150


def main() -> None:
    members = int(sys.argv[sys.argv.index("--members") + 1]) if "--members" in sys.argv else 1_000_000
    only = sys.argv[sys.argv.index("--only") + 1] if "--only" in sys.argv else ""
    clock = process_time if "--cpu" in sys.argv else perf_counter
    if "--postgresql" in sys.argv:
        with on_postgresql(members, 10) as store:
            prepare(store)
            measure_all(store, only, clock)
        return
    measure_all(Store(f"sqlite:///{counted(members)}"), only, clock)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say("memory of a process that counted them all", peak, "MB", MEMORY)


def prepare(store: Store) -> None:
    """Rate and count, and say what each takes."""
    for what, make in (("rate", rating.rate), ("count", refreshing.refresh)):
        (took,) = milliseconds(lambda make=make: make(store, AT))
        print(f"{what}: {took / 1e3:.0f} s", flush=True)


def measure_all(store: Store, only: str, clock: Callable[[], float]) -> None:
    """Say the figures of all charts whose names hold a text."""
    near = [where.format(contract=_contract(store)) for where in NEAR]
    for name in registry.MODULES:
        if only in name:
            measure(store, registry.maker(name), near, clock)


def measure(store: Store, maker: Maker, near: list[str], clock: Callable[[], float]) -> None:
    """Say a chart's figures beside their limits."""

    def took(asked: Asked) -> float:
        start = clock()
        read(store, ACTOR, asked, Moments(AT, AT))
        return (clock() - start) * 1e3

    name = maker.name
    took(Asked(name))
    say(f"{name}: unfiltered", min(took(Asked(name)) for _ in range(3)), "ms", 300)
    for choice in maker.choices:
        for value in choice.values:
            if value != choice.chosen:
                say(f"{name}: {choice.name}={value}", took(Asked(name, choices={choice.name: value})), "ms", 1000)
    for where in near:
        say(f"{name}: {where}", took(Asked(name, parse(where))), "ms", 1000)
    days = {"since": date(2026, 3, 1), "until": date(2026, 6, 30)}
    if maker.has_dates:
        say(f"{name}: four months", took(Asked(name, **days)), "ms", 1000)
        say(f"{name}: {near[0]}, four months", took(Asked(name, parse(near[0]), **days)), "ms", 1000)
    for where in FAR:
        say(f"{name}: {where}", took(Asked(name, parse(where))), "ms", 10_000)


def _contract(store: Store) -> str:
    from sqlalchemy import func, select

    from tui_admin.rules.filters import quote
    from tui_admin.store.tables import contracts, memberships

    query = select(contracts.c.name).join(memberships, memberships.c.contract_id == contracts.c.id)
    with store.read() as connection:
        largest = connection.scalar(query.group_by(contracts.c.name).order_by(func.count().desc()).limit(1))
    return quote(largest or "")


if __name__ == "__main__":
    main()
