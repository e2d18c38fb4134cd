"""What other organizations publish of how well they learn, and how one's own stands among them.

A benchmark says for groups of companies (an industry, a country, a size) and skills how the companies' mean ratings are
spread: percentiles as points. Ratings of another model or with other parameters are on another scale; they are never
rescaled.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from math import ceil, floor

MODEL = "tui-admin-elo-1"
"""The skill model of `rules.skills`, in its version."""

LEAST_LEARNERS = 5
"""Learners that a company's mean is of at least."""

LEAST_OTHERS = 4
"""Companies that a group has at least: fewer could be told apart."""

FARTHEST = 12.0
"""Ratings lie between this and its negative; what lies outside is on another scale."""

FEW_COMPANIES = 20
"""Up to so many companies a place among them is told as k of N."""

_NEAR = 1e-9
"""By how much a share times a number of companies may miss a whole number."""


def method(parameters: str) -> str:
    """The method of ratings made with some parameters, as files name it."""
    return f"{MODEL} {sha256(parameters.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """Companies of an industry, a country, a size; blank for any."""

    industry: str = ""
    country: str = ""
    size: str = ""

    def __str__(self) -> str:
        """`Banking, Canada, 1000-5000`; `all companies` where nothing narrows it."""
        return ", ".join(filter(None, (self.industry, self.country, self.size))) or "all companies"


@dataclass(frozen=True, slots=True)
class Entry:
    """How the mean ratings of a group's companies in a skill are spread; `points` are shares (0..1) of companies with
    the rating that so many do not exceed, both rising."""

    group: Group
    skill: str
    companies: int
    learners: int
    mean: float
    spread: float
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A published benchmark as of a day. `anchors` are assessments, by public id, that all its companies share."""

    publisher: str
    method: str
    as_of: date
    entries: tuple[Entry, ...]
    anchors: tuple[str, ...] = ()


class Standing(StrEnum):
    """How a place among others is called."""

    LAGGING = "lagging"
    EMERGING = "emerging"
    COMPETITIVE = "competitive"
    CUTTING_EDGE = "cutting-edge"


def standing(share: float) -> Standing:
    """What it is called to be ahead of a share of the others."""
    for most, name in ((0.25, Standing.LAGGING), (0.5, Standing.EMERGING), (0.75, Standing.COMPETITIVE)):
        if share <= most:
            return name
    return Standing.CUTTING_EDGE


AT_MOST, AT_LEAST = "at most", "at least"


@dataclass(frozen=True, slots=True)
class Place:
    """A place among companies: the share of them one is ahead of, ties counting half; `edge` is blank
    or says that it lies beyond the outermost point, so that share and `ahead` are bounds. Of few companies `ahead` says
    of how many."""

    share: float
    edge: str = ""
    ahead: int | None = None


def place(rating: float, entry: Entry) -> Place:
    """Where a mean rating stands among a group's companies, between its points by a straight line."""
    share, edge = _between(rating, entry.points)
    if entry.companies > FEW_COMPANIES:
        return Place(share, edge)
    number = share * entry.companies
    if edge == AT_LEAST:
        return Place(share, edge, ceil(number - _NEAR))
    if edge or any(value == rating for _, value in entry.points):  # who ties is half ahead: the share tells it
        return Place(share, edge, floor(number + _NEAR))
    ahead = round(number)
    return Place(ahead / entry.companies, edge, ahead)


def _between(rating: float, points: Sequence[tuple[float, float]]) -> tuple[float, str]:
    shares, ratings = [share for share, _ in points], [value for _, value in points]
    left, right = bisect_left(ratings, rating), bisect_right(ratings, rating)
    if left < right:  # as many are ahead of those who tie as behind
        return (shares[left] + shares[right - 1]) / 2, ""
    if not left:
        return shares[0], AT_MOST
    if left == len(points):
        return shares[-1], AT_LEAST
    below, above = ratings[left - 1], ratings[left]
    part = (rating - below) / (above - below)
    return shares[left - 1] + part * (shares[left] - shares[left - 1]), ""
