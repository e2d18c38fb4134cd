"""The list: moving, reading only what is on screen, counting honestly, marking, sorting, choosing columns."""

import unicodedata
from contextlib import suppress
from typing import Any

import pytest
from pyroaring import BitMap
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip
from textual.worker import WorkerCancelled

from tests.widgets.synthetic import COLUMNS, Numbers
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.row_window import FAR
from tui_admin.widgets.themes import DARK, themes


class TableApp(App[None]):
    """A screen with one table."""

    def __init__(self, source: Any, columns: Any = COLUMNS) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.source = source
        self.columns = columns
        self.seen: list[Any] = []

    def compose(self) -> ComposeResult:
        yield RecordTable(self.columns)

    def on_mount(self) -> None:
        self.table.show(self.source, empty=("No one here.", "Press i to invite."))
        self.table.focus()

    @property
    def table(self) -> RecordTable:
        return self.query_one(RecordTable)

    def on_record_table_row_highlighted(self, message: RecordTable.RowHighlighted) -> None:
        self.seen.append(("highlighted", message.id))

    def on_record_table_row_selected(self, message: RecordTable.RowSelected) -> None:
        self.seen.append(("selected", message.id))

    def on_record_table_sort_requested(self, message: RecordTable.SortRequested) -> None:
        self.seen.append(("sort", message.column, message.descending))
        self.table.sort(message.column, message.descending)

    def on_record_table_count_changed(self, message: RecordTable.CountChanged) -> None:
        self.seen.append(("count", *message.table.count))

    def on_record_table_prompted(self, message: RecordTable.Prompted) -> None:
        self.seen.append(("prompt", message.content.plain if message.content else None))

    def on_record_table_read_failed(self, message: RecordTable.ReadFailed) -> None:
        self.seen.append(("failed", str(message.error)))


async def settled(pilot: Pilot[None]) -> None:
    """Wait until nothing is being read and timers have fired."""
    for _ in range(3):
        with suppress(WorkerCancelled):
            await pilot.app.workers.wait_for_complete()
        await pilot.pause(0.13)


def lines(app: App[Any]) -> list[str]:
    """What is on screen."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


async def test_opens_a_million_rows_by_reading_one_page() -> None:
    source = Numbers()
    async with TableApp(source).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert [what for what in source.asked if what[0] == "page"] == [("page", 0, 128)]
        shown = lines(pilot.app)
        assert shown[0].split() == ["Name", "E-mail", "Days", "Why"]
        assert shown[1].startswith("▸  Person 0000001")
        assert shown[23].startswith("   Person 0000023")
        assert pilot.app.table.count == (1_000_000, True)


async def test_the_count_is_a_lower_bound_until_it_is_known() -> None:
    source = Numbers()
    app = TableApp(source)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
    counts = [what[1:] for what in app.seen if what[0] == "count"]
    assert counts[0] == (128, False)
    assert counts[-1] == (1_000_000, True)


async def test_a_short_list_needs_no_count() -> None:
    source = Numbers(size=5)
    async with TableApp(source).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert pilot.app.table.count == (5, True)
        assert not [what for what in source.asked if what[0] == "count"]
        await pilot.press("end", "down")
        await settled(pilot)
        assert pilot.app.table.current.id == 5


async def test_moves_by_half_a_screen_at_the_edge() -> None:
    async with TableApp(Numbers()).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press(*["down"] * 23)
        await settled(pilot)
        assert pilot.app.table.current.id == 24
        assert lines(pilot.app)[1].startswith("   Person 0000013")
        assert lines(pilot.app)[12].startswith("▸  Person 0000024")


@pytest.mark.parametrize("counted", [True, False])
async def test_jumps_to_the_end_of_a_million_rows(counted: bool) -> None:
    source = Numbers()
    async with TableApp(source).run_test(size=(80, 24)) as pilot:
        if counted:
            await settled(pilot)
        else:
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
        await pilot.press("end")
        if not counted:
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            assert pilot.app.table._window.cursor in (FAR - 1, 999_999)
        await settled(pilot)
        assert pilot.app.table.current.id == 1_000_000
        assert lines(pilot.app)[23].startswith("▸  Person 1000000")
        assert lines(pilot.app)[1].startswith("   Person 0999978")
        await pilot.press("pageup")
        await settled(pilot)
        assert pilot.app.table.current.id == 1_000_000 - 22
        await pilot.press("home")
        await settled(pilot)
        assert pilot.app.table.current.id == 1
        assert len([what for what in source.asked if what[0] == "page"]) < 10


async def test_pages_overlap_by_one_row() -> None:
    async with TableApp(Numbers()).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("pagedown")
        await settled(pilot)
        assert lines(pilot.app)[1].startswith("▸  Person 0000023")
        for _ in range(20):
            await pilot.press("pagedown")
        await settled(pilot)
        assert pilot.app.table.current.id == 1 + 21 * 22


async def test_marks_one_range_all_and_inverted() -> None:
    async with TableApp(Numbers(size=1000)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        table = pilot.app.table
        await pilot.press("space", "space")
        assert table.marked == BitMap([1, 2])
        assert table.current.id == 3
        assert lines(pilot.app)[1].startswith(" ● Person 0000001")
        await pilot.press("down", "v", "down", "down", "v")
        await settled(pilot)
        assert table.marked == BitMap([1, 2, 4, 5, 6])
        await pilot.press("exclamation_mark")
        await settled(pilot)
        assert len(table.marked) == 995
        assert 4 not in table.marked
        await pilot.press("asterisk")
        await settled(pilot)
        assert len(table.marked) == 1000
        await pilot.press("asterisk")
        await settled(pilot)
        assert len(table.marked) == 0


async def test_marks_outlive_a_filter_and_say_how_many_it_hides() -> None:
    async with TableApp(Numbers(size=1000)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        table = pilot.app.table
        await pilot.press("space", "space", "space")
        table.show(Numbers(size=500, step=2))
        await settled(pilot)
        assert table.hidden == 1
        assert table.marked == BitMap([1, 2, 3])
        table.show(Numbers(size=1000))
        await settled(pilot)
        assert table.hidden == 0


async def test_stays_on_its_row_when_read_again() -> None:
    source = Numbers()
    async with TableApp(source).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        table = pilot.app.table
        await pilot.press("end")
        await settled(pilot)
        await pilot.press("up", "up")
        await settled(pilot)
        before = lines(pilot.app)
        table.reread()
        await settled(pilot)
        assert table.current.id == 999_998
        assert lines(pilot.app) == before


class Drawn(RecordTable):
    """A table that notes which of its lines were drawn."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lines: list[int] = []

    def render_line(self, y: int) -> Strip:
        self.lines.append(y)
        return super().render_line(y)


class DrawnApp(TableApp):
    """A screen with such a table."""

    def compose(self) -> ComposeResult:
        yield Drawn(self.columns)


@pytest.mark.parametrize("again", ["look_again", "reread"])
async def test_only_lines_that_say_something_else_are_drawn_when_read_again(again: str) -> None:
    source = Numbers(size=1000)
    async with DrawnApp(source).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("down", "down", "down", "pagedown")
        await settled(pilot)
        table = pilot.app.table
        assert isinstance(table, Drawn)
        before, here = table.cursor, lines(pilot.app)
        table.lines.clear()
        source.late = {4, table.current.id - 2}
        getattr(table, again)()
        await settled(pilot)
        changed = [y for y, (then, now) in enumerate(zip(here, lines(pilot.app), strict=True)) if then != now]
        assert len(changed) == 1
        assert "late" in lines(pilot.app)[changed[0]]
        assert table.lines == changed
        assert table.cursor == before
        await pilot.press("home")
        await settled(pilot)
        assert "late" in lines(pilot.app)[4]


async def test_the_end_of_a_list_is_looked_at_again_too() -> None:
    source = Numbers()
    async with TableApp(source).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("end")
        await settled(pilot)
        source.late = {1_000_000}
        pilot.app.table.look_again()
        await settled(pilot)
        assert "late" in lines(pilot.app)[-1]
        assert pilot.app.table.current.id == 1_000_000


async def test_stays_on_its_line_when_its_row_is_gone() -> None:
    source = Numbers(size=1000)
    async with TableApp(source).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("end")
        await settled(pilot)
        source.size = 400
        pilot.app.table.reread()
        await settled(pilot)
        assert pilot.app.table.current.id == 400
        assert pilot.app.table.count == (400, True)


async def test_sorts_by_the_letter_that_the_header_shows() -> None:
    async with TableApp(Numbers(size=1000)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("s", "d")
        await settled(pilot)
        assert ("sort", "days", False) in pilot.app.seen
        assert "Days▲" in lines(pilot.app)[0]
        await pilot.press("s", "d")
        await settled(pilot)
        assert ("sort", "days", True) in pilot.app.seen
        assert "Days▼" in lines(pilot.app)[0]
        await pilot.press("s", "escape", "d")
        assert pilot.app.seen[-1] == ("prompt", None)


async def test_columns_are_chosen_by_their_letters() -> None:
    async with TableApp(Numbers(size=1000)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("c", "e", "enter")
        await settled(pilot)
        assert lines(pilot.app)[0].split() == ["Name", "Days", "Why", "Number"]


async def test_a_wider_window_shows_more_columns() -> None:
    async with TableApp(Numbers(size=1000)).run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        assert lines(pilot.app)[0].split() == ["Name", "E-mail", "Days", "Why", "Number"]


async def test_says_why_it_is_empty() -> None:
    async with TableApp(Numbers(size=0)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        text = "\n".join(lines(pilot.app))
        assert "No one here." in text
        assert "Press i to invite." in text
        await pilot.press("down", "end", "space", "enter")
        assert not [seen for seen in pilot.app.seen if seen[0] == "selected"]


async def test_late_answers_of_an_older_filter_are_dropped() -> None:
    class Slow(Numbers):
        def page(self, offset: int, limit: int) -> Any:
            import time

            time.sleep(0.2)
            return super().page(offset, limit)

    async with TableApp(Numbers(size=3)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        pilot.app.table.show(Slow(size=7))
        pilot.app.table.show(Numbers(size=2))
        await settled(pilot)
        await pilot.pause(0.3)
        assert pilot.app.table.count == (2, True)


async def test_rows_stay_when_reading_fails() -> None:
    class Broken(Numbers):
        def page(self, offset: int, limit: int) -> Any:
            raise OSError("no disk")

    async with TableApp(Numbers(size=3)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        pilot.app.table.show(Broken())
        await settled(pilot)
        assert ("failed", "no disk") in pilot.app.seen
        assert "Person 0000003" in lines(pilot.app)[3]


async def test_hostile_text_is_harmless_and_aligned() -> None:
    async with TableApp(Numbers(size=100, hostile=True)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        shown = lines(pilot.app)
        where = {cell_len(line[: line.index("person.")]) for line in shown[1:]}
        assert len(where) == 1
        for line in shown:
            assert cell_len(line) == 80
            assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cf")]
        await pilot.press("end", "home", "pagedown")
        assert pilot.app.is_running


async def test_the_cursor_rests_before_it_tells() -> None:
    async with TableApp(Numbers(size=1000)).run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        pilot.app.seen.clear()
        await pilot.press("down", "down", "down")
        await settled(pilot)
        assert pilot.app.seen == [("highlighted", 4)]
        await pilot.press("enter")
        assert pilot.app.seen[-1] == ("selected", 4)
