"""Rating: a replay of all attempts at a million members with ten enrollments each and three skills a course, and one
percent of new attempts after it; attempts a second, reading and writing included.

`--postgresql MEMBERS` measures a PostgreSQL server beside SQLite at that size, as a ratio.
"""

import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import func, select, text

from benchmarks.figures import say
from benchmarks.stores import AT, on_postgresql, ten_million
from tui_admin.portal.ratings import rating
from tui_admin.rules.times import DAY
from tui_admin.store.bulk import advance
from tui_admin.store.engine import Store
from tui_admin.store.tables import attempts, skill_history, skill_ratings

MEMBERS = 1_000_000
LEAST, AIM, MIB, SHARE = 50_000, 150_000, 1_500, 0.1

MORE = text(
    "INSERT INTO attempts"
    " (membership_id, assessment_id, attempted_at, graded_at, score, max_score, passing_score, passed)"
    " SELECT one.membership_id, other.assessment_id, :since + one.id, :since + one.id, other.score, other.max_score,"
    " other.passing_score, other.passed FROM attempts one JOIN attempts other"
    " ON other.id = CASE WHEN one.id % 200 = 7 THEN one.id ELSE one.id + 40 END"
    " WHERE one.id % 100 = 7 AND other.score IS NOT NULL"
)
"""One percent more, after all others: half of them at an assessment that the learner tried, half at another's."""


@contextmanager
def copied(source: Path) -> Iterator[Store]:
    """A copy of a store to write to."""
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        path = Path(folder) / source.name
        shutil.copyfile(source, path)
        store = Store(f"sqlite:///{path}")
        yield store
        store.close()


def rate(store: Store) -> tuple[rating.Run, float, float]:
    """The run, with the seconds it took by the clock and of the processor."""
    start, busy = perf_counter(), process_time()
    run = rating.rate(store, AT + DAY)
    assert run is not None
    return run, perf_counter() - start, process_time() - busy


def rate_more(store: Store, first: rating.Run) -> tuple[rating.Run, float, float]:
    """The same of one percent more."""
    with store.write() as connection:
        newest = connection.scalar(select(func.max(attempts.c.graded_at)))
        advance(connection, attempts)
        connection.execute(MORE, {"since": newest + DAY})
    more, took, busy = rate(store)
    assert not more.anew and more.replay_id == first.replay_id
    return more, took, busy


def main(members: int) -> bool:
    """Print the figures; whether all keep their limits."""
    with copied(ten_million(members)) as store:
        first, took, busy = rate(store)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with store.read() as connection:
            pairs, changes = (
                connection.scalar(select(func.count()).select_from(table)) for table in (skill_ratings, skill_history)
            )
        told = (
            f"{first.attempts:,} attempts, {pairs:,} ratings in skills, {changes:,} changes of bands; {busy:.0f} s CPU"
        )
        print(f"rated {first.rated / took:,.0f} attempts a second (at least {LEAST:,}, aim {AIM:,})")
        whole = [
            say("rating all: time for a million attempts", took / first.rated * 1e6, "s", 1e6 / LEAST, 1e6 / AIM, told),
            say("rating all: most memory", held, "MiB", MIB),
        ]
        more, again, busy = rate_more(store, first)
        told = f"{more.rated:,} attempts in {again:.1f} s, {busy:.1f} s CPU; all took {took:.1f} s"
        return all((*whole, say("rating 1 % more: share of the time for all", again / took, "", SHARE, None, told)))


def beside_postgresql(members: int) -> bool:
    """How much longer PostgreSQL takes; whether it is within the limit."""
    with copied(ten_million(members)) as store:
        first, own, _ = rate(store)
        _, own_more, _ = rate_more(store, first)
    with on_postgresql(members, 10) as store:
        first, took, _ = rate(store)
        _, took_more, _ = rate_more(store, first)
    told = f"{first.rated:,} attempts in {took:.1f} s, 1 % more in {took_more:.1f} s"
    both = (say("rating all", took / own, "x SQLite", 2.5, None, told), say("1 % more", took_more / own_more, "x", 2.5))
    return all(both)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--postgresql"]:
        sys.exit(not beside_postgresql(int(sys.argv[2])))
    sys.exit(not main(int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS))
