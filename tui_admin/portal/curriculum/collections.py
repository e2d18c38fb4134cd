"""The acts on collections: making one, wording it, deleting it, moving it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ...rules.errors import BadInput, UsageError
from ...rules.positions import END, Spot
from ...rules.roles import Actor
from ...rules.text import clean
from ...rules.times import Instant
from ...store import curriculum as store_curriculum
from ...store.engine import Store
from ..conflicts import Trace, require_seen
from .bench import Bench
from .history import COLLECTIONS, Action
from .reading import clean_lines
from .state import Words
from .writing import Done, Told, called, perform, require_collections

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2_000


def create(
    store: Store, actor: Actor, slug: str, name: str, now: Instant, *, description: str = "", spot: Spot = END
) -> Done:
    """Make a collection at a spot among the others; `made` holds its id.

    Raises BadInput for a name or description that cannot be, UsageError for a name another collection of the program
    has, Conflict where what the spot is told by is gone.
    """
    words = checked(name, description)

    def act(bench: Bench) -> Told:
        _require_free(bench, words[0])
        _require_spot(bench, spot)
        (id,) = store_curriculum.new_collections(bench.connection, 1)
        bench.create(id, words, spot)
        return Told(f"Added collection {words[0]} to {bench.program.slug}", "", (id,))

    return perform(store, actor, slug, now, Action.CREATE, act)


def change(
    store: Store,
    actor: Actor,
    slug: str,
    collection: int,
    now: Instant,
    *,
    name: str | None = None,
    description: str | None = None,
    seen: tuple[str, str] | None = None,
) -> Done:
    """Change a collection's name, description or both; `seen` holds both as their writer saw them.

    Raises BadInput for what cannot be, UsageError for a name another collection has, Conflict where the collection is
    gone, Overtaken where somebody changed what is changed here since it was seen.
    """

    def act(bench: Bench) -> Told:
        require_collections(bench, (collection,))
        old = bench.now.words[collection]
        words = checked(old[0] if name is None else name, old[1] or "" if description is None else description)
        if seen is not None:
            _require_seen(bench, collection, words, seen)
        if words[0] != old[0]:
            _require_free(bench, words[0], collection)
        bench.word(collection, words)
        was, now_called = clean(old[0]), words[0]
        renamed = f"Renamed collection {was} to {now_called}"
        summary = renamed if now_called != old[0] else f"Described collection {now_called}"
        return Told(summary, f"Collection {was} is called and described so already")

    return perform(store, actor, slug, now, Action.CHANGE, act)


def delete(store: Store, actor: Actor, slug: str, collections: Sequence[int], now: Instant) -> Done:
    """Delete collections with what is in them; those that are gone already are no matter."""

    def act(bench: Bench) -> Told:
        leaving = [id for id in dict.fromkeys(collections) if id in bench.now.words]
        held = sum(len(bench.shelf(id).ids) for id in leaving)
        what = f"{_called(bench, leaving)} with {_items(held)}"
        for id in leaving:
            bench.delete(id)
        return Told(f"Deleted {what}", "The collection was deleted already")

    return perform(store, actor, slug, now, Action.DELETE, act)


def move(store: Store, actor: Actor, slug: str, collections: Sequence[int], spot: Spot, now: Instant) -> Done:
    """Move collections, in the order given, to a spot among the others.

    Raises Conflict where one of them, or what the spot is told by, is gone.
    """

    def act(bench: Bench) -> Told:
        require_collections(bench, collections)
        _require_spot(bench, spot)
        if spot.named in collections:
            raise UsageError("A collection cannot be moved beside itself.")
        bench.move_collections(list(dict.fromkeys(collections)), spot)
        what = _called(bench, collections)
        return Told(f"Moved {what} in {bench.program.slug}", f"The {what} stood there already")

    return perform(store, actor, slug, now, Action.ARRANGE, act)


def checked(name: str, description: str) -> Words:
    """The words of a collection, trimmed. Raises BadInput for what cannot be."""
    words, lines = name.strip(), description.strip().replace("\r\n", "\n")
    if not words:
        raise BadInput("A collection needs a name.")
    for what, text, shown, longest in (
        ("name", words, clean(words), LONGEST_NAME),
        ("description", lines, clean_lines(lines), LONGEST_DESCRIPTION),
    ):
        if shown != text:
            raise BadInput(f"The {what} holds characters that cannot be shown: {clean(text)[:80]!r}.")
        if len(text) > longest:
            raise BadInput(f"A collection's {what} has at most {longest:,} characters, this one {len(text):,}.")
    return words, lines or None


def _require_spot(bench: Bench, spot: Spot) -> None:
    if spot.named is not None:
        require_collections(bench, (spot.named,))


def _require_seen(bench: Bench, collection: int, words: Words, seen: tuple[str, str]) -> None:
    """Refuse to write over words that the writer had not seen; what they leave as it is they may not have seen."""
    now = bench.now.words[collection]
    for key, word, old, known in zip(("name", "description"), words, now, seen, strict=True):
        if word != old and (word or "") != known:
            trace = Trace(tuple(Action), partial(_words, collection, key), bench.program.id)
            require_seen(bench.connection, known, old, f"The {key} of collection {clean(now[0])}", trace)


def _words(collection: int, key: str, details: Mapping[str, Any]) -> bool:
    return any(id == collection and key in (after or {}) for id, _, after in details.get(COLLECTIONS, ()))


def _require_free(bench: Bench, name: str, but: int | None = None) -> None:
    folded = name.casefold()
    if any(words[0].casefold() == folded for id, words in bench.now.words.items() if id != but):
        raise UsageError(f"There is a collection {name!r} in {bench.program.slug} already; choose another name.")


def _called(bench: Bench, collections: Sequence[int]) -> str:
    one = len(collections) == 1
    return f"collection {called(bench, collections)}" if one else f"{len(collections)} collections"


def _items(count: int) -> str:
    return f"{count:,} item{'' if count == 1 else 's'}"
