"""A form: filled in by keyboard alone, checked before it is saved."""

from typing import Any

from textual.app import App, ComposeResult

from tests.widgets.hostile import lines
from tui_admin.widgets.form import Form, FormField
from tui_admin.widgets.themes import DARK, themes

FIELDS = (
    FormField(
        "slug", "Slug", help="Short, for addresses.", check=lambda text: "" if text else "A program needs a slug."
    ),
    FormField("name", "Name", "Data"),
)


class FormApp(App[None]):
    """A form."""

    def __init__(self) -> None:
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.seen: list[Any] = []

    def compose(self) -> ComposeResult:
        yield Form(FIELDS)

    def on_form_submitted(self, event: Form.Submitted) -> None:
        self.seen.append(dict(event.values))

    def on_form_left(self) -> None:
        self.seen.append("left")


async def test_enter_goes_on_and_saves_at_the_end() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert any("Short, for addresses." in line for line in lines(app))
        await pilot.press("d", "1", "enter", "space", "enter")
        await pilot.pause()
        assert app.seen == [{"slug": "d1", "name": "Data"}]


async def test_what_is_wrong_is_said_and_nothing_is_saved() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.press("down", "ctrl+s")
        await pilot.pause()
        await pilot.pause()
        assert any("A program needs a slug." in line for line in lines(app))
        assert app.seen == []
        await pilot.press("x", "ctrl+s")
        await pilot.pause()
        assert app.seen == [{"slug": "x", "name": "Data"}]


async def test_escape_leaves() -> None:
    app = FormApp()
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        assert app.seen == ["left"]
