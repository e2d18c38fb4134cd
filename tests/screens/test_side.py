"""The person beside a list, from 120 columns on."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.screens.console import console, place, press, settle, text
from tui_admin.portal import learner
from tui_admin.screens.learner_pane import LearnerPane
from tui_admin.store.engine import Store
from tui_admin.widgets.record_table import RecordTable

WIDE = (120, 40)


async def rested(pilot: Pilot[Any]) -> str:
    """What stands on the screen once the cursor has come to rest and its person is read."""
    await pilot.pause(0.2)
    await settle(pilot)
    return text(pilot.app)  # type: ignore[arg-type]


@pytest.mark.parametrize(("start", "name"), [("programs/data/members", "Kovács Ágnes"), ("users", "Ann Ray")])
async def test_follows_the_cursor(small_store: Store, tmp_path: Path, start: str, name: str) -> None:
    async with console(small_store, tmp_path, start).run_test(size=WIDE) as pilot:
        await settle(pilot)
        assert f"│ {name} · " not in await rested(pilot)
        await press(pilot, "down")
        assert f"│ {name} · " in await rested(pilot)
        await press(pilot, "enter")
        assert place(pilot.app).startswith(f"{start}/")


async def test_the_person_is_reached_with_tab_and_left_with_esc(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, "programs/data/members").run_test(size=WIDE) as pilot:
        await settle(pilot)
        await press(pilot, "down")
        assert "tab person" in await rested(pilot)
        await press(pilot, "tab", "h")
        assert "joined" in await rested(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.focused, RecordTable)
        assert place(pilot.app) == "programs/data/members"


async def test_nobody_beside_an_empty_list(small_store: Store, tmp_path: Path) -> None:
    async with console(small_store, tmp_path, "users?nobody-is-called-so").run_test(size=WIDE) as pilot:
        await settle(pilot)
        assert "Attempts" not in await rested(pilot)


async def test_nothing_is_read_below_120_columns(
    small_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    real = learner.page
    monkeypatch.setattr(learner, "page", lambda *by, **which: (asked.append(which), real(*by, **which))[1])
    async with console(small_store, tmp_path, "programs/data/members").run_test(size=(119, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "down")
        await rested(pilot)
        assert asked == []
        assert not pilot.app.screen.query(LearnerPane)
        await pilot.resize_terminal(120, 40)
        assert "│ Kovács Ágnes · " in await rested(pilot)
        await pilot.resize_terminal(80, 24)
        await rested(pilot)
        asked.clear()
        await press(pilot, "down")
        await rested(pilot)
        assert asked == []
