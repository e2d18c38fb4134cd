"""The acts on items: adding from the catalogue, removing, moving, copying; one or many, into one collection or several.

A collection holds a course or a specialization once: what would be there twice is left out, and told.
"""

from collections.abc import Iterable, Sequence

from ...rules.errors import BadInput, Conflict, UsageError
from ...rules.positions import END, Spot
from ...rules.roles import Actor
from ...rules.text import clean
from ...rules.times import Instant
from ...store import curriculum as store_curriculum
from ...store.engine import Store
from .bench import Bench
from .changes import names
from .history import Action
from .reading import Entry
from .writing import Done, Told, called, perform, require_collections, require_items


def add(
    store: Store,
    actor: Actor,
    slug: str,
    entries: Sequence[Entry],
    collections: Sequence[int],
    now: Instant,
    *,
    spot: Spot = END,
) -> Done:
    """Add entries of the catalogue, in the order given, to collections: at a spot where there is one only, else at the
    end of each. `made` holds the ids of the items.

    Raises BadInput for an entry that does not exist, Conflict where a collection or what the spot is told by is gone.
    """

    def act(bench: Bench) -> Told:
        wanted = list(dict.fromkeys(entries))
        known = names(bench.connection, wanted)
        for kind, id in wanted:
            if (kind, id) not in known:
                raise BadInput(f"There is no {kind} number {id} in the catalogue.")
        made, left = _put(bench, wanted, collections, spot)
        what = _told([known[entry] for entry in wanted])
        summary = f"Added {what} to {called(bench, collections)}"
        return Told(summary, f"{what} stood in {called(bench, collections)} already", made, left)

    return perform(store, actor, slug, now, Action.ADD, act)


def remove(store: Store, actor: Actor, slug: str, items: Sequence[int], now: Instant) -> Done:
    """Remove items; those that are gone already are no matter."""

    def act(bench: Bench) -> Told:
        leaving = [item for item in dict.fromkeys(items) if item in bench.now.entries]
        what, homes = _what(bench, leaving), _homes(bench, leaving)
        bench.remove(leaving)
        return Told(f"Removed {what} from {homes}", "What was to be removed is gone already")

    return perform(store, actor, slug, now, Action.REMOVE, act)


def move(
    store: Store,
    actor: Actor,
    slug: str,
    items: Sequence[int],
    collections: Sequence[int],
    now: Instant,
    *,
    spot: Spot = END,
) -> Done:
    """Move items, in the order given, to a spot in a collection; further collections get copies at their end.

    Raises Conflict where an item, a collection or what the spot is told by is gone.
    """

    def act(bench: Bench) -> Told:
        moving = list(dict.fromkeys(items))
        require_items(bench, moving)
        require_collections(bench, collections)
        if spot.named in moving:
            raise UsageError("An item cannot be moved beside itself.")
        target, *others = collections
        _require_spot(bench, target, spot)
        what, homes = _what(bench, moving), _homes(bench, moving)
        going, staying = _fitting(bench, moving, target)
        bench.move(going, target, spot)
        left = _told_twice(bench, [bench.now.entries[item] for item in staying], target)
        made, also_left = _put(bench, [bench.now.entries[item] for item in moving], others, END)
        within = called(bench, collections)
        where = f"in {within}" if homes == within else f"from {homes} to {within}"
        return Told(f"Moved {what} {where}", f"{what} stood there already", made, (*left, *also_left))

    return perform(store, actor, slug, now, Action.MOVE, act)


def copy(store: Store, actor: Actor, slug: str, items: Sequence[int], collections: Sequence[int], now: Instant) -> Done:
    """Put what items are into collections as well, at the end of each; `made` holds the ids of the copies.

    Raises Conflict where an item or a collection is gone.
    """

    def act(bench: Bench) -> Told:
        require_items(bench, items)
        what = _what(bench, items)
        entries = list(dict.fromkeys(bench.now.entries[item] for item in items))
        made, left = _put(bench, entries, collections, END)
        where = called(bench, collections)
        return Told(f"Copied {what} to {where}", f"{what} stood in {where} already", made, left)

    return perform(store, actor, slug, now, Action.COPY, act)


def _put(
    bench: Bench, entries: Iterable[Entry], collections: Sequence[int], spot: Spot
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Make items of entries in each of the collections that does not hold them; their ids, and what was left out."""
    require_collections(bench, collections)
    made: list[int] = []
    left: list[str] = []
    wanted = list(dict.fromkeys(entries))
    for collection in dict.fromkeys(collections):
        if spot.named is not None:
            _require_spot(bench, collection, spot)
        held = bench.held(collection)
        fresh = [entry for entry in wanted if entry not in held]
        left += _told_twice(bench, [entry for entry in wanted if entry in held], collection)
        ids = store_curriculum.new_items(bench.connection, len(fresh))
        bench.add(dict(zip(ids, fresh, strict=True)), collection, spot)
        made += ids
    return tuple(made), tuple(left)


def _fitting(bench: Bench, items: Sequence[int], target: int) -> tuple[list[int], list[int]]:
    """Which of the items can be moved into a collection, and which it holds already, or would hold twice."""
    held = {bench.now.entries[item] for item in bench.shelf(target).ids if item not in items}
    going: list[int] = []
    staying: list[int] = []
    for item in items:
        entry = bench.now.entries[item]
        (staying if entry in held and bench.now.homes[item] != target else going).append(item)
        held.add(entry)
    return going, staying


def _require_spot(bench: Bench, collection: int, spot: Spot) -> None:
    if spot.named is None:
        return
    require_items(bench, (spot.named,))
    if bench.now.homes[spot.named] != collection:
        raise Conflict("What it was to stand beside was moved to another collection meanwhile. Nothing was changed.")


def _told_twice(bench: Bench, entries: Sequence[Entry], collection: int) -> tuple[str, ...]:
    if not entries:
        return ()
    known = names(bench.connection, entries)
    what, verb = _told([known[entry] for entry in entries]), "is" if len(entries) == 1 else "are"
    return (f"{what} {verb} in {called(bench, (collection,))} already",)


def _what(bench: Bench, items: Sequence[int]) -> str:
    known = names(bench.connection, [bench.now.entries[item] for item in items])
    return _told([known[bench.now.entries[item]] for item in items])


def _homes(bench: Bench, items: Sequence[int]) -> str:
    return called(bench, dict.fromkeys(bench.now.homes[item] for item in items))


def _told(called_so: Sequence[str]) -> str:
    """One by its name, more by their number."""
    return clean(called_so[0]) if len(called_so) == 1 else f"{len(called_so):,} items"
