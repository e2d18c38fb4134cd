"""One learner: courses, attempts, history, other programs; from a list and back to the same row."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from textual.app import ComposeResult

from tests import small_organization as small
from tests.outbox_rows import enqueue
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.portal import edits, removal
from tui_admin.portal.rights import sign_in
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.times import DAY
from tui_admin.screens.base import ConsoleScreen
from tui_admin.screens.learner_pane import LearnerPane
from tui_admin.store.engine import Store
from tui_admin.store.tables import (
    assessments,
    feedback,
    learner_ratings,
    learners,
    memberships,
    rating_runs,
    skill_ratings,
    skill_references,
    skills,
)
from tui_admin.widgets.record_table import RecordTable

START = "programs/data/members/1"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(console(small_store, tmp_path, START), terminal_size=size, run_before=settle)


async def test_tells_who_it_is_and_why_at_risk(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = text(pilot.app)
        assert "Kovács Ágnes · agnes.kovacs@northwind.example · 00417" in shown
        assert "member since 4 Feb" in shown
        assert "Sales Engineer · Product · Toronto, Canada · reports to Bobbi McM." in shown
        assert "AT RISK overdue 2: Quiz 3 (5 d), Lab 1 (1 d)" in shown


async def test_a_long_reason_is_cut_before_the_other_statuses(small_store: Store, tmp_path: Path) -> None:
    with small_store.write() as connection:
        every = {"course_id": 1, "weight": 1.0, "deadline": small.NOW - DAY}
        many = [every | {"key": f"many-{n}", "name": f"Assignment {n}"} for n in range(40)]
        connection.execute(insert(assessments), many)
        connection.execute(update(memberships).where(memberships.c.id == 1).values(last_activity_at=0))
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        standing = " ".join(lines(pilot.app)[4:7])
        assert standing.startswith(" AT RISK overdue 42: Quiz 3 (5 d)")
        assert "… · " in standing
        assert standing.endswith("inactive")


async def test_attempts_follow_the_selected_course(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        shown = text(pilot.app)
        assert "Attempts at Statistics I" in shown
        assert "40 / 100  failed" in shown
        assert "82 / 100  passed        late" in shown
        assert "not graded    practice" in shown
        await press(pilot, "down")
        assert "Attempts at Python for" in text(pilot.app)
        assert "93 / 100  passed" in text(pilot.app)
        assert "40 / 100" not in text(pilot.app)


async def test_history_tells_dates_and_what_was_done(small_store: Store, tmp_path: Path) -> None:
    ana = sign_in(small_store, "ana@northwind.example")
    edits.apply(small_store, ana, edits.plan(small_store, ana, [1], {"city": "Győr"}), small.NOW + 1)
    removal.apply(small_store, ana, removal.plan(small_store, ana, "data", [1], small.NOW), small.NOW + 60_000)
    async with console(small_store, tmp_path, START).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "h")
        rows = [" ".join(line.split()) for line in lines(pilot.app)[12:22]]
        assert [row for row in rows if row and "enrolled in" not in row] == [
            "15 May 2026 14:01 removed ana@northwind.example",
            "15 May 2026 14:00 city: Toronto → Győr ana@northwind.example",
            "23 Apr 2026 14:00 completed Python for Analysis",
            "4 Feb 2026 13:00 joined",
            "2 Feb 2026 13:00 invited",
        ]


async def test_skills_stand_with_band_and_error_and_the_bands_in_the_history(
    small_store: Store, tmp_path: Path
) -> None:
    when = small.NOW - 3 * DAY
    with small_store.write() as connection:
        connection.execute(insert(skills).values(id=91, name="Statistics"))
        run = {"started_at": 0, "parameters": "", "code_version": "", "input_hash": "", "attempts": 9, "notes": "[]"}
        connection.execute(insert(rating_runs).values(id=7, replay_id=7, current=True, **run))
        connection.execute(insert(learner_ratings).values(replay_id=7, learner_id=1, rating=0.5, attempts=9))
        connection.execute(insert(skill_references).values(replay_id=7, skill_id=91, difficulty=-0.75))
        own = {"own": 0.0, "information": 3.0, "attempts": 9, "band": "intermediate", "intermediate_at": when}
        connection.execute(insert(skill_ratings).values(replay_id=7, learner_id=1, skill_id=91, **own))
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s")
        (row,) = (line for line in lines(pilot.app) if "intermediate" in line)
        assert row.split() == ["Statistics", "███████▊", "78", "%", "±9", "intermediate", "12", "May", "9"]
        await press(pilot, "h")
        assert "reached intermediate in Statistics" in text(pilot.app)
    async with console(small_store, tmp_path, START, email="bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "s")
        assert "Skills" not in text(pilot.app) and "intermediate" not in text(pilot.app)
        await press(pilot, "h")
        assert "intermediate" not in text(pilot.app)


@pytest.mark.parametrize(
    ("width", "said"), [(80, "m Mail  ·  h"), (120, "m Mail (invited 2 Feb, reminded 13:59: waiting)  ·  h")]
)
async def test_mails_are_listed_and_summed_up(small_store: Store, tmp_path: Path, width: int, said: str) -> None:
    about: dict[str, Any] = {"membership_id": 1, "learner_id": 1}
    hurt = {"state": "failed", "final_at": small.NOW - 102 * DAY, "last_code": 550, "last_text": "[b]no such user"}
    enqueue(small_store, 1, at=small.NOW - 103 * DAY, purpose=Purpose.INVITATION, **about, **hurt)
    enqueue(small_store, 1, at=small.NOW - 60_000, purpose=Purpose.REMINDER, **about)
    async with console(small_store, tmp_path, START).run_test(size=(width, 24)) as pilot:
        await settle(pilot)
        assert said in text(pilot.app)
        await press(pilot, "m")
        shown = [" ".join(line.split()) for line in lines(pilot.app)]
        waiting = next(line for line in shown if line.startswith("15 May 2026 13:59 reminder: Your"))
        assert waiting.endswith("waiting")
        refused = next(line for line in shown if line.startswith("2 Feb 2026 13:00 invitation: Y"))
        assert "refused 550 [b]no" in refused


async def test_other_programs_open_the_same_person_there(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert "Leading Teams" in text(pilot.app)
        await press(pilot, "end", "down", "enter")
        assert place(pilot.app) == "programs/teams/members/7"
        assert "In no course of this program yet." in text(pilot.app)


async def test_a_program_admin_sees_no_other_program(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, START, "bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "p")
        assert "In no other program that you may see." in text(pilot.app)
        assert "Leading Teams" not in text(pilot.app)


@pytest.mark.parametrize("number", ["7", "999", "nobody"])
async def test_a_person_one_may_not_see_is_nobody(small_store: Store, tmp_path: Path, number: str) -> None:
    start = f"programs/data/members/{number}"
    async with console(small_store, tmp_path, start, "bo@northwind.example").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "no such person in your programs" in text(pilot.app)
        assert "Kovács" not in text(pilot.app)


@pytest.mark.parametrize("back", ["escape", "q"])
async def test_leaving_goes_back_to_the_same_row(small_store: Store, tmp_path: Path, back: str) -> None:
    async with console(small_store, tmp_path, "programs/data/members").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "down", "down")
        before = pilot.app.screen.query_one(RecordTable).current.id
        await press(pilot, "enter")
        assert place(pilot.app) == f"programs/data/members/{before}"
        await press(pilot, back)
        assert place(pilot.app) == "programs/data/members"
        assert pilot.app.screen.query_one(RecordTable).current.id == before


@pytest.mark.parametrize("membership", [("data", 4), ("teams", 8), ("teams", 9)])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_hostile_names_are_harmless(
    small_store: Store, tmp_path: Path, membership: tuple[str, int], size: tuple[int, int]
) -> None:
    with small_store.write() as connection:
        fields = ("manager_name", "job_title", "business_unit", "city")
        connection.execute(learners.update().values(dict.fromkeys(fields, small.HOSTILE)))
    program, number = membership
    async with console(small_store, tmp_path, f"programs/{program}/members/{number}").run_test(size=size) as pilot:
        await settle(pilot)
        for key in ("a", "m", "h", "p"):
            await press(pilot, key)
            assert no_controls(pilot.app) == []
            assert all(len(line) <= size[0] for line in lines(pilot.app))


class PaneScreen(ConsoleScreen):
    """A pane beside nothing, as a list mounts it."""

    def body(self) -> ComposeResult:
        """The pane."""
        pane = LearnerPane("pane")
        pane.styles.width = 56
        yield pane


async def test_the_pane_works_in_half_the_width(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        screen = PaneScreen(pilot.app.session, pilot.app.screen.place)  # type: ignore[attr-defined]
        await pilot.app.push_screen(screen)
        pane = screen.query_one(LearnerPane)
        for number, name in ((1, "Kovács Ágnes"), (3, "O'Neill, Máire")):
            pane.load(membership_id=number)
            await settle(pilot)
            assert name in text(pilot.app)
            assert "%" in text(pilot.app)
            assert all(len(line) <= 56 for line in lines(pilot.app)[2:-2])


@pytest.fixture
def thought_of(small_store: Store) -> Store:
    """A learner who wants no mail and said what they think: of two courses, and of the program."""
    said = {"membership_id": 1, "stars": None, "recommend": None, "comment": None, "course_id": None}
    answers = [
        {**said, "course_id": 1, "stars": 3, "given_at": small.NOW - DAY},
        {**said, "course_id": 2, "stars": 5, "given_at": small.NOW - DAY},
        {**said, "recommend": 8, "comment": f"Hard but good. {small.HOSTILE}\n" * 9, "given_at": small.NOW - DAY},
    ]
    with small_store.write() as connection:
        connection.execute(insert(feedback), answers)
        connection.execute(update(learners).where(learners.c.id == 1).values(opted_out=True))
    return small_store


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_of_feedback(thought_of: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def on_feedback(pilot: Any) -> None:
        await settle(pilot)
        await press(pilot, "f")

    assert snap_compare(console(thought_of, tmp_path, START), terminal_size=size, run_before=on_feedback)


async def test_feedback_is_read_whole_and_offered_where_there_is_some(thought_of: Store, tmp_path: Path) -> None:
    async with console(thought_of, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "wants no mail" in text(pilot.app) and "f Feedback" in text(pilot.app)
        await press(pilot, "f")
        assert "★★★☆☆" in text(pilot.app) and "recommends 8 / 10" in text(pilot.app)
        await press(pilot, "down", "down", "enter")
        assert text(pilot.app).count("Hard but good.") > 2 and not no_controls(pilot.app)
    async with console(thought_of, tmp_path, "programs/data/members/2").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Feedback" not in text(pilot.app)
