"""The columns of skills: `pairs`, `leaders`, `reached` and `banded`, each of learner and skill, and `works`.

`pairs` are learners and skills they learn or are rated in: band, rating and its standard error, learning hours (NaN
where no report named any), assessments with a graded attempt, those passed, and all graded attempts. `leaders` are
those of them at intermediate or above, with the day that the band was first reached. `reached` are the bands from
intermediate on that were ever reached: when, after how many hours (NaN where none are known up to then), and whether
the learner already stood there when first rated. `banded` are changes of band: when, from which, to which, and the
rating with its standard error then. `works` are graded attempts at the work of a course.

All but `banded` and `works` come in the order of skills; these in that of learners (and time), a learner in one block.
Learners, skills and courses are positions.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Select, and_, case, select

from ..ratings.current import current_replay
from ..tables import learner_ratings, skill_history, skill_ratings
from . import hours, teaching, works
from .building import Build, known
from .columns import Numbers
from .teaching import Teaching

BANDS = {"unrated": 1, "beginner": 2, "intermediate": 3, "advanced": 4}
"""How a column says a band; 0 where nothing was graded in the skill."""

INTERMEDIATE, ADVANCED = BANDS["intermediate"], BANDS["advanced"]

_CELLS = 2_000_000
"""Learners times skills that are counted at once."""

ROWS = 100_000
"""Rows of one block."""

BY_SKILL = ("pairs", "leaders", "reached")
"""The tables in the order of skills; `skills` says how many rows of them each skill has."""

_NEVER = float(2**53)

Table = dict[str, Numbers]


def build(build: Build) -> None:
    """Write them; and of each skill how many rows it has in those that come in the order of skills."""
    taught = teaching.build(build)
    gathered: dict[str, list[Table]] = {name: [] for name in BY_SKILL}
    for number, stretch in enumerate(_stretches(build, taught)):
        build.check()
        for name, table in stretch.tables().items():
            if name in gathered:
                gathered[name].append(table)
            else:
                build.writer.write(name, number, **table)
    for name, parts in gathered.items():
        counts = np.zeros(len(taught.skills), np.int64)
        for part in parts:
            counts += np.bincount(part["skill"], minlength=len(counts))
        build.writer.add("skills", 0, **{name: counts})
        _write(build, name, parts)


def _write(build: Build, name: str, parts: list[Table]) -> None:
    """Write what was gathered of a table in the order of skills, block by block."""
    if not parts:
        return
    order = np.argsort(np.concatenate([part["skill"] for part in parts]), kind="stable")
    whole = {column: np.concatenate([part.pop(column) for part in parts])[order] for column in list(parts[0])}
    for block, first in enumerate(range(0, max(len(order), 1), ROWS)):
        build.writer.write(name, block, **{column: values[first : first + ROWS] for column, values in whole.items()})
        build.check()


def _stretches(build: Build, taught: Teaching) -> Iterator["_Stretch"]:
    learners, current = build.people.learners, build.connection.scalar(select(current_replay()))
    size = max(1, _CELLS // max(1, len(taught.skills)))
    for first in range(0, len(learners), size):
        yield _Stretch(build, taught, current, first, learners[first : first + size])


@dataclass
class _Stretch:
    """Some learners, the first of whom stands at a position: what is known of them, by cell (learner times skill)."""

    build: Build
    taught: Teaching
    replay: int | None
    position: int
    ids: Numbers

    @property
    def _cells(self) -> int:
        return len(self.ids) * len(self.taught.skills)

    def tables(self) -> dict[str, Table]:
        """Their rows of each table."""
        rated = self._rated()
        spent, reached = self._hours(rated)
        tried, counts = self._works()
        cell = np.flatnonzero((spent > 0) | (counts["attempts"] > 0) | (rated["band"] > 0))
        high = np.flatnonzero(rated["band"] >= INTERMEDIATE)
        leaders = {**self._place(high), **{name: rated[name][high] for name in ("band", "since", "rating", "error")}}
        pairs = {
            **self._place(cell),
            "band": rated["band"][cell],
            **{name: rated[name][cell].astype(np.float32) for name in ("rating", "error")},
            "hours": spent[cell].astype(np.float32),
            **{name: values[cell].astype(np.uint32) for name, values in counts.items()},
        }
        return {"pairs": pairs, "leaders": leaders, "reached": reached, "banded": self._banded(), "works": tried}

    def _cell(self, learner_ids: Numbers, skill: Numbers) -> Numbers:
        return np.searchsorted(self.ids, learner_ids) * len(self.taught.skills) + skill

    def _placed(self, columns: list[Numbers]) -> list[Numbers]:
        """Rows of learner, skill and more, with the skill's position for its id; without those of a skill that is gone
        since they were rated."""
        learner, skill, *more = columns
        place = np.searchsorted(self.taught.skills, skill)
        is_there = np.append(self.taught.skills, -1)[place] == skill
        return [column[is_there] for column in (learner, place, *more)]

    def _place(self, cell: Numbers) -> Table:
        learner, skill = np.divmod(cell, len(self.taught.skills))
        return {"learner": (learner + self.position).astype(np.uint32), "skill": skill.astype(np.uint32)}

    def _rated(self) -> Table:
        """What the model says, dense: ratings, bands, and the moments that bands were first reached at."""
        dense: Table = {
            "band": np.zeros(self._cells, np.uint8),
            "first": np.zeros(self._cells, np.uint8),
            "since": np.zeros(self._cells, np.uint16),
            "rating": np.zeros(self._cells),
            "error": np.zeros(self._cells),
            "intermediate": np.full(self._cells, _NEVER),
            "advanced": np.full(self._cells, _NEVER),
        }
        low, high = int(self.ids[0]), int(self.ids[-1])
        learner, skill, rating, information, band, first, intermediate, advanced = self._placed(
            self.build.read(_ratings(self.replay, low, high))
        )
        cell = self._cell(learner, skill)
        dense["band"][cell], dense["first"][cell], dense["rating"][cell] = band, first, rating
        dense["error"][cell] = 1 / np.sqrt(1 + information)
        for name, moment in (("intermediate", intermediate), ("advanced", advanced)):
            dense[name][cell] = np.where(moment < 0, _NEVER, moment)
        held = np.where(band == ADVANCED, advanced, np.where(band == INTERMEDIATE, intermediate, -1))
        dense["since"][cell] = self.build.days(held)
        return dense

    def _hours(self, rated: Table) -> tuple[Numbers, Table]:
        """Hours by cell, and the bands that were reached with the hours up to then."""
        spent = hours.read(self.build, int(self.ids[0]), int(self.ids[-1]))
        spread = self.taught.spread(self.taught.places(spent.course))
        cell = self._cell(spent.learner[spread.row], spread.skill)
        own, start, end = spent.hours[spread.row] * spread.share, spent.start[spread.row], spent.end[spread.row]
        parts: list[Table] = []
        for name, band in (("intermediate", INTERMEDIATE), ("advanced", ADVANCED)):
            moment = rated[name]
            until = np.bincount(cell, own * hours.share_by(moment[cell], start, end), self._cells)
            there = np.flatnonzero(moment < _NEVER)
            is_known = np.bincount(cell[hours.is_under_way(moment[cell], start, end)], minlength=self._cells) > 0
            parts.append(
                {
                    **self._place(there),
                    "band": np.full(len(there), band, np.uint8),
                    "day": self.build.days(moment[there]),
                    "hours": np.where(is_known, until, np.nan)[there].astype(np.float32),
                    "at_first": (rated["first"][there] >= band).astype(np.uint8),
                }
            )
        reached = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        total = np.where(np.bincount(cell, minlength=self._cells) > 0, np.bincount(cell, own, self._cells), np.nan)
        return total, reached

    def _works(self) -> tuple[Table, Table]:
        """Graded attempts, and by cell how many assessments, how many passed, how many attempts."""
        found = works.read(self.build, int(self.ids[0]), int(self.ids[-1]))
        learner = np.searchsorted(self.ids, found.learner) + self.position
        course = self.taught.places(found.course)
        spread = self.taught.spread(course)
        cell = self._cell(found.learner[spread.row], spread.skill)
        counts = {
            "assessments": np.bincount(cell[found.first[spread.row]], minlength=self._cells),
            "passed": np.bincount(cell[found.mastered[spread.row]], minlength=self._cells),
            "attempts": np.bincount(cell, minlength=self._cells),
        }
        tried = {"learner": learner.astype(np.uint32), "course": course.astype(np.uint32), "day": found.day}
        return {**tried, "first": found.first, "mastered": found.mastered}, counts

    def _banded(self) -> Table:
        """Changes of band, in the order of learners and time."""
        query = _changes(self.replay, int(self.ids[0]), int(self.ids[-1]))
        found = self._placed(self.build.read(query))
        order = np.lexsort(found[:3][::-1])
        learner, skill, _, at, band, rating, error = (column[order] for column in found)
        cell = self._cell(learner, skill)
        before = np.zeros(len(band), np.uint8)
        before[1:] = np.where(cell[1:] == cell[:-1], band[:-1], BANDS["unrated"])
        before[:1] = BANDS["unrated"]
        by_time = np.lexsort((at, np.searchsorted(self.ids, learner)))
        changed = {"day": self.build.days(at), "before": before, "after": band.astype(np.uint8)}
        changed |= {"rating": rating.astype(np.float32), "error": error.astype(np.float32)}
        return {name: values[by_time] for name, values in {**self._place(cell), **changed}.items()}


def _ratings(current: int | None, low: int, high: int) -> Select[Any]:
    own, whole = skill_ratings.c, learner_ratings.c
    both = and_(whole.replay_id == own.replay_id, whole.learner_id == own.learner_id)
    return (
        select(
            own.learner_id,
            own.skill_id,
            own.own + whole.rating,
            own.information,
            case(BANDS, value=own.band, else_=0),
            case(BANDS, value=own.first_band, else_=0),
            known(own.intermediate_at),
            known(own.advanced_at),
        )
        .select_from(skill_ratings.join(learner_ratings, both))
        .where(own.replay_id == current, own.learner_id >= low, own.learner_id <= high)
    )


def _changes(current: int | None, low: int, high: int) -> Select[Any]:
    past = skill_history.c
    band = case(BANDS, value=past.band, else_=0)
    told = (past.learner_id, past.skill_id, past.seq, past.at, band, past.rating, past.standard_error)
    return select(*told).where(past.replay_id == current, past.learner_id >= low, past.learner_id <= high)
