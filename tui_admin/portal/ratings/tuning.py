"""Which parameters foresee best on the store's own attempts: tried on the first 70 % of them, told on the rest."""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ...rules.progress import Progress, unheard
from ...rules.roles import Actor
from ...rules.skills.parameters import Parameters, Steps
from ...store.engine import Store
from . import validating
from .attempts import prepare, sort
from .predicting import Course, predict, watching
from .rating import parameters
from .scoring import Score

_TRIED_ON = 0.7
_AT_MOST = 200_000
"""Attempts that parameters are tried on: those of some learners where there are more."""

_LEARNER = tuple(Steps(a, b) for a in (0.4, 1.0, 1.5, 2.0, 3.0) for b in (0.03, 0.25, 0.5, 1.0))
_ASSESSMENT = tuple(Steps(a, b) for a in (0.5, 1.0, 2.0) for b in (0.02, 0.05, 0.1))


@dataclass(frozen=True, slots=True)
class Tuned:
    """The parameters as they are and the best that were found, each with its calibrated score on the last 30 %; how
    many pairs of steps were tried, on how many attempts, of how many there are."""

    present: Parameters
    present_score: Score
    best: Parameters
    best_score: Score
    tried: int
    attempts: int
    of: int

    @property
    def is_better(self) -> bool:
        """Whether what was found foresees better than what is set."""
        return self.best_score.log_loss < self.present_score.log_loss


def tune(
    store: Store,
    actor: Actor,
    *,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> Tuned:
    """Try steps of learners, then of assessments, each by how surprising the second half of the first 70 % is.

    Nothing is written. Raises NotAllowed, and BadInput where there are too few attempts.
    """
    whole, _ = validating.of_store(store, actor, progress, cancelled)
    course = _some(whole)
    until = round(_TRIED_ON * len(course))
    validating.require_enough(course, until // 2, until)
    validating.require_enough(course, until, len(course))
    present = best = parameters(store)
    tell, tried, total = watching("trying", 0, unheard, cancelled), 0, len(_LEARNER) + len(_ASSESSMENT)

    def surprise(by: Parameters) -> float:
        expected = predict(course, by, tell, until)
        _, calibrated, _, _ = validating.scored(expected, course.came, until // 2)
        return calibrated.log_loss

    least = surprise(present)
    for variants in (_learner_steps, _assessment_steps):
        for by in variants(best, verdicts=course.only_verdicts):
            progress("trying", tried, total)
            tried += 1
            if (found := surprise(by)) < least:
                least, best = found, by
    scores = []
    for by in (present, best):
        expected = predict(course, by, tell)
        scores.append(validating.scored(expected, course.came, until)[1])
    return Tuned(present, scores[0], best, scores[1], tried, len(course), len(whole))


def _learner_steps(by: Parameters, *, verdicts: bool) -> Iterator[Parameters]:
    for steps in _LEARNER:
        yield replace(by, verdict_learner=steps) if verdicts else replace(by, learner=steps)


def _assessment_steps(by: Parameters, *, verdicts: bool) -> Iterator[Parameters]:
    for steps in _ASSESSMENT:
        yield replace(by, verdict_assessment=steps) if verdicts else replace(by, assessment=steps)


def _some(course: Course) -> Course:
    """The attempts of some learners, always the same, where there are too many to try parameters on all."""
    if len(course) <= _AT_MOST:
        return course
    attempts = course.prepared.attempts
    drawn = np.array([zlib.crc32(b"%d" % place) for place in range(course.learners)])
    some = attempts.taken(drawn[attempts.learner] < np.quantile(drawn, _AT_MOST / len(course)))
    return replace(course, prepared=prepare(sort(some, course.syllabus), course.syllabus))
