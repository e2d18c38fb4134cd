"""Figures of predictions against the plainest way to work them out."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.portal.ratings.scoring import auc, calibration, calibration_error, fit, log_loss, rmse

PAIRS = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.2000001, 0.5, 0.9]), st.booleans()), min_size=1, max_size=40)


def columns(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    expected, came = zip(*pairs, strict=True)
    return np.array(expected), np.array(came, dtype=float)


@given(PAIRS)
def test_the_area_is_that_of_all_pairs(pairs: list[tuple[float, bool]]) -> None:
    hits, misses = [p for p, came in pairs if came], [p for p, came in pairs if not came]
    won = [1.0 if hit > miss else 0.5 if hit == miss else 0.0 for hit in hits for miss in misses]
    found = auc(*columns(pairs))
    assert found is None if not won else found == pytest.approx(sum(won) / len(won))


@given(PAIRS)
def test_surprise_and_error_are_means(pairs: list[tuple[float, bool]]) -> None:
    both = columns(pairs)
    assert log_loss(*both) == pytest.approx(-sum(log(p if came else 1 - p) for p, came in pairs) / len(pairs))
    assert rmse(*both) == pytest.approx((sum((p - came) ** 2 for p, came in pairs) / len(pairs)) ** 0.5)
    bins = calibration(*both)
    assert sum(bin.n for bin in bins) == len(pairs)
    assert sum(bin.n * bin.came for bin in bins) == pytest.approx(sum(came for _, came in pairs))


def test_what_is_sure_and_wrong_is_no_end_of_surprise() -> None:
    assert log_loss(np.array([0.0, 1.0]), np.array([1.0, 0.0])) < 25


def test_a_calibration_puts_right_what_is_too_sure() -> None:
    rng = np.random.default_rng(7)
    true = rng.uniform(0.05, 0.95, 40_000)
    came = (rng.uniform(size=len(true)) < true).astype(float)
    odds = np.log(true / (1 - true))
    said = 1 / (1 + np.exp(-(0.5 + 3 * odds)))
    line = fit(said, came)
    assert (line.offset, line.slope) == (pytest.approx(-0.5 / 3, abs=0.05), pytest.approx(1 / 3, abs=0.02))
    assert calibration_error(calibration(line.of(said), came)) < 0.02 < calibration_error(calibration(said, came))


def test_a_calibration_ends_where_all_came_true() -> None:
    line = fit(np.full(50, 0.9), np.ones(50))
    assert line.of(np.array([0.9]))[0] > 0.9
