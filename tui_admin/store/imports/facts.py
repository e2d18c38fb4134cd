"""What hangs on a membership: each kind of staged row against its table of the store, judged and merged by sets.

Of the rows with one key the one that counts is picked: the last in the order of the files. What a report says is kept
as it was said, blanks included; a column that the file lacks leaves the store's value alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    case,
    cast,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from ...rules.times import Instant
from .. import staging
from .order import Order, Span

Rule = Callable[[ColumnElement[Any], Table, ColumnElement[Instant | None]], ColumnElement[Any]]
"""From what the report says, the stored row and the file's moment to the value to keep."""


class Verdict(IntEnum):
    """What becomes of a staged row. CONFIRMED: it says what the store says, but later; OLDER: the store knows newer;
    REPEATED: a later row of the import has the same key."""

    SAME = 0
    NEW = 1
    CHANGED = 2
    CONFIRMED = 3
    OLDER = 4
    REPEATED = 5


@dataclass(frozen=True)
class Facts:
    """A kind of fact: rows of `staged` become rows of `target`, whose key is a membership and, where there are such,
    an `item` (column of the target, staged number, and the `staging.things` it counts) and a `detail` (a column of
    both).

    `columns`: target column -> staged column; `numbered`: those whose staged column is a number, with the things it
    counts; `certain`: those where blank means no; `rules`: how a stored row may resist.
    """

    name: str
    staged: Table
    target: Table
    columns: Mapping[str, str]
    item: tuple[str, str, str] | None = None
    detail: str | None = None
    numbered: Mapping[str, str] = field(default_factory=dict)
    certain: frozenset[str] = frozenset()
    rules: Mapping[str, Rule] = field(default_factory=dict)

    @property
    def picks(self) -> Table:
        """Where the verdicts are."""
        return staging.picks[self.name]

    @property
    def dated(self) -> bool:
        """Whether the target remembers the moment of the file that set it."""
        return "moment" in self.target.c

    def key(self, rows: Any) -> ColumnElement[bool]:
        """That a row of the target has the key in `rows`, which are picks or look like them."""
        target = self.target.c
        if self.item is None:
            return and_(target.id == rows.membership_id)
        same = and_(target.membership_id == rows.membership_id, _same(target[self.item[0]], rows.item_id))
        return same if self.detail is None else and_(same, _same(target[self.detail], rows.detail))


@dataclass(frozen=True)
class Batch:
    """One kind of fact within one import: the files that gave it, and the order of all files."""

    facts: Facts
    order: Order
    spans: Sequence[Span]

    def pick(self, connection: Connection) -> None:
        """Fill the picks of the kind: a verdict for every staged row."""
        self._judge(connection)
        if self._add_repeated(connection) and self._complete(connection):
            self._judge(connection)
            self._add_repeated(connection)
        staging.analyse(connection, self.facts.picks)

    def insert(self, connection: Connection) -> None:
        """Put new rows into the target."""
        facts, picks, staged = self.facts, self.facts.picks, self.facts.staged
        assert facts.item
        values: dict[str, ColumnElement[Any]] = {"membership_id": picks.c.membership_id, facts.item[0]: picks.c.item_id}
        if facts.detail:
            values[facts.detail] = picks.c.detail
        values |= {name: self.value(name, None) for name in facts.columns}
        if facts.dated:
            values["moment"] = self.order.moment(picks.c.ord)
        joined = picks.outerjoin(staged, staged.c.ord == picks.c.ord)
        new = select(*values.values()).select_from(joined).where(picks.c.verdict == Verdict.NEW).order_by(picks.c.ord)
        connection.execute(insert(facts.target).from_select(list(values), new))

    def update(self, connection: Connection) -> None:
        """Write what changed, and the moment of what was confirmed."""
        facts, picks, staged = self.facts, self.facts.picks, self.facts.staged
        values = {name: self.value(name, facts.target) for name in (*facts.columns, *facts.rules)}
        newer = {"moment": func.coalesce(self.order.moment(picks.c.ord), facts.target.c.moment)} if facts.dated else {}
        changed = and_(facts.key(picks.c), staged.c.ord == picks.c.ord, picks.c.verdict == Verdict.CHANGED)
        connection.execute(update(facts.target).where(changed).values(**values, **newer))
        if newer:
            confirmed = and_(facts.key(picks.c), picks.c.verdict == Verdict.CONFIRMED)
            connection.execute(update(facts.target).where(confirmed).values(newer))

    def conflicts(self, connection: Connection) -> dict[int, int]:
        """By file, how many rows say something else than a later row of the same key."""
        facts, staged = self.facts, self.facts.staged
        lost, won, lost_row, won_row = facts.picks.alias(), facts.picks.alias(), staged.alias(), staged.alias()
        same = and_(lost.c.membership_id == won.c.membership_id, won.c.verdict != Verdict.REPEATED)
        for name in ("item_id", "detail") if facts.item else ():
            same = and_(same, won.c[name].is_not_distinct_from(lost.c[name]))
        differs = or_(*(lost_row.c[name].is_distinct_from(won_row.c[name]) for name in set(facts.columns.values())))
        file = self.order.file(lost.c.ord)
        query = (
            select(file, func.count())
            .select_from(lost.join(won, same).join(lost_row, lost_row.c.ord == lost.c.ord))
            .join(won_row, won_row.c.ord == won.c.ord)
            .where(lost.c.verdict == Verdict.REPEATED, differs)
            .group_by(file)
        )
        return dict(connection.execute(query).all())

    def value(self, name: str, stored: Table | None) -> ColumnElement[Any]:
        """What a column of the target is to hold, from the staged row and, where there is one, the stored."""
        facts, staged = self.facts, self.facts.staged
        before: ColumnElement[Any] = null() if stored is None else stored.c[name]
        if name not in facts.columns:
            value = before
        else:
            column = facts.columns[name]
            value = self._id(column, facts.numbered[name]) if name in facts.numbered else staged.c[column]
            has = self.order.present(staged.c.ord, column, self.spans)
            if name in facts.certain:
                value = func.coalesce(value, before, false())
            elif has is not None:
                value = case((has, value), else_=func.coalesce(value, before))
        if stored is not None and name in facts.rules:
            return facts.rules[name](value, staged, self.order.moment(staged.c.ord))
        return value

    def _id(self, column: str, things: str) -> ColumnElement[int]:
        numbers = staging.things[things]
        return select(numbers.c.id).where(numbers.c.number == self.facts.staged.c[column]).scalar_subquery()

    def _judge(self, connection: Connection) -> None:
        facts, staged, picks = self.facts, self.facts.staged, self.facts.picks
        staging.clear(connection, picks)
        keyed = self._keyed().subquery().c
        key = (keyed.membership_id, keyed.item_id, keyed.detail)
        last = func.max(self.order.precedence(keyed.ord))
        found = select(self.order.original(last).label("ord"), *key).group_by(*key).subquery()
        joined = found.outerjoin(staged, staged.c.ord == found.c.ord).outerjoin(facts.target, facts.key(found.c))
        rows = select(*(found.c[name] for name in ("ord", "membership_id", "item_id", "detail")), self._verdict())
        connection.execute(insert(picks).from_select(_PICKED, rows.select_from(joined)))

    def _verdict(self) -> ColumnElement[int]:
        facts, stored = self.facts, self.facts.target
        known = stored.c.id if "id" in stored.c else stored.c.membership_id
        differs = or_(*(self.value(name, stored).is_distinct_from(stored.c[name]) for name in facts.columns))
        whens: list[tuple[ColumnElement[bool], ColumnElement[int]]] = [(known.is_(None), literal(int(Verdict.NEW)))]
        if facts.dated:
            moment = self.order.moment(facts.staged.c.ord)
            whens.append((stored.c.moment > moment, literal(int(Verdict.OLDER))))
            whens.append((differs, literal(int(Verdict.CHANGED))))
            newer = and_(moment.is_not(None), or_(stored.c.moment.is_(None), moment > stored.c.moment))
            whens.append((newer, literal(int(Verdict.CONFIRMED))))
        else:
            whens.append((differs, literal(int(Verdict.CHANGED))))
        return case(*whens, else_=int(Verdict.SAME))

    def _keyed(self) -> Select[Any]:
        """Every staged row with its key."""
        facts, staged, links, places = self.facts, self.facts.staged, staging.links, staging.places
        program = staging.things["programs"]
        place = and_(places.c.learner_id == links.c.learner_id, places.c.program_id == program.c.id)
        # Outer joins, though every row has its partner: they keep SQLite to this order, which it cannot guess.
        joined = staged.outerjoin(links, links.c.ord == staged.c.ord)
        joined = joined.outerjoin(program, program.c.number == links.c.program).outerjoin(places, place)
        item: ColumnElement[Any] = cast(null(), BigInteger)
        if facts.item:
            things = staging.things[facts.item[2]]
            joined = joined.outerjoin(things, things.c.number == staged.c[facts.item[1]])
            item = things.c.id
        detail: ColumnElement[Any] = staged.c[facts.detail] if facts.detail else cast(null(), BigInteger)
        columns = (staged.c.ord, places.c.membership_id, item.label("item_id"), detail.label("detail"))
        return select(*columns).select_from(joined)

    def _add_repeated(self, connection: Connection) -> bool:
        """Verdicts for the rows that do not count; whether there are any."""
        picks, staged = self.facts.picks, self.facts.staged
        counted = connection.execute(select(func.count()).select_from(picks)).scalar_one()
        if counted == connection.execute(select(func.count()).select_from(staged)).scalar_one():
            return False
        rest = self._keyed().where(staged.c.ord.not_in(select(picks.c.ord))).subquery().c
        rows = select(rest.ord, rest.membership_id, rest.item_id, rest.detail, literal(int(Verdict.REPEATED)))
        connection.execute(insert(picks).from_select(_PICKED, rows))
        return True

    def _complete(self, connection: Connection) -> bool:
        """Give the rows that count what only an earlier file has a column for; whether there was such a column."""
        columns = {name for span in self.spans for name in span.present}
        lacking = [name for name in columns if any(name not in span.present for span in self.spans)]
        for name in lacking:
            self._complete_column(connection, name)
        return bool(lacking)

    def _complete_column(self, connection: Connection, name: str) -> None:
        staged, picks, donor = self.facts.staged, self.facts.picks, self.facts.staged.alias()
        has = self.order.present(picks.c.ord, name, self.spans)
        assert has is not None
        key = (picks.c.membership_id, picks.c.item_id, picks.c.detail)
        last = func.max(self.order.precedence(picks.c.ord)).label("last")
        given = select(last, *key).where(picks.c.verdict == Verdict.REPEATED, has).group_by(*key).subquery()
        won = picks.alias()
        lacks = ~_present(self.order, won.c.ord, name, self.spans)
        condition = and_(
            staged.c.ord == won.c.ord,
            won.c.verdict != Verdict.REPEATED,
            lacks,
            won.c.membership_id == given.c.membership_id,
            won.c.item_id.is_not_distinct_from(given.c.item_id),
            won.c.detail.is_not_distinct_from(given.c.detail),
            donor.c.ord == self.order.original(given.c.last),
        )
        connection.execute(update(staged).where(condition).values({name: donor.c[name]}))


def _same(stored: Column[Any], said: ColumnElement[Any]) -> ColumnElement[bool]:
    """That both are equal, or both blank where the store knows blanks. No database finds blanks that are equal by an
    index, so it is not asked for elsewhere."""
    return func.coalesce(stored, -1) == func.coalesce(said, -1) if stored.nullable else stored == said


_PICKED = ("ord", "membership_id", "item_id", "detail", "verdict")


def _present(order: Order, ord: ColumnElement[int], name: str, spans: Sequence[Span]) -> ColumnElement[bool]:
    found = order.present(ord, name, spans)
    assert found is not None
    return found
