"""Benchmarks in a store: imported once, never of another scale, taken back by undo."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from tests.benchmark_samples import METHOD, as_json, document, row
from tui_admin.portal import benchmarks, undo
from tui_admin.portal.analytics.benchmarks import aggregates
from tui_admin.portal.analytics.reading import Moments
from tui_admin.reports.benchmark_files import BenchmarkFile, read_benchmark
from tui_admin.reports.limits import Limits
from tui_admin.rules.benchmarks import Group
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.store.tables import assessments, courses, skills
from tui_admin.store.tables import organization as organization_table

from .conftest import NOW, Organization


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def file(folder: Path, *rows: Any, **other: Any) -> BenchmarkFile:
    return read_benchmark(as_json(folder / "a.json", document(*rows, **other)), "a.json", Limits())


def put(
    organization: Organization, folder: Path, *rows: Any, **other: Any
) -> tuple[benchmarks.BenchmarkPlan, int | None]:
    by = organization.store, organization.ana
    plan = benchmarks.plan(*by, file(folder, *rows, **other), NOW)
    return plan, benchmarks.apply(*by, plan, NOW)[0]


def kept(organization: Organization) -> list[tuple[str, bool]]:
    listed = benchmarks.listing(organization.store, organization.ana)
    return [(f"{one.as_of} {one.groups}", one.counts) for one in listed]


def test_a_benchmark_is_imported_once_and_undo_takes_it_back(organization: Organization, folder: Path) -> None:
    _, entry = put(organization, folder, row(), row(industry=""))
    again, nothing = put(organization, folder, row(), row(industry=""))
    assert (again.is_known, again.count, nothing) == (True, 0, None)
    assert kept(organization) == [("2026-03-31 all companies; Banking", True)]
    assert entry is not None
    undo.undo(organization.store, organization.ana, entry, NOW)
    assert kept(organization) == []
    with pytest.raises(UsageError):
        undo.undo(organization.store, organization.ana, entry, NOW)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"as_of": "2026-05-02"}, "still to come"),
        ({"method": "glicko 1"}, "on another scale"),
        ({"method": METHOD.replace(METHOD[-12:], "0" * 12)}, "with other parameters"),
        ({"anchors": ["nobody's"]}, "nothing links them"),
    ],
)
def test_what_ratings_here_cannot_be_compared_with_is_refused(
    organization: Organization, folder: Path, other: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        benchmarks.plan(organization.store, organization.ana, file(folder, **other), NOW)
    assert kept(organization) == []


def test_anchors_that_are_known_here_link_the_scales(organization: Organization, folder: Path) -> None:
    with organization.store.write() as connection:
        connection.execute(insert(courses).values(id=1, key="C1", slug="c", name="C", in_catalogue=True))
        connection.execute(insert(assessments).values(id=1, course_id=1, key="quiz-1", name="Quiz"))
    assert put(organization, folder, anchors=["quiz-1", "quiz-2"])[1]
    more = [f"other-{number}" for number in range(70_000)]  # more than a statement takes
    assert put(organization, folder, anchors=[*more, "quiz-1"])[1]


def test_what_is_to_be_known_is_said(organization: Organization, folder: Path) -> None:
    with organization.store.write() as connection:
        connection.execute(insert(skills).values(id=1, name="Python"))
    first, _ = put(organization, folder, row("python"), as_of="2025-11-30")
    assert first.notes == ()
    later, _ = put(organization, folder, row("Python"), row("Welding"))
    assert later.notes == (
        "No skill here is called Welding: these rows wait for one.",
        "No benchmark of Peers e.V. is there for 2025-12, 2026-01, 2026-02: charts leave these months open.",
    )
    newer, _ = put(organization, folder, row("Python", mean=0.2))
    assert newer.notes[0] == "There is one of Peers e.V. as of 2026-03-31 already; from now on the new one counts."


def test_other_parameters_later_leave_a_benchmark_out(organization: Organization, folder: Path) -> None:
    plan, _ = put(organization, folder)
    with organization.store.write() as connection:
        connection.execute(update(organization_table).values(skill_parameters="again=0.5"))
    assert [counts for _, counts in kept(organization)] == [False]
    again = replace(plan, file=replace(plan.file, digest="another"))
    with pytest.raises(BadInput, match="with other parameters"):
        benchmarks.apply(organization.store, organization.ana, again, NOW)


def test_program_admins_have_no_benchmarks(organization: Organization, folder: Path) -> None:
    plan, _ = put(organization, folder)
    for act in (
        lambda: list(benchmarks.listing(organization.store, organization.bo)),
        lambda: benchmarks.plan(organization.store, organization.bo, plan.file, NOW),
        lambda: benchmarks.apply(organization.store, organization.bo, plan, NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


@pytest.mark.parametrize("told", [Group(industry="\udcff"), Group(country="x" * 201), Group(size="1\n2")])
def test_no_group_is_exported_that_no_file_may_name(organization: Organization, told: Group) -> None:
    with pytest.raises(BadInput, match="no text of at most 200 characters"):
        aggregates.export(organization.store, organization.ana, told, Moments(NOW, NOW))
