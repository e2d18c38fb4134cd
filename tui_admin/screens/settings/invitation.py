"""What invitations say where a program says nothing of its own."""

from collections.abc import Mapping

from tui_admin.portal import settings
from tui_admin.portal.inviting import invitation_mail, invitations
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.mail.previews import Preview
from tui_admin.widgets.form import FormField

from ..mail.invitation_text import BODY_HELP
from ..mail.invitation_words import InvitationWordsScreen
from ..place import Place

_KEY = "default-invitation"


class DefaultInvitationScreen(InvitationWordsScreen):
    """`settings/+invitation`."""

    HELP_TEXT = "What invitations say unless a program has words of its own; blank for the usual ones."
    FIELDS = (FormField("body", "Text", help=f"{BODY_HELP}; blank: usual", tall=True),)

    program = ""

    def crumbs(self) -> tuple[str, ...]:
        """Settings, the invitation."""
        return ("Settings", "Invitation mail")

    def read(self) -> tuple[Mapping[str, str], int | None]:
        """The organization's words, and somebody invited to any program."""
        by = self.session.store, self.session.actor
        person = None
        for slug in self.console.facts.programs:
            first = invitations.page_ids(*by, invitations.pending(slug), self.now, 0, 1)
            if first:
                self.program, person = slug, first[0]
                break
        return {"body": settings.show(*by)[_KEY] or ""}, person

    def preview(self, values: Mapping[str, str], person: int) -> Preview:
        """As it is typed."""
        at = Moments(self.now, self.session.clock())
        return invitation_mail.preview(
            self.session.store, self.session.actor, self.program, ("", values["body"]), person, at
        )

    def write(self, values: Mapping[str, str], seen: str) -> str:
        """Keep it."""
        by = self.session.store, self.session.actor
        return settings.change(*by, _KEY, values["body"], self.session.clock(), seen=seen)

    def home(self) -> Place:
        """The settings."""
        return Place(("settings",))
