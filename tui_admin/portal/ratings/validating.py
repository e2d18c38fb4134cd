"""How well the model foresees who passes: on the store's own attempts, or on a file's.

The first half of the attempts, in their order, teaches the model and fits its calibration; it goes on learning through
the second half, which is scored. Ratings are not touched by the calibration.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from ...reports.attempt_files import read_attempts
from ...rules.errors import BadInput
from ...rules.progress import Progress, unheard
from ...rules.roles import Actor, Right
from ...rules.skills.parameters import Parameters
from ...store.engine import Store
from ...store.ratings.fingerprints import fingerprint
from . import anew, from_file, syllabus
from .predicting import Course, Floats, predict, watching
from .rating import parameters
from .replaying import Work
from .scoring import Bin, Calibration, Score, calibration, calibration_error, fit, score

MANY = 1_000
"""Scored attempts that it takes for figures to be relied on."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What came of it: how much there was, by which parameters, how good what was expected is, calibrated and raw, and
    what was expected against what came. `notes` say what was left out or taken for granted."""

    attempts: int
    learners: int
    assessments: int
    skills: int
    parameters: Parameters
    line: Calibration
    calibrated: Score
    raw: Score
    bins: list[Bin]
    notes: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """How far expected and came are apart once calibrated, on average."""
        return calibration_error(self.bins)


def validate(
    store: Store, actor: Actor, *, progress: Progress = unheard, cancelled: Callable[[], bool] = lambda: False
) -> Validation:
    """Validate on the store's own attempts, by the organization's parameters. Writes nothing.

    Raises NotAllowed, and BadInput where there are too few attempts.
    """
    course, notes = of_store(store, actor, progress, cancelled)
    return _validated(course, parameters(store), notes, progress, cancelled)


def validate_file(
    store: Store,
    actor: Actor,
    attempts: Path,
    skills: Path | None,
    *,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> Validation:
    """The same on a file's attempts. Of the store only the parameters count.

    Raises NotAllowed, and BadInput for what cannot be read, with line and column.
    """
    actor.require(Right.ANALYTICS)
    found = read_attempts(attempts, skills)
    return _validated(from_file.course(found), parameters(store), found.notes, progress, cancelled)


def of_store(
    store: Store, actor: Actor, progress: Progress, cancelled: Callable[[], bool]
) -> tuple[Course, tuple[str, ...]]:
    """The store's attempts, and what is to be said of those left out. Raises NotAllowed."""
    actor.require(Right.ANALYTICS)
    work = Work(store, parameters(store), 0, progress, cancelled)
    with store.read() as connection:
        read = anew.read(connection, syllabus.read(connection), partial(fingerprint, connection), work)
    return Course(read.prepared, read.syllabus, len(read.learners)), tuple(read.notes.told)


def _validated(
    course: Course,
    by: Parameters,
    notes: tuple[str, ...],
    progress: Progress,
    cancelled: Callable[[], bool],
) -> Validation:
    half = len(course) // 2
    require_enough(course, half, len(course))
    expected = predict(course, by, watching("rating", len(course), progress, cancelled))
    line, calibrated, raw, bins = scored(expected, course.came, half)
    if raw.n < MANY:
        notes += (f"only {raw.n:,} attempts were scored: these figures prove little",)
    learners = len(np.unique(course.prepared.learner))
    kinds = (len(course), learners, len(np.unique(course.prepared.attempts.item)), len(course.syllabus.skills))
    return Validation(*kinds, by, line, calibrated, raw, bins, notes)


def require_enough(course: Course, fitted: int, until: int) -> None:
    """Raise BadInput where too few attempts up to `fitted`, or from there on, are known to have passed or failed."""
    known = course.came >= 0
    for part in (known[:fitted], known[fitted:until]):
        if not part.any():
            raise BadInput(
                f"{int(known.sum()):,} graded attempts passed or failed: too few to say how well they are foreseen. "
                "Import attempts or gradebooks, or name a file: --attempts FILE.csv."
            )


def scored(expected: Floats, came: Floats, fitted: int) -> tuple[Calibration, Score, Score, list[Bin]]:
    """Fit the calibration on the attempts up to a number and score the others: the line, the score calibrated and raw,
    and what was expected against what came."""
    known = came[: len(expected)] >= 0
    first, second = known.copy(), known.copy()
    first[fitted:], second[:fitted] = False, False
    line = fit(expected[first], came[: len(expected)][first])
    right, truth = line.of(expected[second]), came[: len(expected)][second]
    return line, score(right, truth), score(expected[second], truth), calibration(right, truth)
