"""The words of an invitation mail, written beside how it will look to one of those invited."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer

from tui_admin.portal.mail.previews import Preview
from tui_admin.rules.errors import ConsoleError
from tui_admin.widgets.form import Form, FormField

from ..base import ConsoleScreen
from ..deciding import write_seen
from ..place import Place
from ..session import Session
from ..styles import style
from .proof import ProofStep

_LOOK_AFTER = 0.3


class InvitationWordsScreen(ConsoleScreen):
    """Fields, and the mail below them. A subclass says which fields, and reads, previews and writes what is in them."""

    CSS_PATH: ClassVar = style("mail")
    FIELDS: ClassVar[tuple[FormField, ...]] = ()

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self._seen: str | None = None
        self._person: int | None = None
        self._timer: Timer | None = None

    def read(self) -> tuple[Mapping[str, str], int | None]:
        """What the fields hold now, and somebody invited. Called in a thread."""
        raise NotImplementedError

    def preview(self, values: Mapping[str, str], person: int) -> Preview:
        """The mail of what is typed, to somebody invited. Called in a thread."""
        raise NotImplementedError

    def as_one(self, values: Mapping[str, str]) -> str:
        """What is in the fields, as one text that can be compared."""
        return values["body"]

    def write(self, values: Mapping[str, str], seen: str) -> str:
        """Write it over what was seen, in a thread; the sentence that says so."""
        raise NotImplementedError

    def home(self) -> Place:
        """Where one goes from here."""
        raise NotImplementedError

    def body(self) -> ComposeResult:
        """The form, then the mail."""
        yield Form(self.FIELDS, "letter")
        yield ProofStep("proof")

    def on_mount(self) -> None:
        """Read what it says now."""
        super().on_mount()
        self.in_thread(self.read, self._begin)

    def _begin(self, found: tuple[Mapping[str, str], int | None]) -> None:
        values, self._person = found
        self._seen = self.as_one(values)
        self.query_one(Form).fill(values)
        if self._person is None:
            self.query_one(ProofStep).say("Nobody is invited at present: there is nobody to show it for.")
        self._look()

    @on(Form.Changed)
    def _changed(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(_LOOK_AFTER, self._look)

    def _look(self) -> None:
        if self._person is not None:
            values = self.query_one(Form).values
            self.in_thread(partial(self._preview, values, self._person), self._show, "preview")

    def _preview(self, values: Mapping[str, str], person: int) -> Preview | ConsoleError:
        try:
            return self.preview(values, person)
        except ConsoleError as error:
            return error

    def _show(self, found: Preview | ConsoleError) -> None:
        proof = self.query_one(ProofStep)
        if isinstance(found, ConsoleError):
            proof.say(self.worded(str(found)))
            return
        proof.show({"To": f"{found.name} <{found.address}>", "Subject": found.subject}, found.text)
        proof.say("So it looks to the one invited last · ctrl+s saves it for all to come")

    @on(Form.Submitted)
    @work(exclusive=True, group="act", exit_on_error=False)
    async def _save(self, event: Form.Submitted) -> None:
        if self._seen is None:
            self.say("Nothing was saved: what it says now is not read yet.", "error")
            return
        mine = self.as_one(event.values)
        said = await write_seen(self, partial(self.write, event.values), self._seen, mine)
        if said is not None:
            self.say(said, "success")
            self.console.changed()
            self.leave()

    @on(Form.Left)
    def leave(self) -> None:
        """Go back."""
        self.console.go(self.home())
