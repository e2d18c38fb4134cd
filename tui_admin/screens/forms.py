"""The forms of the console: a new program, a new contract. Each stands on a page of its own and is left with esc."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal import contracts, programs
from tui_admin.rules.errors import BadInput, ConsoleError
from tui_admin.widgets.form import Form, FormField
from tui_admin.widgets.lines import Line

from .base import ConsoleScreen
from .place import Place
from .styles import style


class FormScreen(ConsoleScreen):
    """One form. A subclass says what its fields are, and what saving them does."""

    CSS_PATH: ClassVar = style("forms")
    TITLE_TEXT: ClassVar[str] = ""

    def fields(self) -> Sequence[FormField]:
        """The fields."""
        raise NotImplementedError

    def save(self, values: Mapping[str, str]) -> str:
        """Write them, in a thread; the sentence that says what was done. A ConsoleError leaves the form as it is."""
        raise NotImplementedError

    def done(self) -> Place:
        """Where one goes once it is saved, or when the form is left."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """What it is for, and the form."""
        yield Line("form-title")
        yield Form(self.fields(), "form")

    def on_mount(self) -> None:
        """Begin."""
        super().on_mount()
        self.query_one("#form-title", Line).show(Content.assemble((f"  {self.TITLE_TEXT}", "bold")))

    @on(Form.Submitted)
    @work(exclusive=True, group="act", exit_on_error=False)
    async def submit(self, message: Form.Submitted) -> None:
        """Save, say so, and go back."""
        try:
            said = await asyncio.to_thread(self.save, message.values)
        except ConsoleError as error:
            message.form.refuse(self.blamed(str(error)), str(error))
            return
        self.say(said, "success")
        self.go_on()

    def go_on(self) -> None:
        """It is saved: what stands on other screens has changed."""
        self.console.changed()
        self.console.go(self.done())

    def blamed(self, _sentence: str) -> str:
        """The field to go to after a refusal."""
        return self.fields()[0].key

    @on(Form.Left)
    def leave(self) -> None:
        """Go back without saving."""
        self.console.go(self.done())


def needed(what: str):  # type: ignore[no-untyped-def]
    """A check that refuses a blank field."""
    return lambda text: "" if text.strip() else f"{what} is needed."


class NewProgramScreen(FormScreen):
    """`programs/+program`."""

    TITLE_TEXT = "A new program"
    HELP_TEXT = "Creates a program: a slug for addresses and files, a name for people, and the contracts it draws on."

    def fields(self) -> Sequence[FormField]:
        """Slug, name, contracts."""
        return (
            FormField("name", "Name", help="As people read it, such as Data Foundations.", check=needed("A name")),
            FormField("slug", "Slug", help="Short and lasting, such as data-101.", check=needed("A slug")),
            FormField("contracts", "Contracts", help="Names separated by semicolons; blank for none yet."),
        )

    def crumbs(self) -> tuple[str, ...]:
        """Programs, a new one."""
        return ("Programs", "New program")

    def save(self, values: Mapping[str, str]) -> str:
        """Create it."""
        session = self.session
        drawn = tuple(name.strip() for name in values["contracts"].split(";") if name.strip())
        programs.create(session.store, session.actor, values["slug"], values["name"], session.clock(), contracts=drawn)
        return f"Created program {values['name']}"

    def blamed(self, sentence: str) -> str:
        """Contracts are named in their refusals."""
        return "contracts" if "contract" in sentence else "slug"

    def done(self) -> Place:
        """Programs."""
        return Place(("programs",))


class NewContractScreen(FormScreen):
    """`programs/+contract`."""

    TITLE_TEXT = "A new contract"
    HELP_TEXT = "Creates a contract: purchased licenses with a first and a last day."

    def fields(self) -> Sequence[FormField]:
        """Name, licenses, days."""
        return (
            FormField("name", "Name", help="As on paper, such as Year 2.", check=needed("A name")),
            FormField("licenses", "Licenses", help="A whole number; blank while it is not known.", check=_count_fault),
            FormField("from", "First day", help="Such as 2026-01-31; blank while it is open.", check=_day_fault),
            FormField("to", "Last day", help="Such as 2026-12-31; blank while it is open.", check=_day_fault),
        )

    def crumbs(self) -> tuple[str, ...]:
        """Programs, a new contract."""
        return ("Programs", "New contract")

    def save(self, values: Mapping[str, str]) -> str:
        """Create it."""
        session = self.session
        contracts.create(
            session.store,
            session.actor,
            values["name"],
            session.clock(),
            licenses=_count(values["licenses"]),
            starts_on=_day(values["from"]),
            ends_on=_day(values["to"]),
        )
        return f"Created contract {values['name']}"

    def blamed(self, sentence: str) -> str:
        """The days where they are the wrong way round."""
        return "to" if "before it begins" in sentence else "licenses" if "Licenses" in sentence else "name"

    def done(self) -> Place:
        """Programs."""
        return Place(("programs",))


def _count(text: str) -> int | None:
    return int(text.replace(",", "")) if text else None


def _count_fault(text: str) -> str:
    if not text or (text.replace(",", "").isascii() and text.replace(",", "").isdecimal()):
        return ""
    return f"Licenses are a whole number, or blank where unknown, not {text}."


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(f"{text} is no day; write 2026-01-31.") from None


def _day_fault(text: str) -> str:
    try:
        _day(text)
    except BadInput as error:
        return str(error)
    return ""
