"""The lists of Permissions as data: administrators with their keys, and the keys themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from textual.suggester import Suggester

from tui_admin.portal import administrators, keys
from tui_admin.portal.administrators import Administrator
from tui_admin.portal.keys import Key
from tui_admin.rules.public_keys import short
from tui_admin.rules.roles import Actor, Role
from tui_admin.rules.times import Instant, age
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.text import moment, number, plural


@dataclass(frozen=True, slots=True)
class Listed:
    """An administrator and the keys that sign them in."""

    administrator: Administrator
    keys: tuple[Key, ...]

    @property
    def email(self) -> str:
        """Who."""
        return self.administrator.email

    @property
    def role(self) -> Role:
        """As what."""
        return self.administrator.role

    @property
    def programs(self) -> tuple[str, ...]:
        """The slugs of a program admin's programs."""
        return self.administrator.programs

    @property
    def last_login(self) -> Instant | None:
        """When one of the keys signed in last."""
        return max((key.last_used_at for key in self.keys if key.last_used_at is not None), default=None)


def listed(store: Any, actor: Actor) -> list[Listed]:
    """Every administrator with their keys."""
    owned: dict[str, list[Key]] = {}
    for key in keys.listing(store, actor):
        owned.setdefault(key.email, []).append(key)
    return [Listed(row, tuple(owned.get(row.email, ()))) for row in administrators.listing(store, actor)]


def told(row: Listed) -> str:
    """What somebody may do, in words."""
    role = f"program admin of {', '.join(row.programs)}" if row.programs else "organization admin"
    return role + (f", {plural(len(row.keys), 'key')}" if row.keys else "")


def administrator_columns(now: Instant, name: Callable[[str], str]) -> tuple[Column[Listed], ...]:
    """Who, as what, within which programs, with how many keys, and when one of them was used last."""

    def role(row: Listed) -> Cell:
        return ("organization", "") if row.role is Role.ORGANIZATION else ("program", "muted")

    def programs(row: Listed) -> Cell:
        return (", ".join(map(name, row.programs)), "") if row.programs else ("all", "muted")

    def login(row: Listed) -> Cell:
        return ("never" if row.last_login is None else age(row.last_login, now)), "muted"

    return (
        Column("email", "Administrator", 22, lambda r: (r.email, ""), "", flex=3, widest=44, cut="middle", priority=0),
        Column("role", "Role", 12, role, "", priority=0),
        Column("programs", "Programs", 14, programs, "", flex=3, priority=0),
        Column("keys", "Keys", 4, lambda r: (number(len(r.keys)), ""), "", align="right", priority=1),
        Column("login", "SSH login", 9, login, "", align="right", priority=2),
    )


def key_columns(now: Instant, zone: tzinfo) -> tuple[Column[Key], ...]:
    """What it is called, how to tell it from others, since when, and when it was used last."""

    def used(key: Key) -> Cell:
        return ("never" if key.last_used_at is None else moment(key.last_used_at, now, zone)), ""

    return (
        Column("comment", "Key", 16, lambda k: (k.comment or "–", ""), "", flex=2, priority=0),
        Column("type", "Type", 11, lambda k: (k.type, "muted"), "", priority=2),
        Column("fingerprint", "Fingerprint", 15, lambda k: (short(k.fingerprint), "muted"), "", priority=1),
        Column("added", "Added", 11, lambda k: (moment(k.added_at, now, zone), "muted"), "", align="right", priority=1),
        Column("used", "Last used", 11, used, "", align="right", priority=0),
    )


class ListSuggester(Suggester):
    """Completes the last word typed with the first of a few that begins like it and is not there yet."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._words = words

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line, or None."""
        *before, last = value.replace(",", " ").split(" ")
        for word in self._words:
            if last and word.startswith(last) and word != last and word not in before:
                return value + word[len(last) :]
        return None
