"""The Curriculum tab: what a program teaches, put together by key."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from pyroaring import BitMap
from textual import on, work
from textual.content import Content

from tui_admin.portal.conflicts import Overtaken
from tui_admin.portal.curriculum import collections, items
from tui_admin.portal.curriculum.reading import Collection, Item
from tui_admin.portal.curriculum.writing import Done
from tui_admin.rules.errors import BadInput, Conflict, ConsoleError, UsageError
from tui_admin.rules.filters import quote
from tui_admin.rules.positions import END, Spot
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural, shown

from ..deciding import write_seen
from ..place import Place
from ..session import Session
from ..undoing import undo_last
from .moving import shifted
from .rows import Inside, entry_of
from .view import CurriculumView
from .writes import Write, Writes

_EDITS = frozenset({"new", "rename", "describe", "take_out", "shift", "send", "copy", "add"})
_OF_ITEMS = frozenset({"send", "copy", "grades"})
_OF_COLLECTIONS = frozenset({"rename", "describe"})
_BEHIND = 0.05
"""Seconds that writing stays behind a key: the screen is drawn first, and a held key is written in few steps."""
_KEEP = Answer("n", "keep", safe=True)


class CurriculumScreen(CurriculumView):
    """`programs/SLUG/curriculum`."""

    HELP_TEXT = "What a program teaches: collections, and what is in the one under the cursor; u takes back any act."
    OFFERS: ClassVar = (
        Command(
            "add-entries", "a", "add", "Add from the catalogue", "Pick courses and specializations.", "add", rank=2
        ),
        Command("new-collection", "n", "new", "New collection", "Make a collection below this one.", "new", rank=3),
        Command("move-earlier", "minus,shift+up", "shift(-1)", "Move up", "Move it, or the marked, up.", "up", rank=3),
        Command(
            "move-later", "plus,shift+down", "shift(1)", "Move down", "Move it, or the marked, down.", "down", rank=3
        ),
        Command("send-items", "m", "send", "Move to", "Move it, or the marked, to other collections.", "move", rank=4),
        Command("copy-items", "c", "copy", "Copy to", "Copy it, or the marked, to other collections.", "copy", rank=4),
        Command("take-out", "x", "take_out", "Remove", "Remove items; delete a collection.", "remove", rank=4),
        Command("rename-collection", "r", "rename", "Rename", "Give the collection another name.", "rename", rank=5),
        Command(
            "describe-collection", "d", "describe", "Describe", "Say what the collection is for.", "describe", rank=6
        ),
        Command(
            "grades",
            "w",
            "grades",
            "Grades",
            "Mail or save the gradebook of this course.",
            "grades",
            "report gradebook",
            rank=5,
        ),
        Command("preview-page", "p", "preview", "Preview", "Show what a learner sees.", "preview", rank=5),
        Command("to-items", "right", "pane(1)", "To the items", "From collections to what is in them."),
        Command("to-collections", "left", "pane(-1)", "To the collections", "From items back to collections."),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self._writes = Writes(self._failed)
        self._stale = False
        self._typed = ""

    @property
    def settled(self) -> bool:
        """Whether nothing is on its way to the store."""
        return not self._writes.busy

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is changed by who may not; some keys are for one of the two lists."""
        if action in _EDITS and not self.editable:
            return False
        if action in _OF_ITEMS:
            return self.items.has_focus
        return not (action in _OF_COLLECTIONS and self.items.has_focus)

    # Moving about

    @on(RecordTable.RowSelected, "#collections")
    def _enter_collection(self) -> None:
        self.action_pane(1)

    @on(RecordTable.RowSelected, "#items")
    def _open_item(self) -> None:
        row = self.row
        if isinstance(row, Item) and row.courses:
            self.opened.symmetric_difference_update({row.id})
            self.show_items(keep=row.id)
        elif row is not None:
            people = f"course:{quote(entry_of(row).key)}"
            self.console.go(Place(("programs", self.program, "members"), people))

    def action_pane(self, step: int) -> None:
        """To the other list."""
        self.show_items()
        (self.items if step > 0 else self.shelves).focus()

    def action_preview(self) -> None:
        """Show what a learner sees."""
        self.console.go(self.place.child("page"))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_grades(self) -> None:
        """The gradebook of the course under the cursor."""
        from tui_admin.portal.reports.asked import Asked, ReportKind

        from ..reports.acts import deliver_report

        row = self.row
        if row is None or (isinstance(row, Item) and row.courses):
            raise UsageError("Gradebooks are of courses: enter shows those of a specialization.")
        course = entry_of(row)
        await deliver_report(
            self, f"Gradebook of {shown(course.name)}", Asked(ReportKind.GRADEBOOK, self.program, course=course.key)
        )

    # Writing

    @property
    def _by(self) -> tuple[Any, Any, str]:
        return self.session.store, self.session.actor, self.program

    def _put(self, run: Callable[[], Done], kind: object = None) -> None:
        if self._writes.put(Write(run, self._done, kind)):
            self._write()

    @work(group="write", exit_on_error=False)
    async def _write(self) -> None:
        await asyncio.sleep(_BEHIND)
        await self._writes.run()
        self.console.changed()
        if self._stale:
            self._stale = False
            self.reload()

    async def on_unmount(self) -> None:
        """Who leaves at once leaves nothing unwritten."""
        await self._writes.run()

    def _failed(self, error: ConsoleError) -> None:
        self._stale = True
        self.console.report(error)

    def _done(self, done: Done) -> None:
        told = ". ".join((done.summary, *done.left)) + ("." if done.left else "")
        if self.is_attached and not self._pruning:  # nobody reads what a screen says that is left
            self.say(told, "success" if done.entry is not None else "muted", done.entry)

    def _wrote(self, done: Done) -> None:
        """Something was written while the screen waited for it: say so, and read again."""
        self._done(done)
        self.console.changed()
        self.reload()

    async def _act(self, write: Callable[[], Done]) -> Done:
        """Write, after all that is on its way."""
        await self._writes.idle()
        done = await asyncio.to_thread(write)
        self._wrote(done)
        return done

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_undo(self) -> None:
        """Take back what was done last, once it is written."""
        await self._writes.idle()
        await undo_last(self)

    # Order

    def action_shift(self, step: int) -> None:
        """Move what the cursor is on, or the marked, one step: shown at once, written behind it."""
        collection = self._current()
        if self.shelves.has_focus:
            shelves = {one.id: one for one in self.collections}
            if found := shifted(list(shelves), self._moving(self.shelves, shelves), step):
                order, block, spot = found
                self.show_moved([shelves[id] for id in order])
                self._stale = True  # where else things stand is told in the order of the collections
                self._put(lambda: collections.move(*self._by, block, spot, self.session.clock()), ("shelf", *block))
            return
        held = {item.id: item for item in collection.items}
        if found := shifted(list(held), self._moving(self.items, held), step):
            order, block, spot = found
            self.show_moved([held[id] for id in order])
            to = [collection.id]
            move = partial(items.move, *self._by, block, to, spot=spot)
            self._put(lambda: move(self.session.clock()), ("item", collection.id, *block))

    def _moving(self, table: RecordTable, there: dict[int, Any]) -> set[int]:
        marked = {id for id in table.marked if id in there}
        if table is self.items and isinstance(self.row, Inside) and not marked:
            raise UsageError("That course stands where its specialization puts it.")
        return marked or ({table.current.id} if table.current is not None else set())

    def _current(self) -> Collection:
        collection = self.collection
        if collection is None:
            raise UsageError("There is no collection yet: n makes one.")
        return collection

    def _chosen(self) -> list[int]:
        """The marked items of all collections, in order; else the one under the cursor."""
        marked = [item.id for one in self.collections for item in one.items if item.id in self.items.marked]
        if marked:
            return marked
        if self.row is None:
            raise UsageError("Nothing is here yet: a adds from the catalogue.")
        if isinstance(self.row, Inside):
            raise UsageError("That course belongs to its specialization: a adds the course itself.")
        return [self.row.id]

    # Items

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_send(self) -> None:
        """Move items to other collections."""
        chosen = self._chosen()
        if to := await self._targets(f"Move {plural(len(chosen), 'item')} to"):
            await self._act(lambda: items.move(*self._by, chosen, to, self.session.clock()))
            self.items.set_marked(BitMap())

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_copy(self) -> None:
        """Copy items to other collections."""
        chosen = self._chosen()
        if to := await self._targets(f"Copy {plural(len(chosen), 'item')} to"):
            await self._act(lambda: items.copy(*self._by, chosen, to, self.session.clock()))
            self.items.set_marked(BitMap())

    async def _targets(self, question: str) -> Sequence[int] | None:
        from .targets import TargetsScreen

        screen = TargetsScreen(self.session, self.place, question, self.collections)
        chosen: Any = await self.app.push_screen_wait(screen)
        return chosen  # type: ignore[no-any-return]

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_add(self) -> None:
        """Pick from the catalogue: below the item the cursor is on, or into the marked collections."""
        from .picker import PickerScreen

        current = self._current()
        marked = [one.id for one in self.collections if one.id in self.shelves.marked]
        row = self.row
        behind = row.id if isinstance(row, Item) and self.items.has_focus and not marked else None
        picked: Any = await self.app.push_screen_wait(PickerScreen(self.session, self.place, self.program))
        if picked:
            spot = END if behind is None else Spot(after=behind)
            to = marked or [current.id]
            done = await self._act(lambda: items.add(*self._by, picked, to, self.session.clock(), spot=spot))
            self.awaited.update(done.made[-1:])
            self.shelves.set_marked(BitMap())

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_take_out(self) -> None:
        """Remove items at once; delete collections after a question."""
        if self.items.has_focus:
            chosen = self._chosen()
            self.awaited.update(chosen)
            await self._act(lambda: items.remove(*self._by, chosen, self.session.clock()))
            self.items.set_marked(BitMap())
            return
        self._current()
        moving = self._moving(self.shelves, {one.id: one for one in self.collections})
        leaving = [one for one in self.collections if one.id in moving]
        what = shown(leaving[0].name) if len(leaving) == 1 else plural(len(leaving), "collection")
        held = plural(sum(len(one.items) for one in leaving), "item")
        if await self.status.ask(f"Delete {what} with {held}?", (Answer("y", "delete"), _KEEP)) == "y":
            ids = [one.id for one in leaving]
            self.deleted.update(ids)
            await self._act(lambda: collections.delete(*self._by, ids, self.session.clock()))
            self.shelves.set_marked(BitMap())

    # Collections

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_new(self) -> None:
        """Make a collection below the one under the cursor."""
        current = self.collection
        spot = Spot(after=current.id) if current is not None else END
        await self._make(spot, "")

    async def _make(self, spot: Spot, name: str, description: str = "") -> None:
        def write(text: str) -> Done:
            return collections.create(*self._by, text, self.session.clock(), description=description, spot=spot)

        done = await self._asking("Name of the new collection", name, write)
        if done is not None:
            self.go_to = done.made[0]
            self._wrote(done)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_rename(self) -> None:
        """Give the collection another name."""
        collection = self._current()
        await self._word(collection, "Name", "name", collection.name)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_describe(self) -> None:
        """Say what the collection is for."""
        collection = self._current()
        await self._word(collection, r"Description (\n begins a line)", "description", collection.description)

    async def _word(self, collection: Collection, prompt: str, key: str, value: str) -> None:
        """Ask for a name or a description, and write it over what is seen here. Where the collection is gone by then,
        what was typed makes a new one, after a question."""
        done: list[Done] = []

        def over(text: str, theirs: str) -> str:
            change = partial(collections.change, *self._by, collection.id, self.session.clock())
            if key == "name":
                done.append(change(name=text, seen=(theirs, collection.description)))
            else:
                done.append(change(description=text, seen=(collection.name, theirs)))
            return done[-1].summary

        def write(text: str) -> Any:
            return write_seen(self, partial(over, text), value, text)

        try:
            await self._asking(prompt, value, write, blank=key == "description")
        except Overtaken:
            raise
        except Conflict as gone:
            await self._make_anew(str(gone), collection, key)
        if done:
            self._wrote(done[-1])

    async def _make_anew(self, why: str, collection: Collection, key: str) -> None:
        typed = self._typed
        answers = (Answer("y", "make a new one"), Answer("n", "let it go", safe=True))
        if await self.status.ask(f"{why} Make a new collection with {shown(typed)!r}?", answers) == "y":
            words = (typed, collection.description) if key == "name" else (collection.name, typed)
            await self._make(END, *words)
        else:
            self.reload()

    async def _asking(self, prompt: str, value: str, write: Callable[[str], Any], *, blank: bool = False) -> Any:
        """Ask for a text until it can be written; what writing it gave, None where the person leaves. Why it cannot be
        stands above the line, and what was typed stays in it."""
        while True:
            text = await self.status.ask_text(prompt, value.replace("\n", r"\n"), blank=blank)
            if text is None:
                self.tell()
                return None
            value = self._typed = text.replace(r"\n", "\n")
            await self._writes.idle()
            try:
                found = await asyncio.to_thread(write, value)
                return await found if asyncio.iscoroutine(found) else found
            except (BadInput, UsageError) as error:
                self.query_one("#about", Line).show(Content.assemble((f" {shown(str(error))}", "$console-error")))
