"""The organization's settings."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from ..reports.pictures import Picture
from ..rules.errors import UsageError
from ..rules.roles import Actor, Right
from ..rules.times import Instant
from ..store.engine import Store
from ..store.tables import organization
from . import journal, lookup, pictures, rights
from .conflicts import Trace, as_seen, require_seen, told
from .setting_values import KEYS, Setting

ACTION = "change settings"


def show(store: Store, actor: Actor, *, tell: bool = False) -> dict[str, str | None]:
    """Every setting with its value, None where it is not set; pictures by their digests, or where it is to `tell`
    them, by what they are."""
    actor.require(Right.SETTINGS)
    columns = [organization.c[setting.column] for setting in KEYS.values()]
    with store.read() as connection:
        row = connection.execute(select(*columns)).one_or_none()
        values = [setting.default for setting in KEYS.values()] if row is None else row
        return {
            key: setting.unset
            if value is None
            else pictures.told(connection, value)
            if tell and setting.picture
            else as_seen(value)
            for (key, setting), value in zip(KEYS.items(), values, strict=True)
        }


def named(key: str) -> Setting:
    """The setting of this name. Raises UsageError where there is none, with the nearest and all that there are."""
    if key not in KEYS:
        raise UsageError(f"There is no setting {key!r}{lookup.nearest(key, list(KEYS))}; known: {', '.join(KEYS)}.")
    return KEYS[key]


def contrast_of(color: str) -> str:
    """What a brand color means for reading, as a clause; whoever asks."""
    return KEYS["brand-color"].follows(color)


def change(store: Store, actor: Actor, key: str, value: str | Picture, now: Instant, *, seen: str | None = None) -> str:
    """Change one setting; the sentence that says what changed, and what follows from it.

    A blank value takes away what need not be set. `seen` is the value that the writer saw it had, None for one who saw
    none. Raises UsageError for an unknown key, BadInput for a value that cannot be, with the nearest that can, Conflict
    where somebody changed it since it was seen.
    """
    actor.require(Right.SETTINGS)
    setting = named(key)
    after = None if setting.picture else setting.read(str(value).strip())
    column = organization.c[setting.column]
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.SETTINGS)
        if setting.picture:
            after = pictures.named(connection, value, now)
        before = connection.execute(select(column).with_for_update()).scalar_one()
        if before == after:
            return f"The {key} was {_said(connection, setting, after)} already"
        shown = _said(connection, setting, before)
        require_seen(connection, seen, before, f"The {key}", _trace(key, before), shown)
        connection.execute(update(organization).values({column.name: after}))
        summary = f"Set {key} to {_said(connection, setting, after)}"
        details = {"key": key, "before": before, "after": after}
        journal.append(connection, actor, now, action=ACTION, summary=summary, details=details)
        if setting.picture:
            pictures.drop_orphans(connection)
    return summary + setting.follows(after)


def _trace(key: str, value: object) -> Trace:
    wanted = (key, value, None)
    return Trace((ACTION,), lambda told: (told.get("key"), told.get("after"), told.get("contract")) == wanted)


def _said(connection: Connection, setting: Setting, value: Any) -> str:
    return pictures.told(connection, value) if setting.picture else told(value)


def take_back(
    connection: Connection, actor: Actor, entry: journal.Entry, now: Instant
) -> tuple[str, Mapping[str, object]]:
    """Give a setting the value it had before an entry, where it still is what the entry left."""
    actor.require(Right.SETTINGS)
    key, before, after = (entry.details[name] for name in ("key", "before", "after"))
    setting = named(key)
    column = organization.c[setting.column]
    held = connection.execute(select(column).with_for_update()).scalar_one()
    if held != after:
        raise UsageError(
            f"Entry {entry.id} cannot be undone: the {key} was changed since, to {_said(connection, setting, held)}."
        )
    connection.execute(update(organization).values({column.name: before}))
    return f"it is {_said(connection, setting, before)} again", {"key": key, "before": after, "after": before}
