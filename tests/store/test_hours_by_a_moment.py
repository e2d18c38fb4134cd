"""How much of an enrollment's hours had been spent by a moment."""

import numpy as np
import pytest

from tui_admin.store.analytics.hours import share_by

UNKNOWN = -1


@pytest.mark.parametrize(
    ("start", "end", "share"),
    [
        (100, 200, 1.0),
        (200, 400, 0.5),
        (300, 400, 0.0),
        (400, 500, 0.0),
        (300, 300, 1.0),
        (400, 400, 0.0),
        (500, 400, 0.0),
        (UNKNOWN, 200, 1.0),
        (UNKNOWN, 400, 0.0),
        (200, UNKNOWN, 1.0),
        (UNKNOWN, UNKNOWN, 1.0),
    ],
)
def test_what_ended_is_whole_and_what_was_running_counts_in_proportion(start: int, end: int, share: float) -> None:
    assert share_by(np.array([300.0]), np.array([float(start)]), np.array([float(end)])).tolist() == [share]
