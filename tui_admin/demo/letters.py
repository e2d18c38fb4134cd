"""What the administrators of the demo wrote: when, to whom, in which words."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_

from ..mail.message import MessageText
from ..mail.system import default_text
from ..rules.audiences import Audience
from ..rules.mailing import Purpose
from ..rules.times import DAY, HOUR, MINUTE, Instant
from ..rules.triage import INACTIVE_AFTER, MembershipState
from ..store.tables import memberships
from .calendar import Calendar

Whom = Callable[[Instant], ColumnElement[bool]]
"""The condition that memberships fulfil to whom a letter goes, as of its moment."""

ADA, TEO, INES, JONAS, MIRELA = range(5)
"""Places of the administrators."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to people of one program; `weeks` ago, on a day of the week (0: Monday), at minutes after midnight UTC;
    negative weeks lie ahead. A `listed` one is the first invitation of people who came on a list, some of whom have
    joined since."""

    by: int
    program: int
    weeks: int
    weekday: int
    minutes: int
    purpose: Purpose
    whom: Whom
    text: MessageText
    listed: bool = False

    def moment(self, calendar: Calendar) -> Instant:
        """When it was sent, hours ago at the latest, or is to be."""
        moment = (calendar.monday(self.weeks) + self.weekday) * DAY + self.minutes * MINUTE
        return moment if self.weeks < 0 else min(moment, calendar.at - 3 * HOUR)


_column = memberships.c
_joined = _column.state == MembershipState.MEMBER


def _everybody(at: Instant) -> ColumnElement[bool]:
    return and_(_joined, _column.joined_at < at)


def _inactive(at: Instant) -> ColumnElement[bool]:
    return and_(_joined, _column.active_at <= at - INACTIVE_AFTER)


def _without_enrollment(at: Instant) -> ColumnElement[bool]:
    return and_(_joined, _column.enrolled == 0, _column.joined_at < at - 14 * DAY)


def _due(at: Instant) -> ColumnElement[bool]:
    return and_(_everybody(at), _column.next_deadline.between(at, at + 14 * DAY))


def _invited_since(days: int) -> Whom:
    """Those invited in the days before, whether they joined since or not."""

    def found(at: Instant) -> ColumnElement[bool]:
        answered = _column.joined_at.is_(None) | (_column.joined_at > at)
        invited = and_(_column.invited_at.between(at - days * DAY, at), _column.invitations_sent == 1)
        return and_(_column.state != MembershipState.DELETED_MEMBER, invited, answered)

    return found


def _pending(at: Instant) -> ColumnElement[bool]:
    return and_(_column.state == MembershipState.INVITED, _column.last_sent_at < at - 7 * DAY)


_INVITATION = default_text(Purpose.INVITATION)
_NUDGE = replace(default_text(Purpose.NUDGE), subject="One hour this week is enough")
_REMINDER = replace(default_text(Purpose.REMINDER), subject="Your first course is waiting")
_AGAIN = replace(_INVITATION, subject="Your place in {{ program }} is still free")
_OPEN = {"button_text": "Open the program", "button_url": "{{ program_url }}"}
_HOURS = MessageText(
    "Office hours with the mentors, every Thursday",
    """Hello {{ name | default("there") }},

from next week on, the mentors of **{{ program }}** are there for you **every Thursday from 15:00 to 16:30**. Bring
what you are stuck on, or listen to what others ask:

- no registration, come and go as you like
- recordings are in the program the day after

You are in {{ enrolled }} of its courses at present. See you on Thursday!
""",
    **_OPEN,
)
_DEADLINE = MessageText(
    "A deadline of yours is close",
    """Hello {{ name | default("there") }},

in **{{ program }}** something is due within two weeks. Open your course to see what, and until when.

Something in the way? Write to {{ support }}: an extension is easier before the day than after it.
""",
    **_OPEN,
)
_SUMMER = MessageText(
    "Before the summer: finish what you began",
    """Hello {{ name | default("there") }},

the courses you began in **{{ program }}** stay open over the summer, the mentors do not. If one more session gets you
to the end, now is the time.
""",
    **_OPEN,
)
_QUARTER = MessageText("Thank you for a good quarter", 'Hello {{ name | default("there") }},\n\n', **_OPEN)
_AUDIT = MessageText(
    "Before the audit",
    'Hello {{ name | default("there") }},\n\nplease finish *Security in Everyday Work* before the audit in\n',
)


def _nudges() -> list[Letter]:
    """A nudge every Monday morning, the large programs by turns; none within the quiet period, so that people may be
    reminded today."""
    turns = ((1, ADA), (2, INES), (3, TEO))
    return [
        Letter(turns[week % 3][1], turns[week % 3][0], week, 0, 7 * 60 + 30, Purpose.NUDGE, _inactive, _NUDGE)
        for week in range(7, 0, -1)
    ]


SENT: tuple[Letter, ...] = (
    Letter(JONAS, 4, 8, 2, 9 * 60 + 40, Purpose.INVITATION, _invited_since(60), _INVITATION, listed=True),
    Letter(TEO, 1, 4, 1, 8 * 60 + 12, Purpose.INVITATION, _invited_since(28), _INVITATION, listed=True),
    Letter(INES, 2, 1, 2, 13 * 60 + 20, Purpose.INVITATION, _invited_since(28), _INVITATION, listed=True),
    Letter(ADA, 1, 0, 0, 8 * 60 + 30, Purpose.INVITATION, _invited_since(28), _INVITATION, listed=True),
    Letter(INES, 2, 5, 2, 10 * 60 + 5, Purpose.CUSTOM, _everybody, _HOURS),
    Letter(MIRELA, 3, 4, 1, 8 * 60 + 50, Purpose.REMINDER, _without_enrollment, _REMINDER),
    Letter(ADA, 1, 3, 3, 9 * 60, Purpose.INVITATION, _pending, _AGAIN),
    Letter(MIRELA, 5, 2, 3, 7 * 60 + 45, Purpose.DEADLINE, _due, _DEADLINE),
    *_nudges(),
)
"""What was sent, and came to its end."""

AHEAD = Letter(ADA, 1, -2, 0, 7 * 60, Purpose.CUSTOM, _everybody, _SUMMER)
"""What is planned for a Monday, and held back."""

DRAFTS: tuple[tuple[int, Audience, MessageText], ...] = (
    (TEO, Audience("completed", "program:leading-teams"), _QUARTER),
    (MIRELA, Audience("none-completed", "program:security-essentials active>14d"), _AUDIT),
)
"""What is half written: by whom, to whom, what."""

STOPPED: tuple[tuple[int, int, int, str], ...] = (
    (ADA, 2, 80, "asked by telephone not to be written to"),
    (TEO, 3, 55, "on parental leave: HR asks for no mail"),
    (TEO, 6, 41, "shared mailbox of the training room"),
    (ADA, 5, 9, "works abroad, writes from another address"),
)
"""Addresses that nothing is sent to: by whom, of a member of which program, so many days ago, in whose words."""

HOUR_STOPPED = 13 * HOUR
"""When in the day they were put on the list."""
