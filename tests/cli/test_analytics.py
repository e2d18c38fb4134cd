"""The command of charts: what it says beside the rows, and what it refuses."""

from pathlib import Path

import pytest
from sqlalchemy import update

from tests.cli.conftest import Console
from tests.demo.organizations import copy_of, make
from tests.portal.conftest import NOW, Organization
from tui_admin.rules.times import to_datetime
from tui_admin.store.tables import contracts
from tui_admin.store.tables import organization as stored


def test_a_chart_says_as_of_when_and_of_how_many(northwind: Console, organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(stored).values(data_as_of=NOW))
    said = northwind("analytics", "home-funnel").stderr
    assert f"6 learners, as of {to_datetime(NOW).date()}." in said
    four = northwind("analytics", "activity", "--where", "email:person1")
    assert "Fewer than 5 people" in four.stderr and "<5 learners" in four.stderr
    assert northwind.json("analytics", "activity", "--where", "email:person1", "--json")["n"] is None


def test_what_was_never_counted_is_refused_where_it_cannot_be_counted(northwind: Console) -> None:
    for chart in ("activity", "leaderboard", "glossary", "utilization"):
        said = northwind("analytics", chart, "--read-only", code=5).stderr
        assert said.startswith("Not counted yet. Nothing was counted yet. This store was opened to read only")
    assert "could not be kept" in northwind("analytics", "activity", "--read-only", "--refresh", code=5).stderr
    northwind("analytics", "activity")
    assert "learner" in northwind("analytics", "activity", "--read-only").stderr


def test_without_a_benchmark_the_list_says_how_to_get_one(northwind: Console) -> None:
    assert "benchmark import FILE" in northwind("benchmark").stderr
    assert northwind("benchmark", "--count").stdout == "0\n"


def test_days_and_months_are_taken_beside_the_filter_and_within_it(sqlite_template: Path, tmp_path: Path) -> None:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 60, per_member=2)
    store.close()
    console = Console(f"sqlite:///{tmp_path / 'demo.db'}", {"TUI_ADMIN_AS": "ada.lindqvist@northwind.example"})

    def told(*words: str) -> object:
        document = console.json("analytics", "activity", *words, "--json")
        return document["title"], document["rows"]

    cut = told("--from", "2026-03-01", "--to", "2026-04-30")
    assert cut == told("--where", "from:2026-03 to:2026-04") == told("--from", "2026-03", "--to", "2026-04")
    assert cut == told("--where", "from:2026-03", "--to", "2026-04") != told()
    for words, code, said in (
        (("--from", "soon"), 2, '"soon" is no day and no month'),
        (("--where", "to:2026-03", "--to", "2026-04"), 2, "The days are named twice"),
        (("--where", "from:2026-05 to:2026-01"), 4, "The last day is before the first"),
        (("--from", "2026-05", "--to", "2026-01"), 4, "is before the first"),
    ):
        assert said in console("analytics", "activity", *words, code=code).stderr


def test_shares_of_licenses_are_told_as_on_screen(sqlite_template: Path, tmp_path: Path) -> None:
    store = make(copy_of(sqlite_template, tmp_path / "demo.db"), 60, per_member=2)
    with store.write() as connection:
        connection.execute(update(contracts).values(licenses=1))
    store.close()
    console = Console(f"sqlite:///{tmp_path / 'demo.db'}", {"TUI_ADMIN_AS": "ada.lindqvist@northwind.example"})
    lines = console("analytics", "utilization").stdout.splitlines()
    assert sum("00 % ≥100" in line for line in lines) >= 3


@pytest.mark.parametrize(
    "chart", ["skill-distribution", "assessments-total", "hours-average", "hours-to-mastery", "own-ratings"]
)
def test_a_skill_that_is_none_is_refused_and_not_taken_for_one_that_nobody_learns(
    sqlite_template: Path, tmp_path: Path, chart: str
) -> None:
    make(copy_of(sqlite_template, tmp_path / "demo.db"), 60, per_member=2).close()
    console = Console(f"sqlite:///{tmp_path / 'demo.db'}", {"TUI_ADMIN_AS": "ada.lindqvist@northwind.example"})
    said = console("analytics", chart, "--choose", "skill=Foo", code=4).stderr
    assert said.strip() == "There is no skill 'Foo'."


def test_a_leaderboard_of_nobody_says_only_what_to_do(northwind: Console) -> None:
    said = northwind("analytics", "leaderboard").stderr
    assert "Left out" not in said and "import gradebooks" in said
