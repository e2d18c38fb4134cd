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


class LetterApp(FormApp):
    """A form with a text of several lines between two of one."""

    def compose(self) -> ComposeResult:
        yield Form((FormField("subject", "Subject"), FormField("body", "Text", tall=True), FormField("end", "End")))

    def on_form_changed(self, event: Form.Changed) -> None:
        self.seen.append(event.form.values["body"])


async def test_a_tall_field_takes_lines_and_is_left_at_its_ends() -> None:
    app = LetterApp()
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("enter", "a", "enter", "b", "down", "z", "up", "up", "up", "s", "ctrl+s")
        await pilot.pause()
        assert app.seen[-1] == {"subject": "s", "body": "a\nb", "end": "z"}
        assert app.seen[:3] == ["a", "a", "a\nb"]


async def test_a_form_takes_texts_to_begin_with_and_drops_what_cannot_be_shown() -> None:
    app = LetterApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.query_one(Form).fill({"body": "one\x1b[31m\ntwo", "subject": "[b]x[/b]"})
        await pilot.pause()
        assert app.query_one(Form).values["body"] == "one\ufffd[31m\ntwo"
        assert any("[b]x[/b]" in line for line in lines(app))
