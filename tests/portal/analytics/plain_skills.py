"""Charts of skills counted row by row in plain Python from the raw tables, sharing no code with the program's columns.

Bands, ratings and their changes are read as the model wrote them; all else is counted here from enrollments, attempts
and the catalogue.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from tui_admin.store.tables import (
    assessments,
    attempts,
    course_skills,
    courses,
    enrollments,
    learner_ratings,
    learners,
    memberships,
    organization,
    rating_runs,
    skill_history,
    skill_ratings,
    skills,
)

ABOVE = ("intermediate", "advanced")
Row = dict[str, Any]
Pair = tuple[int, str]
Who = Callable[[Row, Row], bool]


def rows(connection: Connection, table: Any) -> list[Row]:
    return [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()]


class Plain:
    """The raw tables, and who counts: the learners with a membership that is not removed and that `who` wants (of the
    membership and its learner)."""

    def __init__(self, connection: Connection, who: Who = lambda membership, learner: True) -> None:
        self.members = {row["id"]: row for row in rows(connection, memberships)}
        self.zone = ZoneInfo(rows(connection, organization)[0]["time_zone"])
        self.skill_names = {row["id"]: row["name"] for row in rows(connection, skills)}
        self.people = {row["id"]: row for row in rows(connection, learners)}
        self._choose(who)
        self.enrollments = [
            {**row, "learner": self.members[row["membership_id"]]["learner_id"]}
            for row in rows(connection, enrollments)
        ]
        self.courses = {row["id"]: row for row in rows(connection, courses)}
        self.shares = self._shares(connection)
        run = next(iter([row["replay_id"] for row in rows(connection, rating_runs) if row["current"]]), None)
        whole = {r["learner_id"]: r["rating"] for r in rows(connection, learner_ratings) if r["replay_id"] == run}
        self.ratings: dict[Pair, Row] = {
            (row["learner_id"], self.skill_names[row["skill_id"]]): {
                **row,
                "rating": row["own"] + whole[row["learner_id"]],
                **{band: None if (at := row[f"{band}_at"]) is None else self.day(at) for band in ABOVE},
            }
            for row in rows(connection, skill_ratings)
            if row["replay_id"] == run
        }
        self.history: dict[Pair, list[Row]] = defaultdict(list)
        for row in sorted(rows(connection, skill_history), key=lambda row: row["seq"]):
            if row["replay_id"] == run:
                dated = {**row, "day": self.day(row["at"])}
                self.history[row["learner_id"], self.skill_names[row["skill_id"]]].append(dated)
        self.first: dict[tuple[int, int], date] = {}
        self.passed: dict[tuple[int, int], date] = {}
        self.tried: list[tuple[int, int, date]] = []
        self.course_of = {row["id"]: row["course_id"] for row in rows(connection, assessments)}
        self._read_attempts(connection)

    def _choose(self, who: Who) -> None:
        self.asked = {id for id, row in self.members.items() if who(row, self.people[row["learner_id"]])}
        self.counted = {id for id in self.asked if self.members[id]["state"] != "DELETED_MEMBER"}
        self.learners = {self.members[id]["learner_id"] for id in self.counted}

    def of(self, who: Who) -> "Plain":
        """The same of others who count."""
        other = copy(self)
        other._choose(who)
        return other

    def beginning(self, since: date = date.min, until: date = date.max) -> "Plain":
        """The same of those learners alone who began a course within days."""
        other = copy(self)
        other.learners = {
            row["learner"]
            for row in self.enrollments
            if row["membership_id"] in self.counted
            and row["enrolled_at"] is not None
            and since <= self.day(row["enrolled_at"]) <= until
        }
        return other

    def _shares(self, connection: Connection) -> dict[int, dict[str, float]]:
        told: dict[int, dict[str, float]] = defaultdict(dict)
        for row in rows(connection, course_skills):
            told[row["course_id"]][self.skill_names[row["skill_id"]]] = row["relevance"]
        shares = {course: {s: r / sum(of.values()) for s, r in of.items()} for course, of in told.items()}
        domain_of = {row["name"]: row["domain"] for row in rows(connection, skills)}
        for id, row in self.courses.items():
            if id in shares:
                continue
            beside = Counter(
                domain_of[skill]
                for other, of in told.items()
                for skill in of
                if row["partner"] and self.courses[other]["partner"] == row["partner"] and domain_of[skill]
            )
            most = min(beside, key=lambda name: (-beside[name], name)) if beside else row["partner"] or row["name"]
            shares[id] = {f"{most} (untagged courses)": 1.0}
        return shares

    def _read_attempts(self, connection: Connection) -> None:
        marks = {row["id"]: row for row in rows(connection, assessments)}
        seen: dict[tuple[int, int, int], bool] = {}
        for row in rows(connection, attempts):
            if row["score"] is None and row["passed"] is None:
                continue
            at = row["attempted_at"] if row["attempted_at"] is not None else row["graded_at"]
            key = self.members[row["membership_id"]]["learner_id"], row["assessment_id"], at
            seen[key] = seen.get(key, False) or bool(_verdict(row, marks[row["assessment_id"]]))
        for (learner, work, at), passed in sorted(seen.items(), key=lambda item: item[0][2]):
            day = self.day(at)
            self.tried.append((learner, work, day))
            self.first.setdefault((learner, work), day)
            if passed:
                self.passed.setdefault((learner, work), day)

    def day(self, at: int) -> date:
        return datetime.fromtimestamp(at / 1000, self.zone).date()

    # --- charts

    def distribution(self) -> dict[str, Counter[str]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for (learner, skill), row in self.ratings.items():
            if learner in self.learners:
                found[skill][row["band"]] += 1
        return found

    def hours(self, since: date = date.min, until: date = date.max) -> dict[Pair, float]:
        """Hours of each pair, of enrollments that began within days."""
        found: dict[Pair, float] = defaultdict(float)
        for row in self.enrollments:
            if not row["hours"] or row["learner"] not in self.learners:
                continue
            if (since, until) != (date.min, date.max) and not since <= self.day(row["enrolled_at"]) <= until:
                continue
            for skill, share in self.shares[row["course_id"]].items():
                found[row["learner"], skill] += row["hours"] * share
        return found

    def hours_average(self, *days: date) -> dict[str, tuple[float, int]]:
        by_skill: dict[str, list[float]] = defaultdict(list)
        for (_, skill), hours in self.hours(*days).items():
            by_skill[skill].append(hours)
        return {skill: (sum(found) / len(found), len(found)) for skill, found in by_skill.items()}

    def hours_to_reach(self) -> dict[tuple[str, str], list[float | None]]:
        """Hours until each band was first reached, by skill and band, of learners first rated below it; None where no
        report of a course that they had begun by then named hours."""
        found: dict[tuple[str, str], list[float | None]] = defaultdict(list)
        own: dict[int, list[Row]] = defaultdict(list)
        for row in self.enrollments:
            own[row["learner"]].append(row)
        for (learner, skill), rated in self.ratings.items():
            for number, band in enumerate(ABOVE):
                at = rated[f"{band}_at"]
                if learner not in self.learners or at is None or rated["first_band"] in ABOVE[number:]:
                    continue
                hours = [
                    row["hours"] * self.shares[row["course_id"]][skill] * _part_before(row, at)
                    for row in own[learner]
                    if row["hours"] is not None and skill in self.shares[row["course_id"]] and _begun_by(row, at)
                ]
                found[skill, band].append(sum(hours) if hours else None)
        return found

    def hours_so_far(self) -> dict[tuple[str, str], list[float | None]]:
        found: dict[tuple[str, str], list[float | None]] = defaultdict(list)
        for (learner, skill), hours in self.hours_so_far_of_each().items():
            found[skill, self.ratings[learner, skill]["band"]].append(hours)
        return found

    def hours_so_far_of_each(self) -> dict[Pair, float | None]:
        """Hours of each who is rated in a skill; None where no report named any."""
        hours = self.hours()
        told = {
            (row["learner"], skill)
            for row in self.enrollments
            if row["hours"] is not None
            for skill in self.shares[row["course_id"]]
        }
        return {
            pair: hours.get(pair, 0.0) if pair in told else None for pair in self.ratings if pair[0] in self.learners
        }

    def already_there(self) -> Counter[str]:
        """By skill, how many learners stood at intermediate or above when first rated."""
        return Counter(
            skill
            for (learner, skill), rated in self.ratings.items()
            if learner in self.learners and rated["first_band"] in ABOVE
        )

    def ever(self, band: str, end: date, skill: str | None = None) -> int:
        return len(
            {
                learner
                for (learner, own), row in self.ratings.items()
                if learner in self.learners and skill in (None, own) and row[band] is not None and row[band] <= end
            }
        )

    def currently(self, band: str, end: date, skill: str | None = None) -> int:
        standing = set()
        for (learner, own), changes in self.history.items():
            if learner not in self.learners or skill not in (None, own):
                continue
            before = [row for row in changes if row["day"] <= end]
            if before and before[-1]["band"] in ABOVE[ABOVE.index(band) :]:
                standing.add(learner)
        return len(standing)

    def assessments(self, count: str, since: date = date.min, until: date = date.max) -> dict[str, tuple[int, int]]:
        """By skill: how many, and how many learners have a graded attempt in it."""
        works: Iterable[tuple[int, int, date]] = self.tried
        if count != "attempts":
            firsts = self.first if count == "graded" else self.passed
            works = [(learner, work, day) for (learner, work), day in firsts.items()]
        total: Counter[str] = Counter(skill for _, skill in self._of_skills(works, since, until))
        people = Counter(skill for _, skill in set(self._of_skills(self.tried, since, until)))
        return {skill: (total[skill], people[skill]) for skill in people}

    def _of_skills(self, works: Iterable[tuple[int, int, date]], since: date, until: date) -> Iterator[Pair]:
        for learner, work, day in works:
            if learner in self.learners and since <= day <= until:
                for skill in self.shares[self.course_of[work]]:
                    yield learner, skill

    def leaders(self, skill: str | None = None) -> list[tuple[str, str, str]]:
        """Name, skill and band, in their order."""
        found = []
        for (learner, own), row in self.ratings.items():
            person = self.people[learner]
            if learner not in self.learners or row["band"] not in ABOVE or skill not in (None, own):
                continue
            if person["unlisted"] or person["erased_at"] is not None:
                continue
            lower = row["rating"] - 1 / sqrt(1 + row["information"])
            found.append((-lower, row[row["band"]], person["name"], learner, row["skill_id"], own, row["band"]))
        return [(name, skill, band) for _, _, name, *_, skill, band in sorted(found)]


def _part_before(row: Row, at: int) -> float:
    """How much of an enrollment lay before a moment."""
    ends = (row["completed_at"], row["last_activity_at"], row["enrolled_at"])
    end = next((moment for moment in ends if moment is not None), None)
    if end is None or end <= at:
        return 1.0
    start = row["enrolled_at"] if row["enrolled_at"] is not None else end
    return max(0.0, (at - start) / (end - start)) if end > start else 0.0


def _begun_by(row: Row, at: int) -> bool:
    """Whether an enrollment had begun by a moment, as far as is known."""
    begins = (row["enrolled_at"], row["completed_at"], row["last_activity_at"])
    start = next((moment for moment in begins if moment is not None), None)
    return start is None or start <= at


def _verdict(row: Row, assessment: Row) -> bool | None:
    if row["passed"] is not None:
        return bool(row["passed"])
    mark = row["passing_score"] if row["passing_score"] is not None else assessment["passing_score"]
    most = row["max_score"] if row["max_score"] is not None else assessment["max_score"]
    if mark is None or row["score"] is None:
        return None
    if most and mark > most:
        return bool(row["score"] * 100 / most >= mark)
    return bool(row["score"] >= mark)


def months(first: date, last: date) -> list[date]:
    """The last days of months, from that of a day to another day."""
    found, day = [], first.replace(day=1)
    while day <= last:
        day = (day + timedelta(days=32)).replace(day=1)
        found.append(min(day - timedelta(days=1), last))
    return found
