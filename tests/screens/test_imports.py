"""Importing in the console: choose, look, refuse, apply, save what was refused, stop."""

import asyncio
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests import small_organization as small
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.portal import home
from tui_admin.portal.rights import sign_in
from tui_admin.reports.limits import Limits
from tui_admin.rules.errors import BadInput
from tui_admin.screens.import_job import ImportJob
from tui_admin.screens.imports import ImportScreen
from tui_admin.screens.paths import PathSuggester, typed_paths
from tui_admin.store.engine import Store

HEADER = (
    "Name,Email,External Id,Program Name,Program Slug,# Enrolled Courses,# Completed Courses,Member State,Join Date,"
    "Invitation Date,Last Activity Time,Contract(s)\r\n"
)
ROWS = (
    "New Person,new@northwind.example,00500,Data Foundations,data,1,0,MEMBER,2026-05-01T00:00:00.000Z,,,Year 1\r\n"
    f"{small.HOSTILE},other@northwind.example,,Brand [b]New,brand-new,0,0,MEMBER,2026-05-01T00:00:00.000Z,,,Year 9\r\n"
    "Broken,[/x]not an address,00502,Data Foundations,data,1,0,MEMBER,2026-05-01T00:00:00.000Z,,,Year 1\r\n"
    "Late,late@northwind.example,00503,Data Foundations,data,1,0,MEMBER,31/31/2026,,,Year 1\r\n"
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A member report with two rows to take and two to refuse."""
    path = tmp_path / "member-report.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8", newline="")
    return path


async def asked(pilot: Pilot[Any]) -> ImportScreen:
    """The screen, once it asks for something on its status line."""
    for _ in range(500):
        await pilot.pause(0.01)
        screen = pilot.app.screen
        if isinstance(screen, ImportScreen) and screen.query("#status") and screen.status.asking:
            return screen
    raise AssertionError("the screen asks for nothing")


async def answered(pilot: Pilot[Any], typed: str) -> ImportScreen:
    """Answer with a text; wait until the screen rests or asks again."""
    screen = await asked(pilot)
    screen.status.query_one("Input").value = typed  # type: ignore[attr-defined]
    await pilot.press("enter")
    await settle(pilot)
    return screen


async def staged(pilot: Pilot[Any], *paths: Path) -> ImportScreen:
    """Choose files."""
    return await answered(pilot, " ".join(str(path) for path in paths))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(small_store: Store, tmp_path: Path, report: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await staged(pilot, report)

    assert snap_compare(console(small_store, tmp_path, "import"), terminal_size=size, run_before=ready)


async def test_shows_what_it_would_do_and_writes_nothing_before_the_answer(
    small_store: Store, tmp_path: Path, report: Path
) -> None:
    ana = sign_in(small_store, "ana@northwind.example")
    async with console(small_store, tmp_path, "import").run_test(size=(120, 40)) as pilot:
        await staged(pilot, report)
        shown = text(pilot.app)
        assert "2 new, 0 changed, 2 refused. Nothing is written yet: i imports this." in shown
        assert "Will create 2 people, 1 program (brand-new), 1 contract (Year 9)" in shown
        (late,) = (line for line in lines(pilot.app) if "31/31/2026" in line)
        assert late.split()[:3] == ["5", "Join", "Date"]
        assert no_controls(pilot.app) == []
        await press(pilot, "down", "end", "enter")
        assert "Line 5, Join Date 31/31/2026: is no date of the calendar" in text(pilot.app)
        await press(pilot, "home", "up")
        await pilot.press("enter")
        await asked(pilot)
        assert "Import 2 new, 0 changed, 2 refused?" in text(pilot.app)
        await pilot.press("enter")
        await settle(pilot)
        assert len(home.overview(small_store, ana, small.NOW).programs) == 3


async def test_applies_and_says_so_and_knows_it_the_second_time(
    small_store: Store, tmp_path: Path, report: Path
) -> None:
    ana = sign_in(small_store, "ana@northwind.example")
    async with console(small_store, tmp_path, "import").run_test(size=(80, 24)) as pilot:
        await staged(pilot, report)
        await pilot.press("i")
        await asked(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert "Imported 1 file: 2 new, 0 changed, 2 refused" in text(pilot.app)
        assert len(home.overview(small_store, ana, small.NOW).programs) == 4
        await pilot.press("o")
        await staged(pilot, report)
        assert "There is nothing to import" in text(pilot.app)
        await pilot.press("escape")
        await settle(pilot)
        assert place(pilot.app) == "home"


async def test_refused_rows_are_saved_to_repair(small_store: Store, tmp_path: Path, report: Path) -> None:
    async with console(small_store, tmp_path, "import").run_test(size=(80, 24)) as pilot:
        await staged(pilot, report)
        await pilot.press("w")
        await answered(pilot, str(tmp_path / "refused.csv"))
        assert "Saved 2 refused rows" in text(pilot.app)
    saved = (tmp_path / "refused.csv").read_text(encoding="utf-8")
    assert "Late,late@northwind.example" in saved
    assert "New Person" not in saved


async def test_home_shows_the_receipt_and_saves_what_was_refused(
    small_store: Store, tmp_path: Path, report: Path
) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "w")
        assert not list(tmp_path.glob("refused*"))
        await press(pilot, "I")
        await staged(pilot, report)
        await pilot.press("i")
        await asked(pilot)
        await pilot.press("y")
        await settle(pilot)
        await press(pilot, "escape")
        assert place(pilot.app) == "home"
        assert "Imported 1 file: 2 new, 0 changed, 2 refused · w save refused · charts counted" in text(pilot.app)
        assert "w save refused" in lines(pilot.app)[-1]
        job = pilot.app.refused  # type: ignore[attr-defined]
        await press(pilot, "w")
        pilot.app.screen.query_one("#status-input").value = str(tmp_path / "refused.csv")  # type: ignore[attr-defined]
        await press(pilot, "enter")
        assert "Saved 2 refused rows" in text(pilot.app)
    assert "Late,late@northwind.example" in (tmp_path / "refused.csv").read_text(encoding="utf-8")
    for _ in range(200):
        if not job.running:
            break
        await asyncio.sleep(0.01)
    assert not job.running


async def test_an_import_cannot_be_undone_and_that_is_said(small_store: Store, tmp_path: Path, report: Path) -> None:
    async with console(small_store, tmp_path, "import").run_test(size=(80, 24)) as pilot:
        await staged(pilot, report)
        await pilot.press("i")
        await asked(pilot)
        await pilot.press("y")
        await settle(pilot)
        await press(pilot, "u")
        assert "2 refused. That cannot be undone." in " ".join(text(pilot.app).split())


async def test_a_file_that_is_no_report_is_refused_and_another_can_be_chosen(
    small_store: Store, tmp_path: Path, report: Path
) -> None:
    page = tmp_path / "page.csv"
    page.write_text("<!DOCTYPE html><html><body>Sign in</body></html>", encoding="utf-8")
    async with console(small_store, tmp_path, "import").run_test(size=(80, 24)) as pilot:
        await staged(pilot, page)
        assert "page.csv: this is a web page" in text(pilot.app)
        assert place(pilot.app) == "import"
        await pilot.press("o")
        await staged(pilot, report)
        assert "2 new" in text(pilot.app)


async def test_a_gradebook_that_names_no_program_asks_for_it(small_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    header = "Timestamp,Full Name,Email,Assignment Name,Change Type,Assignment Grade\r\n"
    row = "2026-05-02T10:00:00Z,Kovács Ágnes,agnes.kovacs@northwind.example,Essay,Graded,0.8\r\n"
    path.write_text(header + row, encoding="utf-8", newline="")
    async with console(small_store, tmp_path, "import").run_test(size=(80, 24)) as pilot:
        screen = await staged(pilot, path)
        assert "names no program" in text(pilot.app)
        await answered(pilot, "data")
        await answered(pilot, "c1")
        assert screen.plan is not None
        assert screen.plan.totals.new > 0


async def test_a_program_admin_s_preview_refuses_rows_of_other_programs(
    small_store: Store, tmp_path: Path, report: Path
) -> None:
    async with console(small_store, tmp_path, "import", "bo@northwind.example").run_test(size=(120, 40)) as pilot:
        screen = await staged(pilot, report)
        assert screen.plan is not None
        assert (screen.plan.totals.new, screen.plan.totals.refused) == (1, 3)


async def test_stopping_leaves_the_store_as_it_was(small_store: Store, tmp_path: Path, report: Path) -> None:
    async with console(small_store, tmp_path, "import").run_test(size=(80, 24)) as pilot:
        screen = await asked(pilot)
        real = ImportJob.stage

        async def slow(job: ImportJob) -> Any:
            screen.stop_work()
            return await real(job)

        ImportJob.stage = slow  # type: ignore[method-assign]
        try:
            await staged(pilot, report)
        finally:
            ImportJob.stage = real  # type: ignore[method-assign]
        assert "was stopped; nothing was changed" in text(pilot.app)
        assert screen.plan is None


async def test_leaving_lets_go_of_what_was_staged(small_store: Store, tmp_path: Path, report: Path) -> None:
    async with console(small_store, tmp_path, "import").run_test(size=(80, 24)) as pilot:
        screen = await staged(pilot, report)
        job = screen.job
        assert job is not None
        await pilot.press("q")
        await settle(pilot)
        assert place(pilot.app) == "home"
        for _ in range(200):
            if not job.running:
                break
            await asyncio.sleep(0.01)
        assert not job.running


async def test_paths_are_completed(tmp_path: Path, report: Path) -> None:
    (tmp_path / "folder").mkdir()
    complete = PathSuggester().get_suggestion
    assert await complete(f"{tmp_path}/mem") == f"{tmp_path}/member-report.csv"
    assert await complete(f"{tmp_path}/fo") == f"{tmp_path}/folder/"
    assert await complete(f"{report} {tmp_path}/mem") == f"{report} {tmp_path}/member-report.csv"
    assert await complete(f"{tmp_path}/nothing") is None
    assert await complete("/no/such/folder/x") is None


def test_paths_are_read_as_people_write_them(tmp_path: Path, report: Path) -> None:
    spaced = tmp_path / "with space.zip"
    with zipfile.ZipFile(spaced, "w"):
        pass
    assert typed_paths(f" {spaced} ") == [spaced]
    assert typed_paths(f"'{spaced}' {report}") == [spaced, report]
    with pytest.raises(BadInput, match=r"There is no file .*absent\.zip"):
        typed_paths(f"{report} {tmp_path}/absent.zip")
    with pytest.raises(BadInput, match="quote is not closed"):
        typed_paths("'x")


async def test_the_limits_of_the_settings_hold(small_store: Store, tmp_path: Path, report: Path) -> None:
    app = console(small_store, tmp_path, "import")
    app.settings = replace(app.settings, limits=Limits(expanded=100))
    async with app.run_test(size=(160, 40)) as pilot:
        await staged(pilot, report)
        assert "member-report.csv: the files hold more than 1e-07 GB" in text(pilot.app)
