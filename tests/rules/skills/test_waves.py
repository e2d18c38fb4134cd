"""Rating by waves comes to the last digit to what rating one after the other does."""

from array import array
from itertools import repeat
from random import Random

import numpy as np
import pytest

from tui_admin.rules.skills.model import Ratings
from tui_admin.rules.skills.parameters import Parameters
from tui_admin.rules.skills.waves import NARROW, Attempts, Waves

LEARNERS, SKILLS, DAYS = 60, 5, 12

TAGS = [((0.5, 0), (0.3, 1), (0.2, 2)), ((1.0, 3),), ((0.75, 1), (0.25, 4))]
"""Of three courses with six assessments each."""

ITEMS = 18


def ratings() -> Ratings:
    """Nothing rated yet; every learner has a place in every skill."""
    places = array("i", (who * SKILLS + skill for who in range(LEARNERS) for tags in TAGS for _, skill in tags))
    return Ratings([TAGS[item // 6] for item in range(ITEMS)], SKILLS, LEARNERS, places, LEARNERS * SKILLS)


def attempts(seed: int, count: int) -> Attempts:
    """Of able learners and others, some of them at an assessment again, some with a verdict alone."""
    rng, rows, tried = Random(seed), [], set()
    begins, wide = (0, 3, 4), 6
    for _ in range(count):
        who, what = int(LEARNERS * rng.random() ** 2), rng.randrange(ITEMS)
        scored = rng.random() < 0.8
        value = min(1.0, max(0.0, rng.gauss(0.3 + 0.6 * (who % 3 > 0), 0.3)))
        start = who * wide + begins[what // 6]
        rows.append((who, what, (who, what) not in tried, scored, start, value if scored else round(value)))
        tried.add((who, what))
    kinds = (np.int32, np.int32, np.bool_, np.bool_, np.int32, np.float64)
    columns = zip(zip(*rows, strict=True), kinds, strict=True)
    return Attempts(*(np.array(column, dtype=kind) for column, kind in columns))


def by_places(found: Ratings) -> list[tuple[float, ...]]:
    """The changes of bands, of one place after the other."""
    return sorted(zip(*(column.tolist() for column in vars(found.changes).values()), strict=True))


@pytest.mark.parametrize("narrow", [1, 4, NARROW])
@pytest.mark.parametrize("seed", range(4))
def test_waves_come_to_what_one_after_the_other_does(seed: int, narrow: int) -> None:
    one, other, parameters = ratings(), ratings(), Parameters()
    all_of_them = attempts(seed, 1500)
    waves = Waves(other, parameters, narrow)
    for day, some in enumerate(np.array_split(np.arange(len(all_of_them)), DAYS), 1):
        today = all_of_them.taken(some)
        known = (today.learner, today.item, today.first, today.scored, today.start)
        rows = zip(repeat(day), *(column.tolist() for column in known), strict=False)
        one.replay(parameters, rows, iter(today.value.tolist()), [])
        for part in np.array_split(np.arange(len(today)), 2):
            waves.replay(day, today.taken(part))
    for name in ("general", "handed_in", "difficulty", "tried", "own", "information", "attempts", "level", "reference"):
        assert list(getattr(one, name)) == list(getattr(other, name)), name
    assert one.ordinal == other.ordinal == 1500
    assert len(one.changes) > 100
    assert by_places(one) == by_places(other)
    in_order = np.array(other.changes.ordinal)[np.argsort(np.array(other.changes.place), kind="stable")]
    assert in_order.tolist() == [change[1] for change in by_places(other)]
