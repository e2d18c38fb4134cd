"""What stands below every mail: who sent it, why one gets it, whom to ask, and how to get no more of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..rules.mailing import Purpose
from ..rules.text import clean
from ..rules.web import contact_link
from .message import Frozen

_REASONS: Mapping[Purpose, str] = {
    Purpose.CUSTOM: "You get this mail because you take part in learning at {organization}.",
    Purpose.INVITATION: "You get this mail because {organization} invited you to learn.",
    Purpose.CONFIRMATION: "You get this mail because somebody gave your address to join a program of {organization}.",
    Purpose.REMINDER: "You get this mail because you joined a learning program of {organization}.",
    Purpose.NUDGE: "You get this mail because you began a course at {organization}.",
    Purpose.PROGRAM_WELCOME: "You get this mail because you joined a learning program of {organization}.",
    Purpose.COURSE_WELCOME: "You get this mail because you enrolled in a course at {organization}.",
    Purpose.SPECIALIZATION_WELCOME: "You get this mail because you enrolled in a specialization at {organization}.",
    Purpose.DEADLINE: "You get this mail because you are enrolled in a course at {organization}.",
    Purpose.EXIT: "You get this mail because you were in a learning program of {organization}.",
    Purpose.LIST: "You get this mail because you asked for this list at {organization}.",
    Purpose.REPORT: "You get this mail because you administer learning at {organization}.",
    Purpose.GRADEBOOK: "You get this mail because you asked for this gradebook at {organization}.",
    Purpose.LICENSE_ALERT: "You get this mail because you administer learning at {organization}.",
    Purpose.TEST: "You get this mail because a test was asked for at {organization}.",
}


@dataclass(frozen=True, slots=True)
class Footer:
    """`unsubscribe` is the link, None for mail that nobody opts out of."""

    organization: str
    reason: str
    support: str
    unsubscribe: str | None

    @property
    def support_link(self) -> str | None:
        """Where the support contact leads, if it is an address or a page."""
        return contact_link(self.support)

    def lines(self) -> Iterator[str]:
        """In plain text."""
        yield self.organization
        yield self.reason
        if self.support:
            yield f"Questions? {self.support}"
        if self.unsubscribe:
            yield f"Unsubscribe: {self.unsubscribe}"


def footer(frozen: Frozen, purpose: Purpose, unsubscribe: str | None) -> Footer:
    """The footer of a kind of mail."""
    organization = clean(frozen.organization)
    reason = _REASONS[purpose].format(organization=organization)
    return Footer(organization, reason, clean(frozen.support_contact or ""), unsubscribe)
