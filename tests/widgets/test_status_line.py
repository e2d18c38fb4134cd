"""The status line: it says, asks, and never lets a key mean more than it says."""

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Static

from tests.widgets.hostile import HOSTILE, controls, lines
from tui_admin.widgets.controls import StripControls
from tui_admin.widgets.status_line import Answer, StatusLine
from tui_admin.widgets.text_prompt import TextPrompt
from tui_admin.widgets.themes import DARK, themes

ANSWERS = (Answer("y", "remove"), Answer("n", "keep", safe=True), Answer("p", "preview"))


class StatusApp(App[None]):
    """A focused thing and a status line."""

    BINDINGS = [("x", "ask", "ask"), ("t", "type", "type")]

    def __init__(self) -> None:
        self.strip = StripControls()
        super().__init__()
        for theme in themes():
            self.register_theme(theme)
        self.theme = DARK
        self.replies: list[Any] = []

    def get_line_filters(self) -> Any:
        return [*super().get_line_filters(), self.strip]

    def compose(self) -> ComposeResult:
        thing = Static("thing")
        thing.can_focus = True
        yield thing
        yield StatusLine("status")

    @property
    def status(self) -> StatusLine:
        return self.query_one(StatusLine)

    async def _ask(self) -> None:
        self.replies.append(await self.status.ask("Remove 312 members?", ANSWERS))

    async def _type(self) -> None:
        self.replies.append(await self.status.ask_text("Save as", "/tmp/x"))

    def action_ask(self) -> None:
        self.run_worker(self._ask())

    def action_type(self) -> None:
        self.run_worker(self._type())


@pytest.mark.parametrize(
    ("keys", "replies"),
    [
        (["y"], ["y"]),
        (["enter"], ["n"]),
        (["escape"], ["n"]),
        (["ctrl+g"], ["n"]),
        (["p"], ["p"]),
        (["q", "x", "tab", "Y"], ["y"]),
        (["q", "space"], []),
    ],
)
async def test_only_an_answer_answers_and_the_safe_one_is_the_default(keys: list[str], replies: list[str]) -> None:
    app = StatusApp()
    async with app.run_test(size=(80, 6)) as pilot:
        await pilot.press("tab", "x")
        await pilot.pause()
        assert "Remove 312 members? · y remove · N keep · p preview" in lines(app)[1]
        await pilot.press(*keys)
        await pilot.pause()
        assert app.replies == replies


async def test_the_focus_goes_back_and_what_was_said_stays() -> None:
    app = StatusApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.status.say("312 removed", "success", "u")
        await pilot.press("tab")
        before = app.focused
        await pilot.press("x", "n")
        await pilot.pause()
        assert app.focused is before
        assert lines(app)[1].strip() == "312 removed · u undo"


async def test_a_text_is_offered_changed_and_taken() -> None:
    app = StatusApp()
    async with app.run_test(size=(80, 6)) as pilot:
        await pilot.press("tab", "t")
        await pilot.pause()
        assert lines(app)[1].startswith(" Save as /tmp/x")
        await pilot.press("backspace", "a", "tab", "enter")
        await pilot.pause()
        for key in ("escape", "ctrl+g"):
            await pilot.press("t")
            await pilot.pause()
            await pilot.press(key)
            await pilot.pause()
        assert app.replies == ["/tmp/a", None, None]


async def test_tab_takes_what_is_proposed() -> None:
    app = StatusApp()
    async with app.run_test(size=(80, 6)) as pilot:
        prompt = app.status.query_one(TextPrompt)
        asked = app.run_worker(app.status.ask_text("Which?", suggester=SuggestFromList(["members"])))
        await pilot.pause()
        await pilot.press("m", "e")
        await pilot.pause(0.1)
        await pilot.press("tab")
        assert prompt.value == "members"
        await pilot.press("enter")
        assert await asked.wait() == "members"


async def test_progress_shows_how_far_it_is_and_gives_way_to_a_question() -> None:
    app = StatusApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.status.progress("Saving", 402, 556, "ctrl+g stops")
        await pilot.pause()
        assert lines(app)[1].startswith(" Saving ████████▋    402 / 556 · ctrl+g stops")
        await pilot.press("x")
        await pilot.pause()
        app.status.progress("Saving", 500, 556)
        await pilot.pause(0.6)
        assert "Remove 312" in lines(app)[1]


async def test_a_hint_passes() -> None:
    app = StatusApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.status.say("Said")
        app.status.hint(Content(" a hint"))
        await pilot.pause()
        assert lines(app)[1].strip() == "a hint"
        app.status.hint(None)
        await pilot.pause()
        assert lines(app)[1].strip() == "Said"


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_text_is_harmless_and_takes_three_lines_at_most(text: str) -> None:
    app = StatusApp()
    async with app.run_test(size=(80, 6)) as pilot:
        app.status.say(text)
        await pilot.pause()
        assert controls(app) == []
        assert app.status.size.height <= 3
        assert not "".join(lines(app)[4:]).strip()
