"""What an administrator chose on a screen, such as its columns: kept until chosen again, and seen by nobody else."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from ..rules.roles import Actor, Right
from ..store.engine import Store
from ..store.tables import preferences
from .rights import renewed


def load(store: Store, actor: Actor) -> dict[str, dict[str, Any]]:
    """The administrator's own choices, by screen."""
    actor.require(Right.READ)
    query = select(preferences.c.screen, preferences.c.value).where(preferences.c.owner == actor.email)
    with store.read() as connection:
        return {screen: json.loads(value) for screen, value in connection.execute(query)}


def keep(store: Store, actor: Actor, screen: str, choices: Mapping[str, Any]) -> bool:
    """Keep what was chosen on a screen (what JSON can hold), in place of what was chosen before; whether it was kept.

    A store opened to read only, or not there yet, keeps nothing; that is no error.
    """
    actor.require(Right.READ)
    if store.read_only or not store.exists:
        return False
    with store.write() as connection:
        renewed(connection, actor)
        mine = preferences.c.owner == actor.email, preferences.c.screen == screen
        connection.execute(delete(preferences).where(*mine))
        values = {"owner": actor.email, "screen": screen, "value": json.dumps(choices)}
        connection.execute(insert(preferences).values(values))
    return True
