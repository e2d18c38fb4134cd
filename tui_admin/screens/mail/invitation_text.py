"""What a program's invitation mail says: written beside how it will look to one of those invited."""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.timer import Timer

from tui_admin.portal.inviting import invitation_mail, invitations
from tui_admin.portal.inviting.invitation_mail import InvitationMail
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.mail.previews import Preview
from tui_admin.rules.errors import ConsoleError
from tui_admin.widgets.form import Form, FormField

from ..base import ConsoleScreen
from ..place import Place
from ..session import Session
from ..styles import style
from .proof import ProofStep

_LOOK_AFTER = 0.3


class InvitationTextScreen(ConsoleScreen):
    """`programs/SLUG/+invitation`."""

    HELP_TEXT = "What this program's invitation says; blank takes the organization's words. Below it is as one gets it."
    CSS_PATH: ClassVar = style("mail")

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1]
        self._person: int | None = None
        self._timer: Timer | None = None

    def body(self) -> ComposeResult:
        """The form, then the mail."""
        yield Form(
            (
                FormField("subject", "Subject", help="Blank for the usual one."),
                FormField("body", "Text", help="Markdown with fields: name program join_url program_url", tall=True),
            ),
            "letter",
        )
        yield ProofStep("proof")

    def crumbs(self) -> tuple[str, ...]:
        """The program, its invitation."""
        return ("Programs", self.console.program_name(self.program), "Invitation mail")

    def on_mount(self) -> None:
        """Read what it says now."""
        super().on_mount()
        self.in_thread(self._read, self._begin)

    def _read(self) -> tuple[InvitationMail, int | None]:
        by = self.session.store, self.session.actor
        first = invitations.page_ids(*by, invitations.pending(self.program), self.now, 0, 1)
        return invitation_mail.show(*by, self.program), first[0] if first else None

    def _begin(self, found: tuple[InvitationMail, int | None]) -> None:
        mail, self._person = found
        self.query_one(Form).fill({"subject": mail.text.subject, "body": mail.text.body})
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
        text, at = (values["subject"], values["body"]), Moments(self.now, self.session.clock())
        try:
            return invitation_mail.preview(self.session.store, self.session.actor, self.program, text, person, at)
        except ConsoleError as error:
            return error

    def _show(self, found: "Preview | ConsoleError") -> None:
        proof = self.query_one(ProofStep)
        if isinstance(found, ConsoleError):
            proof.say(str(found))
            return
        proof.show({"To": f"{found.name} <{found.address}>", "Subject": found.subject}, found.text)
        proof.say("So it looks to the one invited last · ctrl+s saves it for all to come")

    @on(Form.Submitted)
    @work(exclusive=True, group="act", exit_on_error=False)
    async def _save(self, event: Form.Submitted) -> None:
        by, values = (self.session.store, self.session.actor, self.program), event.values
        said = await asyncio.to_thread(
            invitation_mail.change, *by, values["subject"], values["body"], self.session.clock()
        )
        self.say(said, "success")
        self.console.changed()
        self._leave()

    @on(Form.Left)
    def _leave(self) -> None:
        self.console.go(Place(("programs", self.program, "invitations")))
