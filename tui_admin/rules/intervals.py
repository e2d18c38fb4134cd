"""How sure a share or a mean of few answers is."""

from math import sqrt

_95 = 1.959964


def wilson(share: float, n: int, z: float = _95) -> tuple[float, float]:
    """The 95 % interval of a share of `n` answers (E. B. Wilson, 1927); from 0 to 1 for none.

    Of the mean of answers on a scale, as a share of the scale, it is an interval too, wider than needed: answers
    between the ends vary less than those at the ends.
    """
    if not n:
        return 0.0, 1.0
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    middle, scale = share + z * z / (2 * n), 1 + z * z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def on_scale(mean: float, n: int, lowest: float, highest: float) -> tuple[float, float]:
    """The interval of the mean of `n` answers on a scale."""
    span = highest - lowest
    low, high = wilson((mean - lowest) / span, n)
    return lowest + span * low, lowest + span * high
