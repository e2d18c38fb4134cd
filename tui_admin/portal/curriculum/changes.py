"""What an act changed in a curriculum, as the journal keeps it: of each thing how it stood before and after, its place
told by its neighbours (`place`: the ids directly before and after it), since numbers mean nothing to later acts."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from ...rules.positions import Ordered
from ...store import curriculum as store_curriculum
from ..catalogue_search import Kind
from .bench import Bench
from .reading import COURSE, SPECIALIZATION, Entry
from .state import State

Place = Mapping[str, Any]
_Neighbours = list[int | None]
Change = tuple[int, Place | None, Place | None]
"""An id, how the thing stood before and after; None where there was or is none."""


def names(connection: Connection, entries: Iterable[Entry]) -> dict[Entry, str]:
    """What entries of the catalogue are called; those that do not exist are left out."""
    ids: dict[Kind, list[int]] = defaultdict(list)
    for kind, id in entries:
        ids[kind].append(id)
    ask = {COURSE: store_curriculum.course_names, SPECIALIZATION: store_curriculum.specialization_names}
    return {(kind, id): name for kind, wanted in ids.items() for id, name in ask[kind](connection, wanted).items()}


def of_collections(bench: Bench) -> list[Change]:
    """What became of collections, in the order they had; of one that stays only what differs."""
    before, now = _places(bench.before.order), _places(bench.now.order)
    found: list[Change] = []
    for id in sorted(bench.touched_collections, key=_rank(bench.before.order.ids, bench.now.order.ids)):
        old, new = _collection(id, bench.before, before), _collection(id, bench.now, now)
        if old and new:
            differing = [key for key in old if old[key] != new[key]]
            old, new = {key: old[key] for key in differing}, {key: new[key] for key in differing}
        if old or new:
            found.append((id, old, new))
    return found


def _collection(id: int, state: State, places: Mapping[int, _Neighbours]) -> Place | None:
    if id not in state.words:
        return None
    name, description = state.words[id]
    return {"name": name, "description": description, "place": places[id]}


def of_items(bench: Bench) -> Iterator[Change]:
    """What became of items, in the order they had."""
    entries = {item: bench.now.entries.get(item) or bench.before.entries[item] for item in bench.touched}
    called = names(bench.connection, set(entries.values()))
    before, now = _item_places(bench.before, bench.touched), _item_places(bench.now, bench.touched)
    for item in sorted(bench.touched, key=_rank(bench.before.items(), bench.now.items())):
        kind, id = entries[item]
        entry = {"name": called[kind, id], "kind": kind, "entry": id}
        old, new = before.get(item), now.get(item)
        if old != new:
            yield item, old and {**entry, **old}, new and {**entry, **new}


def _item_places(state: State, items: set[int]) -> dict[int, Place]:
    homes = {state.homes[item] for item in items if item in state.homes}
    return {
        item: {"collection": home, "in": state.words[home][0], "at": number, "place": place}
        for home in homes
        for number, (item, place) in enumerate(_places(state.shelves[home]).items(), 1)
        if item in items
    }


def _places(ordered: Ordered) -> dict[int, _Neighbours]:
    ids: list[int | None] = [None, *ordered.ids, None]
    return {thing: [ids[at], ids[at + 2]] for at, thing in enumerate(ordered.ids)}


def _rank(*orders: Iterable[int]) -> Callable[[int], int]:
    rank: dict[int, int] = {}
    for things in orders:
        for thing in things:
            rank.setdefault(thing, len(rank))
    return rank.__getitem__
