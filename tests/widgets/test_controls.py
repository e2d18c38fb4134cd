"""The last defence: no widget lets a control character out, not even one that was given raw data."""

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.filter import LineFilter
from textual.widgets import Input, Static

from tests.widgets.hostile import HOSTILE, controls, lines
from tui_admin.widgets.controls import StripControls


class RawApp(App[None]):
    """Puts data on screen without cleaning it."""

    def __init__(self, text: str) -> None:
        self.strip = StripControls()
        super().__init__()
        self.text = text

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), self.strip]

    def compose(self) -> ComposeResult:
        yield Static(Content(self.text.replace("\n", " ")))
        yield Input(self.text)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_no_control_leaves_the_console(text: str) -> None:
    app = RawApp(text)
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert controls(app) == []


async def test_harmless_text_stays_as_it_is() -> None:
    app = RawApp("Kovács Ágnes 田中 花子")
    async with app.run_test(size=(80, 10)) as pilot:
        await pilot.pause()
        assert lines(app)[0].startswith("Kovács Ágnes 田中 花子")
