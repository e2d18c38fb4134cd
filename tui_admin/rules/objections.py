"""Why a mail that waited is not sent after all: what became of its recipient meanwhile, or of its time."""

from dataclasses import dataclass

from .mailing import LIST_MAIL, MailState, Purpose
from .times import Instant


@dataclass(frozen=True, slots=True)
class Standing:
    """How the recipient of a mail stands at the moment it is to be sent. `known` is False for an administrator, and
    for a person whose record is gone; `about_person` tells that the mail was made for a learner."""

    about_person: bool
    known: bool
    opted_out: bool
    suppressed: bool
    expires_at: Instant | None


def objection(purpose: Purpose, standing: Standing, now: Instant) -> tuple[MailState, str] | None:
    """How the mail ends instead of being sent, and why in words; None where nothing speaks against it."""
    if standing.about_person and not standing.known:
        return MailState.CANCELLED, "the person was erased"
    if standing.suppressed:
        return MailState.SUPPRESSED, "the address is on the suppression list"
    if standing.opted_out and purpose in LIST_MAIL:
        return MailState.SUPPRESSED, "the person opted out"
    if standing.expires_at is not None and standing.expires_at <= now:
        return MailState.EXPIRED, "it waited too long to be worth sending"
    return None
