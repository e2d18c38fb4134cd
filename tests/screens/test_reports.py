"""Reports by keyboard: asked for, followed while they are made, saved here, and gradebooks from the curriculum."""

import asyncio
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO

import pytest
from sqlalchemy import update
from textual.pilot import Pilot

from tests import small_organization as small
from tests.portal.curricula import course, put_together
from tests.portal.mail_facts import settle as settle_mail
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.portal import program_settings
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports import fulfilling, requests
from tui_admin.portal.reports.asked import Asked, Form, ReportKind
from tui_admin.portal.rights import sign_in
from tui_admin.rules.errors import Cancelled
from tui_admin.rules.mailing import MailState
from tui_admin.rules.reporting import PAUSES, RequestState
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import DAY, MINUTE
from tui_admin.screens.reports import history
from tui_admin.screens.reports.acts import write_file
from tui_admin.store.engine import Store
from tui_admin.store.tables import report_requests

ANA, BO = "ana@northwind.example", "bo@northwind.example"


def by(store: Store, email: str = ANA) -> Actor:
    return sign_in(store, email)


def ask(store: Store, asked: Asked, email: str = ANA, at: int = small.NOW) -> requests.Request:
    return requests.ask(store, by(store, email), asked, Moments(at, at))


def make(store: Store, at: int = small.NOW) -> str | None:
    return fulfilling.make_next(store, lambda: at)


def newest(store: Store) -> requests.Request:
    return requests.history(store, by(store))[0]


def change(store: Store, request: requests.Request, **values: Any) -> None:
    with store.write() as connection:
        connection.execute(update(report_requests).where(report_requests.c.id == request.id).values(**values))


@pytest.fixture
def reported(mail_store: Store) -> Store:
    """Reports in every state: mailed, being made, refused, tried again, kept no longer."""
    old = ask(mail_store, Asked(ReportKind.EMAIL), at=small.NOW - 100 * DAY)
    make(mail_store, small.NOW - 100 * DAY + MINUTE)
    fulfilling.drop_old(mail_store, small.NOW)
    assert requests.find(mail_store, by(mail_store), old.id).state is RequestState.EXPIRED
    ask(mail_store, Asked(ReportKind.MEMBERS, "data", "status:completed", form=Form.XLSX), at=small.NOW - DAY)
    make(mail_store, small.NOW - DAY + MINUTE)
    settle_mail(mail_store, MailState.SENT, small.NOW - DAY + 2 * MINUTE)
    failed = ask(mail_store, Asked(ReportKind.EMAIL, "teams", f"name:{small.HOSTILE[:4]!r}"), at=small.NOW - DAY)
    change(mail_store, failed, state=RequestState.FAILED, note="It cannot be written: no space left on device.")
    ask(mail_store, Asked(ReportKind.EMAIL, "data"), BO)
    make(mail_store)
    again = ask(mail_store, Asked(ReportKind.MEMBERS, "data"), BO)
    change(mail_store, again, tries=1, note="The store is in use.", next_at=small.NOW + PAUSES[0])
    ask(mail_store, Asked(ReportKind.EMAIL))
    return mail_store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize(
    "start",
    ["reports", "reports/+report", "programs/data/members/+report?status:completed", "reports/schedule"],
    ids=["history", "new", "of-a-program", "schedule"],
)
def test_picture(reported: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], start: str) -> None:
    program_settings.change(reported, by(reported), "data", "report-schedule", "mon thu 7", small.NOW)
    assert snap_compare(console(reported, tmp_path, start), terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_none(mail_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(mail_store, tmp_path, "reports"), terminal_size=size, run_before=settle)


async def until(pilot: Pilot[Any], words: str) -> None:
    """Wait for what comes by itself."""
    while words not in text(pilot.app):  # type: ignore[arg-type]
        await pilot.pause(0.1)


async def test_a_report_is_asked_for_and_followed_until_it_is_mailed(mail_store: Store, tmp_path: Path) -> None:
    async with console(Store(mail_store.url), tmp_path).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "5")
        assert place(pilot.app) == "reports" and "No report was asked for yet." in text(pilot.app)
        await press(pilot, "n", "right", "down", "right", "slash", *"program:teams", "enter")
        assert "5 memberships of Leading Teams" in text(pilot.app)
        assert "a workbook of member-report" in text(pilot.app)
        await press(pilot, "m")
        assert place(pilot.app) == "reports"
        assert f"The member report will be made and mailed to {ANA}" in text(pilot.app)
        assert newest(mail_store).asked == Asked(ReportKind.MEMBERS, None, "program:teams", form=Form.XLSX)
        assert "waiting" in lines(pilot.app)[3]
        make(mail_store)
        await until(pilot, "mail waiting")
        settle_mail(mail_store, MailState.SENT, small.NOW)
        await until(pilot, "mailed")
        assert newest(mail_store).rows == 5 and "kept until 13 Aug, w saves it" in " ".join(text(pilot.app).split())
        assert not no_controls(pilot.app)


async def test_a_report_is_saved_here_at_once(small_store: Store, tmp_path: Path) -> None:
    async with console(Store(small_store.url), tmp_path, "reports/+report").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "12 memberships of all programs, pending and removed ones too" in text(pilot.app)
        await press(pilot, "w", "enter")
        with zipfile.ZipFile(tmp_path / "email-report.zip") as saved:
            people = saved.read("member-report.csv").decode().splitlines()
            assert saved.namelist() == ["member-report.csv", "usage-report.csv", "specialization-report.csv"]
        assert len(people) == 13 and "12 rows of member-report, 7 rows of usage-report" in " ".join(
            text(pilot.app).split()
        )
        await press(pilot, "escape")
        assert place(pilot.app) == "reports" and not requests.count(small_store, by(small_store))


async def test_a_report_is_on_exactly_those_whom_the_list_shows(small_store: Store, tmp_path: Path) -> None:
    app = console(Store(small_store.url), tmp_path, "programs/data/members?status:completed")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r")
        assert place(app) == "programs/data/members/+report?status:completed"
        assert "1 membership of Data Foundations" in text(app)
        await press(pilot, "right", "w", "enter")
        saved = (tmp_path / "member-report-data.csv").read_text().splitlines()
        assert len(saved) == 2 and "agnes.kovacs@northwind.example" in saved[1]
        await press(pilot, "escape")
        assert place(app) == "programs/data/members?status:completed"
        await press(pilot, "1", "r")
        assert place(app) == "programs/data/main/+report" and "6 memberships of Data Foundations" in text(app)


async def test_the_file_of_a_report_is_saved_once_more_while_it_is_kept(reported: Store, tmp_path: Path) -> None:
    async with console(reported, tmp_path, "reports").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        assert "is still to be made" in text(pilot.app)
        await press(pilot, "j", "j", "w", "enter")
        with zipfile.ZipFile(tmp_path / "email-report.zip") as saved:
            assert len(saved.read("member-report.csv").splitlines()) == 7
        assert f"Savedtheemailreportto{tmp_path}" in "".join(text(pilot.app).split())
        await press(pilot, "G", "enter")
        assert "There is no file of report 1 (expired). Reports are kept for 90 days." in " ".join(
            text(pilot.app).split()
        )


async def test_a_program_admin_sees_their_own_reports_and_people(reported: Store, tmp_path: Path) -> None:
    async with console(reported, tmp_path, "reports", BO).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert len([line for line in lines(pilot.app) if line.strip("▸ ").startswith(("email", "member"))]) == 2
        await press(pilot, "s")
        assert place(pilot.app) == "reports/schedule"
        assert "Data Foundations" in text(pilot.app) and "Sprache" not in text(pilot.app)
        await press(pilot, "escape", "n")
        assert "memberships of all your programs" in text(pilot.app)
        assert str(len(requests.history(reported, by(reported, BO)))) == "2"


async def test_programs_are_chosen_from_a_list(small_store: Store, tmp_path: Path) -> None:
    async with console(Store(small_store.url), tmp_path, "reports/+report").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p", "space", "space", "enter")
        assert place(pilot.app) == "reports/+report?program:data,teams"
        assert "11 memberships of Data Foundations, Leading Teams" in text(pilot.app)
        await press(pilot, "slash", "ctrl+u", *"stat:", "enter")
        await press(pilot, "w")
        assert "Unknown field" in text(pilot.app) and not list(tmp_path.glob("*report*"))


async def test_saving_tells_how_far_it_is_and_stops(small_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "endless.csv"

    def endless(stream: BinaryIO, told: Callable[[int], None]) -> None:
        while True:
            stream.write(b"1,2\n")
            told(1)
            sleep(0.01)

    async with console(Store(small_store.url), tmp_path, "reports").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        saving = asyncio.create_task(write_file(pilot.app.screen, path, endless))  # type: ignore[arg-type]
        await until(pilot, "ctrl+g stops")
        await pilot.press("j", "n")
        assert place(pilot.app) == "reports/+report", "typing goes on meanwhile"
        await pilot.press("escape", "ctrl+g")
        with pytest.raises(Cancelled, match="no file was written"):
            await saving
        assert not path.exists() and not list(tmp_path.glob(".*"))


async def test_the_gradebook_of_a_course_is_asked_for_in_the_curriculum(mail_store: Store, tmp_path: Path) -> None:
    put_together(mail_store, by(mail_store), "data", small.NOW, Basics=[course(1)])
    async with console(Store(mail_store.url), tmp_path, "programs/data/curriculum").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "right", "w")
        assert "Gradebook of Statistics I? · m mail it to" in " ".join(text(pilot.app).split())
        await press(pilot, "m")
        assert "The gradebook of" in text(pilot.app)
        assert newest(mail_store).asked.kind is ReportKind.GRADEBOOK
        assert newest(mail_store).asked.program == "data"


async def test_a_program_lists_the_reports_on_it(reported: Store, tmp_path: Path) -> None:
    async with console(reported, tmp_path, "programs/teams/main").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "h")
        assert place(pilot.app) == "programs/teams/main/reports"
        listed = [line.split() for line in lines(pilot.app)[3:7]]
        assert [row[-1] for row in listed if row] == ["14:00", "May", "Feb"], "on all programs, on this, on all"
        await press(pilot, "n")
        assert place(pilot.app) == "programs/teams/main/+report"
        await press(pilot, "m")
        assert place(pilot.app) == "programs/teams/main/reports" and "Leading" in lines(pilot.app)[3]
        await press(pilot, "escape")
        assert place(pilot.app) == "programs/teams/main"


async def test_a_long_history_says_how_many_it_leaves_out(
    reported: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_MOST", 4)
    async with console(reported, tmp_path, "reports").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "2 older ones: tui-admin reports lists them" in text(pilot.app)
        assert "kept no longer" not in text(pilot.app)


async def test_who_may_only_read_saves_and_mails_nothing(small_store: Store, tmp_path: Path) -> None:
    app = console(Store(small_store.url), tmp_path, "reports/+report")
    connect = app._connect
    app._connect = lambda: replace(connect(), read_only=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "mail me" not in text(app) and "w saves it here" in text(app)
        await press(pilot, "m")
        assert place(app) == "reports/+report" and not requests.count(small_store, by(small_store))
        await press(pilot, "w", "enter")
        assert (tmp_path / "email-report.zip").exists()
