"""Bands: what a rating in a skill is called, and when it is called otherwise."""

from enum import StrEnum
from math import exp, inf, log


class Band(StrEnum):
    """How well somebody does at a typical assessment of a skill; unrated after fewer than `RATED_FROM` attempts."""

    UNRATED = "unrated"
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


LEVELS = tuple(Band)
"""The bands from none to the best; a level is a number of a place in it."""

RATED_FROM = 3
"""Attempts in a skill before it has a band."""

CUTS = (0.65, 0.85)
"""From which index on somebody is intermediate, and advanced."""

MARGIN = 0.03
"""How far beyond a cut an index must be to change a band, so that a band does not flicker."""


def chance(distance: float) -> float:
    """The expected outcome by how far a rating is above a difficulty."""
    if distance < -700:
        return 0.0
    return 1 / (1 + exp(-distance))


def _distance(index: float) -> float:
    return log(index / (1 - index))


BARE = tuple(_distance(cut) for cut in CUTS)
"""How far above the typical difficulty a rating is at the cuts: what counts for somebody without a band yet."""

UP = tuple(_distance(cut + MARGIN) for cut in CUTS)
"""What counts on the way up."""

DOWN = tuple(_distance(cut - MARGIN) for cut in CUTS)
"""What counts on the way down."""

FLOORS = (inf, -inf, *DOWN)
"""By level: a rating so far above the typical difficulty, or more, keeps it. Nothing keeps one unrated."""

CEILINGS = (inf, *UP, inf)
"""By level: a rating so far above the typical difficulty, or more, ends it."""


def judge(level: int, distance: float) -> int:
    """The level of somebody at a level whose rating is so far above the typical difficulty."""
    cuts = BARE if level == 0 else UP if distance >= CEILINGS[level] else DOWN
    return 1 + sum(distance >= cut for cut in cuts)
