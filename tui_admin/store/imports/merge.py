"""One import against the store: `judge` says what would become of every staged row, `write` does it.

Both run on the connection that holds the staged rows; `judge` writes temporary tables only. In one transaction they see
one state of the store, so what is written is what was judged.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Table, case, exists, func, or_, select, update

from ...rules.times import Instant
from .. import bulk, staging, totals, triage
from ..tables import (
    assessments,
    attempts,
    contracts,
    courses,
    enrollments,
    learner_totals,
    learners,
    memberships,
    organization,
    programs,
    specializations,
)
from . import further_contracts, ids, kinds, people, places, shared_ids
from .absent import absent
from .catalogue import CatalogueMerge
from .catalogue_rows import CatalogueRows, Unfit
from .facts import Batch, Facts, Verdict
from .gathering import Gathering
from .ids import Additions
from .memberships import add as add_memberships
from .order import Order, Span
from .shared_ids import SharedIds
from .things import Named

Step = Callable[[str], None]
"""Told what is done next; what it raises stops the import."""

_LARGE = 4
"""Indexes are built anew where the rows to come are at least a quarter of those there."""


@dataclass(frozen=True)
class Tally:
    """What becomes of one file's rows, and how much of what the store knows of its programs is not in it."""

    new: int = 0
    changed: int = 0
    older: int = 0
    conflicting: int = 0
    absent: int = 0
    unrated: int = 0


@dataclass
class Judgement:
    """What an import would do: what it makes, how many people are new, whose external ids are others' too, how many
    people files name by an address they had before, the rows by file, and those of a catalogue that cannot be taken."""

    additions: Additions
    people: int
    shared: SharedIds
    former: Mapping[int, int] = field(default_factory=dict)
    tallies: Mapping[int, Tally] = field(default_factory=dict)
    unfit: Sequence[Unfit] = ()


class Merge:
    """The merging of one import's staged rows, whose people `gathering` took in. `spans` are the files' rows by staged
    table, `catalogue` the rows that name no person; `scope` are the programs of the administrator who imports, None
    all."""

    def __init__(
        self,
        connection: Connection,
        gathering: Gathering,
        named: Named,
        spans: Mapping[str, Sequence[Span]],
        catalogue: CatalogueRows,
        step: Step = lambda _: None,
        scope: frozenset[int] | None = None,
    ) -> None:
        self._connection, self._gathering, self._named = connection, gathering, named
        self._step, self._scope = step, scope
        self._order = Order([span for group in spans.values() for span in group])
        self._catalogue = CatalogueMerge(connection, catalogue, self._order)
        self._spans = {name: [span for span in group if span.last >= span.first] for name, group in spans.items()}
        self._members = self._batch(kinds.MEMBERS)
        self._hanging = [batch for facts in kinds.HANGING if (batch := self._batch(facts)).spans]

    def _batch(self, facts: Facts) -> Batch:
        return Batch(facts, self._order, self._spans.get(facts.name, ()))

    @property
    def _batches(self) -> list[Batch]:
        return [*([self._members] if self._members.spans else []), *self._hanging]

    def judge(self) -> Judgement:
        """Compare the staged rows with the store."""
        connection, tables = self._connection, [batch.facts.staged for batch in self._batches]
        self._step("finding programs and courses")
        # What programs share is the catalogue's; a program admin's import leaves its names alone.
        fixed = () if self._scope is None else (courses, specializations)
        self._catalogue.accept(self._named)
        additions = ids.resolve(connection, self._named, self._order, fixed)
        self._catalogue.judge(additions)
        self._step("finding people")
        self._gathering.settle(self._order, tables)
        self._step("comparing people")
        people.compare(connection, self._order)
        shared = shared_ids.find(connection, self._order, tables, self._scope)
        former = people.by_former_address(connection, self._order)
        self._step("finding memberships")
        places.find(connection)
        staging.clear(connection, self._members.facts.picks)
        for batch in self._batches:
            self._step(f"comparing {batch.facts.name}")
            batch.pick(connection)
        further_contracts.judge(connection, self._members)
        kinds.settle_scores(connection)
        new = select(func.count()).select_from(staging.people).where(~staging.people.c.known)
        count = connection.execute(new).scalar_one()
        return Judgement(additions, count, shared, former, self._tallies(), self._catalogue.unfit)

    def write(self, judgement: Judgement, now: Instant) -> None:
        """Put into the store what `judge` found, in the same transaction; derive triage facts; move data-as-of."""
        connection = self._connection
        staging.settle(connection)
        self._step("adding programs and courses")
        ids.add(connection, judgement.additions, now)
        self._catalogue.write()
        with self._without_indexes():
            self._step("adding people")
            people.add(connection, self._order)
            people.change(connection)
            self._step("adding memberships")
            add_memberships(connection, self._members)
            if self._members.spans:
                self._members.update(connection)
                further_contracts.write(connection, self._members)
            for batch in self._hanging:
                self._step(f"writing {batch.facts.name}")
                batch.insert(connection)
                batch.update(connection)
            self._step("deriving who is at risk")
            self._derive(judgement.additions)
            self._step("building indexes")
        self._total()
        self._move_data_as_of()

    def _without_indexes(self) -> AbstractContextManager[None]:
        coming = {
            learners: self._count(staging.people, ~staging.people.c.known),
            memberships: self._count(staging.places, ~staging.places.c.known),
        }
        for batch in self._hanging:
            picks = batch.facts.picks
            target = batch.facts.target
            coming[target] = coming.get(target, 0) + self._count(picks, picks.c.verdict == Verdict.NEW)
        large = (table for table, rows in coming.items() if self._is_large(table, rows))
        return bulk.without_indexes(self._connection, *large)

    def _is_large(self, table: Table, coming: int) -> bool:
        """Whether to build the table's indexes anew. On PostgreSQL that keeps readers out, so only where there is
        nothing to read."""
        there = self._count(table)
        return bool(coming) and (coming * _LARGE >= there if self._connection.dialect.name == "sqlite" else not there)

    def _count(self, table: Table, *conditions: ColumnElement[bool]) -> int:
        found: int = self._connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
        return found

    def _derive(self, additions: Additions) -> None:
        """Derive triage facts where they may have changed: everywhere when most is touched."""
        chosen = select(staging.places.c.membership_id)
        added = {row["course_id"] for row in additions.rows.get("assessments", ())}
        filled = [id for table, id, _ in additions.fills if table is assessments]
        if added or filled:
            changed = select(assessments.c.course_id).where(assessments.c.id.in_(filled))
            of_courses = or_(enrollments.c.course_id.in_(added), enrollments.c.course_id.in_(changed))
            further = select(enrollments.c.membership_id).where(of_courses)
            chosen = select(memberships.c.id).where(or_(memberships.c.id.in_(chosen), memberships.c.id.in_(further)))
        touched = self._connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
        triage.derive(self._connection, None if touched * 3 > self._count(memberships) else chosen)

    def _total(self) -> None:
        """Derive what the learners' memberships add up to, along an index of these that is there again."""
        new = self._count(staging.people, ~staging.people.c.known)
        large = [learner_totals] if self._is_large(learner_totals, new) else []
        touched = self._count(staging.places) * 3 > self._count(learners)
        with bulk.without_indexes(self._connection, *large):
            totals.derive(self._connection, None if touched else select(staging.places.c.learner_id))

    def _move_data_as_of(self) -> None:
        newest = max((moment for batch in self._batches if (moment := self._newest(batch)) is not None), default=None)
        if newest is None:
            return
        known = organization.c.data_as_of
        behind = known.is_(None) | (known < newest)
        self._connection.execute(update(organization).where(behind).values(data_as_of=newest))

    def _newest(self, batch: Batch) -> Instant | None:
        return newest_fact(self._connection, batch.facts.staged, None)

    def _tallies(self) -> dict[int, Tally]:
        counts: dict[int, Counter[str]] = dict(self._catalogue.counts)
        for batch in self._batches:
            for number, verdict, count in self._verdicts(batch):
                counts.setdefault(number, Counter())[Verdict(verdict).name.lower()] += count
            if any("repeated" in counts.get(span.file, ()) for span in batch.spans):
                for number, count in batch.conflicts(self._connection).items():
                    counts[number]["conflicting"] += count
            for span in batch.spans:
                counts.setdefault(span.file, Counter())["absent"] += absent(self._connection, batch, span)
        for number, count in self._people_only():
            counts.setdefault(number, Counter())["changed"] += count
        names = Tally.__dataclass_fields__
        return {number: Tally(**{name: found[name] for name in names}) for number, found in counts.items()}

    def _verdicts(self, batch: Batch) -> Iterator[tuple[int, int, int]]:
        """How many rows of which file have which verdict. The scores of a gradebook's row count with the row."""
        if batch.facts is kinds.SCORES:
            return
        rows = kinds.gradebook_rows() if batch.facts is kinds.RESULTS else select(batch.facts.picks)
        found = rows.subquery().c
        file = self._order.file(found.ord)
        yield from self._connection.execute(select(file, found.verdict, func.count()).group_by(file, found.verdict))

    def _people_only(self) -> list[tuple[int, int]]:
        """By file, the rows that change nothing but the person."""
        changed = staging.changed_people
        told = [
            exists().where(
                batch.facts.picks.c.ord == changed.c.ord,
                batch.facts.picks.c.verdict.in_((Verdict.NEW, Verdict.CHANGED)),
            )
            for batch in self._batches
        ]
        file = self._order.file(changed.c.ord)
        query = select(file, func.count()).where(changed.c.ord.is_not(None), *(~one for one in told)).group_by(file)
        return list(self._connection.execute(query))


def lock(connection: Connection) -> None:
    """Keep other writers of what imports write out until the transaction ends; readers go on. SQLite has one writer
    at a time anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in (learners, memberships, enrollments, attempts, programs, contracts))
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


_FACTS = ("last_activity_at", "enrolled_at", "joined_at", "attempted_at", "completed_at", "given_at")


def newest_fact(
    connection: Connection, staged: Table, span: Span | None, until: Instant | None = None
) -> Instant | None:
    """The newest activity, enrollment, join, attempt or completion among staged rows, of one file or of all; of those
    not later than `until` where that is given."""
    told = [staged.c[name] for name in _FACTS if name in staged.c]
    columns = [func.max(column if until is None else case((column <= until, column))) for column in told]
    if not columns:
        return None
    query = select(*columns)
    row = connection.execute(query if span is None else query.where(span.holds(staged.c.ord))).one()
    return max((moment for moment in row if moment is not None), default=None)


__all__ = ["Judgement", "Merge", "Step", "Tally", "newest_fact"]
