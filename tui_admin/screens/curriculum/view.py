"""A program's curriculum on screen: collections beside what is in the one under the cursor."""

from collections.abc import Iterable, Sequence, Set
from functools import partial
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from tui_admin.portal.curriculum import reading
from tui_admin.portal.curriculum.reading import Collection, Curriculum, Item
from tui_admin.rules.roles import Right
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.text import fit, number, plural, shown

from ..base import ConsoleScreen
from ..place import Place
from ..plain_rows import HeldRows
from ..session import Session
from ..styles import style
from .rows import Inside, ItemRows, Shown, collection_columns, entry_of, item_columns
from .shelf_table import ShelfTable


class CurriculumView(ConsoleScreen):
    """What is shown, and how it stays in step with the store. `collections` are those on screen, which run ahead of the
    store by what is on its way there."""

    FOLLOWS = True
    CSS_PATH: ClassVar = style("curriculum")
    AUTO_FOCUS = "#collections"

    shelves = getters.query_one("#collections", ShelfTable)
    items = getters.query_one("#items", ShelfTable)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1]
        self.collections: list[Collection] = []
        self.names: dict[int, str] = {}
        self.opened: set[int] = set()
        self.drawn_ahead = 0
        """How often something was shown before the store had it."""
        self.go_to: int | None = None
        """The collection to stand on once it is read."""
        self.deleted: set[int] = set()
        """The collections that were deleted here, until they come back."""
        self.awaited: set[int] = set()
        """The items to stand on once they are read: added here, or removed here and brought back."""
        self._shown: int | None = None
        self._stood: dict[int, int] = {}
        self._watching = False

    def body(self) -> ComposeResult:
        """Both lists, and a line on what the cursor is on."""
        with Horizontal(id="panes"):
            yield ShelfTable(collection_columns(), id="collections")
            yield ShelfTable(item_columns(), id="items")
        yield Line("about")

    def crumbs(self) -> tuple[str, ...]:
        """The program, its curriculum."""
        return ("Programs", self.console.program_name(self.program), "Curriculum")

    def on_mount(self) -> None:
        """Read it."""
        super().on_mount()
        self.reload()

    @property
    def editable(self) -> bool:
        """Whether this administrator may change it here."""
        return self.session.actor.may(Right.CURRICULUM) and not self.session.read_only

    @property
    def collection(self) -> Collection | None:
        """The collection under the cursor."""
        row = self.shelves.current
        return None if row is None else next((one for one in self.collections if one.id == row.id), None)

    @property
    def row(self) -> Item | Inside | None:
        """What the cursor is on within the collection."""
        shown = self.items.current
        return None if shown is None else shown.row

    @property
    def settled(self) -> bool:
        """Whether the store has all that is on screen."""
        return True

    def reload(self) -> None:
        """Read it again; what is on its way to the store is waited for by whoever sends it."""
        ahead, read = self.drawn_ahead, partial(reading.read, self.session.store, self.session.actor, self.program)
        if self.settled:
            self.in_thread(read, lambda found: self._take(found, ahead))

    def follow(self) -> None:
        """Another administrator wrote: show what is there now."""
        self._watching = True
        self.reload()

    def _take(self, found: Curriculum, ahead: int) -> None:
        if not self.settled:
            return
        if ahead != self.drawn_ahead:  # read before the last key was written
            self.reload()
            return
        before, shelves = self.collection, set(self.names)
        held = {item.id for one in self.collections for item in one.items}
        self.collections = list(found.collections)
        self.names.clear()
        self.names.update((one.id, one.name) for one in self.collections)
        back = _arrived(self.deleted, shelves, self.names)
        if self._watching and before is not None and before.id not in {*self.names, *self.deleted}:
            self.say(f"The collection {before.name} was deleted meanwhile.", "warning")
        self._watching = False
        keep, self.go_to = self.go_to or back, None
        self.show_collections(keep=before.id if keep is None and before is not None else keep)
        here = self.collection
        self.show_items(keep=_arrived(self.awaited, held, [item.id for item in here.items]) if here else None)

    def show_collections(self, keep: int | None = None) -> None:
        """Draw the collections as they are held."""
        rows = self.collections
        help = "n makes one; a then adds courses to it." if self.editable else "Nobody put any together yet."
        self.shelves.hold(HeldRows(lambda: rows), keep=keep, empty=("No collections yet.", *_folded(help, 22)))

    def show_items(self, keep: int | None = None) -> None:
        """Draw what is in the collection under the cursor, standing where one stood in it last."""
        collection = self.collection
        if collection is None:
            self.items.hold(HeldRows(tuple), empty=("",))
            self._shown = None
        else:
            if keep is None and self._shown != collection.id:
                keep = self._stood.get(collection.id, collection.items[0].id if collection.items else None)
            help = "a adds from the catalogue." if self.editable else ""
            empty = (f"Nothing is in {shown(collection.name)} yet.", help)
            self._shown = collection.id
            row = self.items.current if keep is None else None
            rows = ItemRows(collection, frozenset(self.opened), dict(self.names))
            self.items.hold(rows, keep=row.id if row is not None else keep, empty=empty)
        self.tell()

    def show_moved(self, order: Sequence[Collection] | Sequence[Item]) -> None:
        """Show another order of the collections, or of what is in the one under the cursor, at once."""
        self.drawn_ahead += 1
        collection = self.collection
        if self.shelves.has_focus:
            self.collections = list(order)  # type: ignore[arg-type]
            self.show_collections(keep=collection.id if collection else None)
        elif collection is not None:
            at = self.collections.index(collection)
            self.collections[at] = Collection(collection.id, collection.name, collection.description, tuple(order))  # type: ignore[arg-type]
            row = self.items.current
            self.show_items(keep=row.id if row is not None else None)

    def tell(self) -> None:
        """Say on the last line what the cursor is on."""
        if self.status.asking:
            return
        row, collection = self.items.current, self.collection
        if self.items.has_focus and row is not None:
            about = _about(row)
        elif collection is not None:
            about = " ".join(collection.description.split("\n")) or "no description yet"
        else:
            about = ""
        told = fit(f" {shown(about)}", max(self.size.width, 1)).rstrip()
        self.query_one("#about", Line).show(Content.assemble((told, "$console-muted")))

    @on(RecordTable.RowHighlighted, "#collections")
    def _at_collection(self) -> None:
        collection = self.collection
        if (collection.id if collection else None) != self._shown:
            self.show_items()
        self.tell()

    @on(RecordTable.RowHighlighted, "#items")
    def _at_item(self, event: RecordTable.RowHighlighted) -> None:
        if self._shown is not None and event.id is not None:
            self._stood[self._shown] = event.id
        self.tell()

    @on(RecordTable.ReadFailed)
    def _read_failed(self, event: RecordTable.ReadFailed) -> None:
        self.console.report(event.error)

    @on(RecordTable.Prompted)
    def _prompted(self, event: RecordTable.Prompted) -> None:
        self.hint(event.content)

    def on_descendant_focus(self) -> None:
        """The last line goes with the cursor."""
        super().on_descendant_focus()
        if self.collections:
            self.tell()


def _arrived(awaited: set[int], before: Set[int], now: Iterable[int]) -> int | None:
    """The first of what is awaited that was not there before; what came is awaited no more."""
    new = [id for id in now if id in awaited and id not in before]
    awaited.difference_update(new)
    return new[0] if new else None


def _folded(text: str, width: int) -> list[str]:
    """Text over as many lines as a narrow list asks for."""
    from textwrap import wrap

    return wrap(text, width)


def _about(shown: Shown) -> str:
    entry = entry_of(shown.row)
    hours = f"{number(entry.hours)} hours" if entry.hours else ""
    inside = plural(len(entry.courses), "course") if isinstance(entry, Item) and entry.courses else ""
    return " · ".join(part for part in (entry.name, inside, entry.partner, hours, entry.key, shown.also) if part)
