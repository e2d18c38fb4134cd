"""What every replay does: attempts through the model, and who hears how far it got."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ...rules.errors import Cancelled
from ...rules.progress import Progress
from ...rules.skills.model import Ratings
from ...rules.skills.parameters import Parameters
from ...rules.skills.waves import Waves
from ...rules.times import Instant
from ...store.engine import Store
from .attempts import Prepared
from .linking import steps
from .syllabus import Ints, Syllabus


@dataclass(frozen=True)
class Work:
    """A store, what it is rated by, the moment it is done at, and who hears how far it got or stops it."""

    store: Store
    parameters: Parameters
    now: Instant
    progress: Progress
    cancelled: Callable[[], bool]
    begun: float = field(default_factory=time.monotonic)

    def check(self) -> None:
        """Raise Cancelled where it is to stop."""
        if self.cancelled():
            raise Cancelled("Rating was stopped; the ratings are as they were.")

    @property
    def finished_at(self) -> Instant:
        """The moment it is now, counted from the one it began at."""
        return self.now + round(1000 * (time.monotonic() - self.begun))


def through(ratings: Ratings, prepared: Prepared, since: int, work: Work) -> Ints:
    """Put the attempts from a number on through the model; the moments of the changes of bands that came of it."""
    before, total = ratings.ordinal, len(prepared.attempts) - since
    waves = Waves(ratings, work.parameters)
    for day, some in prepared.days(since):
        work.check()
        waves.replay(day, some)
        work.progress("rating", ratings.ordinal - before, total)
    ordinal = np.array(ratings.changes.ordinal, dtype=np.int64)
    return prepared.attempts.at[since:][ordinal - before - 1]


def course_steps(prepared: Prepared, syllabus: Syllabus) -> set[tuple[int, int]]:
    """The ids of courses that learners had attempts in one after the other."""
    learner, course = prepared.stays
    return {(int(syllabus.courses[one]), int(syllabus.courses[other])) for one, other in steps(learner, course)}
