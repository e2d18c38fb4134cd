"""What a program's invitation mail says."""

from collections.abc import Mapping

from tui_admin.portal.inviting import invitation_mail, invitations
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.mail.previews import Preview
from tui_admin.widgets.form import FormField

from ..place import Place
from ..session import Session
from .invitation_words import InvitationWordsScreen

BODY_HELP = "Markdown with fields: name program join_url program_url"


class InvitationTextScreen(InvitationWordsScreen):
    """`programs/SLUG/+invitation`."""

    HELP_TEXT = "What this program's invitation says; blank takes the organization's words. Below it is as one gets it."
    FIELDS = (
        FormField("subject", "Subject", help="Blank for the usual one."),
        FormField("body", "Text", help=BODY_HELP, tall=True),
    )

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1]

    def crumbs(self) -> tuple[str, ...]:
        """The program, its invitation."""
        return ("Programs", self.console.program_name(self.program), "Invitation mail")

    def read(self) -> tuple[Mapping[str, str], int | None]:
        """Its words, or the usual ones."""
        by = self.session.store, self.session.actor
        first = invitations.page_ids(*by, invitations.pending(self.program), self.now, 0, 1)
        text = invitation_mail.show(*by, self.program).text
        return {"subject": text.subject, "body": text.body}, first[0] if first else None

    def preview(self, values: Mapping[str, str], person: int) -> Preview:
        """As it is typed."""
        text, at = (values["subject"], values["body"]), Moments(self.now, self.session.clock())
        return invitation_mail.preview(self.session.store, self.session.actor, self.program, text, person, at)

    def as_one(self, values: Mapping[str, str]) -> str:
        """Subject and text."""
        return invitation_mail.as_one(values["subject"], values["body"])

    def write(self, values: Mapping[str, str], seen: str) -> str:
        """Keep it."""
        by, text = (self.session.store, self.session.actor, self.program), (values["subject"], values["body"])
        return invitation_mail.change(*by, *text, self.session.clock(), seen=seen)

    def home(self) -> Place:
        """Those who are invited."""
        return Place(("programs", self.program, "invitations"))
