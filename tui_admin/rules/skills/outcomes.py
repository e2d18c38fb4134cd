"""What came of attempts, each as a number: 0 is nothing, 0.5 just passed, 1 all there was to get."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """A column each: `value` is 0..1, centred on the pass mark, and no number where an attempt says nothing that could
    be rated; `scored` is false where only the verdict was known; `passed` is the verdict, as told or as the score says:
    1 passed, 0 failed, -1 unknown."""

    value: Floats
    scored: NDArray[np.bool_]
    passed: NDArray[np.int8]


@np.errstate(divide="ignore", invalid="ignore")
def outcomes(score: Floats, most: Floats, passing: Floats, passed: Floats) -> Outcomes:
    """The outcomes of graded attempts: their points, the most there was to get, the pass marks, and the verdicts (1 or
    0); each no number where nobody said.

    A score counts within 0 and the most there was to get. A pass mark of nothing leaves the upper half of the scale,
    one of everything leaves 1 for all points and the lower half for less; one above the most can only be in percent.
    Without a pass mark the verdict counts, and where there is none either, the share of the points.
    """
    share = np.clip(score / most, 0.0, 1.0)
    mark = np.clip(passing / np.where(passing > most, 100.0, most), 0.0, 1.0)
    judged = ~np.isnan(passed)
    readable = (most > 0) & ~np.isnan(score)
    marked = readable & ~np.isnan(passing)
    scored = marked | (readable & ~judged)
    value = np.where(marked, centred(share, mark), np.where(scored, share, passed))
    verdict = np.where(judged, passed, np.where(marked, share >= mark, -1.0))
    return Outcomes(value, scored, verdict.astype(np.int8))


def centred(share: Floats, mark: Floats) -> Floats:
    """Shares of the points on a scale where the pass mark is 0.5."""
    above = np.where(mark >= 1, 1.0, 0.5 + 0.5 * (share - mark) / (1 - mark))
    return np.where(share < mark, 0.5 * share / mark, above)
