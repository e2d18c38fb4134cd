"""The filter bar: filters while one types, says where an expression is wrong, completes fields and values."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tui_admin.rules.filters.completion import Completion, Option, ValueRequest, complete, unfinished
from tui_admin.rules.filters.errors import FilterError
from tui_admin.rules.filters.fields import FIELDS, Fields
from tui_admin.rules.filters.format import quote

from .commands import Command, bindings
from .lines import Line
from .text import shown

_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Tally:
    """What stands at the right of the bar: rows found (exactly or at least), all rows where that is known, marks,
    and the order where the table does not show it."""

    found: int = 0
    exact: bool = False
    total: int | None = None
    marked: int = 0
    hidden: int | None = 0
    order: str = ""

    def __str__(self) -> str:
        text = f"{self.found:,}" if self.exact else f"at least {self.found:,}"
        if self.total is not None and (self.total != self.found or not self.exact):
            text += f" of {self.total:,}"
        if self.order:
            text += f" · by {self.order}"
        if self.marked:
            text += f" · {self.marked:,} marked" + (f", {self.hidden:,} hidden" if self.hidden else "")
        return text


class FilterInput(Input):
    """The text field: keys that mean something to the bar go there first."""

    def highlight_error(self, start: int, length: int) -> None:
        """Underline a part of the text; a length of 0 at its start underlines nothing."""

        def underline(value: str | Text) -> Text:
            text = value.copy() if isinstance(value, Text) else Text(value)
            if length:
                text.stylize("underline bold", start, start + length)
            return text

        self.highlighter = underline  # type: ignore[assignment]
        self.refresh()


class FilterBar(Horizontal):
    """One line: `/`, the expression, and how many rows it finds. It `completes` fields and values unless it is plain
    words that one types. While it is empty it shows the `placeholder`.

    It posts `Changed` for every key and never parses: whoever reads rows parses in a thread, then calls `accepted` or
    `refuse`. While a field is only half typed it holds `Changed` back, until more is typed or the bar is left. What it
    wants to say goes out as `Hinted`, for the status line. Values are asked for with `ValuesWanted`.
    """

    class Changed(Message):
        """The expression is another one."""

        def __init__(self, bar: "FilterBar", text: str) -> None:
            super().__init__()
            self.bar = bar
            self.text = text

    class Left(Message):
        """The person is done with the bar."""

    class Hinted(Message):
        """Something to show on the status line, or None for nothing any more."""

        def __init__(self, content: Content | None) -> None:
            super().__init__()
            self.content = content

    class ValuesWanted(Message):
        """Values of a field that begin with a prefix are wanted; give them to `offer_values` with the same request."""

        def __init__(self, bar: "FilterBar", request: ValueRequest) -> None:
            super().__init__()
            self.bar = bar
            self.request = request

    OFFERS: ClassVar = (
        Command("take", "tab", "take", "Take the completion", "Put in the completion offered first.", "take", rank=2),
        Command(
            "leave-filter", "escape,enter,down", "leave", "To the list", "Go to the list; the filter stays.", "list"
        ),
        Command("clear-filter", "ctrl+u", "clear", "Clear the filter", "Show all rows; so does backspace on empty."),
    )
    BINDINGS = bindings(OFFERS)
    DEFAULT_CSS = """
    FilterBar { height: 1; width: 1fr; background: $background; }
    FilterBar #filter-sign { width: 3; color: $console-key; }
    FilterBar FilterInput { width: 1fr; background: $background; color: $console-text; }
    FilterBar FilterInput:focus { background: $background; background-tint: $background 0%; }
    FilterBar #filter-tally { width: auto; color: $console-muted; margin: 0 1 0 2; }
    """

    def __init__(
        self,
        value: str = "",
        id: str | None = None,
        *,
        completes: bool = True,
        fields: Fields = FIELDS,
        placeholder: str = "",
    ) -> None:
        super().__init__(id=id)
        self._completes = completes
        self._fields = fields
        self._field = FilterInput(value, placeholder, compact=True, select_on_focus=False, id="filter-input")
        self._field.cursor_blink = False
        self._tally = Line("filter-tally")
        self._sign = Line("filter-sign")
        self._completion: Completion | None = None
        self._options: tuple[Option, ...] = ()
        self._error: FilterError | None = None
        self._held = False
        self._heard = value

    def compose(self) -> ComposeResult:
        """Sign, field, tally."""
        yield self._sign
        yield self._field
        yield self._tally

    def on_mount(self) -> None:
        """Draw the sign."""
        self._sign.show(Content(" / "))

    @property
    def value(self) -> str:
        """The expression as typed."""
        return self._field.value

    @value.setter
    def value(self, text: str) -> None:
        self._field.value = text
        self._field.cursor_position = len(text)

    @property
    def active(self) -> bool:
        """Whether one types in it."""
        return self._field.has_focus

    @property
    def is_unheard(self) -> bool:
        """Whether whoever reads rows does not know yet what was typed."""
        return self._heard != self.value

    def hear(self, text: str) -> None:
        """What was typed is known now."""
        self._heard = text

    @property
    def wrong(self) -> bool:
        """Whether the expression cannot be followed."""
        return self._error is not None

    def demand(self) -> None:
        """Raise the FilterError of an expression that cannot be followed."""
        if self._error is not None:
            raise self._error

    @property
    def completion(self) -> str:
        """What tab would put in; empty for nothing."""
        return self._options[0].text if self.active and self._options else ""

    def enter(self) -> None:
        """Begin to type, where the expression ends: of a long one the end is shown."""
        self._field.focus()
        self._field.action_home()
        self._field.action_end()
        self._complete()

    def tell(self, tally: Tally) -> None:
        """Show how many rows there are."""
        self._tally.styles.width = len(str(tally))
        self._tally.show(Content(str(tally)))

    def accepted(self) -> None:
        """The expression was followed."""
        if self._error is not None:
            self._error = None
            self._field.highlight_error(0, 0)
        self._hint()

    def refuse(self, error: FilterError) -> None:
        """The expression is wrong: underline where, say why. The rows on screen stay those of the last good one."""
        self._error = error
        start = min(error.position, max(len(self.value) - 1, 0))
        self._field.highlight_error(start, max(error.length, 1))
        self._hint()

    def offer_values(self, request: ValueRequest, values: Sequence[tuple[str, int | None]]) -> None:
        """Offer values with the number of rows that have them; those of an older request are dropped."""
        if self._completion is None or self._completion.request != request:
            return
        if fixed := self._completion.options:
            counts = dict(values)
            self._options = tuple(replace(option, count=counts.get(option.text)) for option in fixed)
        else:
            self._options = tuple(Option(quote(value), count=count) for value, count in values)
        self._hint()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._held = self._completes and self.active and self._is_unfinished(event.value)
        if self._held:
            self.accepted()
        else:
            self.post_message(self.Changed(self, event.value))
        if self.active:
            self._complete()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_leave()

    @on(events.DescendantBlur)
    def _finished(self) -> None:
        """What was held back is meant as it stands."""
        if self._held:
            self._held = False
            self.post_message(self.Changed(self, self.value))

    def on_key(self, event: events.Key) -> None:
        """Backspace with nothing to delete clears and leaves."""
        if event.key == "backspace" and not self.value and self.active:
            event.stop()
            event.prevent_default()
            self.action_leave()

    def action_take(self) -> None:
        """Put in the first completion."""
        if self._completion is None or not self._options:
            return
        start, end = self._completion.span
        option = self._options[0].text
        before, after = self.value[:start] + option, self.value[end:]
        if not option.endswith(":") and not after:
            before += " "
        self._field.value = before + after
        self._field.cursor_position = len(before)

    def action_leave(self) -> None:
        """Back to the list."""
        self._completion, self._options = None, ()
        self._hint()
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Show all rows."""
        self.value = ""

    def _is_unfinished(self, text: str) -> bool:
        return unfinished(text, self._field.cursor_position, self._fields)

    def _complete(self) -> None:
        if not self._completes:
            return
        self._completion = complete(self.value, self._field.cursor_position, self._fields)
        self._options = self._completion.options if self._completion else ()
        self._hint()
        if self._completion is not None and self._completion.request is not None:
            self.post_message(self.ValuesWanted(self, self._completion.request))

    def _hint(self) -> None:
        self.post_message(self.Hinted(self._hint_content()))

    def _hint_content(self) -> Content | None:
        if not self.active:
            return None
        error = self._error
        wrong = Content.styled(f" {shown(str(error))}", "$console-warning") if error is not None else Content("")
        if not self._options:
            return wrong if wrong else None
        if error is not None and error.position + error.length < self._field.cursor_position:
            return Content.assemble(wrong, self._offered(1))
        # What is being typed is wrong until it is whole: how to make it whole comes first, and both stand there.
        room = self.size.width - wrong.cell_length - 2 if wrong else self.size.width * 2
        most = next((n for n in range(_OFFERED, 1, -1) if self._offered(n).cell_length <= room), 1)
        return Content.assemble(self._offered(most), " ·" if wrong else "", wrong)

    def _offered(self, most: int) -> Content:
        """The first completions: the one that tab puts in with what it means, others with their counts."""
        first, *others = self._options[:most]
        parts: list[Content | tuple[str, str] | str] = [(" tab", "bold $console-key"), " completes "]
        about = f" {shown(first.help)}" if first.help else ""
        parts += [(shown(first.text), "bold $console-key"), (_number(first) + about, "$console-muted")]
        for option in others:
            parts += ["  ", shown(option.text), (_number(option), "$console-muted")]
        return Content.assemble(*parts)


def _number(option: Option) -> str:
    return "" if option.count is None else f" {option.count:,}"
