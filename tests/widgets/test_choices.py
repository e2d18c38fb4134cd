"""A row of choices: one of a few, by keyboard, over as many lines as it takes."""

from textual.app import App, ComposeResult

from tests.widgets.hostile import lines
from tui_admin.widgets.choices import Choice, Choices
from tui_admin.widgets.themes import DARK, themes

PRESETS = (
    Choice("inactive", "Inactive 30 days"),
    Choice("none", "No enrollment"),
    Choice("part", "None completed"),
    Choice("risk", "At risk"),
)


class ChoicesApp(App[None]):
    """Two rows of choices."""

    def __init__(self) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.seen: list[str] = []

    def compose(self) -> ComposeResult:
        first = Choices(PRESETS, label="Preset", id="first")
        second = Choices((Choice("now", "Now"), Choice("later", "Later")), id="second")
        first.below, second.above = second, first
        yield first
        yield second

    def on_choices_chosen(self, event: Choices.Chosen) -> None:
        self.seen.append(event.key)


async def test_arrows_choose_and_go_on() -> None:
    app = ChoicesApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.query_one("#first").focus()
        await pilot.press("right", "right", "down", "right", "up", "left")
        assert app.seen == ["none", "part", "later", "none"]
        assert app.query_one("#first", Choices).chosen == "none"


async def test_what_does_not_fit_goes_on_the_next_line() -> None:
    app = ChoicesApp()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert lines(app)[0].rstrip() == " Preset   (•) Inactive 30 days  ( ) No enrollment"
        assert lines(app)[1].rstrip() == "          ( ) None completed  ( ) At risk"


async def test_a_click_chooses() -> None:
    app = ChoicesApp()
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.click("#first", offset=(36, 0))
        await pilot.click("#first", offset=(34, 1))
        assert app.seen == ["none", "risk"]


async def test_a_key_that_is_not_there_changes_nothing() -> None:
    app = ChoicesApp()
    async with app.run_test(size=(60, 10)):
        app.query_one("#first", Choices).choose("risk")
        app.query_one("#first", Choices).choose("gone")
        assert app.query_one("#first", Choices).chosen == "risk"
