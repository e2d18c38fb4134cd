"""Own mean ratings and how they stand among others, against plain computations from the tables."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import update

from tests.benchmark_samples import METHOD, as_json, document, imported, row
from tests.demo.organizations import copy_of, make
from tui_admin.portal import journal, undo, users
from tui_admin.portal.analytics.benchmarks import aggregates
from tui_admin.portal.analytics.reading import Asked, read
from tui_admin.reports.benchmark_files import checksum, read_benchmark, write_table
from tui_admin.reports.limits import Limits
from tui_admin.rules.benchmarks import Group
from tui_admin.rules.charts import SMALL, Chart
from tui_admin.rules.errors import BadInput
from tui_admin.rules.filters import parse
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners

from . import mean_checks, plain
from .conftest import ADA, NOW

RATED = """
SELECT s.name AS skill, r.learner_id, r.own + l.rating AS rating, 1 / sqrt(1 + r.information) AS error
FROM skill_ratings r JOIN learner_ratings l ON l.replay_id = r.replay_id AND l.learner_id = r.learner_id
JOIN skills s ON s.id = r.skill_id JOIN rating_runs u ON u.replay_id = r.replay_id AND u.current
WHERE r.band <> 'unrated'
"""
HISTORY = """
SELECT s.name AS skill, h.* FROM skill_history h JOIN skills s ON s.id = h.skill_id
JOIN rating_runs u ON u.replay_id = h.replay_id AND u.current
"""


def chart(store: Store, name: str, where: str = "", **choices: str) -> Chart:
    return read(store, ADA, Asked(name, parse(where), choices={key.rstrip("_"): v for key, v in choices.items()}), NOW)


def rows(found: Chart) -> list[dict[str, Any]]:
    keys = [column.key for column in found.columns]
    return [dict(zip(keys, row.cells, strict=True)) | {"opens": row.people, "n": row.n} for row in found.rows]


def present(store: Store) -> "set[int]":
    return set(plain.memberships(store).learner_id)


def rated(store: Store) -> pd.DataFrame:
    found = plain.frame(store, RATED)
    return found[found.learner_id.isin(present(store))]


def mean(found: pd.DataFrame) -> tuple[float, float]:
    return mean_checks.mean(zip(found.rating, found.error, strict=True))


def test_own_means_weigh_the_well_known_more(counted: Store) -> None:
    shown = {one["skill"]: one for one in rows(chart(counted, "own-ratings", show="all"))}
    groups = dict(iter(rated(counted).groupby("skill")))
    assert shown.keys() == groups.keys()
    enough = 0
    for skill, group in groups.items():
        told = shown[skill]
        if len(group) < SMALL:
            assert (told["rating"], told["learners"], told["opens"]) == (None, "<5", None)
            continue
        enough += 1
        expected = mean(group)
        assert (told["rating"], told["error"]) == (
            pytest.approx(expected[0], abs=0.006),
            pytest.approx(expected[1], abs=0.006),
        )
        assert (
            told["learners"] == len(group) == users.count(counted, ADA, users.UsersQuery(parse(told["opens"])), NOW.now)
        )
    assert enough


@pytest.mark.parametrize("by", ["programs", "units"])
def test_without_a_benchmark_the_organization_is_compared_with_itself(counted: Store, by: str) -> None:
    skill = rated(counted).skill.mode()[0]
    found = chart(counted, "benchmark-now", with_=by, skill=skill)
    assert found.title.startswith(f"Own {by} compared in {skill}: ")
    ours = rated(counted).query("skill == @skill")
    members = plain.memberships(counted)
    if by == "units":
        people = plain.frame(counted, "SELECT id AS learner_id, business_unit AS name FROM learners")
    else:
        names = plain.frame(counted, "SELECT id AS program_id, name FROM programs")
        people = members.merge(names, on="program_id")[["learner_id", "name"]]
    told = {one[by.removesuffix("s")]: one for one in rows(found)}
    seen = 0
    for name, group in people.groupby("name"):
        own = ours[ours.learner_id.isin(set(group.learner_id))]
        if len(own) < SMALL:
            continue
        seen += 1
        assert told[name]["mean"] == pytest.approx(mean(own)[0], abs=0.006)
        assert told[name]["learners"] == len(own)
        assert users.count(counted, ADA, users.UsersQuery(parse(told[name]["opens"])), NOW.now) == len(own)
        rest = ours[~ours.learner_id.isin(set(group.learner_id))]
        if len(rest) >= SMALL:
            assert told[name]["rest"] == pytest.approx(mean(rest)[0], abs=0.006)
    assert seen
    for side in ("ahead", "behind"):
        names = [one[by.removesuffix("s")] for one in told.values() if one["differs"] == side]
        assert (f" {side}" in found.title) == bool(names)
        assert len(names) < 2 or f" and {len(names) - 1} more {side}" in found.title


def test_what_is_missing_is_said(counted: Store) -> None:
    found = chart(counted, "benchmark-now")
    assert found.notes[0] == "No benchmark is imported, so programs are compared with each other."
    assert "tui-admin benchmark import FILE" in found.notes[1]
    alone = chart(counted, "benchmark-over-time")
    assert "no benchmark beside it" in alone.title
    assert alone.n == rows(alone)[-1]["learners"]
    with pytest.raises(BadInput, match="no one reference group"):
        chart(counted, "benchmark-now", group="Banking")


def test_without_units_it_says_where_they_come_from(sqlite_template: Path, tmp_path: Path) -> None:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 120, per_member=3)
    with store.write() as connection:
        connection.execute(update(learners).values(business_unit=None))
    found = chart(store, "benchmark-now", with_="units")
    assert not found.rows
    assert found.title.startswith("Own units compared: nobody rated in ")
    assert any("reports that name business units" in note for note in found.notes)
    store.close()


# --- with benchmarks


@pytest.fixture(scope="module")
def compared(counted_sqlite: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, list[str]]]:
    """A copy of the demo with benchmarks of two days and two groups, and its skills by how many are rated."""
    folder = tmp_path_factory.mktemp("compared")
    path = folder / "demo.db"
    assert counted_sqlite.path is not None
    with sqlite3.connect(counted_sqlite.path) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))
    store = Store(f"sqlite:///{path}")
    skills = list(rated(store).skill.value_counts().index)
    for day, up in (("2026-01-31", 0.0), ("2026-04-30", 0.25)):
        points = {"p5": -1.5 + up, "p50": -0.1 + up, "p95": 1.5 + up}
        told = [
            row(skills[0], mean=up, **points),
            row(skills[1], n_orgs=8, **points),
            row(skills[0].upper(), industry=""),
        ]
        bring(store, folder, *told, as_of=day)
    yield store, skills
    store.close()


def bring(store: Store, folder: Path, *rows: Mapping[str, Any], **other: Any) -> None:
    imported(store, ADA, folder / "b.json", document(*rows, **other), NOW.clock)


def test_each_skill_stands_where_its_mean_lies_between_the_points(compared: tuple[Store, list[str]]) -> None:
    store, skills = compared
    found = chart(store, "benchmark-now", group="banking")
    told = {one["skill"]: one for one in rows(found)}
    assert list(told) == skills[:2]
    for skill, companies in zip(skills, (40, 8), strict=False):
        own = mean(rated(store).query("skill == @skill"))[0]
        share = float(np.interp(own, [-1.25, -0.2, 0.15, 0.4, 1.75], [0.05, 0.25, 0.5, 0.75, 0.95]))
        if companies == 8:
            ahead = round(share * 8)
            share = ahead / 8
            assert told[skill]["standing"].endswith(f", {ahead} of 8")
        name = next(
            word for most, word in ((0.25, "lagging"), (0.5, "emerging"), (0.75, "comp"), (1, "cut")) if share <= most
        )
        assert told[skill]["percentile"] == pytest.approx(share, abs=1e-4)
        assert told[skill]["standing"].startswith(name)
    assert found.notes[0] == "Peers e.V. as of 2026-04-30: Banking (40 companies)."
    assert "Other reference groups: all companies." in found.notes


def test_months_without_a_benchmark_stay_open(compared: tuple[Store, list[str]]) -> None:
    store, skills = compared
    history = plain.frame(store, HISTORY).query("skill == @skills[0]")
    history = history[history.learner_id.isin(present(store))]
    history["error"] = history.standard_error
    told = rows(chart(store, "benchmark-over-time", skill=skills[0], group="banking"))
    assert {one["start"]: one["peers"] for one in told if one["peers"] is not None} == {
        "2026-01-01": 0.0,
        "2026-04-01": 0.25,
    }
    seen = 0
    for one in told:
        end = pd.Timestamp(one["start"], tz="Europe/Berlin") + pd.offsets.MonthBegin(1)
        newest = history[history["at"] < end.timestamp() * 1000].sort_values("seq").groupby("learner_id").tail(1)
        if len(newest) < SMALL:
            assert one["own"] is None
            continue
        seen += 1
        assert (one["own"], one["n"]) == (pytest.approx(mean(newest)[0], abs=0.006), len(newest))
        assert users.count(store, ADA, users.UsersQuery(parse(one["opens"])), NOW.now) == len(newest)
        if one["peers"] is not None:
            assert one["gap"] == pytest.approx(mean(newest)[0] - one["peers"], abs=0.006)
    assert seen > 1


def test_a_month_that_chosen_days_end_within_is_marked_as_unfinished(compared: tuple[Store, list[str]]) -> None:
    store, skills = compared
    for until, is_cut in ((date(2026, 3, 10), True), (date(2026, 3, 31), False)):
        asked = Asked("benchmark-over-time", until=until, choices={"skill": skills[0], "group": "banking"})
        *before, last = read(store, ADA, asked, NOW).rows
        assert (last.cells[0], last.unfinished) == ("2026-03-01", is_cut)
        assert before and not any(row.unfinished for row in before)


def test_a_later_import_of_the_same_day_counts(compared: tuple[Store, list[str]], tmp_path: Path) -> None:
    store, skills = compared
    before = rows(chart(store, "benchmark-now", group="all"))[0]
    bring(store, tmp_path, row(skills[0], industry="", mean=0.7, n_orgs=60), as_of="2026-04-30")
    after = rows(chart(store, "benchmark-now", group="all"))[0]
    assert (before["peers"], after["peers"], after["companies"]) == (0.1, 0.7, 60)


def test_answers_are_kept_anew_with_each_benchmark(compared: tuple[Store, list[str]], tmp_path: Path) -> None:
    store, skills = compared
    usual = chart(store, "benchmark-now")
    bring(store, tmp_path, row(skills[0], industry="Retail", n_orgs=9_000, n_learners=90_000), as_of="2026-05-01")
    kept = plain.frame(store, "SELECT chart, content FROM analytics_answers WHERE chart LIKE 'benchmark-%'")
    assert sorted(kept.chart) == ["benchmark-now", "benchmark-over-time"]
    assert all("Retail" in content for content in kept.content)
    (entry,) = journal.entries(store, ADA, limit=1)
    assert chart(store, "benchmark-now") != usual
    undo.undo(store, ADA, entry.id, NOW.clock)
    assert chart(store, "benchmark-now") == usual


def test_what_is_handed_on_names_nobody_and_is_of_five_or_more(counted_sqlite: Store, tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    with sqlite3.connect(str(counted_sqlite.path)) as connection:
        connection.execute("VACUUM INTO ?", (str(path),))
    store = Store(f"sqlite:///{path}")
    found = aggregates.export(store, ADA, Group("Banking", size="400"), NOW)
    groups = {skill: group for skill, group in rated(store).groupby("skill") if len(group) >= SMALL}
    assert {one["skill"] for one in found["rows"]} == groups.keys()
    for one in found["rows"]:
        assert one.keys() == set(aggregates.COLUMNS)
        assert (one["n_orgs"], one["n_learners"], one["industry"]) == (1, len(groups[one["skill"]]), "Banking")
        assert (one["mean"], one["se"]) == pytest.approx(mean(groups[one["skill"]]), abs=0.006)
    written = json.dumps(found)
    for learner in plain.frame(store, "SELECT name, email FROM learners").itertuples():
        assert learner.email not in written and learner.name not in written
    assert "DEMO" in found["publisher"] and found["method"] == METHOD
    entry = journal.entries(store, ADA)[0]
    assert (entry.action, entry.details["checksum"]) == ("export benchmark", checksum(found))
    with pytest.raises(BadInput, match="not enough peers"):
        read_benchmark(as_json(tmp_path / "ours.json", found), "ours.json", Limits())
    with (tmp_path / "ours.csv").open("w", newline="") as stream:
        write_table(stream, found, aggregates.COLUMNS)
    with pytest.raises(BadInput, match="not enough peers"):
        read_benchmark(tmp_path / "ours.csv", "ours.csv", Limits())
    store.close()


def test_what_the_newest_benchmark_does_not_tell_says_of_which_day_it_is(sqlite_template: Path, tmp_path: Path) -> None:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 120, per_member=3)
    older, newer = (str(found["skill"]) for found in rows(chart(store, "own-ratings"))[:2])
    imported(store, ADA, tmp_path / "b.json", document(row(older), row(newer), as_of="2026-01-31"), NOW.clock)
    imported(store, ADA, tmp_path / "b.json", document(row(newer), as_of="2026-04-30"), NOW.clock)
    (note,) = [note for note in chart(store, "benchmark-now").notes if "earlier days" in note]
    assert f"{older} (2026-01-31)" in note and newer not in note
    store.close()
