"""Home: figures, funnel, programs; every number opens its people."""

from pathlib import Path
from typing import Any

import pytest

from tests import small_organization as small
from tests.screens.console import SIZES, console, lines, no_controls, place, press, settle, text
from tui_admin.rules.times import DAY, HOUR
from tui_admin.store.engine import Store

INVITED = "status:invited,no-enrollment,enrolled,completed"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(small_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    small.add_activity(small_store)
    assert snap_compare(console(small_store, tmp_path), terminal_size=size, run_before=settle)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("enter",), "programs/data/main"),
        (("right", "enter"), "programs/data/members"),
        (("right", "right", "enter"), "programs/data/main"),
        (("right", "right", "right", "enter"), "programs/data/members?status:at-risk"),
        (("down", "right", "right", "right", "right", "enter"), "programs/teams/members?status:inactive"),
        (("end", *["right"] * 9, "enter"), "programs/sprache/members?status:invited"),
        (("up", "enter"), "users?status:completed"),
        (("up", "right", "enter"), "users?status:enrolled -status:completed"),
        (("up", "up", "right", "enter"), "users?status:no-enrollment -status:enrolled,completed"),
        (("up", "up", "up", "right", "enter"), "users?status:invited -status:no-enrollment,enrolled,completed"),
        (("up", "up", "up", "up", "right", "enter"), f"users?{INVITED}"),
        (("up", "up", "up", "up", "up", "enter"), "users?enrolled>0"),
        (("up", "up", "up", "up", "up", "right", "enter"), "users?hours>0"),
        (("up", "up", "up", "up", "up", "right", "right", "enter"), "home"),
        (("I",), "import"),
    ],
)
async def test_numbers_open_their_people(
    small_store: Store, tmp_path: Path, keys: tuple[str, ...], expected: str
) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        assert place(pilot.app) == expected


@pytest.mark.parametrize(("email", "is_told"), [("ana@northwind.example", True), ("bo@northwind.example", False)])
async def test_organization_admins_are_told_of_licenses_that_run_out(
    small_store: Store, tmp_path: Path, email: str, is_told: bool
) -> None:
    async with console(small_store, tmp_path, email=email).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert ("! Year 2 [/b]: 4 / 3 licenses, 133 % ≥100; 1 more too. See Analytics" in text(pilot.app)) is is_told


async def test_tab_goes_round_the_lists_alone(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        seen = []
        for _ in range(4):
            await press(pilot, "tab")
            seen.append(pilot.app.focused.id if pilot.app.focused else None)
        assert seen == ["tiles", "funnel", "programs", "tiles"]


async def test_leaks_open_exactly_as_many_people_as_they_say(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "3 none completed" in text(pilot.app)
        await press(pilot, "up", "right", "enter")
        assert "3 of 10" in text(pilot.app)


async def test_figures_that_no_report_named_are_unknown(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert lines(pilot.app)[3].split()[-1] == "unknown"
        assert lines(pilot.app)[4].endswith("not in your reports")


async def test_a_program_admin_sees_nothing_of_other_programs(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, email="bo@northwind.example").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        shown = text(pilot.app)
        assert "Data Foundations" in shown
        assert "Leading Teams" not in shown
        assert "Sprache" not in shown
        assert lines(pilot.app)[6].split()[:2] == ["Invited", "5"]


async def test_old_data_is_told_about(small_store: Store, tmp_path: Path) -> None:
    fresh, old = small.NOW + 40 * HOUR, small.NOW + 3 * DAY
    async with console(small_store, tmp_path, now=fresh).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "people may have moved on" not in text(pilot.app)
    async with console(small_store, tmp_path, now=old).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "Data is 3 d old" in lines(pilot.app)[2]


async def test_without_programs_it_says_what_to_press(small_store: Store, tmp_path: Path) -> None:
    with small_store.write() as connection:
        for table in ("memberships", "programs"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "There are no programs yet." in text(pilot.app)
        assert "I imports reports" in text(pilot.app)


async def test_hostile_names_are_shown_and_do_nothing(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "[/x][@click=app.quit]x[/]" in text(pilot.app)
        assert no_controls(pilot.app) == []
        await pilot.click(offset=(24, 13))
        await settle(pilot)
        assert pilot.app.is_running
        assert place(pilot.app) == "home"


async def test_reads_again_what_was_changed_elsewhere(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        with small_store.write() as connection:
            connection.exec_driver_sql("UPDATE memberships SET state = 'DELETED_MEMBER' WHERE id = 4")
        await press(pilot, "f5")
        assert lines(pilot.app)[12].split()[:4] == ["▸", "Data", "Foundations", "3"]
