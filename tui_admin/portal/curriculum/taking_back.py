"""Undoing what was done to a curriculum: everything goes back to where it stood, told by its neighbours; what somebody
changed since stays as it is, and is named."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ...rules.errors import Conflict, UsageError
from ...rules.positions import END, Spot
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant
from ...store import curriculum as store_curriculum
from .. import journal
from . import changes, history
from .bench import Bench
from .changes import Change, Place
from .history import Action, Since
from .reading import Entry

SHOWN = 3
"""Things left alone that are named one by one."""

TAKEN = "another collection has its name now: rename that one first"


def take_back(
    connection: Connection, actor: Actor, entry: journal.Entry, _now: Instant
) -> tuple[str, Mapping[str, object]]:
    """Undo an act on a curriculum, in the transaction that undoes it; see `portal.undo.TakeBack`.

    Raises NotAllowed where the program is not the administrator's any more, UsageError where nothing of it could be
    put back, Conflict where the program is gone.
    """
    actor.require(Right.CURRICULUM, entry.program_id)
    program = store_curriculum.program_row(connection, entry.program_id or 0)
    if program is None:
        raise Conflict("The program is gone: there is no curriculum to put anything back in.")
    bench = Bench(connection, program)
    work = _TakingBack(bench, history.changed_since(connection, program.id, entry.id))
    changed = [tuple(change) for change in entry.details[history.COLLECTIONS]]
    rows = list(journal.rows(connection, entry.id))
    work.bring_back_collections([(id, before) for id, before, after in changed if after is None])
    work.withdraw_items(rows)
    work.put_back_items(rows)
    for id, before, after in changed:
        if before is None:
            work.withdraw_collection(id)
        elif after is not None:
            work.restore_collection(id, before, after)
    if not work.back:
        raise UsageError(f"Nothing of entry {entry.id} could be put back: {work.told_left()}.")
    bench.save()
    return work.told(), {"left": work.left, history.COLLECTIONS: changes.of_collections(bench)}


@dataclass(slots=True)
class _TakingBack:
    """One entry being undone on a bench: how much is `back`, and what was `left`, with why."""

    bench: Bench
    since: Since
    back: int = 0
    left: list[str] = field(default_factory=list)

    def told(self) -> str:
        """What could not be put back, empty where all could."""
        return f"{self.back:,} put back; left as it is: {self.told_left()}" if self.left else ""

    def told_left(self) -> str:
        """What was left and why, the first few by name."""
        more = len(self.left) - SHOWN
        return "; ".join(self.left[:SHOWN]) + (f"; and {more:,} more" if more > 0 else "")

    def _leave(self, name: str, why: str) -> None:
        self.left.append(f"{clean(name)} ({why})")

    def _changed(self, by: Mapping[int, journal.Entry], id: int, name: str) -> bool:
        if (entry := by.get(id)) is None:
            return False
        self._leave(name, f"changed since by {history.told(entry)}")
        return True

    def bring_back_collections(self, deleted: Sequence[tuple[int, Place]]) -> None:
        """Make deleted collections again, under the ids they had."""
        for id, before in deleted:
            if self._taken(before["name"], id):
                self._leave(before["name"], TAKEN)
            elif id not in self.bench.now.words:
                words = before["name"], before["description"]
                self.bench.create(id, words, _spot(self.bench.now.order.ids, before))
                self.back += 1

    def withdraw_collection(self, id: int) -> None:
        """Delete a collection that the entry made, unless something was put into it since."""
        if id not in self.bench.now.words:
            return
        name = self.bench.now.words[id][0]
        if held := len(self.bench.shelf(id).ids):
            self._leave(name, f"{held:,} item{'' if held == 1 else 's'} put into it since")
        elif not self._changed(self.since.worded, id, name):
            self.bench.delete(id)
            self.back += 1

    def restore_collection(self, id: int, before: Place, after: Place) -> None:
        """Give a collection the words and the place it had, each where nobody changed it since."""
        if id not in self.bench.now.words:
            self._leave(before.get("name", "a collection"), "deleted since")
            return
        name, description = self.bench.now.words[id]
        if history.WORDS & after.keys() and not self._changed(self.since.worded, id, name):
            words = before.get("name", name), before.get("description", description)
            if self._taken(words[0], id):
                self._leave(name, TAKEN)
            else:
                self.bench.word(id, words)
                self.back += 1
        if "place" in before and not self._changed(self.since.placed, id, name):
            rest = [other for other in self.bench.now.order.ids if other != id]
            self.bench.move_collections([id], _spot(rest, before))
            self.back += 1

    def withdraw_items(self, rows: Sequence[Change]) -> None:
        """Take out what the entry put in."""
        put_in = [(item, after["name"]) for item, before, after in rows if before is None and after is not None]
        there = [(item, name) for item, name in put_in if item in self.bench.now.entries]
        leaving = [item for item, name in there if not self._changed(self.since.items, item, name)]
        self.bench.remove(leaving)
        self.back += len(leaving)

    def put_back_items(self, rows: Sequence[Change]) -> None:
        """Put items where they were, in the order they had, so that each finds the one before it there already."""
        held = {id: self.bench.held(id) for id in self.bench.now.words}
        going = [(item, before) for item, before, _ in rows if before is not None and self._free(held, item, before)]
        self.bench.remove([item for item, _ in going if item in self.bench.now.entries])
        for item, before in going:
            shelf = self.bench.shelf(before["collection"])
            self.bench.add({item: _entry(before)}, before["collection"], _spot(shelf.ids, before))
        self.back += len(going)

    def _free(self, held: Mapping[int, Collection[Entry]], item: int, before: Place) -> bool:
        """Whether an item can go back; why not is noted."""
        name, home = before["name"], before["collection"]
        if self._changed(self.since.items, item, name):
            return False
        if home not in held:
            self._leave(name, "the collection it was in is gone")
            return False
        if self.bench.now.homes.get(item) != home and _entry(before) in held[home]:
            self._leave(name, "it was put there again since")
            return False
        return True

    def _taken(self, name: str, but: int) -> bool:
        words = self.bench.now.words.items()
        return any(id != but and called.casefold() == name.casefold() for id, (called, _) in words)


def _entry(before: Place) -> Entry:
    return before["kind"], before["entry"]


def _spot(ids: Sequence[int], before: Place) -> Spot:
    """Where among others a thing stood: after what was before it, else before what was after it, where these are."""
    previous, following = before["place"]
    if previous is None and ids:
        return Spot(before=ids[0])
    if previous in ids:
        return Spot(after=previous)
    return Spot(before=following) if following in ids else END


ACTS = dict.fromkeys((action.value for action in Action), take_back)
"""What `portal.undo` undoes in this way."""
