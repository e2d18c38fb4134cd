"""Mean ratings, and how they stand among others, compared with what plain Python computes of the ratings."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import sqrt
from typing import Any

import pytest

from tests.portal.analytics.license_checks import rows
from tests.portal.analytics.plain_skills import Plain, Row, months
from tests.portal.analytics.skill_checks import says
from tests.portal.analytics.tables import AskedOf
from tui_admin.rules.charts import SMALL, Chart

Rating = tuple[float, float]
"""A rating with its standard error."""

Document = Mapping[str, Any]
"""A benchmark as its file holds it."""

_HUNDREDTH = 0.0051


def mean(ratings: Iterable[Rating]) -> Rating:
    """The mean with its standard error: each weighed by 1 / error, weights cut at their 95th percentile."""
    found = list(ratings)
    weights = [1 / error for _, error in found]
    most = _percentile(weights, 0.95)
    weights = [min(weight, most) for weight in weights]
    whole = sum(weights)
    shares = [weight / whole for weight in weights]
    middle = sum(share * rating for share, (rating, _) in zip(shares, found, strict=True))
    apart = sum(share * (rating - middle) ** 2 for share, (rating, _) in zip(shares, found, strict=True))
    own = sum(share * error**2 for share, (_, error) in zip(shares, found, strict=True))
    between = max(0.0, apart - own)
    squares = sum(share**2 * (error**2 + between) for share, (_, error) in zip(shares, found, strict=True))
    return middle, sqrt(squares)


def _percentile(values: list[float], part: float) -> float:
    """Between the two values that the place lies between, by a straight line."""
    place, ordered = part * (len(values) - 1), sorted(values)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def rated(plain: Plain) -> dict[str, dict[int, Rating]]:
    """By skill and learner: the ratings of those who count and have a band."""
    found: dict[str, dict[int, Rating]] = {}
    for (learner, skill), row in plain.ratings.items():
        if learner in plain.learners and row["band"] != "unrated":
            found.setdefault(skill, {})[learner] = (row["rating"], 1 / sqrt(1 + row["information"]))
    return found


def by_how_many_are_rated(plain: Plain) -> list[str]:
    """The skills that anybody is rated in, those of most learners first."""
    numbers = {skill: len(found) for skill, found in rated(plain).items()}
    return sorted(numbers, key=lambda skill: (-numbers[skill], skill))


def near(rating: float) -> Any:
    """A rating as charts round it."""
    return pytest.approx(rating, abs=_HUNDREDTH)


def own_ratings(chart: Chart, asked: AskedOf) -> None:
    """own-ratings, of all skills."""
    told, expected = {row["skill"]: row for row in rows(chart)}, rated(asked.plain)
    assert told.keys() == expected.keys()
    for skill, found in expected.items():
        assert says(told[skill]["learners"], len(found), len(found))
        if len(found) >= SMALL:
            assert (told[skill]["rating"], told[skill]["error"]) == tuple(map(near, mean(found.values())))
        else:
            assert told[skill]["rating"] is told[skill]["error"] is None


# --- beside each other


def parts(chart: Chart, asked: AskedOf, *, by: str) -> None:
    """benchmark-now, own programs or units beside each other in the skill that most are rated in."""
    members = asked.tables.members
    members = members[members.id.isin(asked.plain.counted)]
    if by == "units":
        groups = members[members.business_unit.fillna("") != ""].groupby("business_unit")
    else:
        groups = members.assign(name=members.program_id.map(_programs(asked))).groupby("name")
    ours = rated(asked.plain)[by_how_many_are_rated(asked.plain)[0]]
    expected = {str(name): set(own.learner_id) & ours.keys() for name, own in groups}
    told = {row[by.removesuffix("s")]: row for row in rows(chart)}
    assert told.keys() == {name for name, own in expected.items() if own}
    for name, row in told.items():
        inside, outside = expected[name], ours.keys() - expected[name]
        assert says(row["learners"], len(inside), len(inside))
        own = _of(ours, inside)
        if own is None:
            assert row["mean"] is row["rest"] is None
            continue
        rest = _of(ours, outside)
        assert (row["mean"], row["error"]) == tuple(map(near, own))
        assert row["rest"] == (None if rest is None else near(rest[0]))
        assert row["differs"] in _beside(own, rest)


def _programs(asked: AskedOf) -> dict[int, str]:
    return {row.id: row.name for row in asked.tables.frame("SELECT id, name FROM programs").itertuples(index=False)}


def _of(ratings: Mapping[int, Rating], learners: Iterable[int]) -> Rating | None:
    found = [ratings[learner] for learner in sorted(learners)]
    return mean(found) if len(found) >= SMALL else None


def _beside(own: Rating, rest: Rating | None) -> tuple[str, ...]:
    """What is said of a difference; either of two words where it is as good as the bound."""
    if rest is None:
        return ("no others",)
    difference, bound = own[0] - rest[0], 1.96 * sqrt(own[1] ** 2 + rest[1] ** 2)
    word = "ahead" if difference > 0 else "behind"
    if abs(difference) == pytest.approx(bound, rel=1e-3):
        return word, "alike"
    return (word,) if abs(difference) > bound else ("alike",)


# --- among others


def peers(chart: Chart, asked: AskedOf, documents: Iterable[Document]) -> None:
    """benchmark-now, of all skills, among the companies of benchmarks of one group."""
    told, newest, ours = {row["skill"]: row for row in rows(chart)}, _newest(documents), rated(asked.plain)
    assert told.keys() == newest.keys() & ours.keys() != set()
    for skill, row in told.items():
        own, entry = ours[skill], newest[skill]
        assert (row["peers"], row["companies"]) == (near(entry["mean"]), entry["n_orgs"])
        assert says(row["learners"], len(own), len(own))
        if len(own) < SMALL:
            assert row["own"] is row["percentile"] is None
            continue
        middle, error = mean(own.values())
        assert (row["own"], row["error"]) == (near(middle), near(error))
        share = _share(middle, entry)
        assert row["percentile"] == pytest.approx(share, abs=1e-4)
        edges = ((0.25, "lagging"), (0.5, "emerging"), (0.75, "competitive"), (1.0, "cutting-edge"))
        assert str(row["standing"]).startswith(next(word for most, word in edges if share <= most + 1e-9))
        if entry["n_orgs"] <= 20:
            assert str(row["standing"]).endswith(f"{round(share * entry['n_orgs'])} of {entry['n_orgs']}")


def _newest(documents: Iterable[Document]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for told in sorted(documents, key=lambda one: str(one["as_of"])):
        found |= {row["skill"]: row for row in told["rows"]}
    return found


def _share(own: float, entry: Row) -> float:
    """How many of the companies one is ahead of: between the points by a straight line, of few in whole companies."""
    points = sorted(
        (int(name[1:]) / 100, value) for name, value in entry.items() if name[0] == "p" and value is not None
    )
    below, above = [one for one in points if one[1] <= own], [one for one in points if one[1] > own]
    if not below or not above:
        return points[0][0] if not below else points[-1][0]
    (low, start), (high, end) = below[-1], above[0]
    share = low + (high - low) * (own - start) / (end - start)
    return round(share * entry["n_orgs"]) / entry["n_orgs"] if entry["n_orgs"] <= 20 else share


def over_time(chart: Chart, asked: AskedOf, documents: Iterable[Document]) -> None:
    """benchmark-over-time, of the skill of most learners that the benchmarks know."""
    newest, ranked = _newest(documents), by_how_many_are_rated(asked.plain)
    skill = next((name for name in ranked if name in newest), ranked[0])
    theirs = {
        str(told["as_of"])[:7]: row
        for told in sorted(documents, key=lambda one: str(one["as_of"]))
        for row in told["rows"]
        if row["skill"] == skill
    }
    told = rows(chart)
    ends = months(date.fromisoformat(str(told[0]["start"])), asked.today)
    assert [str(row["start"])[:7] for row in told] == [str(end)[:7] for end in ends]
    for row, end in zip(told, ends, strict=True):
        entry = theirs.get(str(end)[:7])
        assert row["peers"] == (None if entry is None else near(entry["mean"]))
        assert row["companies"] == (None if entry is None else entry["n_orgs"])
        own = _by(asked.plain, skill, end)
        assert says(row["learners"], len(own), len(own))
        if len(own) < SMALL:
            assert row["own"] is row["gap"] is None
            continue
        middle, _ = mean(own)
        assert row["own"] == near(middle)
        assert row["gap"] == (None if entry is None else near(middle - entry["mean"]))


def _by(plain: Plain, skill: str, end: date) -> list[Rating]:
    """The ratings by the end of a day: those of each learner's last change of band."""
    found = []
    for (learner, own), changes in plain.history.items():
        if own != skill or learner not in plain.learners:
            continue
        if before := [row for row in changes if row["day"] <= end]:
            found.append((before[-1]["rating"], before[-1]["standard_error"]))
    return found


def alone(chart: Chart, asked: AskedOf) -> None:
    """benchmark-now, where no benchmark was imported: own programs beside each other."""
    assert "No benchmark is imported" in chart.notes[0]
    parts(chart, asked, by="programs")
