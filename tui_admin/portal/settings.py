"""The organization's settings."""

from typing import Any

from sqlalchemy import select, update

from ..rules.errors import UsageError
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..store.engine import Store
from ..store.tables import organization
from . import journal, lookup, rights
from .setting_values import KEYS, Setting, told


def show(store: Store, actor: Actor) -> dict[str, str | None]:
    """Every setting with its value, None where it is not set."""
    actor.require(Right.SETTINGS)
    columns = [organization.c[setting.column] for setting in KEYS.values()]
    with store.read() as connection:
        row = connection.execute(select(*columns)).one_or_none()
    values = [setting.default for setting in KEYS.values()] if row is None else row
    return {key: _shown(value) for key, value in zip(KEYS, values, strict=True)}


def named(key: str) -> Setting:
    """The setting of this name. Raises UsageError where there is none, with the nearest and all that there are."""
    if key not in KEYS:
        raise UsageError(f"There is no setting {key!r}{lookup.nearest(key, list(KEYS))}; known: {', '.join(KEYS)}.")
    return KEYS[key]


def change(store: Store, actor: Actor, key: str, value: str, now: Instant) -> str:
    """Change one setting; the sentence that says what changed, and what follows from it.

    A blank value takes away what need not be set. Raises UsageError for an unknown key, BadInput for a value that
    cannot be, with the nearest that can.
    """
    actor.require(Right.SETTINGS)
    setting = named(key)
    after = setting.read(value.strip())
    column = organization.c[setting.column]
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.SETTINGS)
        before = connection.execute(select(column).with_for_update()).scalar_one()
        if before == after:
            return f"The {key} was {told(after)} already"
        connection.execute(update(organization).values({column.name: after}))
        summary = f"Set {key} to {told(after)}"
        details = {"key": key, "before": before, "after": after}
        journal.append(connection, actor, now, action="change settings", summary=summary, details=details)
    return summary + setting.follows(after)


def _shown(value: Any) -> str | None:
    return None if value is None else "\n".join(map(clean, str(value).split("\n")))
