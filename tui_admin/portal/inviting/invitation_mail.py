"""What a program's invitation mail says: its own words or the usual ones, changed with a look at how it will be."""

from dataclasses import dataclass

from sqlalchemy import Connection

from ...mail.message import MessageText
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store.engine import Store
from .. import lookup, program_settings, program_values, rights
from ..mail import previews
from ..mail.audiences import Moments
from ..mail.drafts import Draft
from ..mail.letterhead import text_of
from ..mail.previews import Preview


@dataclass(frozen=True, slots=True)
class InvitationMail:
    """What the invitations to a program say; `own_subject` and `own_body` tell what the program wrote itself."""

    text: MessageText
    own_subject: bool
    own_body: bool


def show(store: Store, actor: Actor, slug: str) -> InvitationMail:
    """What the invitations to a program say now."""
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.INVITE, slug)
        text = text_of(connection, Purpose.INVITATION, program.id)
    return InvitationMail(text, bool(program.invitation_subject), bool(program.invitation_body))


def as_one(subject: str, body: str) -> str:
    """Subject and body in one text, as a writer saw them."""
    return f"{subject}\n\n{body}"


def change(
    store: Store, actor: Actor, slug: str, subject: str, body: str, now: Instant, *, seen: str | None = None
) -> str:
    """Change what the invitations to a program say, at the clock's moment `now`; the sentence that says so.

    Blank, or what is usual word for word, takes the program's own words away. `seen` is what the writer saw that they
    say (`as_one`), None for one who saw nothing. Raises BadInput for what is wrong, Conflict where somebody changed
    them since they were seen.
    """
    actor.require(Right.PROGRAM_SETTINGS)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.PROGRAM_SETTINGS)
        program = lookup.program(connection, actor, Right.PROGRAM_SETTINGS, slug, hold=True)
        said = text_of(connection, Purpose.INVITATION, program.id)
        program_settings.check_invitation_seen(connection, program, as_one(said.subject, said.body), seen)
        words = program_values.invitation(**_own(connection, subject, body))
        return program_settings.change_invitation(connection, actor, program, words, now)


def preview(store: Store, actor: Actor, slug: str, text: tuple[str, str], membership_id: int, at: Moments) -> Preview:
    """Subject and body as they are typed, filled for a pending person of the program; blank ones are the usual words.

    Raises BadInput for what is wrong with them, and where the actor has no such person.
    """
    with store.read() as connection:
        lookup.program(connection, actor, Right.INVITE, slug)
        usual = text_of(connection, Purpose.INVITATION)
    subject, body = (typed.strip() or words for typed, words in zip(text, (usual.subject, usual.body), strict=True))
    draft = Draft(
        subject=subject,
        body=body,
        button_text=usual.button_text or "",
        button_url=usual.button_url or "",
        purpose=Purpose.INVITATION,
    )
    return previews.preview(store, actor, draft, membership_id, at)


def _own(connection: Connection, subject: str, body: str) -> dict[str, str]:
    usual = text_of(connection, Purpose.INVITATION)
    typed = {"subject": (subject, usual.subject), "body": (body, usual.body)}
    return {name: "" if words.strip() == known.strip() else words for name, (words, known) in typed.items()}
