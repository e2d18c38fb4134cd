"""The status line: what just happened, how far long work is, and every question. There are no toasts and no dialogs."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input

from .bars import bar
from .lines import Line
from .text import ELLIPSIS, ends, fit
from .text_prompt import TextPrompt

Tone = Literal["", "muted", "success", "warning", "error"]
_PROGRESS_SECONDS = 0.5
_BAR_CELLS = 12
_MOST_LINES = 3
"""As the styles of `StatusText` say."""
_END_OF = 3
"""Of the line of a sentence that is cut, this part keeps its end."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question: its key, the word beside the key, and whether enter and esc mean it (the safe one)."""

    key: str
    label: str
    safe: bool = False


class StatusText(Line):
    """The text; a sentence too long for one line takes up to three until it is read."""

    DEFAULT_CSS = """
    StatusText { height: auto; max-height: 3; min-height: 1; }
    """

    _is_whole = True

    def show(self, content: Content, *, whole: bool = True) -> None:
        """Draw this, or what of it fits on one line; lay out again only where it needs another number of lines."""
        before, was_whole = self._height, self._is_whole
        self._is_whole = whole
        super().show(content)
        if self._height != before:
            self.refresh(layout=True)
        elif whole != was_whole:
            self.refresh()

    def render(self) -> Content:
        """The text; on one line its middle gives way, for its end tells what can be done now."""
        content, width = super().render(), self.size.width
        if self._is_whole or content.cell_length <= width or width <= 0:
            return content
        tail = width // _END_OF
        first, second = ends(content.plain, width - 1 - tail, tail)
        return content[:first] + ELLIPSIS + content[second:]

    def on_resize(self) -> None:
        """Another width (a text prompt left the line): another number of lines."""
        if self._height != self.size.height:
            self.refresh(layout=True)

    @property
    def _height(self) -> int:
        return min(self.content_lines(self.size.width), _MOST_LINES) if self._is_whole else 1


class StatusLine(Horizontal, can_focus=True, can_focus_children=True):
    """Line 23. While it asks, it holds the focus and every key is an answer; then the focus goes back."""

    DEFAULT_CSS = """
    StatusLine { height: auto; width: 1fr; background: $background; }
    StatusLine.-typing TextPrompt { display: block; }
    StatusLine.-typing #status-text { width: auto; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = StatusText("status-text")
        self._input = TextPrompt("status-input")
        self._said = Content("")
        self._refused = self._is_read = self._shows_said = False
        self._answers: tuple[Answer, ...] = ()
        self._reply: asyncio.Future[str | None] | None = None
        self._progress: Content | None = None
        self._ticking = False

    def compose(self) -> ComposeResult:
        """The text, and the input that shows while a text is asked for."""
        yield self._text
        yield self._input

    def allow_focus(self) -> bool:
        """Only while it asks: tab goes past it."""
        return self.asking

    @property
    def asking(self) -> bool:
        """Whether a question waits for its answer."""
        return self._reply is not None and not self._reply.done()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """While it asks for an answer, no key means anything else, and the footer offers none."""
        return self.asking

    @property
    def content(self) -> Content:
        """What was last said; a screen that comes up shows what the one before it said."""
        return self._said

    def say(self, text: str, tone: Tone = "", undo: str = "") -> None:
        """Say what happened, in one sentence. `undo` is the key that takes it back, where one does."""
        parts: list[Content | tuple[str, str] | str] = [(_one_line(text), f"$console-{tone}" if tone else "")]
        if undo:
            parts += [" · ", (undo, "bold $console-key"), " undo"]
        self.repeat(Content.assemble(" ", *parts))
        self._refused = tone == "error"

    def forgive(self) -> bool:
        """Take away what could not be done, now that something else is done; whether there was such a sentence."""
        if not self._refused:
            return False
        self.repeat(Content(""))
        return True

    def repeat(self, content: Content, *, is_read: bool = False) -> None:
        """Show what another status line said, and where it `is_read` by now, what of it fits on one line."""
        self._said = content
        self._is_read = is_read
        self._refused = False
        self._progress = None
        self._show_said()

    def read(self) -> None:
        """What was said is read: rows are not to give way to it any longer."""
        self._is_read = True
        if self._shows_said:
            self._show_said()

    def _show_said(self) -> None:
        if not self.asking:
            self._shows_said = True
            self._text.show(self._said, whole=not self._is_read)

    def _show(self, content: Content) -> None:
        self._shows_said = False
        self._text.show(content)

    def hint(self, content: Content | None) -> None:
        """Show a passing hint (completions, the reason of an error) until None brings back what was said."""
        if content is None:
            self._show_said()
        elif not self.asking:
            self._show(content)

    def wait(self, text: str) -> None:
        """Say what is being waited for, without taking the place of what was said; an empty text ends that."""
        self.hint(Content.assemble((f" {_one_line(text)}", "$console-muted")) if text else None)

    def progress(self, label: str, done: int, total: int | None = None, note: str = "") -> None:
        """Show how far long work is, twice a second at most; `total` None where it is not known."""
        share = "" if not total else f" {bar(done / total, _BAR_CELLS)} "
        figures = f"{done:,}" if total is None else f"{done:,} / {total:,}"
        parts: list[Content | tuple[str, str] | str] = [f" {_one_line(label)}", (share or " ", "$console-key"), figures]
        if note:
            parts += [(f" · {note}", "$console-muted")]
        self._progress = Content.assemble(*parts)
        if not self._ticking:
            self._ticking = True
            self._draw_progress()
            self.set_timer(_PROGRESS_SECONDS, self._tick)

    def _tick(self) -> None:
        self._ticking = False
        self._draw_progress()

    def _draw_progress(self) -> None:
        if self._progress is not None and not self.asking:
            self._show(self._progress)

    async def ask(self, question: str, answers: tuple[Answer, ...]) -> str:
        """Ask on the line and wait; the key of the answer. Enter, esc and ctrl+g mean the safe one.

        Call it from an async worker: a handler that waits would stop its screen.
        """
        self._answers = answers
        parts: list[Content | tuple[str, str] | str] = [(f" {_one_line(question)}", "$console-warning")]
        for answer in answers:
            key = answer.key.upper() if answer.safe else answer.key
            parts += [" · ", (key, "bold $console-key"), f" {answer.label}"]
        return await self._wait(Content.assemble(*parts), self) or ""

    async def ask_text(
        self, prompt: str, value: str = "", suggester: Suggester | None = None, *, blank: bool = False
    ) -> str | None:
        """Ask for a text (a path, a name), offering `value`; None where the person leaves with esc, or gives none
        where it may not be `blank`.

        What a suggester proposes is shown after the cursor and taken with tab or right.
        """
        self._input.suggester = suggester
        self._input.value = value
        self._input.cursor_position = len(value)
        self.add_class("-typing")
        self._answers = ()
        try:
            text = await self._wait(Content.assemble((f" {_one_line(prompt)} ", "$console-warning")), self._input)
        finally:
            self.remove_class("-typing")
        return text if blank else text or None

    async def _wait(self, content: Content, focus: "StatusLine | TextPrompt") -> str | None:
        self._settle(None)
        self._reply = asyncio.get_running_loop().create_future()
        before = self.screen.focused
        self._show(content)
        focus.focus()
        try:
            return await self._reply
        finally:
            self._reply = None
            if self.is_attached:
                self._show_said()
                self.screen.set_focus(before if before is not None and before.is_attached else None)

    def on_key(self, event: events.Key) -> None:
        """While asking for an answer, a key is one or nothing."""
        if not self.asking or self.has_class("-typing"):
            return
        event.stop()
        event.prevent_default()
        safe = next((answer.key for answer in self._answers if answer.safe), "")
        if event.key in ("escape", "ctrl+g", "enter"):
            self._settle(safe)
            return
        pressed = (event.character or event.key).lower()
        if any(answer.key == pressed for answer in self._answers):
            self._settle(pressed)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter ends a text."""
        event.stop()
        self._settle(event.value.strip())

    def on_text_prompt_left(self) -> None:
        """No text."""
        self._settle(None)

    def on_unmount(self) -> None:
        """A screen that goes away answers its question with the safe answer."""
        self._settle(next((answer.key for answer in self._answers if answer.safe), None))

    def _settle(self, reply: str | None) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(reply)


def _one_line(text: str) -> str:
    return fit(text, 500).rstrip()
