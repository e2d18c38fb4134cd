"""What came of an attempt, as a number: 0 is nothing, 0.5 just passed, 1 all there was to get."""

from typing import NamedTuple


class Graded(NamedTuple):
    """What is known of a graded attempt; the scores in points, None where a file did not say."""

    score: float | None
    most: float | None
    passing: float | None
    passed: bool | None


class Outcome(NamedTuple):
    """`value` is 0..1, centred on the pass mark; `scored` is false where only the verdict was known; `passed` is the
    verdict, as told or as the score says, None where neither does."""

    value: float
    scored: bool
    passed: bool | None


def outcome(graded: Graded) -> Outcome | None:
    """The outcome of a graded attempt, None where it says nothing that could be rated.

    A score counts within 0 and the most there was to get. A pass mark of nothing leaves the upper half of the scale,
    one of everything leaves 1 for all points and the lower half for less; one above the most can only be in percent.
    Without a pass mark the verdict counts, and
    where there is none either, the share of the points.
    """
    score, most, passing, passed = graded
    verdict = None if passed is None else bool(passed)
    if score is not None and most is not None and most > 0:
        share = min(1.0, max(0.0, score / most))
        if passing is not None:
            points = passing / 100 if passing > most else passing / most
            mark = min(1.0, max(0.0, points))
            return Outcome(centred(share, mark), True, share >= mark if verdict is None else verdict)
        if verdict is None:
            return Outcome(share, True, None)
    return None if verdict is None else Outcome(float(verdict), False, verdict)


def centred(share: float, mark: float) -> float:
    """A share of the points on a scale where the pass mark is 0.5."""
    if share < mark:
        return 0.5 * share / mark
    return 1.0 if mark >= 1 else 0.5 + 0.5 * (share - mark) / (1 - mark)
