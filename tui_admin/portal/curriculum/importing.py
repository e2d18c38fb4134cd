"""Bringing a program's curriculum in line with a file: planned, shown, applied at once, undone at once.

The file is the whole curriculum: collections are known by their names, items within them by their ids; what it does
not name is taken out. A row that cannot be is refused by its line, and the others are applied.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count, islice
from typing import Any

from sqlalchemy import Connection, Row

from ...reports.curriculum_files import CurriculumFile, FileCollection, FileItem
from ...rules.errors import BadInput, Conflict
from ...rules.positions import END, Ordered, Spot, staying
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant
from ...store import curriculum as store_curriculum
from ...store.engine import Store
from .. import lookup
from ..lookup import nearest
from . import history
from .bench import Bench
from .collections import checked
from .history import Action
from .plan import CurriculumPlan, PlanRow
from .reading import COURSE, SPECIALIZATION, Entry
from .state import State, Words
from .writing import Told, perform


def plan(store: Store, actor: Actor, slug: str, file: CurriculumFile) -> CurriculumPlan:
    """Say what a file would change; nothing is written.

    Raises BadInput where there is no such program, NotAllowed where it is not the administrator's.
    """
    actor.require(Right.CURRICULUM)
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.CURRICULUM, slug)
        return _planned(connection, program, file)[0]


def apply(store: Store, actor: Actor, plan: CurriculumPlan, now: Instant) -> CurriculumPlan:
    """Do what was planned, in one transaction; the same plan with its journal entry, None where nothing differs.

    Raises Conflict, with who it was, where somebody changed the curriculum since the plan.
    """

    def act(bench: Bench) -> Told:
        again, wanted = _planned(bench.connection, bench.program, plan.file)
        if again.seen != plan.seen:
            whom = history.newest(bench.connection, bench.program.id)
            how = f" ({whom})" if whom else ""
            raise Conflict(f"The curriculum was changed since the plan{how}. Nothing was changed; plan it again.")
        wanted.lay_out(
            bench,
            partial(store_curriculum.new_collections, bench.connection),
            partial(store_curriculum.new_items, bench.connection),
        )
        return Told(f"Imported the curriculum of {plan.slug} from {clean(plan.file.name)}: {again.summary}", "")

    return replace(plan, entry=perform(store, actor, plan.slug, now, Action.IMPORT, act).entry)


Ids = Callable[[int], Sequence[int]]
"""Gives so many new ids."""


@dataclass(slots=True)
class _Wanted:
    """What the file wants: words and entries of each collection in order, the collection that is there by id."""

    collections: list[tuple[int | None, Words, list[Entry]]] = field(default_factory=list)

    def lay_out(self, bench: Bench, collections: Ids, items: Ids) -> None:
        """Bring the curriculum on the bench in line, with as few moves as can be."""
        kept = [id for id, _, _ in self.collections if id is not None]
        for id in set(bench.now.order.ids).difference(kept):
            bench.delete(id)
        stay = staying(bench.now.order.ids, kept)
        fresh = iter(collections(len(self.collections) - len(kept)))
        last: int | None = None
        for known, words, entries in self.collections:
            id = next(fresh) if known is None else known
            if known is None:
                bench.create(id, words, _behind(bench.now.order, last))
            elif known not in stay:
                bench.move_collections([known], _behind(bench.now.order, last))
            if bench.now.words[id] != words:
                bench.word(id, words)
            _fill(bench, id, entries, items)
            last = id


def _fill(bench: Bench, collection: int, entries: list[Entry], ids: Ids) -> None:
    shelf = bench.shelf(collection)
    there = {bench.now.entries[item]: item for item in shelf.ids}
    wanted = set(entries)
    bench.remove([item for entry, item in there.items() if entry not in wanted])
    stay = staying(shelf.ids, [there[entry] for entry in entries if entry in there])
    fresh = iter(ids(len(wanted - there.keys())))
    last: int | None = None
    for entry in entries:
        item = there[entry] if entry in there else next(fresh)
        if entry not in there:
            bench.add({item: entry}, collection, _behind(shelf, last))
        elif item not in stay:
            bench.move([item], collection, _behind(shelf, last))
        last = item


def _behind(ordered: Ordered, last: int | None) -> Spot:
    if last is not None:
        return Spot(after=last)
    return Spot(before=ordered.ids[0]) if ordered.ids else END


def _planned(connection: Connection, program: Row[Any], file: CurriculumFile) -> tuple[CurriculumPlan, _Wanted]:
    return _Planning(connection, program, file).done()


Thing = int | tuple[int, Entry]
"""A collection by its id, or what stands in it."""


class _Planning:
    """One file being compared with what is there."""

    def __init__(self, connection: Connection, program: Row[Any], file: CurriculumFile) -> None:
        self._bench = Bench(connection, program)
        self._file = file
        courses, specializations = store_curriculum.all_keys(connection)
        self._known: Mapping[str, Mapping[str, int]] = {COURSE: courses, SPECIALIZATION: specializations}
        self._rows = [PlanRow(one.where, "", clean(one.value), "refused", one.reason) for one in file.refusals]
        self._row_of: dict[Thing, int] = {}
        self._wanted = _Wanted()

    def done(self) -> tuple[CurriculumPlan, _Wanted]:
        """The plan, and what it comes to."""
        there = {words[0].casefold(): id for id, words in self._bench.now.words.items()}
        taken: dict[str, str] = {}
        for collection in self._file.collections:
            self._collection(collection, there, taken)
        seen = _seen(self._bench.before)
        made_up = partial(_made_up, count(-1, -1))
        self._wanted.lay_out(self._bench, made_up, made_up)
        self._tell_moves()
        self._rows += self._left_out()
        return CurriculumPlan(self._file, self._bench.program.slug, tuple(self._rows), seen), self._wanted

    def _collection(self, told: FileCollection, there: Mapping[str, int], taken: dict[str, str]) -> None:
        id = there.get(told.name.strip().casefold())
        old = self._bench.now.words.get(id) if id is not None else None
        try:
            kept = old[1] or "" if old else ""
            words = checked(told.name, kept if told.description is None else told.description)
        except BadInput as error:
            self._refuse(told, str(error))
            return
        first = taken.setdefault(words[0].casefold(), told.where)
        if first != told.where:
            self._refuse(told, f"the collection stands in {first} already: write its items together, under one name")
            return
        outcome = "added" if old is None else "unchanged" if old == words else "changed"
        if id is not None:
            self._row_of[id] = len(self._rows)
        self._rows.append(PlanRow(told.where, words[0], "", outcome))
        entries = self._entries(told, id)
        self._wanted.collections.append((id, words, entries))

    def _refuse(self, told: FileCollection, reason: str) -> None:
        self._rows.append(PlanRow(told.where, clean(told.name), "", "refused", reason))
        for item in told.items:
            self._rows.append(PlanRow(item.where, clean(told.name), clean(item.id), "refused", reason))

    def _entries(self, told: FileCollection, id: int | None) -> list[Entry]:
        there = self._bench.held(id) if id is not None else set()
        first: dict[Entry, str] = {}
        name = clean(told.name.strip())
        for item in told.items:
            entry, reason = self._entry(item)
            if entry is not None and entry in first:
                reason = f"stands in this collection already ({first[entry]}): leave one of them out"
            if entry is None or reason:
                self._rows.append(PlanRow(item.where, name, clean(item.id), "refused", reason))
                continue
            first[entry] = item.where
            if id is not None:
                self._row_of[id, entry] = len(self._rows)
            self._rows.append(PlanRow(item.where, name, clean(item.id), "unchanged" if entry in there else "added"))
        return list(first)

    def _entry(self, item: FileItem) -> tuple[Entry | None, str]:
        known = self._known.get(item.kind)
        if known is None:
            return None, f"its kind is {clean(item.kind)!r}: write course or specialization"
        if item.id in known:
            return ((COURSE if item.kind == COURSE else SPECIALIZATION), known[item.id]), ""
        other = next((kind for kind, ids in self._known.items() if item.id in ids), None)
        if other is not None:
            return None, f"is a {other}: write that as its kind"
        near = nearest(item.id, list(known))
        return None, f"the catalogue has no {item.kind} of this id{near}: import it first, or mend the id"

    def _tell_moves(self) -> None:
        """Say of what stays, but not where it is, that it moves."""
        bench = self._bench
        moved: set[Thing] = {id for id in bench.now.order.placed if id in bench.touched_collections}
        moved |= {(bench.now.homes[item], bench.now.entries[item]) for item in bench.touched & bench.now.entries.keys()}
        for thing in moved & self._row_of.keys():
            row = self._rows[self._row_of[thing]]
            if row.outcome == "unchanged":
                self._rows[self._row_of[thing]] = replace(row, outcome="moved")

    def _left_out(self) -> Iterator[PlanRow]:
        """What the file does not name."""
        before, now = self._bench.before, self._bench.now
        keys = {(kind, id): key for kind, ids in self._known.items() for key, id in ids.items()}
        for collection in before.order.ids:
            name = clean(before.words[collection][0])
            if collection not in now.words:
                yield PlanRow("", name, "", "removed")
            for item in before.shelves[collection].ids:
                if item not in now.entries:
                    yield PlanRow("", name, clean(keys[before.entries[item]]), "removed")


def _made_up(numbers: Iterator[int], count: int) -> Sequence[int]:
    """Ids for a plan, which nothing keeps."""
    return list(islice(numbers, count))


def _seen(state: State) -> object:
    order = tuple(state.order.ids)
    shelves = tuple(tuple(state.shelves[id].ids) for id in order)
    return order, shelves, tuple(state.words[id] for id in order)
