"""The one way a curriculum is changed: with the right to, alone at it, in one transaction, journaled."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from ...rules.errors import Conflict
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant
from ...store import curriculum as store_curriculum
from ...store.engine import Store
from .. import journal, lookup, rights
from . import changes, history
from .bench import Bench
from .history import Action


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: the sentence that says so without its full stop, its journal entry (None where nothing had to
    change), the ids of what it made, and why things were left out."""

    summary: str
    entry: int | None
    made: tuple[int, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What an act says of itself; `unchanged` instead of `summary` where nothing had to change."""

    summary: str
    unchanged: str
    made: tuple[int, ...] = ()
    left: tuple[str, ...] = ()


def perform(store: Store, actor: Actor, slug: str, now: Instant, action: Action, act: Callable[[Bench], Told]) -> Done:
    """Let `act` change the curriculum of a program, then write and journal what differs.

    Raises BadInput where there is no such program, NotAllowed where it is not the administrator's, and what `act` does.
    """
    actor.require(Right.CURRICULUM)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.CURRICULUM)
        program = lookup.program(connection, actor, Right.CURRICULUM, slug)
        if not store_curriculum.hold(connection, program.id):
            raise Conflict(f"The program {slug} is gone: somebody removed it meanwhile. Nothing was changed.")
        bench = Bench(connection, program)
        told = act(bench)
        collections, items = changes.of_collections(bench), list(changes.of_items(bench))
        if not collections and not items:
            return Done(told.unchanged, None, left=told.left)
        bench.save()
        entry = journal.append(
            connection,
            actor,
            now,
            action=action.value,
            summary=told.summary,
            program_id=program.id,
            details={history.COLLECTIONS: collections},
            rows=items,
        )
    return Done(told.summary, entry, told.made, told.left)


def require_collections(bench: Bench, collections: Iterable[int]) -> None:
    """Raises Conflict, with who deleted it, where a collection is gone."""
    _require(bench, collections, bench.now.words, history.who_deleted, "The collection is gone: it was deleted")


def require_items(bench: Bench, items: Iterable[int]) -> None:
    """Raises Conflict, with who removed it, where an item is gone."""
    _require(bench, items, bench.now.entries, history.who_removed, "An item is gone: it was removed")


Who = Callable[[Connection, int, int], str]
"""Says of a program's collection or item who took it away."""


def _require(bench: Bench, ids: Iterable[int], there: Container[int], who: Who, gone: str) -> None:
    for id in ids:
        if id not in there:
            whom = who(bench.connection, bench.program.id, id)
            how = f" ({whom})" if whom else ""
            raise Conflict(f"{gone} meanwhile{how}. Nothing was changed.")


def called(bench: Bench, collections: Iterable[int]) -> str:
    """The names of collections, as a sentence tells them."""
    return ", ".join(clean((bench.now.words.get(id) or bench.before.words[id])[0]) for id in collections)
