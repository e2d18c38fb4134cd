"""The second step of the wizard: what the message says."""

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tui_admin.rules.mailing import Purpose
from tui_admin.rules.message_fields import known_to
from tui_admin.widgets.commands import Command
from tui_admin.widgets.form import Form, FormField
from tui_admin.widgets.lines import Line
from tui_admin.widgets.text import shown

_FIELDS_SHOWN = ("name", "program", "contract", "reason", "last_active", "join_url", "program_url")


def text_fields(purpose: Purpose = Purpose.CUSTOM) -> tuple[FormField, ...]:
    """What every message says, whoever gets it."""
    names = [name for name in _FIELDS_SHOWN if name in known_to(purpose)]
    fields = " ".join(names[1:])
    return (
        FormField("subject", "Subject", help="What people read first. It may hold fields too."),
        FormField(
            "body",
            "Text",
            help=f"Markdown; a single line break is a space. Fields: {{{{ name }}}} {fields}",
            tall=True,
        ),
        FormField("button_text", "Button", help="What the button says, such as Go on learning; blank for none."),
        FormField("button_url", "Button link", help="Where it leads: https://… or a field such as {{ program_url }}."),
    )


SENDER_FIELDS = (
    FormField("sender_name", "From name", help="The name people see; blank for the organization's."),
    FormField("reply_to", "Answers to", help="Where answers go; blank for the organization's address."),
)


class LetterForm(Form):
    """The form of a letter: there is nothing to save, the draft saves itself."""

    OFFERS: ClassVar[tuple[Command, ...]] = tuple(
        command for command in Form.OFFERS if command.name not in ("save", "leave-form")
    )


class DetailsStep(Vertical):
    """A form that tells with every change what stands in it."""

    class Changed(Message):
        """Something else is written."""

        def __init__(self, values: Mapping[str, str]) -> None:
            super().__init__()
            self.values = values

    class Done(Message):
        """On to the next step."""

    class Left(Message):
        """Back to the step before."""

    DEFAULT_CSS = """
    DetailsStep { height: 1fr; width: 1fr; }
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._form = LetterForm((*text_fields(), *SENDER_FIELDS), "letter")
        self._fault = Line("letter-fault")
        self._filled: Mapping[str, str] = {}

    def compose(self) -> ComposeResult:
        """The form, and what is wrong with the text."""
        yield self._form
        yield self._fault

    def fill(self, values: Mapping[str, str]) -> None:
        """Begin with what the draft says."""
        self._filled = values
        self._form.fill(values)

    def enter(self) -> None:
        """Type where something is missing yet."""
        values = self._form.values
        self._form.focus_field("subject" if not values["subject"] else "body")

    def fault(self, sentence: str) -> None:
        """Say what is wrong with the text, or nothing any more."""
        content = Content.assemble((f" {shown(sentence)}", "$console-warning")) if sentence else Content("")
        self._fault.show(content)

    @on(Form.Changed)
    def _changed(self, event: Form.Changed) -> None:
        event.stop()
        values = event.form.values
        if values != self._filled:
            self._filled = values
            self.post_message(self.Changed(values))

    @on(Form.Submitted)
    def _done(self, event: Form.Submitted) -> None:
        event.stop()
        self.post_message(self.Done())

    @on(Form.Left)
    def _left(self, event: Form.Left) -> None:
        event.stop()
        self.post_message(self.Left())
