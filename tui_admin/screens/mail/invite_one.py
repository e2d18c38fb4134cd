"""Inviting one person by a form: the same verdicts as for a list."""

from collections.abc import Mapping, Sequence

from tui_admin.portal.inviting.inviting import open_inviting
from tui_admin.portal.inviting.places import Untold, Usual
from tui_admin.portal.inviting.plan import InviteRequest
from tui_admin.reports.people_files import Given
from tui_admin.rules.errors import BadInput
from tui_admin.widgets.form import FormField

from ..forms import FormScreen, needed
from ..place import Place

_YES, _NO = ("y", "yes"), ("n", "no")


class InviteOneScreen(FormScreen):
    """`programs/SLUG/+person`."""

    TITLE_TEXT = "Invite one person"
    HELP_TEXT = "Invites one person into the program, with the invitation mail or without."

    @property
    def program(self) -> str:
        """The slug of the program."""
        return self.place.segments[1]

    def fields(self) -> Sequence[FormField]:
        """Who, under which contract, with mail or not."""
        return (
            FormField("name", "Full name", help="As they are called.", check=needed("A name")),
            FormField("email", "E-mail", help="The address they join with.", check=needed("An e-mail address")),
            FormField("external_id", "External ID", help="Your own number for them; blank for none."),
            FormField("contract", "Contract", help="Needed only where the program draws on several."),
            FormField("mail", "Send the mail", "yes", help="yes or no.", check=_answer_fault),
        )

    def crumbs(self) -> tuple[str, ...]:
        """The program, one person."""
        return ("Programs", self.console.program_name(self.program), "Invite one")

    def save(self, values: Mapping[str, str]) -> str:
        """Invite, unless the row is refused."""
        session, now = self.session, self.session.clock()
        given = Given.person(values["name"], values["email"], values["external_id"])
        usual = Usual(self.program, values["contract"] or None)
        request = InviteRequest(given, usual, values["mail"].lower() in _YES)
        with open_inviting(session.store, session.actor, request) as inviting:
            try:
                plan = inviting.plan(now)
            except Untold as missing:
                raise BadInput(f"Name the contract: {', '.join(missing.choices)}.") from None
            said = "; ".join(row.reason or told.sentence for row in inviting.rows() for told in row.told)
            if not plan.count:
                raise BadInput(f"{values['email']} was not invited: {said}.")
            done = inviting.apply(now)
        warned = f" ({said})" if said else ""
        if done.queued:
            return f"Invited {values['name']}, a mail is queued{warned}. {self.console.mail.warning}".rstrip()
        why = "".join(f": {sentence}" for sentence in plan.warnings)
        return f"Invited {values['name']}, without a mail{warned}{why}"

    def blamed(self, sentence: str) -> str:
        """The contract where that is what is missing; else the address."""
        return "contract" if "contract" in sentence else "email"

    def go_on(self) -> None:
        """Deliver, and go back."""
        super().go_on()
        self.console.deliver()

    def done(self) -> Place:
        """The invitations."""
        return Place(("programs", self.program))


def _answer_fault(text: str) -> str:
    return "" if text.lower() in (*_YES, *_NO) else f"Write yes or no, not {text}."
