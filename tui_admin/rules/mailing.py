"""The words of mail: what a mail is for, and how far a message and each mail of it got."""

from enum import StrEnum

from .times import DAY, Instant


class Purpose(StrEnum):
    """What a mail is for."""

    CUSTOM = "custom"
    INVITATION = "invitation"
    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    NUDGE = "nudge"
    PROGRAM_WELCOME = "program-welcome"
    COURSE_WELCOME = "course-welcome"
    SPECIALIZATION_WELCOME = "specialization-welcome"
    DEADLINE = "deadline"
    EXIT = "exit"
    LIST = "list"
    REPORT = "report"
    GRADEBOOK = "gradebook"
    LICENSE_ALERT = "license-alert"
    TEST = "test"


REMINDERS = frozenset({Purpose.REMINDER, Purpose.NUDGE, Purpose.DEADLINE})
"""Mails that urge somebody: nobody gets two of them within the quiet period."""

LIST_MAIL = frozenset({Purpose.CUSTOM, Purpose.NUDGE, Purpose.DEADLINE})
"""Mails somebody may opt out of: they carry unsubscribe headers, and an opt-out stops them."""

TO_ADMINISTRATORS = frozenset({Purpose.LIST, Purpose.REPORT, Purpose.GRADEBOOK, Purpose.LICENSE_ALERT, Purpose.TEST})
"""Mails to whoever asked for them, not to learners."""


class MessageState(StrEnum):
    """How far a message to many got. Counts are never kept beside it: they are those of its mails."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


LIVE = (MessageState.SCHEDULED, MessageState.SENDING)
"""Messages that a sender looks after."""


class MailState(StrEnum):
    """How far one mail to one person got."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    INFLIGHT = "inflight"
    DEFERRED = "deferred"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


WAITING = (MailState.QUEUED, MailState.DEFERRED)
"""Mails a sender may take once their time has come."""

HELD = (MailState.CLAIMED, MailState.INFLIGHT)
"""Mails a sender has in its hands."""

PENDING = frozenset({*WAITING, *HELD})
"""Mails that are not settled yet; those in doubt wait for a person, not for a sender."""


class InDoubt(StrEnum):
    """What becomes of a mail whose answer was lost: a person decides, it is sent again, or given up."""

    HOLD = "hold"
    RESEND = "resend"
    DROP = "drop"


EXPIRES_AFTER: dict[Purpose, Instant] = {
    Purpose.INVITATION: 5 * DAY,
    Purpose.CUSTOM: 5 * DAY,
    Purpose.EXIT: 5 * DAY,
}
"""Milliseconds after its time that a mail is still worth sending; a day for all others."""

SET_SENDER = "tui-admin settings set sender-address learning@example.org"
RESEND = "tui-admin invitations resend"
"""The commands that help where no address is set that mail comes from; a console says which keys do."""
