"""What every mail says of the organization, and in which words a mail of the portal's own is written."""

from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ...mail.compose import CompiledMessage, compile_message
from ...mail.message import Frozen, MessageText
from ...mail.system import default_text
from ...rules.errors import UsageError
from ...rules.mailing import SET_SENDER, Purpose
from ...rules.times import DAY, Instant
from ...store.tables import organization, programs

NO_SENDER = f"Mail needs an address it comes from: {SET_SENDER}"

NO_PAGES = "Invitations lead to the program's own URL: settings set public-url gives each a link of its own"

_OF_PAGES = {"join_url": "joining", "feedback_url": "feedback"}
"""Links that lead to the learner-facing pages."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The organization as mail needs it: what is frozen into messages, and what stays in the store."""

    frozen: Frozen
    signing_key: str
    zone: tzinfo
    quiet_period: Instant

    @property
    def domain(self) -> str:
        """The domain that mails come from."""
        return self.frozen.sender_address.rpartition("@")[2]


def letterhead(connection: Connection, *, sender_name: str | None = None, reply_to: str | None = None) -> Letterhead:
    """The organization as it stands, with a message's own sender name and reply address where it has some.

    Raises UsageError where no sender address is set.
    """
    row = connection.execute(select(organization)).one_or_none()
    if row is None or not row.sender_address:
        raise UsageError(NO_SENDER)
    frozen = Frozen(
        organization=row.name,
        sender_address=row.sender_address,
        sender_name=sender_name or row.sender_name,
        reply_to=reply_to or row.reply_to,
        color=row.brand_color,
        support_contact=row.support_contact,
        public_url=row.public_url,
        unsubscribe_url=row.unsubscribe_url,
    )
    return Letterhead(frozen, row.signing_key, ZoneInfo(row.time_zone), row.quiet_period_days * DAY)


def can_mail(connection: Connection) -> bool:
    """Whether an address is set that mail comes from."""
    return bool(connection.execute(select(organization.c.sender_address)).scalar_one_or_none())


def quiet_period(connection: Connection) -> Instant:
    """How long nobody gets a second reminder."""
    days = connection.execute(select(organization.c.quiet_period_days)).scalar_one_or_none()
    return (days or 0) * DAY


def compiled_with(head: Letterhead, text: MessageText, purpose: Purpose) -> CompiledMessage:
    """A text compiled with the letterhead. Raises BadInput for what is wrong with it, UsageError where it links to
    pages that there are none of."""
    compiled = compile_message(text, head.frozen, purpose)
    if not head.frozen.public_url and (pages := sorted(compiled.fields & set(_OF_PAGES))):
        raise UsageError(
            f"{{{{ {pages[0]} }}}} needs the address of the pages for {_OF_PAGES[pages[0]]}: "
            "tui-admin settings set public-url https://learn.example.org"
        )
    return compiled


def text_of(connection: Connection, purpose: Purpose, program_id: int | None = None) -> MessageText:
    """What a mail of the portal's own says: of an invitation what the program says, else what the organization does;
    the built-in words for all that nobody wrote."""
    if purpose is not Purpose.INVITATION:
        return default_text(purpose)
    set_up = connection.execute(select(organization.c.public_url, organization.c.default_invitation)).one_or_none()
    pages, body = set_up or (None, None)
    usual = default_text(purpose, pages=pages is not None)
    own = select(programs.c.invitation_subject, programs.c.invitation_body).where(programs.c.id == program_id)
    program = connection.execute(own).one_or_none()
    subject, said = (program.invitation_subject, program.invitation_body) if program else (None, None)
    return MessageText(subject or usual.subject, said or body or usual.body, usual.button_text, usual.button_url)
