"""Two who change the same thing: whoever comes second hears what the first did, and no write is lost without a word.

A write may say what its writer had seen. Inside the writing transaction, what is written held, that is compared with
what is there by then; where they differ, nothing is written, and the error carries what is needed to decide.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ..rules.errors import Conflict
from ..rules.text import clean
from ..rules.times import Instant, to_datetime
from ..store import journal as store_journal
from . import journal, organization

_LONGEST_TOLD = 60


@dataclass(frozen=True, slots=True)
class Trace:
    """How the journal tells what became of a thing: the actions that change it (undoing them counts too), whether the
    details of an entry are about its being what it is now, and the program it belongs to, None where it is of none."""

    actions: tuple[str, ...]
    tells: Callable[[Mapping[str, Any]], bool]
    program_id: int | None = None


class Overtaken(Conflict):
    """Somebody changed what its writer had seen. `theirs` is the value now as `as_seen` gives it; `by` and `at` are who
    set it and when, None where the journal does not tell (an import did)."""

    def __init__(self, thing: str, theirs: str, shown: str, by: str | None, at: Instant | None, when: str) -> None:
        whom = f" by {clean(by)} ({when})" if by else " meanwhile"
        super().__init__(f"{thing} was set to {shown}{whom}; nothing was changed. Look at it, then decide.")
        self.thing = thing
        self.theirs = theirs
        self.shown = shown
        self.by = by
        self.at = at


def as_seen(value: object) -> str:
    """A value as people see it and type it; what is not set is an empty text."""
    match value:
        case None:
            return ""
        case list() | tuple():
            text = ", ".join(map(str, value))
        case date():
            text = value.isoformat()
        case _:
            text = str(value)
    return "\n".join(map(clean, text.split("\n")))


def told(value: object) -> str:
    """A value within a sentence."""
    if value is None:
        return "none"
    return repr(value) if len(str(value)) <= _LONGEST_TOLD else f"{str(value)[:_LONGEST_TOLD]!r}…"


def require_seen(
    connection: Connection, seen: str | None, now: object, thing: str, trace: Trace, shown: str = ""
) -> None:
    """Refuse to write over a value that the writer had not seen.

    `seen` is the value as they saw it, None where they had seen nothing; `now` is the value there is, read in this
    transaction and held; `thing` begins the sentence (`The tagline of program data`), `shown` says the value in it.
    Raises Overtaken.
    """
    theirs = as_seen(now)
    if seen is None or as_seen(seen) == theirs:
        return
    setter = _setter(connection, trace)
    by, at = setter or (None, None)
    when = f"{to_datetime(at, organization.zone(connection)):%Y-%m-%d %H:%M}" if at is not None else ""
    raise Overtaken(thing, theirs, shown or told(theirs or None), by, at, when)


def _setter(connection: Connection, trace: Trace) -> tuple[str, Instant] | None:
    actions = (*trace.actions, journal.UNDO)
    for row in store_journal.newest_of(connection, actions, trace.program_id):
        if trace.tells(json.loads(row["details"])):
            return row["actor"], row["at"]
    return None
