"""A keyboard form: labelled fields one below the other, a sentence where something is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from .commands import Command, bindings
from .editor import Editor
from .lines import Line
from .text import fit

_LABEL_CELLS = 18


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. `check` gives the sentence that says what is wrong with a text, or nothing; `help` stands
    under the form while one is in the field. A `tall` field holds several lines and takes the height that is left."""

    key: str
    label: str
    value: str = ""
    help: str = ""
    check: Callable[[str], str] = lambda _text: ""
    tall: bool = False


class Form(Vertical):
    """Fields to fill in. Enter and the arrows go from field to field; enter in the last one, or ctrl+s anywhere, is
    done: if every field passes its check, `Submitted` has the texts, trimmed."""

    class Submitted(Message):
        """The form is filled in."""

        def __init__(self, form: "Form", values: Mapping[str, str]) -> None:
            super().__init__()
            self.form = form
            self.values = values

    class Changed(Message):
        """Something else stands in a field."""

        def __init__(self, form: "Form") -> None:
            super().__init__()
            self.form = form

    class Left(Message):
        """The person left the form."""

    OFFERS: ClassVar[tuple[Command, ...]] = (
        Command("save", "ctrl+s", "save", "Save", "Save what is filled in.", footer="save", rank=1),
        Command("next-field", "down", "next(1)", "Next field", "To the next field.", footer="next", rank=3),
        Command("previous-field", "up", "next(-1)", "Field before", "To the field before."),
        Command("leave-form", "escape", "leave", "Leave", "Leave the form; nothing is changed.", "leave", rank=2),
    )
    BINDINGS = bindings(OFFERS)
    DEFAULT_CSS = """
    Form { height: auto; width: 1fr; padding: 1 2 0 2; }
    Form Horizontal { height: 1; }
    Form .form-label { width: 20; color: $console-muted; }
    Form Input { width: 1fr; max-width: 60; background: $console-panel; color: $console-text; }
    Form .form-sentence { margin: 1 0 0 0; }
    Form.-tall { height: 1fr; padding: 0 2 0 1; }
    Form.-tall Input { max-width: 100%; }
    Form Horizontal.-tall { height: 1fr; min-height: 3; }
    Form.-tall .form-sentence { margin: 0; }
    """

    def __init__(self, fields: Sequence[FormField], id: str | None = None) -> None:
        super().__init__(id=id)
        self._fields = tuple(fields)
        self._inputs = [_entry(field) for field in fields]
        self.set_class(any(field.tall for field in fields), "-tall")
        self._refused: tuple[int, str] | None = None
        self._sentence = Line()
        self._sentence.add_class("form-sentence")

    def compose(self) -> ComposeResult:
        """A line for each field, then the sentence."""
        for field, entry in zip(self._fields, self._inputs, strict=True):
            with Horizontal(classes="-tall" if field.tall else ""):
                label = Line()
                label.add_class("form-label")
                label.show(Content(fit(field.label, _LABEL_CELLS)))
                yield label
                yield entry
        yield self._sentence

    def on_mount(self) -> None:
        """Begin in the first field."""
        if self._inputs:
            self._inputs[0].focus()

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields, trimmed."""
        return {field.key: entry.value.strip() for field, entry in zip(self._fields, self._inputs, strict=True)}

    def refuse(self, key: str, sentence: str) -> None:
        """Say what is wrong with a field, and go there."""
        position = next((n for n, field in enumerate(self._fields) if field.key == key), 0)
        self._refused = (position, sentence)
        self._inputs[position].focus()
        self._explain(position)

    def action_next(self, step: int) -> None:
        """To another field."""
        position = (self._position() + step) % len(self._inputs)
        self._inputs[position].focus()

    def action_save(self) -> None:
        """Check every field, then tell."""
        values = self.values
        for field in self._fields:
            sentence = field.check(values[field.key])
            if sentence:
                self.refuse(field.key, sentence)
                return
        self._refused = None
        self._say("", "")
        self.post_message(self.Submitted(self, values))

    def action_leave(self) -> None:
        """Leave it."""
        self.post_message(self.Left())

    def fill(self, values: Mapping[str, str]) -> None:
        """Put texts into the fields named."""
        for field, entry in zip(self._fields, self._inputs, strict=True):
            if field.key in values:
                entry.value = values[field.key]

    def focus_field(self, key: str) -> None:
        """Go to a field."""
        self._inputs[next((n for n, field in enumerate(self._fields) if field.key == key), 0)].focus()

    @on(Input.Changed)
    @on(Editor.Changed)
    def _changed(self, event: Input.Changed | Editor.Changed) -> None:
        event.stop()
        self.post_message(self.Changed(self))

    @on(Editor.LeftBy)
    def _left_by(self, event: Editor.LeftBy) -> None:
        self.action_next(event.step)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        if self._position() == len(self._inputs) - 1:
            self.action_save()
        else:
            self.action_next(1)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what belongs in the field."""
        self._explain(self._position())

    def _explain(self, position: int) -> None:
        """What is wrong with a field, until one leaves it; else what belongs in it."""
        if self._refused is not None and self._refused[0] == position:
            self._say(self._refused[1], "$console-warning")
        else:
            self._refused = None
            self._say(self._fields[position].help, "$console-muted")

    def _position(self) -> int:
        return next((n for n, entry in enumerate(self._inputs) if entry.has_focus), 0)

    def _say(self, text: str, style: str) -> None:
        self._sentence.show(Content.assemble((fit(text, 200).rstrip(), style)) if text else Content(""))


def _entry(field: FormField) -> Input | Editor:
    if field.tall:
        return Editor(field.value)
    entry = Input(field.value, compact=True, select_on_focus=False)
    entry.cursor_blink = False
    return entry
