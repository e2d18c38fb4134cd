"""What a program's settings may be: made of a text, or refused with a way out."""

import re
from functools import partial

from ..rules import schedules
from ..rules.errors import BadInput
from ..rules.text import clean
from .setting_values import check_invitation

_MOST_COURSES = 1_000_000
_URL = re.compile(r"https?://[^\s/]+\S*").fullmatch


def program_name(text: str) -> str:
    """A program's name."""
    name = _plain("name", text)
    if not name:
        raise BadInput("A program needs a name.")
    return name


def tagline(text: str) -> str | None:
    """The line below the name."""
    return _plain("tagline", text) or None


def url(text: str) -> str | None:
    """The address of the program's own page."""
    address = _plain("url", text)
    if address and not _URL(address):
        raise BadInput(f"{address!r} is no web address; write https://…")
    return address or None


def enrollment_limit(text: str) -> int | None:
    """In how many courses a learner may be at most."""
    given = text.strip()
    if not given:
        return None
    if not re.fullmatch("[0-9]{1,7}", given) or not 1 <= int(given) <= _MOST_COURSES:
        raise BadInput(f"The enrollment limit is a whole number from 1 on, or blank for none, not {clean(given)!r}.")
    return int(given)


def invitation(**written: str) -> dict[str, str | None]:
    """What a program writes in its invitations, `subject`, `body` or both, by column; blank: what is usual.

    Raises BadInput for what is wrong with it.
    """
    words = {name: text.strip() or None for name, text in written.items()}
    subject = words.get("subject")
    if subject and clean(subject) != subject:
        raise BadInput(f"The subject holds characters that cannot be shown: {clean(subject)!r}.")
    check_invitation(subject, words.get("body"))
    return {f"invitation_{name}": text for name, text in words.items()}


def place(text: str, programs: int) -> int:
    """A place in the order of so many programs, from 1 on."""
    given = text.strip()
    if not re.fullmatch("[0-9]{1,6}", given) or not 1 <= int(given) <= programs:
        raise BadInput(f"The order is a place from 1 to {programs:,}, not {clean(given)!r}.")
    return int(given)


def report_schedule(text: str) -> str | None:
    """Weekdays and hours in their usual form."""
    return schedules.told(schedules.parse(text)) or None


def _part(name: str, text: str) -> str | None:
    return invitation(**{name: text})[f"invitation_{name}"]


invitation_subject, invitation_body = partial(_part, "subject"), partial(_part, "body")


def _plain(key: str, text: str) -> str:
    given = text.strip()
    if clean(given) != given:
        raise BadInput(f"The {key} holds characters that cannot be shown: {clean(given)!r}.")
    return given
