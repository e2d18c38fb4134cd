"""How good predictions were: by rank, by surprise, by size of the error, and whether what they say comes true."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_BINS = 10
_STEPS, _NEAR = 100, 1e-9
_SURE = 1e-9
"""Nothing is predicted surer than this."""


def auc(expected: Floats, came: Floats) -> float | None:
    """The chance that of two attempts, one that came true and one that did not, the first was expected more; a tie is
    half. None where all came or none."""
    hits = int(came.sum())
    misses = len(came) - hits
    if not hits or not misses:
        return None
    values, rank_of, counts = np.unique(expected, return_inverse=True, return_counts=True)
    del values
    ranks = np.cumsum(counts) - (counts - 1) / 2  # those that tie share the middle of their ranks
    return float((ranks[rank_of][came > 0].sum() - hits * (hits + 1) / 2) / (hits * misses))


def log_loss(expected: Floats, came: Floats) -> float:
    """The mean surprise in nats."""
    sure = np.clip(expected, _SURE, 1 - _SURE)
    return float(-np.mean(came * np.log(sure) + (1 - came) * np.log1p(-sure)))


def rmse(expected: Floats, came: Floats) -> float:
    """The root of the mean squared error."""
    return float(np.sqrt(np.mean((expected - came) ** 2)))


@dataclass(frozen=True, slots=True)
class Score:
    """How good predictions of `n` attempts were; `auc` is None where it makes no sense."""

    n: int
    auc: float | None
    log_loss: float
    rmse: float


def score(expected: Floats, came: Floats) -> Score:
    """All three of some predictions, at least one."""
    return Score(len(came), auc(expected, came), log_loss(expected, came), rmse(expected, came))


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions from `low` to below `high`: how many, what was expected on average, what share came true."""

    low: float
    high: float
    n: int
    expected: float
    came: float


def calibration(expected: Floats, came: Floats) -> list[Bin]:
    """What was expected against what came, in tenths; those without any prediction left out."""
    number = np.minimum((expected * _BINS).astype(np.int64), _BINS - 1)
    counts = np.bincount(number, minlength=_BINS)
    sums = (np.bincount(number, weights=column, minlength=_BINS) for column in (expected, came))
    rows = zip(range(_BINS), counts.tolist(), *(column.tolist() for column in sums), strict=True)
    return [Bin(i / _BINS, (i + 1) / _BINS, n, total / n, hits / n) for i, n, total, hits in rows if n]


def calibration_error(bins: list[Bin]) -> float:
    """How far expected and came are apart, on average over the predictions."""
    return sum(bin.n * abs(bin.expected - bin.came) for bin in bins) / max(1, sum(bin.n for bin in bins))


@dataclass(frozen=True, slots=True)
class Calibration:
    """A straight line between log-odds: what was expected on one side, what is to be expected on the other."""

    offset: float = 0.0
    slope: float = 1.0

    def of(self, expected: Floats) -> Floats:
        """Predictions put right."""
        return _chance(self.offset + self.slope * _odds(expected))


def fit(expected: Floats, came: Floats) -> Calibration:
    """The line by which some predictions come true best: logistic regression by Newton's steps, each halved until it is
    one for the better, and held back a little, so that it ends where all came true."""
    x = np.stack([np.ones_like(expected), _odds(expected)], axis=1)
    line = start = np.array([0.0, 1.0])
    held = 1e-6

    def surprise(line: Floats) -> float:
        return log_loss(_chance(x @ line), came) * len(came) + held * float(((line - start) ** 2).sum())

    now = surprise(line)
    for _ in range(_STEPS):
        p = _chance(x @ line)
        slope = x.T @ (came - p) - 2 * held * (line - start)
        step = np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + 2 * held * np.eye(2), slope)
        while (new := surprise(line + step)) > now and np.abs(step).max() > _NEAR:
            step = step / 2
        if np.abs(step).max() <= _NEAR:
            break
        line, now = line + step, new
    return Calibration(float(line[0]), float(line[1]))


def _odds(chance: Floats) -> Floats:
    sure = np.clip(chance, _SURE, 1 - _SURE)
    return np.log(sure) - np.log1p(-sure)


def _chance(odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
