"""A catalogue against the store: what it says of courses, their skills and assessments, and of the courses that
specializations hold.

The newest catalogue counts. What it leaves blank of what reports say too stays as it is; what only a catalogue says
becomes blank. What it does not name is kept.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from .. import bulk, staging
from ..tables import assessments, course_skills, courses, specialization_courses, specializations
from .catalogue_rows import CatalogueRows, Fitting, Placed, Said, Unfit
from .ids import Additions, highest, where_in
from .known_skills import KnownSkills
from .newest import Newest, Row
from .order import Order
from .taxonomy import TaxonomyMerge
from .things import Named

_COURSE = {"partner": False, "course_type": False, "level": True, "workload_hours": True}
"""What a catalogue says of a course beside its name, and whether only a catalogue says it."""
_ASSESSMENT = ("assessment_type", "weight", "max_score", "passing_score", "deadline")
"""What a catalogue says of an assessment beside its id and name; gradebooks say it too."""


class CatalogueMerge:
    """The merging of one import's catalogue rows: `accept` before things get their ids, `judge` after, then `write`."""

    def __init__(self, connection: Connection, rows: CatalogueRows, order: Order) -> None:
        self._connection, self._rows, self._order = connection, rows, order
        self._newest = Newest(order)
        self.counts = self._newest.counts
        self._skills: dict[int, dict[int, float]] = {}
        self._held: dict[int, dict[int, int]] = {}
        self._fitting: Fitting | None = None
        self._taxonomy = TaxonomyMerge(connection, rows, self._newest)

    @property
    def unfit(self) -> Sequence[Unfit]:
        """The rows that cannot be taken."""
        return [*(self._fitting.unfit if self._fitting else ()), *self._taxonomy.unfit]

    def accept(self, named: Named) -> None:
        """Find the rows that can be taken, and name the specializations they are of."""
        if self._rows.present:
            self._fitting = Fitting(self._connection, self._rows, named)

    def judge(self, additions: Additions) -> None:
        """Compare with the store: what is to be written goes to `additions`, or waits here for `write`."""
        if self._fitting is None:
            return
        known = KnownSkills(self._connection, additions)
        self._taxonomy.judge(additions, known)
        self._judge_courses(additions, known)
        ids = self._fitting.courses | {row["key"]: row["id"] for row in additions.rows.get("courses", ())}
        self._judge_assessments(additions, ids, self._fitting.assessments)
        self._judge_places(additions, ids, self._fitting.places)

    def write(self) -> None:
        """Put skills and what specializations hold into the store, once courses and specializations are there."""
        self._taxonomy.write()
        _replace(self._connection, course_skills, "course_id", ("skill_id", "relevance"), self._skills)
        held = {id: {place: course for course, place in found.items()} for id, found in self._held.items()}
        _replace(self._connection, specialization_courses, "specialization_id", ("position", "course_id"), held)

    def _judge_courses(self, additions: Additions, skills: KnownSkills) -> None:
        numbers = _numbered(self._connection, "courses")
        said = self._newest.grouped((numbers[number], one) for one, number in self._rows.courses)
        known, new = _known(self._connection, additions, courses, said)
        renamed = {id for table, id, values in additions.fills if table is courses and values.keys() - {"moment"}}
        taught = skills.taught(said)
        for id, rows in said.items():
            latest = self._newest.latest(rows, known[id])
            if latest is None:
                continue
            present = self._rows.present[latest.file]
            told = {name: latest.told[name] for name in _COURSE if name in present}
            facts = {name: value for name, value in told.items() if value is not None or _COURSE[name]}
            changed = self._newest.fill(
                additions, courses, known[id], {**facts, "in_catalogue": True}, latest, new=id in new
            )
            if "skills" in present:
                self.counts[latest.file]["unrated"] += sum(share is None for _, share in latest.told["skills"])
                shares = skills.shares(latest.told["skills"])
                if shares != taught.get(id, {}):
                    self._skills[id], changed = shares, True
            self._newest.count(latest, new=id in new, changed=changed or id in renamed)

    def _judge_assessments(self, additions: Additions, ids: Mapping[str, int], rows: Sequence[Said]) -> None:
        known = _Assessments(self._connection, additions, {ids[said.told["course_id"]] for said in rows})
        said = self._newest.grouped((known.id(ids[one.told["course_id"]], one.told), one) for one in rows)
        for id, group in said.items():
            row, new = known.rows[id], id in known.made
            latest = self._newest.latest(group, row)
            if latest is None:
                continue
            told = {name: latest.told[name] for name in _ASSESSMENT}
            told |= {"key": latest.told["assessment_id"], "name": latest.told["assessment"]}
            facts = {name: value for name, value in told.items() if value is not None}
            changed = self._newest.fill(additions, assessments, row, {**facts, "in_catalogue": True}, latest, new=new)
            self._newest.count(latest, new=new, changed=changed)

    def _judge_places(self, additions: Additions, ids: Mapping[str, int], places: Sequence[Placed]) -> None:
        numbers = _numbered(self._connection, "specializations")
        by_whole: dict[int, list[Placed]] = defaultdict(list)
        for placed in sorted(places, key=lambda placed: self._order.rank(placed.said.file)):
            by_whole[numbers[placed.specialization]].append(placed)
        known, new = _known(self._connection, additions, specializations, by_whole)
        renamed = {id for table, id, values in additions.fills if table is specializations and "name" in values}
        stored: dict[int, dict[int, int]] = defaultdict(dict)
        link = specialization_courses.c
        for row in where_in(self._connection, specialization_courses, link.specialization_id, by_whole):
            stored[row["specialization_id"]][row["course_id"]] = row["position"]
        for id, group in by_whole.items():
            fresh = self._newest.fresh(group, [placed.said for placed in group], known[id])
            if not fresh:
                continue
            latest, told = fresh[-1].said, {ids[placed.course]: placed for placed in fresh}
            held = stored[id]
            for _, of_file in groupby(fresh, lambda placed: placed.said.file):
                held = _held(held, {ids[placed.course]: placed.position for placed in of_file})
            self._newest.fill(additions, specializations, known[id], {}, latest, new=id in new)
            for course, placed in told.items():
                moved = stored[id].get(course) != held[course]
                renames = id in renamed and placed.said is latest
                self._newest.count(placed.said, new=course not in stored[id], changed=moved or renames)
            self.counts[latest.file]["absent"] += len(stored[id].keys() - told.keys())
            if held != stored[id]:
                self._held[id] = held


class _Assessments:
    """The assessments of some courses, stored or about to be made, by course and id, else by course and name."""

    def __init__(self, connection: Connection, additions: Additions, ids: Iterable[int]) -> None:
        self._coming = additions.rows.setdefault(assessments.name, [])
        stored = list(where_in(connection, assessments, assessments.c.course_id, ids))
        self.made = {row["id"] for row in self._coming}
        for row in self._coming:
            _complete(row, assessments)
        self.rows: dict[int, Row] = {row["id"]: row for row in (*stored, *self._coming)}
        self._following = max((highest(connection, assessments), *self.made), default=0) + 1
        self._by_key = {(row["course_id"], row["key"]): row for row in self.rows.values()}
        self._by_name = {(row["course_id"], row["name"]): row for row in self.rows.values()}
        self._last: Counter[int] = Counter()
        for row in self.rows.values():
            self._last[row["course_id"]] = max(self._last[row["course_id"]], row["position"])

    def id(self, course: int, told: Mapping[str, Any]) -> int:
        """The id of what a row is of. One known only by its name so far gets its id from the row."""
        key, name = told["assessment_id"], told["assessment"]
        row = self._by_key.get((course, key)) if key else None
        if row is None:
            row = self._by_name.get((course, name or key))
            if row is not None and key and row["key"] != row["name"]:
                row = None
        row = row or self._make(course, key or name, name or key)
        self._by_key[course, key or row["key"]] = row
        return int(row["id"])

    def _make(self, course: int, key: str, name: str) -> Row:
        self._last[course] += 1
        row: Row = {"id": self._following, "course_id": course, "key": key, "name": name}
        row["position"] = self._last[course]
        self._following += 1
        self.made.add(row["id"])
        self._coming.append(_complete(row, assessments))
        self.rows[row["id"]] = self._by_key[course, key] = self._by_name[course, name] = row
        return row


def _held(stored: Mapping[int, int], told: Mapping[int, int]) -> dict[int, int]:
    """The places of a specialization's courses: those told of where they are told, the others where they are or, where
    that is taken, at the next place that is free."""
    held, taken = dict(told), set(told.values())
    for course, place in sorted(stored.items(), key=lambda one: one[1]):
        if course not in told:
            while place in taken:
                place += 1
            held[course] = place
            taken.add(place)
    return held


def _known(
    connection: Connection, additions: Additions, table: Table, ids: Iterable[int]
) -> tuple[dict[int, Row], frozenset[int]]:
    """The rows of things by id, stored or about to be made, and the ids of those to be made."""
    wanted = set(ids)
    new = {row["id"]: _complete(row, table) for row in additions.rows.get(table.name, ()) if row["id"] in wanted}
    stored = {row["id"]: row for row in where_in(connection, table, table.c.id, wanted - new.keys())}
    return stored | new, frozenset(new)


def _complete(row: Row, table: Table) -> Row:
    """A row about to be made, with a word for every column."""
    for column in table.c:
        row.setdefault(column.name, False if column.name == "in_catalogue" else None)
    return row


def _numbered(connection: Connection, name: str) -> dict[int, int]:
    """The ids of things by the numbers they are named by."""
    return {row.number: row.id for row in connection.execute(select(staging.things[name]))}


def _replace(
    connection: Connection, table: Table, owner: str, columns: tuple[str, str], wanted: Mapping[int, Mapping[Any, Any]]
) -> None:
    """Let some owners have exactly these rows of a table: of two columns, by the first."""
    for some in bulk.batched(wanted):
        connection.execute(delete(table).where(table.c[owner].in_(some)))
    rows = ((id, key, value) for id, found in wanted.items() for key, value in found.items())
    bulk.insert_rows(connection, table, (owner, *columns), rows)
