"""What the model expected of attempts, each said before its outcome was heard; from a store or from a file."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...rules.errors import Cancelled
from ...rules.progress import Progress
from ...rules.skills.model import Ratings
from ...rules.skills.parameters import Parameters
from .attempts import Prepared
from .syllabus import Syllabus

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """Attempts to predict, in their order, of so many learners."""

    prepared: Prepared
    syllabus: Syllabus
    learners: int

    def __len__(self) -> int:
        return len(self.prepared.attempts)

    @property
    def came(self) -> Floats:
        """Of each attempt 1 where it passed, 0 where it did not, -1 where nobody knows."""
        return self.prepared.attempts.passed.astype(np.float64)

    @property
    def only_verdicts(self) -> bool:
        """Whether most outcomes are passed or failed, without a score."""
        return bool(len(self) and self.prepared.attempts.scored.mean() < 0.5)


def predict(course: Course, parameters: Parameters, tell: Callable[[int], None], until: int | None = None) -> Floats:
    """What is expected of the attempts up to a number, of all without one. The model is given an outcome only once it
    has said what it expects; `tell` hears how many it went through, and may raise to stop."""
    prepared, syllabus = course.prepared, course.syllabus
    ratings = Ratings(syllabus.tags, len(syllabus.skills), course.learners, prepared.places, len(prepared.learner))
    expected: list[float] = []
    for some, batch in prepared.batches():
        if until is not None and some.start >= until:
            break
        ratings.replay(parameters, batch, iter(prepared.attempts.value[some].tolist()), expected)
        tell(len(expected))
    return np.array(expected[:until])


def watching(word: str, of: int, progress: Progress, cancelled: Callable[[], bool]) -> Callable[[int], None]:
    """A `tell` that says how far a work is, and raises Cancelled where it is to stop."""

    def tell(done: int) -> None:
        if cancelled():
            raise Cancelled("Stopped; nothing was changed.")
        progress(word, min(done, of), of)

    return tell
