"""The organization's settings."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import select, update

from ..rules.errors import BadInput, UsageError
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..store.engine import Store
from ..store.tables import organization
from . import journal, lookup, rights

REMOVED_LEARNERS = ("keep", "hide")
"""Whether reports show removed learners."""

_DEFAULTS: Mapping[str, Any] = {"name": None, "time-zone": "UTC", "removed-learners": "keep"}


def show(store: Store, actor: Actor) -> dict[str, str | None]:
    """Every setting with its value, None where it is not set."""
    actor.require(Right.SETTINGS)
    columns = [organization.c[_column(key)] for key in KEYS]
    with store.read() as connection:
        row = connection.execute(select(*columns)).one_or_none()
    if row is None:
        return {key: _DEFAULTS.get(key) for key in KEYS}
    return {key: None if value is None else clean(str(value)) for key, value in zip(KEYS, row, strict=True)}


def change(store: Store, actor: Actor, key: str, value: str, now: Instant) -> str:
    """Change one setting; the sentence that says what changed. A blank value takes URL or contact away.

    Raises UsageError for an unknown key, BadInput for a value that cannot be, with the nearest that can.
    """
    actor.require(Right.SETTINGS)
    if key not in KEYS:
        raise UsageError(f"There is no setting {key!r}{lookup.nearest(key, list(KEYS))}; known: {', '.join(KEYS)}.")
    after = KEYS[key](value.strip())
    column = organization.c[_column(key)]
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.SETTINGS)
        before = connection.execute(select(column).with_for_update()).scalar_one()
        if before == after:
            return f"The {key} was {_told(after)} already"
        connection.execute(update(organization).values({column.name: after}))
        summary = f"Set {key} to {_told(after)}"
        details = {"key": key, "before": before, "after": after}
        journal.append(connection, actor, now, action="change settings", summary=summary, details=details)
    return summary


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
    if text and not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise BadInput(f"{clean(text)!r} is no web address; write https://…")
    return _plain(text).rstrip("/") or None


def _contact(text: str) -> str | None:
    return _plain(text) or None


def _removed_learners(text: str) -> str:
    if text not in REMOVED_LEARNERS:
        raise BadInput(f"Removed learners are kept in reports or hidden: write keep or hide, not {clean(text)!r}.")
    return text


def _plain(text: str) -> str:
    if clean(text) != text:
        raise BadInput(f"{clean(text)!r} holds characters that cannot be shown.")
    return text


KEYS: Mapping[str, Callable[[str], str | None]] = {
    "name": _name,
    "time-zone": _time_zone,
    "public-url": _url,
    "support-contact": _contact,
    "removed-learners": _removed_learners,
}
"""The settings by name, each with what makes its value of a text."""


def _column(key: str) -> str:
    return key.replace("-", "_")


def _told(value: object) -> str:
    return "none" if value is None else repr(value)
