"""Short lists and tiles: moving between rows, numbers and lists, and drawing only what changed."""

from dataclasses import dataclass
from typing import Any

import pytest
from textual.app import App, ComposeResult

from tests.widgets.hostile import HOSTILE
from tui_admin.widgets.columns import Column
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.themes import DARK, themes
from tui_admin.widgets.tiles import Tiles, TileText


@dataclass(frozen=True)
class Row:
    """A row of the test."""

    name: str
    one: str = "1"
    two: str = "2"


COLUMNS = (
    Column[Row]("name", "Name", 10, lambda row: (row.name, ""), "n", flex=1, priority=0),
    Column[Row]("one", "One", 5, lambda row: (row.one, "warning"), "o", align="right", priority=1),
    Column[Row]("two", "Two", 5, lambda row: (row.two, ""), "t", align="right", priority=2),
)


class FigureApp(App[None]):
    """Tiles over two lists."""

    def __init__(self, rows: list[Row], stops: tuple[str, ...] = ("name", "one", "two")) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.rows = rows
        self.stops = stops
        self.seen: list[Any] = []

    def compose(self) -> ComposeResult:
        yield Tiles([TileText("A", "1", opens="a"), TileText("B", "2")], id="tiles")
        yield FigureTable(COLUMNS, stops=self.stops, id="first")
        yield FigureTable(COLUMNS, id="second")

    def on_mount(self) -> None:
        first, second, tiles = self.table("first"), self.table("second"), self.query_one(Tiles)
        first.above, first.below, second.above, tiles.below = tiles, second, first, first
        first.show(self.rows, empty=("Nobody.", "Press n."))
        second.show([Row("z")])
        first.focus()

    def table(self, name: str) -> FigureTable:
        return self.query_one(f"#{name}", FigureTable)

    def on_figure_table_opened(self, message: FigureTable.Opened) -> None:
        self.seen.append((message.row.name, message.key))

    def on_tiles_opened(self, message: Tiles.Opened) -> None:
        self.seen.append(message.tile.opens)


ROWS = [Row(f"row {number}") for number in range(30)]


@pytest.mark.parametrize(
    ("keys", "opened"),
    [
        (["enter"], ("row 0", "name")),
        (["right", "enter"], ("row 0", "one")),
        (["right", "right", "right", "right", "left", "enter"], ("row 0", "one")),
        (["down", "down", "right", "up", "enter"], ("row 1", "one")),
        (["end", "enter"], ("row 29", "name")),
        (["pagedown", "home", "enter"], ("row 0", "name")),
        (["G", "down", "enter"], ("z", "")),
        (["G", "down", "up", "enter"], ("row 29", "name")),
        (["up", "enter"], "a"),
    ],
)
async def test_keys(keys: list[str], opened: object) -> None:
    async with FigureApp(ROWS).run_test(size=(60, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        assert pilot.app.seen == [opened]  # type: ignore[attr-defined]


async def test_a_tile_without_people_tells_that_it_has_none() -> None:
    async with FigureApp(ROWS).run_test(size=(60, 24)) as pilot:
        await pilot.press("up", "right", "enter", "down", "enter")
        await pilot.pause()
        assert pilot.app.seen == ["", ("row 0", "name")]  # type: ignore[attr-defined]


async def test_blank_cells_are_no_stops() -> None:
    async with FigureApp([Row("a", one="", two="x")]).run_test(size=(60, 24)) as pilot:
        await pilot.press("right", "enter")
        await pilot.pause()
        assert pilot.app.seen == [("a", "two")]  # type: ignore[attr-defined]


async def test_the_cursor_stays_in_view_and_moves_with_two_lines() -> None:
    async with FigureApp(ROWS).run_test(size=(60, 24)) as pilot:
        await pilot.pause(0.1)
        table = pilot.app.query_one("#first", FigureTable)
        drawn: list[int] = []
        real = table.render_line

        def counting(y: int) -> Any:
            drawn.append(y)
            return real(y)

        table.render_line = counting  # type: ignore[method-assign]
        await pilot.press("down")
        await pilot.pause()
        assert sorted(set(drawn)) == [1, 2]
        for _ in range(20):
            await pilot.press("down")
        await pilot.pause()
        strips = [real(y).text for y in range(table.size.height)]
        assert sum(text.startswith("▸") for text in strips) == 1
        assert any("row 21" in text and text.startswith("▸") for text in strips)


async def test_an_empty_list_says_why_and_does_nothing() -> None:
    async with FigureApp([]).run_test(size=(60, 24)) as pilot:
        table = pilot.app.query_one("#first", FigureTable)
        await pilot.press("enter", "right", "pagedown", "end")
        assert [table.render_line(y).text.strip() for y in (1, 2)] == ["Nobody.", "Press n."]
        assert pilot.app.seen == []  # type: ignore[attr-defined]


async def test_fewer_rows_bring_the_cursor_back() -> None:
    async with FigureApp(ROWS).run_test(size=(60, 24)) as pilot:
        table = pilot.app.query_one("#first", FigureTable)
        await pilot.press("end")
        table.show(ROWS[:2])
        await pilot.pause()
        assert table.current == ROWS[1]


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_text_keeps_columns_straight(name: str) -> None:
    async with FigureApp([Row(name), Row("plain")]).run_test(size=(60, 24)) as pilot:
        table = pilot.app.query_one("#first", FigureTable)
        hostile, plain = table.render_line(1), table.render_line(2)
        assert hostile.cell_length == plain.cell_length == 60
        assert plain.text.endswith("1      2 ")
        assert hostile.text.endswith("1      2 ")
