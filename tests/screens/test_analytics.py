"""Analytics by keyboard: from the list of charts to a figure, its people, and a message to them."""

import csv
import shlex
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from click.testing import CliRunner
from pytest_textual_snapshot import SVGImageExtension, normalize_svg

from tests import small_organization as small
from tests.demo.organizations import AT, make
from tests.screens.console import SIZES, console, learns, lines, place, press, settle, text
from tui_admin.app import ConsoleApp
from tui_admin.cli.context import Surroundings
from tui_admin.cli.main import root
from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.rules.errors import Cancelled, NotAllowed, StoreError
from tui_admin.screens.analytics import counting
from tui_admin.screens.analytics.chart import ChartScreen
from tui_admin.screens.analytics.groups import GROUPS, chart_place
from tui_admin.screens.place import Place, parse_place
from tui_admin.store import sizes
from tui_admin.store.analytics import versions
from tui_admin.store.engine import Store
from tui_admin.store.locks import alone
from tui_admin.widgets.record_table import RecordTable

CHARTS = [entry.chart for group in GROUPS for entry in group.entries]


@pytest.fixture(scope="module")
def counted_path(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A small demo organization, its charts counted."""
    path = tmp_path_factory.mktemp("analytics") / "demo.db"
    shutil.copy(sqlite_template, path)
    store = make(Store(f"sqlite:///{path}"), 300)
    with store.write() as connection:  # so few of them said what they think that none of it could be shown
        of_two = "SELECT id, 1 + id % 2, 3 + id % 3, ? FROM memberships WHERE state = 'MEMBER' LIMIT 40"
        connection.exec_driver_sql(f"INSERT INTO feedback (membership_id, course_id, stars, given_at) {of_two}", (AT,))
    refresh(store, AT)
    store.close()
    return path


@pytest.fixture
def demo_store(counted_path: Path, tmp_path: Path) -> Iterator[Store]:
    """That organization."""
    store = Store(f"sqlite:///{shutil.copy(counted_path, tmp_path / 'demo.db')}")
    yield store
    store.close()


@pytest.fixture
def opened(demo_store: Store, tmp_path: Path) -> Callable[[str], ConsoleApp]:
    """A console of an organization admin there, on a place."""
    with demo_store.read() as connection:
        query = "SELECT email FROM administrators WHERE role = 'organization' ORDER BY email LIMIT 1"
        email = connection.exec_driver_sql(query).scalar_one()
    return lambda start="analytics": console(demo_store, tmp_path, start, email, AT)


def endless(*args: Any) -> Any:
    """Counting that ends only where it is stopped."""
    while not args[-1]():
        sleep(0.01)
    raise Cancelled("Counting was stopped.")


def figures(app: Any) -> bool:
    """Whether any figures are on screen: those of a chart, or what is said of them."""
    return app.screen.chart is not None or "learners" in text(app)


def test_every_chart_has_its_place() -> None:
    assert sorted(CHARTS) == sorted(registry.MODULES)


async def visited(app: ConsoleApp, pilot: Any) -> AsyncIterator[str]:
    """Open the list of charts, then each chart, and name what is on screen."""
    await settle(pilot)
    yield "list"
    for name in CHARTS:
        found = chart_place(name)
        assert found is not None
        await app.open_place(found)
        await settle(pilot)
        yield name


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures(opened: Callable[..., ConsoleApp], snapshot: Any, size: tuple[int, int]) -> None:
    pictures, app = snapshot.use_extension(SVGImageExtension), opened()
    async with app.run_test(size=size) as pilot:
        async for name in visited(app, pilot):
            assert normalize_svg(app.export_screenshot()) == pictures(name=name)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures_without_color(
    opened: Callable[..., ConsoleApp], monkeypatch: pytest.MonkeyPatch, snapshot: Any, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = opened()
    async with app.run_test(size=size) as pilot:
        async for name in visited(app, pilot):
            assert text(app) == snapshot(name=name)
            styles = [one.style for strip in app.screen._compositor.render_strips() for one in strip if one.style]
            assert all(style.color is None or style.color.is_default for style in styles)


CHOSEN = [
    ("analytics/distribution", ("right", "right")),
    ("analytics/utilization", ("down", "right")),
    ("analytics/activity", ("left", "down", "down")),
]
"""Places and the keys that choose a part of what is drawn there."""


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_pictures_of_a_chosen_part(
    opened: Callable[..., ConsoleApp], snapshot: Any, size: tuple[int, int]
) -> None:
    pictures, app = snapshot.use_extension(SVGImageExtension), opened()
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        for found, keys in CHOSEN:
            await app.open_place(parse_place(found))
            await settle(pilot)
            await press(pilot, *keys)
            assert text(app).count("▸") >= 1 and "enter opens them" in text(app)
            assert normalize_svg(app.export_screenshot()) == pictures(name=found.partition("/")[2])


async def test_by_keyboard_from_the_charts_to_a_message_to_the_people_of_a_point(
    opened: Callable[..., ConsoleApp],
) -> None:
    async with opened("home").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        await press(pilot, "6", "enter", "left")
        chart: Any = app.screen
        row = chart.reader.current
        assert f"enrolled {row.cells[1]}" in lines(app)[-6] + lines(app)[-7]
        await press(pilot, "enter")
        assert place(app).startswith("analytics/activity/people?")
        people = app.screen.query_one(RecordTable)
        assert people.count == (row.n, True)
        behind = place(app)
        await press(pilot, "asterisk", "down", "down")
        person = people.current.id
        await press(pilot, "e")
        assert place(app).startswith("messages/")
        await press(pilot, "escape")
        assert f"The {row.n} chosen" in text(app)
        await press(pilot, "escape")
        assert place(app) == behind
        found = app.screen.query_one(RecordTable)
        assert (found.count, found.current.id, len(found.marked)) == ((row.n, True), person, row.n)
        await press(pilot, "escape")
        assert place(app).partition("?")[0] == "analytics/activity"


@pytest.mark.parametrize("keys", [("right", "right"), ("tab", "right", "right")], ids=["chart", "table"])
async def test_by_keyboard_to_the_people_of_one_part_of_a_bar(
    opened: Callable[..., ConsoleApp], keys: tuple[str, ...]
) -> None:
    async with opened("analytics/distribution").run_test(size=(120, 40)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        await press(pilot, *keys)
        (number,) = (cell for cell in app.screen.chart.rows[0].cells[2:3])
        assert lines(app)[-2].strip() == f"Intermediate {number} · enter opens them"
        assert ("tab chart" in lines(app)[-1]) == (keys[0] == "tab") != ("tab table" in lines(app)[-1])
        await press(pilot, "enter")
        assert "band:intermediate" in text(app) and f"{number} of " in text(app)
        await press(pilot, "escape", "left", "left", "left", "enter")
        assert "band:" not in text(app)


@pytest.mark.parametrize(
    ("start", "keys", "opens", "says"),
    [
        ("analytics/activity", ("left",), True, ""),
        ("analytics/effort/glossary", ("down", "down"), False, "No people stand behind this line."),
        ("analytics/effort/glossary", ("tab", "down"), False, "No people stand behind this line."),
        ("analytics/utilization", ("down", "right"), True, ""),
        ("analytics/utilization", ("down", *("right",) * 4), False, "No list of people stands behind this figure."),
        ("analytics/activity/home-summary", ("right", "right"), False, "No filter finds these people."),
        ("analytics/activity/home-summary", ("right",), True, ""),
        ("analytics/mastery", ("o", "1", "left"), False, "No filter finds these people."),
        ("analytics/mastery", ("o", "1"), True, ""),
        ("home", (*("up",) * 5, "left"), True, ""),
        ("home", (*("up",) * 5, "right", "right"), False, "No list of people stands behind this figure."),
    ],
)
async def test_enter_is_offered_where_it_opens_somebody_and_elsewhere_says_why_not(
    opened: Callable[..., ConsoleApp], start: str, keys: tuple[str, ...], opens: bool, says: str
) -> None:
    async with opened(start).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        assert ("enter open" in lines(pilot.app)[-1]) is opens
        await press(pilot, "enter")
        assert (place(pilot.app).partition("?")[0] != start) is opens
        assert says in lines(pilot.app)[-2]


async def test_whose_licenses_could_be_freed_is_read_at_eighty_columns(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/utilization").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        app.hold(app.screen.KIND, "utilization", {"show": "reclaim"})
        await press(pilot, "ctrl+r")
        row = app.screen.chart.rows[0]
        assert row.cells[0] in text(app)
        await press(pilot, "enter")
        people = app.screen.query_one(RecordTable)
        assert people.count == (row.n, True)
        widths = {placed.column.key: placed.width for placed in people.placed}
        assert widths["name"] >= 24 and "email" not in widths and {"program", "active", "status"} <= widths.keys()


async def test_esc_leads_back_the_way_one_came(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = []
        for key in ("enter", "left", "enter", "enter", "escape", "escape", "escape"):
            await press(pilot, key)
            seen.append(place(pilot.app).partition("?")[0])
        person = seen[3]
        assert seen[:3] == ["analytics/activity", "analytics/activity", "analytics/activity/people"]
        assert person.startswith("analytics/activity/people/")
        assert seen[4:] == ["analytics/activity/people", "analytics/activity", "analytics"]


async def test_the_filter_holds_on_all_screens_of_analytics(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        await press(pilot, "enter")
        everybody = lines(app)[3]
        await pilot.press("slash", *"-city:Toronto", "space", *"to:2026-03")
        await press(pilot, "enter")
        assert place(app) == "analytics/activity?-city:Toronto to:2026-03"
        assert lines(app)[3] != everybody
        await press(pilot, "escape")
        assert lines(app)[2].strip() == "/ -city:Toronto to:2026-03"
        answer = lines(app)[4].partition("Learner activity")[2].strip()
        await press(pilot, "enter")
        assert lines(app)[3].strip().startswith(answer.rstrip("…"))
        await press(pilot, "escape", "1", "6", "enter")
        assert place(app) == "analytics/activity?-city:Toronto to:2026-03"


async def test_a_wrong_filter_is_told_and_its_figures_are_gone_once_it_is_typed(
    opened: Callable[..., ConsoleApp],
) -> None:
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = lines(pilot.app)[3:17]
        await pilot.press("slash", *"from:2026-13")
        await settle(pilot)
        assert "expected a day or a month" in text(pilot.app)
        assert lines(pilot.app)[3:17] == before
        await pilot.press("ctrl+u", *"program:nowhere")
        await press(pilot, "enter")
        assert "nowhere" in lines(pilot.app)[-2]
        assert "The filter cannot be followed." in text(pilot.app)
        assert not figures(pilot.app)
        await press(pilot, "w", "enter", "slash", "ctrl+u", "enter")
        assert place(pilot.app) == "analytics/activity"
        assert lines(pilot.app)[3:17] == before


async def test_the_list_of_charts_has_no_answers_to_a_wrong_filter(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics?from:2026-01").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "enrolled" in text(pilot.app)
        await pilot.press("slash", "space", *"to:2025-01")
        await press(pilot, "enter")
        assert "How many enroll and complete?" in text(pilot.app)
        assert "before the first" in lines(pilot.app)[-2]
        await press(pilot, "enter")
        assert "The filter cannot be followed." in text(pilot.app)


async def test_a_chart_is_a_table_too_sorted_as_one_likes(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        rows = app.screen.chart.rows
        await press(pilot, "tab", "s", "e", "s", "e")
        table = app.screen.query_one(RecordTable)
        figures = [row.cells[1] for row in rows if isinstance(row.cells[1], int)]
        assert table.row.cells[1] == max(figures)
        await press(pilot, "enter")
        assert app.screen.query_one(RecordTable).count == (table.row.n, True)


async def test_the_table_stands_at_the_row_of_the_chart_and_the_chart_at_that_of_the_table(
    opened: Callable[..., ConsoleApp],
) -> None:
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        await press(pilot, "left", "left")
        row = app.screen.reader.current
        await press(pilot, "tab")
        assert "w save" in lines(app)[-1] and "s sort" in lines(app)[-1]
        table = app.screen.query_one(RecordTable)
        assert table.row is row and table.cursor > 10
        assert any(line.startswith("▸") for line in lines(app))
        await press(pilot, "up", "s", "m", "s", "m", "down", "tab")
        assert app.screen.reader.current is app.screen.chart.rows[-2]


async def test_a_table_keeps_its_row_under_another_filter(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/mastery/leaderboard").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down", "slash", *"-city:Toronto", "enter")
        table = pilot.app.screen.query_one(RecordTable)
        assert (table.cursor, table._window.top) == (2, 0)


async def test_what_is_chosen_is_shown(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "by month" in lines(pilot.app)[4]
        await press(pilot, "o", "1")
        assert "by week" in lines(pilot.app)[4]
        await press(pilot, "escape", "enter")
        assert "by week" in lines(pilot.app)[4]


async def test_rows_are_saved_as_csv(opened: Callable[..., ConsoleApp], tmp_path: Path) -> None:
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        await press(pilot, "w", "enter")
        chart = app.screen.chart
        with (tmp_path / "activity.csv").open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        assert header == [*(column.key for column in chart.columns), "n"]
        assert [row[0] for row in rows] == [row.cells[0] for row in chart.rows]
        assert [row[1] for row in rows] == [str(row.cells[1]) for row in chart.rows]


@pytest.mark.parametrize("name", ["activity", "feedback", "hours-to-mastery", "utilization", "glossary"])
async def test_a_saved_chart_is_what_the_command_prints(
    opened: Callable[..., ConsoleApp], demo_store: Store, tmp_path: Path, name: str
) -> None:
    found = chart_place(name)
    app: Any = opened(str(found))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w", "enter")
    around = Surroundings({"TUI_ADMIN_AS": app.session.actor.email}, lambda: AT)
    words = ["--store", str(demo_store.url), "analytics", name, "--format", "csv"]
    printed = CliRunner().invoke(root, words, obj=around).stdout_bytes
    assert printed == (tmp_path / f"{name}.csv").read_bytes() and printed.count(b"\r\n") > 1


async def test_over_ssh_saving_says_what_to_do_instead(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        app.screen.session = replace(app.session, actor=replace(app.session.actor, key="SHA256:x"))
        await press(pilot, "w")
        assert "ssh HOST analytics activity --format csv > activity.csv" in " ".join(text(app).split())


async def test_over_ssh_saving_says_what_prints_what_is_seen(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/activity").run_test(size=(120, 40)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        app.hold(app.screen.KIND, "activity", {"by": "week"})
        await press(pilot, "slash", *"country:Germany -unit:Sales from:2026-01-01", "enter")
        await settle(pilot)
        app.screen.session = replace(app.session, actor=replace(app.session.actor, key="SHA256:x"))
        await press(pilot, "w")
        said = " ".join(text(app).split())
        command = said.partition("ssh HOST ")[2].partition(" > activity.csv")[0]
        (remote,) = shlex.split(command)
        assert shlex.split(remote) == [
            *("analytics", "activity", "--where", "country:Germany -unit:Sales", "--from", "2026-01-01"),
            *("--choose", "by=week", "--format", "csv"),
        ]


async def test_a_window_that_was_too_small_gives_the_focus_back(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/distribution").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        await press(pilot, "j")
        for width, height in ((50, 10), (40, 8), (80, 24)):
            await pilot.resize_terminal(width, height)
            await settle(pilot)
        assert app.focused is app.screen.reader
        await press(pilot, "j")
        assert app.screen.reader.cursor == 2


async def test_help_says_how_the_chart_is_computed(opened: Callable[..., ConsoleApp]) -> None:
    async with opened("analytics/activity").run_test(size=(80, 40)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        chart = app.screen.chart
        await press(pilot, "question_mark")
        shown = " ".join(text(app).split())
        assert all(sentence in shown for sentence in (chart.title, *chart.explanation, f"n: {chart.n} learners"))


async def test_counting_stops_with_esc_and_the_chart_stays(
    opened: Callable[..., ConsoleApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def noted(*args: Any) -> Any:
        asked.append(args[2])
        return endless(*args)

    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        before = lines(pilot.app)[3:17]
        monkeypatch.setattr(counting, "read_chart", noted)
        await pilot.press("f5")
        while "Counting learner activity … esc stops" not in text(pilot.app):
            await pilot.pause(0.02)
        await press(pilot, "escape")
        assert "Stopped counting" in lines(pilot.app)[-2]
        assert lines(pilot.app)[3:17] == before
        assert place(pilot.app) == "analytics/activity"
        assert asked == ["activity"]


async def test_what_is_stopped_leaves_no_figures_of_another_filter(
    opened: Callable[..., ConsoleApp], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with monkeypatch.context() as patched:
            patched.setattr(counting, "read_chart", endless)
            await pilot.press("slash", *"unit:Sales", "enter")
            while "Counting learner activity … esc stops" not in text(pilot.app):
                await pilot.pause(0.02)
            await pilot.press("enter", "w")
            await pilot.pause(0.1)
            assert place(pilot.app) == "analytics/activity?unit:Sales"
            await press(pilot, "escape")
        assert "Stopped counting; ctrl+r counts again." in lines(pilot.app)[7]
        assert not figures(pilot.app)
        await press(pilot, "w", "enter")
        assert not list(tmp_path.glob("*.csv"))
        await press(pilot, "ctrl+r")
        assert figures(pilot.app)
        assert place(pilot.app) == "analytics/activity?unit:Sales"


@pytest.mark.parametrize(
    ("start", "key", "chosen"),
    [("analytics", "enter", "by week"), ("analytics/distribution", "n", "hours so-far")],
    ids=["first", "next"],
)
async def test_what_is_chosen_while_it_counts_waits_for_the_chart_that_is_coming(
    opened: Callable[..., ConsoleApp],
    monkeypatch: pytest.MonkeyPatch,
    start: str,
    key: str,
    chosen: str,
) -> None:
    read, may_go_on = counting.read_chart, Event()

    def late(*args: Any) -> Any:
        may_go_on.wait(10)
        return read(*args)

    async with opened(start).run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        monkeypatch.setattr(counting, "read_chart", late)
        await pilot.press(key)
        await learns(pilot, lambda: isinstance(app.screen, ChartScreen))
        await pilot.press("o", "1")
        await pilot.pause(0.5)
        before = place(app)
        assert before.startswith("analytics/") and chosen not in text(app)
        may_go_on.set()
        await settle(pilot)
        assert chosen in text(app) and place(app) == before


async def test_the_list_of_charts_says_that_it_counts_and_stops_with_esc(
    opened: Callable[..., ConsoleApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = counting.read_chart
    monkeypatch.setattr(counting, "read_chart", lambda *args: (read if args[2] == CHARTS[0] else endless)(*args))
    async with opened("analytics").run_test(size=(80, 24)) as pilot:
        while f"Counting charts, 1 of {len(CHARTS)} … esc stops" not in text(pilot.app):
            await pilot.pause(0.02)
        await press(pilot, "escape")
        assert "Stopped counting" in lines(pilot.app)[-2]
        assert "enrollments" in text(pilot.app)
        assert place(pilot.app) == "analytics"
        monkeypatch.setattr(counting, "read_chart", read)
        await press(pilot, "ctrl+r")
        assert "are occupied" in text(pilot.app)
        assert "Counting" not in text(pilot.app)


async def test_what_is_opened_is_counted_before_the_rest_of_the_list(
    opened: Callable[..., ConsoleApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = counting.read_chart

    def first_is_endless(*args: Any) -> Any:
        asked.append(args[2])
        while len(asked) == 1 and not args[-1]():
            sleep(0.01)
        return read(*args)

    monkeypatch.setattr(counting, "read_chart", first_is_endless)
    async with opened("analytics").run_test(size=(80, 24)) as pilot:
        while not asked:
            await pilot.pause(0.02)
        await pilot.press("end", "enter")
        await settle(pilot)
        assert (asked, place(pilot.app)) == ([CHARTS[0], CHARTS[-1]], "analytics/utilization")
        await press(pilot, "escape")
        assert asked[2:] == CHARTS


async def test_a_large_store_is_counted_anew_by_a_process_of_its_own(
    opened: Callable[..., ConsoleApp], demo_store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sizes, "LARGE", 0)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with demo_store.write() as connection:
        connection.exec_driver_sql("UPDATE organization SET time_zone = 'Asia/Tokyo'")
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "1 change since" in text(pilot.app)
        await press(pilot, "r")
        assert "A process of its own counts anew" in text(pilot.app)
        await press(pilot, "down")
        stands_at = pilot.app.screen.reader.cursor
        assert await learns(pilot, lambda: "Charts are counted anew." in text(pilot.app), within=60)
        assert "since" not in "".join(lines(pilot.app)[18:22])
        assert pilot.app.screen.reader.cursor == stands_at


async def test_a_count_elsewhere_is_told_and_shown_once_it_is_done(
    opened: Callable[..., ConsoleApp], demo_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(demo_store, AT)
    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with alone(demo_store, versions.LOCK, lambda: None):
            assert await learns(pilot, lambda: "being counted anew" in text(pilot.app))
        with demo_store.write() as connection:
            connection.exec_driver_sql("UPDATE organization SET time_zone = 'Asia/Tokyo'")
        reads: list[str] = []
        read = counting.read_chart
        monkeypatch.setattr(counting, "read_chart", lambda *args: (reads.append(args[2]), read(*args))[1])
        refresh(demo_store, AT)
        assert await learns(pilot, lambda: bool(reads))
        assert "being counted anew" not in text(pilot.app)
        await pilot.pause(2.5)
        assert reads == ["activity"]


async def test_an_empty_organization_is_told_what_to_do(sqlite_store: Store, tmp_path: Path) -> None:
    small.fill(sqlite_store)
    with sqlite_store.write() as connection:
        for table in ("attempts", "enrollments", "memberships"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    async with console(sqlite_store, tmp_path, "analytics/activity").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        assert isinstance(app.screen, ChartScreen)
        assert app.screen.chart is not None
        assert not app.screen.chart.rows
        assert "Import report files: :import asks for one." in text(app)


async def test_a_program_admin_comes_to_no_chart(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, email="bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Analytics" not in lines(pilot.app)[1]
        for segments in (
            ("activity",),
            ("activity", "people"),
            ("activity", "people", "1"),
            ("effort", "glossary"),
            (),
        ):
            with pytest.raises(NotAllowed, match="see analytics"):
                await pilot.app.open_place(Place(("analytics", *segments)))  # type: ignore[attr-defined]


def test_what_counts_and_draws_is_loaded_with_the_first_chart(counted_path: Path, tmp_path: Path) -> None:
    code = f"""
import asyncio, sys
from pathlib import Path
from tests.demo.organizations import AT
from tests.screens.console import console, press, settle
from tui_admin.store.engine import Store

HEAVY = ("numpy", "textual_plotext", "plotext", "tui_admin.portal.analytics", "tui_admin.screens.analytics.chart")

async def main():
    async with console(Store("sqlite:///{counted_path}"), Path("{tmp_path}"), "home", None, AT).run_test() as pilot:
        await settle(pilot)
        assert [name for name in HEAVY if name in sys.modules] == []
        await press(pilot, "6", "enter")
        assert [name for name in HEAVY if name not in sys.modules] == []

asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


async def test_what_was_chosen_outlives_a_store_that_fails_for_once(
    opened: Callable[..., ConsoleApp], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> Any:
        raise StoreError("The disk is full.")

    async with opened("analytics/activity").run_test(size=(80, 24)) as pilot:
        app: Any = pilot.app
        await settle(pilot)
        chosen = {"by": "week"}
        app.hold(app.screen.KIND, "activity", chosen)
        monkeypatch.setattr(counting, "read_chart", failing)
        app.screen.count()
        await settle(pilot)
        assert "The disk is full." in text(app)
        assert app.screen.chosen == chosen
