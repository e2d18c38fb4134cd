"""What one console writes, another one shows within seconds, and draws nothing but what changed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Region
from textual.widget import Widget

from tests import small_organization as small
from tests.screens.console import SIZES, WITHIN, console, learns, press, settle, text
from tui_admin.app import ConsoleApp
from tui_admin.portal import edits, members, program_settings, programs, removal, rights
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.receipts import Subject
from tui_admin.rules.roles import Actor
from tui_admin.store.engine import Store
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.record_table import RecordTable


def drawn_lines(monkeypatch: pytest.MonkeyPatch, widget: type[Widget]) -> list[int]:
    """The lines that widgets of a kind are asked to draw from now on, those of the whole as -1."""
    asked: list[int] = []
    refresh = Widget.refresh

    def noted(self: Widget, *regions: Region, **options: Any) -> Widget:
        if isinstance(self, widget):
            asked.extend(line for region in regions or (Region(0, -1, 1, 1),) for line in region.line_range)
        return refresh(self, *regions, **options)

    monkeypatch.setattr(Widget, "refresh", noted)
    return asked


def first_member(store: Store) -> tuple[Actor, members.MemberRow]:
    ana = rights.sign_in(store, "ana@northwind.example")
    return ana, members.page(store, ana, MembersQuery("data"), small.NOW, 0, 1)[0]


async def test_a_list_learns_of_an_edit_and_draws_that_line_alone(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = console(small_store, tmp_path, "programs/data/members")
    async with app.run_test(size=SIZES[0]) as pilot:
        await settle(pilot)
        await press(pilot, "down")
        table = app.screen.query_one(RecordTable)
        stands_on = table.current.id
        asked = drawn_lines(monkeypatch, RecordTable)
        ana, first = first_member(small_store)
        plan = edits.plan(small_store, ana, [first.id], {"name": "Åsa Changed"}, of=Subject.MEMBERSHIP)
        edits.apply(small_store, ana, plan, small.NOW)
        assert await learns(pilot, lambda: "Åsa Changed" in text(app))
        assert table.current.id == stands_on
        assert 0 < len(set(asked)) < table.size.height and -1 not in asked


async def test_nothing_is_drawn_where_nothing_on_screen_changed(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = console(small_store, tmp_path, "programs/data/members")
    async with app.run_test(size=SIZES[0]) as pilot:
        await settle(pilot)
        before, table = text(app), app.screen.query_one(RecordTable)
        reads: list[int] = []
        reread = table.reread
        monkeypatch.setattr(table, "reread", lambda: (reads.append(1), reread()))
        asked = drawn_lines(monkeypatch, Widget)
        ana = rights.sign_in(small_store, "ana@northwind.example")
        programs.create(small_store, ana, "quiet", "Quiet", small.NOW)
        assert await learns(pilot, lambda: bool(reads))
        assert (asked, text(app)) == ([], before)


async def test_home_and_programs_learn_and_the_cursor_stays_on_its_program(small_store: Store, tmp_path: Path) -> None:
    app = console(small_store, tmp_path, "programs")
    async with app.run_test(size=SIZES[0]) as pilot:
        await settle(pilot)
        await press(pilot, "down")
        table = app.screen.query_one("#programs", FigureTable)
        stands_on = table.current.slug
        ana, member = first_member(small_store)
        plan = removal.plan(small_store, ana, None, [member.id], small.NOW)
        removal.apply(small_store, ana, plan, small.NOW)
        program_settings.change(small_store, ana, "data", "name", "Åll about data", small.NOW)
        assert await learns(pilot, lambda: "Åll about data" in text(app))
        assert table.current.slug == stands_on
        await press(pilot, "1")
        assert "Åll about data" in text(app)


async def test_a_question_is_not_disturbed(small_store: Store, tmp_path: Path) -> None:
    app: ConsoleApp = console(small_store, tmp_path, "programs/data/members")
    async with app.run_test(size=SIZES[0]) as pilot:
        await settle(pilot)
        await press(pilot, "x")
        asked, ana = text(app), rights.sign_in(small_store, "ana@northwind.example")
        program_settings.change(small_store, ana, "data", "name", "Åll about data", small.NOW)
        await asyncio.sleep(WITHIN)
        assert text(app) == asked
        await press(pilot, "n")
        assert await learns(pilot, lambda: "Åll about data" in text(app))
