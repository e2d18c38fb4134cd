"""The mean rating of many learners in a skill, the well-known ones weighing more."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ....store.analytics.columns import Numbers
from ....store.analytics.skills import BANDS
from ..making import Material
from .learning import Learning

RATED = BANDS["beginner"]
"""The lowest band of learners that are rated at all."""

_HEAVIEST = 95
"""The percentile at which weights are cut: nobody counts for more."""

HOW = (
    "A mean rating is of rated learners (3 attempts or more), each weighed by 1 / standard error, cut at the 95th "
    "percentile. ± is one standard error: of the ratings themselves, and of how far learners lie apart."
)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean rating, its standard error, and of how many learners it is."""

    rating: float
    error: float
    n: int


def mean_of(ratings: Numbers, errors: Numbers) -> Mean:
    """The mean of one rating or more, given with their standard errors."""
    rating, error = ratings.astype(np.float64), errors.astype(np.float64)
    weight = 1 / error
    weight = np.minimum(weight, np.percentile(weight, _HEAVIEST))
    weight /= weight.sum()
    mean = float((weight * rating).sum())
    between = max(0.0, float((weight * (rating - mean) ** 2).sum() - (weight * error**2).sum()))
    variance = float((weight**2 * (error**2 + between)).sum())
    return Mean(mean, sqrt(variance), len(rating))


def own_means(material: Material) -> tuple[dict[int, Mean], int]:
    """The mean of each skill that anybody who counts is rated in, by the skill's position; how many different learners
    that are."""
    found, learning = {}, Learning(material)
    rated = np.zeros(learning.size, np.bool_)
    for skill, (learner, _, rating, error) in learning.by_skill("pairs", "band", "rating", "error", band=RATED):
        material.check()
        found[skill] = mean_of(rating, error)
        rated[learner] = True
    return found, int(np.count_nonzero(rated))


def rated_counts(material: Material, skills: int) -> Numbers:
    """How many learners whom the filter leaves are rated in each of so many skills, by position."""
    return Learning(material).numbers(skills, RATED)


def told(rating: float) -> float:
    """A rating as charts show it."""
    return round(rating, 2) + 0.0  # no zero below zero
