"""Whom a mail is not sent to, and the words for why."""

from collections.abc import Mapping
from enum import StrEnum

from .mailing import REMINDERS, Purpose
from .triage import MembershipState


class LeftOut(StrEnum):
    """Why somebody who would get a mail does not, in the words a person reads; the first that holds counts."""

    GONE = "not in your programs any more"
    INVITED_ONLY = "not invited, or joined already"
    MEMBERS_ONLY = "not a member"
    FORMER_ONLY = "still a member"
    NO_ADDRESS = "no address"
    SUPPRESSED = "on the suppression list"
    BOUNCED = "bounced before"
    OPTED_OUT = "opted out"
    QUIET = "reminded within the quiet period"
    TWICE = "written to for another program already"


def blank(field: str) -> str:
    """Why somebody is left out of whom a field of the text is not known."""
    return f"no {field.replace('_', ' ')}, which the text needs"


class Suppression(StrEnum):
    """Why nothing is sent to an address: its mail came back for good, or an administrator said so."""

    BOUNCED = "bounced"
    ADDED = "added"


_INVITED = (MembershipState.INVITED, LeftOut.INVITED_ONLY)
_MEMBERS = (MembershipState.MEMBER, LeftOut.MEMBERS_ONLY)

FITS: Mapping[Purpose, tuple[MembershipState, LeftOut]] = {
    Purpose.INVITATION: _INVITED,
    Purpose.CONFIRMATION: _INVITED,
    Purpose.EXIT: (MembershipState.DELETED_MEMBER, LeftOut.FORMER_ONLY),
    Purpose.REMINDER: _MEMBERS,
    Purpose.NUDGE: _MEMBERS,
    Purpose.DEADLINE: _MEMBERS,
    Purpose.PROGRAM_WELCOME: _MEMBERS,
    Purpose.COURSE_WELCOME: _MEMBERS,
    Purpose.SPECIALIZATION_WELCOME: _MEMBERS,
}
"""The state a membership must be in for a mail about it to make sense; a message of one's own fits everybody."""

ONE_EACH = REMINDERS | {Purpose.CUSTOM}
"""Mails of which a person in several programs gets one; the others are about one membership."""
