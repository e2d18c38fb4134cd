"""The filter bar: every key tells, errors stand where they are, tab completes."""

from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import Static

from tests.widgets.hostile import lines
from tui_admin.rules.filters import FilterError, parse
from tui_admin.widgets.filter_bar import FilterBar, Tally
from tui_admin.widgets.themes import DARK, themes


class BarApp(App[None]):
    """A bar that parses what is typed, and a list to go to."""

    def __init__(self) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.typed: list[str] = []
        self.hints: list[str] = []
        self.wanted: list[Any] = []

    def compose(self) -> ComposeResult:
        yield FilterBar()
        table = Static("list")
        table.can_focus = True
        yield table

    @property
    def bar(self) -> FilterBar:
        return self.query_one(FilterBar)

    def on_filter_bar_changed(self, event: FilterBar.Changed) -> None:
        self.typed.append(event.text)
        try:
            parse(event.text)
        except FilterError as error:
            self.bar.refuse(error)
        else:
            self.bar.accepted()

    def on_filter_bar_left(self) -> None:
        self.query_one(Static).focus()

    def on_filter_bar_hinted(self, event: FilterBar.Hinted) -> None:
        self.hints.append(event.content.plain.strip() if event.content else "")

    def on_filter_bar_values_wanted(self, event: FilterBar.ValuesWanted) -> None:
        self.wanted.append(event.request)
        event.bar.offer_values(event.request, [("Sales", 207), ("Customer Service", 242)])


async def typed(app: BarApp, pilot: Any, text: str) -> None:
    """Type a text."""
    names = {" ": "space", ":": "colon", "-": "minus", "!": "exclamation_mark"}
    await pilot.press(*(names.get(char, char) for char in text))
    await pilot.pause()


async def test_every_key_tells_what_stands_there() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.bar.enter()
        await typed(app, pilot, "kov")
        assert app.typed == ["k", "ko", "kov"]


async def test_tab_completes_field_and_value() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.bar.enter()
        await typed(app, pilot, "stat")
        assert app.hints[-1].startswith("tab completes status:")
        await pilot.press("tab")
        await typed(app, pilot, "at-")
        assert "at-risk" in app.hints[-1]
        await pilot.press("tab")
        await pilot.pause()
        assert app.bar.value == "status:at-risk "


async def test_a_half_typed_field_is_held_back_until_it_is_more_or_left() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.bar.enter()
        await typed(app, pilot, "ann status:at-r")
        values = [f"ann status:{value}" for value in ("a", "at", "at-", "at-r")]
        assert app.typed == ["ann", "ann ", *values]
        assert app.bar.wrong
        app.bar.value = "region"
        await pilot.pause()
        assert not app.bar.wrong
        await typed(app, pilot, ":")
        assert app.typed[-1] == "ann status:at-r"
        await pilot.press("enter")
        await pilot.pause()
        assert app.typed[-1] == "region:"


async def test_completions_do_not_hide_what_is_wrong() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.bar.enter()
        await typed(app, pilot, "status:at-r")
        assert app.hints[-1].startswith("tab completes at-risk")
        assert app.hints[-1].endswith('Unknown status "at-r" at 8: did you mean "at-risk"?')
        assert app.bar.completion == "at-risk"
        await typed(app, pilot, " unit:S")
        assert app.hints[-1].startswith('Unknown status "at-r" at 8')
        assert app.hints[-1].endswith("tab completes Sales 207")


async def test_values_come_from_the_store_with_their_numbers() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.bar.enter()
        await typed(app, pilot, "unit:S")
        assert (app.wanted[-1].field, app.wanted[-1].prefix) == ("unit", "S")
        assert app.hints[-1] == 'tab completes Sales 207  "Customer Service" 242'
        await pilot.press("tab")
        await pilot.pause()
        assert app.bar.value == "unit:Sales "


async def test_an_error_is_underlined_where_it_is_and_said() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.bar.enter()
        await typed(app, pilot, "color:red kov")
        await pilot.pause()
        assert app.bar.wrong
        assert "at 1" in app.hints[-1]
        strip = app.screen._compositor.render_strips()[0]
        underlined = "".join(s.text for s in strip if s.style and s.style.underline)
        assert underlined == "color"
        await pilot.press("ctrl+u")
        await pilot.pause()
        assert not app.bar.wrong


async def test_leaving_keeps_the_filter_and_backspace_on_nothing_leaves() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        for key in ("escape", "enter", "down"):
            app.bar.enter()
            await typed(app, pilot, "k")
            await pilot.press(key)
            await pilot.pause()
            assert not app.bar.active
        assert app.bar.value == "kkk"
        app.bar.enter()
        await pilot.press("ctrl+u", "backspace")
        await pilot.pause()
        assert not app.bar.active
        assert app.bar.value == ""
        assert app.hints[-1] == ""


async def test_of_a_long_expression_one_sees_where_one_goes_on_typing() -> None:
    app = BarApp()
    async with app.run_test(size=(40, 4)) as pilot:
        app.bar.value = " ".join(["country:Germany"] * 5) + " band:beginner"
        app.query_one(Static).focus()
        await pilot.pause()
        app.bar.query_one("#filter-input").scroll_to(0, animate=False)
        app.bar.enter()
        await pilot.pause()
        assert "band:beginner" in lines(app)[0]


async def test_the_tally_stands_at_the_right() -> None:
    app = BarApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.bar.tell(Tally(412, True, 4_120, 3, 1))
        await pilot.pause()
        assert lines(app)[0].rstrip().endswith("412 of 4,120 · 3 marked, 1 hidden")


def test_a_tally_never_invents_a_total() -> None:
    assert str(Tally(128)) == "at least 128"
    assert str(Tally(128, False, 4_120)) == "at least 128 of 4,120"
    assert str(Tally(4_120, True, 4_120)) == "4,120"
    assert str(Tally(0, True, 7, 2, 2)) == "0 of 7 · 2 marked, 2 hidden"
    assert str(Tally(7, True, None, 2, None)) == "7 · 2 marked"
    assert str(Tally(7, True, 9, 2, order="Contract▼")) == "7 of 9 · by Contract▼ · 2 marked"
