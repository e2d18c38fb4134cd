"""The frame's lines at any width."""

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from tests.widgets.hostile import HOSTILE, controls, lines
from tui_admin.widgets.commands import Command, Live
from tui_admin.widgets.lines import FooterLine, TabLine, TitleLine, Whereabouts, fitting
from tui_admin.widgets.themes import DARK, themes

WHERE = Whereabouts(
    "Northwind Learning",
    ("Programs", "Data Foundations"),
    ("data as of 14:02 (2 h)", "data as of 14:02", "as of 14:02"),
    "ana · org admin",
    "DEMO",
)
SORT = Command("sort", "s", "sort", "Sort", "Sort.", footer="sort", rank=4)
HELP = Command("help", "question_mark", "help", "Help", "Help.", footer="help", rank=0)


class LinesApp(App[None]):
    """The lines."""

    def __init__(self, where: Whereabouts = WHERE) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.where = where

    def compose(self) -> ComposeResult:
        yield TitleLine()
        yield TabLine()
        yield FooterLine()

    def on_mount(self) -> None:
        self.query_one(TitleLine).locate(self.where)
        self.query_one(TabLine).tabs(["Home", "Programs"], 1)


@pytest.mark.parametrize(
    ("width", "right"),
    [
        (120, "data as of 14:02 (2 h)   ana · org admin   DEMO"),
        (90, "data as of 14:02 (2 h)   ana   DEMO"),
        (80, "data as of 14:02   DEMO"),
        (74, "as of 14:02   DEMO"),
        (60, "DEMO"),
    ],
)
async def test_the_title_says_less_where_there_is_less_room(width: int, right: str) -> None:
    app = LinesApp()
    async with app.run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        first = lines(app)[0].rstrip()
        assert first.startswith(" Northwind Learning · Programs › Data Foundations")
        assert first.endswith("  " + right)
        assert len(first) <= width


async def test_the_open_tab_stands_out_without_color() -> None:
    app = LinesApp()
    async with app.run_test(size=(80, 5)) as pilot:
        await pilot.pause()
        assert lines(app)[1].rstrip() == "  1 Home  [2 Programs]"


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (90, "  1 Home   2 Programs   3 Users   4 Messages   5 Reports  [6 Permissions]"),
        (70, "  1 Home  2 Programs  3 Users  4 Messages  5 Reports [6 Permissions]"),
        (60, " 1 Home 2 Progr… 3 Users 4 Messages 5 Reports[6 Permissions]"),
        (50, " 1 Home 2 Pr… 3 Users 4 Me… 5 Repo…[6 Permissions]"),
    ],
)
async def test_tabs_stand_closer_and_are_cut_where_there_is_less_room(width: int, shown: str) -> None:
    app = LinesApp()
    async with app.run_test(size=(width, 5)) as pilot:
        app.query_one(TabLine).tabs(["Home", "Programs", "Users", "Messages", "Reports", "Permissions"], 5)
        await pilot.pause()
        assert lines(app)[1].rstrip() == shown


async def test_all_tabs_of_the_console_stand_on_80_columns() -> None:
    titles = ["Home", "Programs", "Users", "Messages", "Reports", "Analytics", "Permissions", "Settings"]
    app = LinesApp()
    async with app.run_test(size=(80, 5)) as pilot:
        for active, cut in ((5, "Permis…"), (7, "Permi…")):
            app.query_one(TabLine).tabs(titles, active)
            await pilot.pause()
            shown = lines(app)[1].rstrip()
            assert [title for title in titles if title not in shown] == ["Permissions"]
            assert cut in shown


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_names_are_harmless(text: str) -> None:
    app = LinesApp(Whereabouts(text, (text,), (), text, ""))
    async with app.run_test(size=(80, 5)) as pilot:
        await pilot.pause()
        assert controls(app) == []
        assert "[2 Programs]" in lines(app)[1]


def live(command: Command, *keys: str) -> Live:
    """A command as it is bound."""
    node: Any = Static()
    return Live(command, node, keys)


def test_the_footer_gives_up_the_least_important_first() -> None:
    commands = [live(SORT, "s"), live(HELP, "question_mark")]
    assert fitting(commands, 20) == commands
    assert fitting(commands, 8) == commands[1:]
    assert fitting(commands, 2) == []
