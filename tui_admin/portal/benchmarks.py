"""Benchmarks that others publish: imported whole, never rescaled, taken back by undo."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select

from ..rules import benchmarks as rules
from ..rules.benchmarks import Benchmark
from ..rules.errors import BadInput, StoreError, UsageError
from ..rules.roles import Actor, Right
from ..rules.skills.parameters import Parameters, parse
from ..rules.text import clean, fold
from ..rules.times import Instant, to_datetime
from ..store import benchmarks as store_benchmarks
from ..store.analytics import versions
from ..store.catalogue import skills_by_name
from ..store.engine import Store
from ..store.tables import organization
from . import journal, rights
from .analytics.staleness import OF_SOME
from .organization import zone

if TYPE_CHECKING:
    from ..reports.benchmark_files import BenchmarkFile

ACTION = "import benchmark"

_NAMED = 5
"""Groups, skills or months that a sentence names; of more it says how many."""


@dataclass(frozen=True, slots=True)
class BenchmarkPlan:
    """What importing a file leads to: nothing where it `is_known`; what is to be known of it besides."""

    file: "BenchmarkFile"
    is_known: bool
    notes: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many rows are taken."""
        return 0 if self.is_known else len(self.file.benchmark.entries)


@dataclass(frozen=True, slots=True)
class Imported:
    """A benchmark that is kept: its groups in words; `counts` says whether ratings here can be compared with it."""

    id: int
    publisher: str
    as_of: date
    groups: str
    imported_at: Instant
    counts: bool
    checksum: str


def plan(store: Store, actor: Actor, file: "BenchmarkFile", now: Instant) -> BenchmarkPlan:
    """What importing a file would lead to. Raises BadInput for one that ratings here cannot be compared with."""
    actor.require(Right.ANALYTICS)
    with store.read() as connection:
        return _judged(connection, file, now)


def apply(store: Store, actor: Actor, plan: BenchmarkPlan, now: Instant) -> tuple[int | None, str]:
    """Keep what was planned; the journal's entry (None where there was nothing to do) and the sentence that says so."""
    actor.require(Right.ANALYTICS)
    told = plan.file.benchmark
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.ANALYTICS)
        if _judged(connection, plan.file, now).is_known:
            return None, f"The benchmark of {clean(told.publisher)} as of {told.as_of} was imported already"
        values = {
            "publisher": told.publisher,
            "method": told.method,
            "as_of": told.as_of,
            "reference_group": _some([str(group) for group in _groups(told)], "; "),
            "digest": plan.file.digest,
            "content": plan.file.content,
        }
        id = store_benchmarks.add(connection, values, now)
        summary = f"Imported the benchmark of {clean(told.publisher)} as of {told.as_of}: {len(told.entries):,} rows"
        details = {"benchmark": id, "checksum": plan.file.digest, "refused": len(plan.file.refusals)}
        entry = journal.append(connection, actor, now, action=ACTION, summary=summary, details=details)
        versions.forget_answers(connection, OF_SOME[ACTION])
    from .analytics.refreshing import keep_anew  # what counts charts is loaded by nobody who only looks at the journal

    with suppress(StoreError):  # it is imported; charts that are not kept are counted when one is asked for
        keep_anew(store, OF_SOME[ACTION])
    return entry, summary


def take_back(
    connection: Connection, actor: Actor, entry: journal.Entry, now: Instant
) -> tuple[str, Mapping[str, object]]:
    """Forget what an entry imported."""
    actor.require(Right.ANALYTICS)
    id = entry.details["benchmark"]
    if not store_benchmarks.drop(connection, id):
        raise UsageError(f"Entry {entry.id} cannot be undone: its benchmark is no longer there.")
    versions.forget_answers(connection, OF_SOME[ACTION])
    return "it is not compared with any more", {"benchmark": id}


def listing(store: Store, actor: Actor) -> Iterator[Imported]:
    """The benchmarks that are kept, the newest day first."""
    actor.require(Right.ANALYTICS)
    with store.read() as connection:
        method = own_method(connection)
        rows = store_benchmarks.listed(connection)
    for row in rows:
        groups = clean(row.reference_group)
        same = row.method == method
        yield Imported(row.id, clean(row.publisher), row.as_of, groups, row.imported_at, same, row.digest)


def own_method(connection: Connection) -> str:
    """The method that ratings here are made by."""
    return rules.method(str(_parameters(connection)))


def _parameters(connection: Connection) -> Parameters:
    said = connection.scalar(select(organization.c.skill_parameters))
    return parse(said) if said else Parameters()


# --- checks


def _judged(connection: Connection, file: "BenchmarkFile", now: Instant) -> BenchmarkPlan:
    told = file.benchmark
    today = to_datetime(now, zone(connection)).date()
    if told.as_of > today:
        raise BadInput(f"The benchmark is as of {told.as_of}, a day that is still to come.")
    _check_method(told.method, own_method(connection))
    if told.anchors and not store_benchmarks.any_assessment(connection, told.anchors):
        raise BadInput("The benchmark's companies share assessments of which this store has none: nothing links them.")
    is_known = store_benchmarks.known(connection, file.digest) is not None
    return BenchmarkPlan(file, is_known, () if is_known else tuple(_notes(connection, told)))


def _check_method(theirs: str, own: str) -> None:
    model, _, parameters = theirs.partition(" ")
    if model != rules.MODEL:
        raise BadInput(
            f"The benchmark was made by {clean(theirs)!r}; ratings here are made by {own!r}, on another scale. "
            "It cannot be compared with."
        )
    if theirs != own:
        raise BadInput(
            f"The benchmark was made with other parameters ({clean(parameters)!r}, here {own.partition(' ')[2]!r}), on "
            "another scale: set skill-parameters to its publisher's, or ask for one made with the usual ones."
        )


def _notes(connection: Connection, told: Benchmark) -> Iterator[str]:
    known = skills_by_name(connection)
    strange = sorted({entry.skill for entry in told.entries if fold(entry.skill) not in known})
    if strange:
        yield f"No skill here is called {_some(strange)}: these rows wait for one."
    days = store_benchmarks.days(connection, told.publisher, told.method)
    if told.as_of in days:
        yield f"There is one of {clean(told.publisher)} as of {told.as_of} already; from now on the new one counts."
    missing = _missing(sorted({*days, told.as_of}))
    if missing:
        yield f"No benchmark of {clean(told.publisher)} is there for {_some(missing)}: charts leave these months open."


def _missing(days: Sequence[date]) -> list[str]:
    """The months between days without one."""
    held = {(day.year, day.month) for day in days}
    first, last = min(held), max(held)
    months = ((year, month) for year in range(first[0], last[0] + 1) for month in range(1, 13))
    return [
        f"{year}-{month:02}" for year, month in months if first < (year, month) < last and (year, month) not in held
    ]


def _groups(told: Benchmark) -> list[Any]:
    return sorted({entry.group for entry in told.entries})


def _some(words: Sequence[str], between: str = ", ") -> str:
    """Some of the words; of many the first, and how many more."""
    named = between.join(clean(word) for word in words[:_NAMED])
    return named if len(words) <= _NAMED else f"{named} and {len(words) - _NAMED:,} more"
