"""What each setting may be: made of a text, or refused with a way out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from ..mail.compose import compile_message
from ..mail.headers import checked_address
from ..mail.message import TOKEN_MARK, Frozen, MessageText
from ..mail.system import default_text
from ..rules import colors
from ..rules.addresses import canonical
from ..rules.errors import BadInput
from ..rules.mailing import Purpose
from ..rules.skills import parameters
from ..rules.text import clean
from ..rules.web import is_link
from . import lookup

REMOVED_LEARNERS = ("keep", "hide")
"""Whether reports show removed learners."""

LONGEST_QUIET_PERIOD = 365

EARLIEST_DEADLINE_MAIL = 90
"""Days before a deadline that members are written to at the earliest."""

LONGEST_RETENTION = 3650
"""Days that reports are kept at the longest."""

ON, OFF = "on", "off"
"""Whether mails of a kind are sent: what license alerts are set to, and deadline mails so that there are none."""

_LONGEST_URL = 500
_HOST = re.compile(r"https?://[^/?#]+").match


def _nothing(value: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting: its column, what makes a value of a text, what holds before an organization is made, and what else is
    to be said once it is set. A `picture` is a file, kept by its digest. `unset` is told in the place of nothing: what
    holds then."""

    column: str
    read: Callable[[str], str | int | None]
    default: str | int | None = None
    follows: Callable[[Any], str] = _nothing
    picture: bool = False
    unset: str | None = None


def _name(text: str) -> str:
    if not text:
        raise BadInput("An organization needs a name.")
    return _plain(text)


def _time_zone(text: str) -> str:
    zones = available_timezones()
    by_folded = {zone.casefold(): zone for zone in zones}
    name = by_folded.get(text.casefold().replace(" ", "_"))
    if name is None:
        places = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(zones) if "/" in zone}
        named = places.get(text.casefold().replace(" ", "_"))
        hint = f"; the nearest is {named!r}" if named else lookup.nearest(text, sorted(zones))
        raise BadInput(f"{clean(text)!r} is no time zone{hint}.")
    return ZoneInfo(name).key


def _url(text: str) -> str | None:
    if not text:
        return None
    url = _link(text)
    if "?" in url or "#" in url:
        raise BadInput(f"{url!r} cannot be added to: leave out what follows ? or #.")
    return url.rstrip("/")


def _link(text: str) -> str:
    if not _HOST(text):
        raise BadInput(f"{clean(text)!r} is no web address; write https://…")
    if not is_link(text) or len(text) > _LONGEST_URL:
        raise BadInput(
            f"{clean(text)!r} cannot stand in mails: write it without blanks and in ASCII, as a browser copies it, "
            f"with at most {_LONGEST_URL} characters."
        )
    return text


def _unsubscribe_url(text: str) -> str | None:
    if not text:
        return None
    if text.count(TOKEN_MARK) != 1 or not text.startswith("https://"):
        raise BadInput(f"Write https://… with {TOKEN_MARK} once, where the learner's token goes, not {clean(text)!r}.")
    before, after = text.split(TOKEN_MARK)
    if not re.fullmatch(r"https://[^/?#]+[/?#].*", before):
        raise BadInput(f"{TOKEN_MARK} comes behind the host, as in https://example.org/stop/{TOKEN_MARK}.")
    _link(before + after)
    return text


def _color(text: str) -> str | None:
    color = colors.parse(text)
    if text and color is None:
        raise BadInput(f"{clean(text)!r} is no color; write #rrggbb, such as #1c4f9c.")
    return color


def _contrast(color: str | None) -> str:
    if color is None:
        return ""
    on_it, link = colors.text_on(color), colors.readable(color, colors.WHITE)
    name = "white" if on_it == colors.WHITE else "black"
    shade = "links in it" if link == color else f"links are {link}"
    return (
        f"; text on it is {name} (contrast {colors.contrast(on_it, color):.1f}:1), "
        f"{shade} ({colors.contrast(link, colors.WHITE):.1f}:1 on white)"
    )


def _address(text: str) -> str | None:
    return checked_address(canonical(text)) if text else None


def _quiet_period(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > LONGEST_QUIET_PERIOD:
        raise BadInput(f"The quiet period is a number of days from 0 to {LONGEST_QUIET_PERIOD}, not {clean(text)!r}.")
    return int(text)


def _retention(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= LONGEST_RETENTION:
        raise BadInput(f"Reports are kept for a number of days from 1 to {LONGEST_RETENTION}, not {clean(text)!r}.")
    return int(text)


def _deadline_mails(text: str) -> int | None:
    if text.casefold() in ("", OFF):
        return None
    if not re.fullmatch(r"[0-9]{1,2}", text) or not 1 <= int(text) <= EARLIEST_DEADLINE_MAIL:
        raise BadInput(
            f"Deadline mails go out 1 to {EARLIEST_DEADLINE_MAIL} days before, or are {OFF}; not {clean(text)!r}."
        )
    return int(text)


def _license_alerts(text: str) -> str:
    if text.casefold() not in (ON, OFF):
        raise BadInput(f"License alerts are mailed or not: write {ON} or {OFF}, not {clean(text)!r}.")
    return text.casefold()


def _producing(days: int | None) -> str:
    return "" if days is None else "; tui-admin worker looks every hour whom to write to"


def _skill_parameters(text: str) -> str | None:
    """Parameters as they are written whole; blank where they are the usual ones."""
    found = parameters.parse(text)
    return None if found == parameters.Parameters() else str(found)


def _rating_anew(_value: str | None) -> str:
    return "; tui-admin skills rate rates all attempts by it"


def _invitation(text: str) -> str | None:
    """A body for invitations; it is compiled, so that what is wrong with it is told now."""
    check_invitation(None, text)
    return text or None


def check_invitation(subject: str | None, body: str | None) -> None:
    """Compile what an organization or a program writes in its invitations, the usual words for what it does not.

    Raises BadInput for what is wrong with it.
    """
    usual = default_text(Purpose.INVITATION)
    text = MessageText(subject or usual.subject, body or usual.body, usual.button_text, usual.button_url)
    sample = Frozen("Sample", "sample@example.org", support_contact="sample@example.org")
    compile_message(text, sample, Purpose.INVITATION)


def _line(text: str) -> str | None:
    return _plain(text) or None


def _removed_learners(text: str) -> str:
    if text not in REMOVED_LEARNERS:
        raise BadInput(f"Removed learners are kept in reports or hidden: write keep or hide, not {clean(text)!r}.")
    return text


def _plain(text: str) -> str:
    if clean(text) != text:
        raise BadInput(f"{clean(text)!r} holds characters that cannot be shown.")
    return text


KEYS: Mapping[str, Setting] = {
    "name": Setting("name", _name),
    "time-zone": Setting("time_zone", _time_zone, "UTC"),
    "public-url": Setting("public_url", _url),
    "support-contact": Setting("support_contact", _line),
    "removed-learners": Setting("removed_learners", _removed_learners, "keep"),
    "report-retention": Setting("report_retention_days", _retention, 90),
    "brand-color": Setting("brand_color", _color, follows=_contrast),
    "logo": Setting("logo", _line, picture=True),
    "banner": Setting("banner", _line, picture=True),
    "sender-name": Setting("sender_name", _line),
    "sender-address": Setting("sender_address", _address),
    "reply-to": Setting("reply_to", _address),
    "unsubscribe-url": Setting("unsubscribe_url", _unsubscribe_url),
    "quiet-period": Setting("quiet_period_days", _quiet_period, 7),
    "deadline-mails": Setting("deadline_mail_days", _deadline_mails, follows=_producing),
    "license-alerts": Setting("license_alerts", _license_alerts, ON),
    "skill-parameters": Setting(
        "skill_parameters", _skill_parameters, follows=_rating_anew, unset=str(parameters.Parameters())
    ),
    "default-invitation": Setting("default_invitation", _invitation),
}
"""The settings by name."""
