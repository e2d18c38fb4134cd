"""From the numbers of what an import names to ids of the store; what is not there yet is told and can be made."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, insert, select, update

from ...rules.text import fold
from ...rules.times import Instant
from .. import bulk, staging
from ..tables import assessments, contracts, courses, program_contracts, programs, skills, specializations
from .names import Names, Said
from .order import Order
from .things import Named, Thing, Things

_NO_SLUG = re.compile(r"[^\w]+")


@dataclass
class Additions:
    """What the store lacks, by table: rows to insert, and values that fill what was unknown or are newer; and what is
    to be said about names."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    fills: list[tuple[Table, int, dict[str, Any]]] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)
    said: Said = field(default_factory=Said)

    def names(self, table: Table) -> tuple[str, ...]:
        """What of a table is to be made, as a person calls it."""
        rows = self.rows.get(table.name, ())
        return tuple(str(row.get("key") or row.get("slug") or row["name"]) for row in rows)


def resolve(connection: Connection, named: Named, order: Order, fixed: Container[Table] = ()) -> Additions:
    """Fill the temporary tables `staging.things` with ids, those that new things will get included. What the tables
    `fixed` hold keeps its name."""
    additions = Additions()

    def find(table: Table, key: str, things: Things) -> dict[int, int]:
        names = Names(additions.said, order, table, key, fixed=table in fixed)
        return _Finder(connection, additions, table, key, names).find(things)

    _write(connection, "programs", find(programs, "slug", named.programs))
    _write(connection, "contracts", find(contracts, "name", named.contracts))
    found = find(courses, "key", named.courses)
    _write(connection, "courses", found)
    _write(connection, "assessments", _assessments(connection, additions, named.assessments, found))
    _write(connection, "specializations", find(specializations, "slug", named.specializations))
    _link(connection, additions, named)
    return additions


def add(connection: Connection, additions: Additions, now: Instant) -> None:
    """Make what the store lacks."""
    for table in (programs, contracts, courses, specializations, assessments, skills):
        rows = additions.rows.get(table.name)
        if rows:
            stamp = {"created_at": now} if "created_at" in table.c else {}
            for alike in _alike([{**row, **stamp} for row in rows]):
                connection.execute(insert(table), alike)
            bulk.advance(connection, table)
    _fill(connection, additions.fills)
    for program_id, contract_id in additions.links:
        connection.execute(insert(program_contracts).values(program_id=program_id, contract_id=contract_id))


def _fill(connection: Connection, fills: Iterable[tuple[Table, int, dict[str, Any]]]) -> None:
    """Fill what was unknown or is newer; of a thing that is told of twice the last word counts."""
    by_table: dict[Table, dict[int, dict[str, Any]]] = {}
    for table, id, values in fills:
        by_table.setdefault(table, {}).setdefault(id, {"of": id}).update({f"new_{n}": v for n, v in values.items()})
    for table, rows in by_table.items():
        for alike in _alike(list(rows.values())):
            told: dict[str, Any] = {name.removeprefix("new_"): bindparam(name) for name in alike[0] if name != "of"}
            connection.execute(update(table).where(table.c.id == bindparam("of")).values(told), alike)


def _alike(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Rows by the columns they hold: one statement takes only such."""
    found: dict[frozenset[str], list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(frozenset(row), []).append(row)
    yield from found.values()


class _Finder:
    """Matches the things of one table: by key, else by name where a row gave only that."""

    def __init__(self, connection: Connection, additions: Additions, table: Table, key: str, names: Names) -> None:
        self._connection, self._additions, self._table, self._key = connection, additions, table, key
        self._names = names
        self._next = highest(connection, table) + 1
        self._known: dict[int, dict[str, Any]] = {}

    def find(self, things: Things) -> dict[int, int]:
        """Ids by number."""
        all = things.all
        by_key = self._stored(self._key, [thing.fields.get(self._key) for thing in all])
        second = "slug" if self._table is courses else "name"
        loose = [thing.fields[second] for thing in all if not thing.fields.get(self._key)]
        by_name = self._stored(second, loose)
        ids: dict[int, int] = {}
        # Those with a key first: a row that gives only the name may mean one of them.
        for thing in sorted(all, key=lambda thing: not thing.fields.get(self._key)):
            key = thing.fields.get(self._key)
            known = by_key.get(key) if key else by_name.get(thing.fields[second])
            if known is None:
                known = by_key[key] = by_name[thing.fields[second]] = self._new(thing)
            else:
                self._fill(known, thing)
                if known[second] is not None:
                    by_name.setdefault(known[second], known)
            ids[thing.number] = int(known["id"])
        return ids

    def _stored(self, column: str, values: Sequence[Any]) -> dict[Any, dict[str, Any]]:
        rows = where_in(self._connection, self._table, self._table.c[column], values)
        return {row[column]: self._known.setdefault(row["id"], row) for row in rows}

    def _new(self, thing: Thing) -> dict[str, Any]:
        row = {name: value for name, value in thing.fields.items() if name in self._table.c}
        if not row.get(self._key):
            row[self._key] = self._free_key(thing.fields)
        row |= self._names.of_new(thing, row[self._key])
        row["id"] = self._next
        self._next += 1
        self._additions.rows.setdefault(self._table.name, []).append(row)
        return row

    def _free_key(self, fields: dict[str, Any]) -> str:
        """A slug from a name: `Data Skills` becomes `data-skills`."""
        base = _NO_SLUG.sub("-", fold(fields.get("name") or fields.get("slug") or "")).strip("-") or "unnamed"
        added = {row[self._key] for row in self._additions.rows.get(self._table.name, ())}
        tries = (base, *(f"{base}-{number}" for number in range(2, 10_000)))
        return next(key for key in tries if key not in added and not list(self._stored(self._key, [key])))

    def _fill(self, known: dict[str, Any], thing: Thing) -> None:
        new = any(row is known for row in self._additions.rows.get(self._table.name, ()))
        told = {name: value for name, value in thing.fields.items() if name in known and known[name] is None}
        told |= self._names.of_known(thing, known, new=new)
        better = {name: value for name, value in told.items() if value is not None and value != known[name]}
        if better:
            known.update(better)
            if not new:
                self._additions.fills.append((self._table, known["id"], better))


def _assessments(
    connection: Connection, additions: Additions, things: Things, course_ids: dict[int, int]
) -> dict[int, int]:
    """An assessment is known by course and id, else by course and name. Its deadline is the latest ever named, until
    a catalogue says otherwise; what else files say of it fills blanks only."""
    stored = where_in(connection, assessments, assessments.c.course_id, sorted(set(course_ids.values())))
    by_key: dict[tuple[int, str], dict[str, Any]] = {}
    by_name: dict[tuple[int, str], dict[str, Any]] = {}
    positions: dict[int, int] = {}
    for row in map(dict, stored):
        by_key[row["course_id"], row["key"]] = by_name[row["course_id"], row["name"]] = row
        by_name.setdefault((row["course_id"], _in_full(row)), row)
        positions[row["course_id"]] = max(positions.get(row["course_id"], 0), row["position"])
    following, ids = highest(connection, assessments) + 1, {}
    for thing in sorted(things.all, key=lambda thing: thing.fields["key"] is None):
        fields = {name: value for name, value in thing.fields.items() if name != "course"}
        course = course_ids[thing.fields["course"]]
        name = fields["name"] or fields["key"]
        known = by_key.get((course, fields["key"])) if fields["key"] else by_name.get((course, name))
        if known is None:
            positions[course] = positions.get(course, 0) + 1
            known = {**fields, "name": name, "key": fields["key"] or name, "position": positions[course]}
            known |= {"id": following, "course_id": course}
            following += 1
            additions.rows.setdefault("assessments", []).append(known)
            by_key[course, known["key"]] = by_name[course, name] = known
            by_name.setdefault((course, _in_full(known)), known)
        else:
            _fill_assessment(additions, known, fields)
        ids[thing.number] = int(known["id"])
    return ids


def _in_full(row: dict[str, Any]) -> str:
    """How a gradebook tells an assessment from another of the same name."""
    return f"{row['name']} ({row['key']})"


def _fill_assessment(additions: Additions, known: dict[str, Any], fields: dict[str, Any]) -> None:
    better = {name: value for name, value in fields.items() if value is not None and known[name] is None}
    if known["name"] == known["key"] and fields["name"]:
        better["name"] = fields["name"]
    told, before = fields["deadline"], known["deadline"]
    if told is not None and before is not None and told > before and not known.get("in_catalogue"):
        better["deadline"] = fields["deadline"]
    better = {name: value for name, value in better.items() if known[name] != value}
    if not better:
        return
    known.update(better)
    if not any(row is known for row in additions.rows.get("assessments", ())):
        additions.fills.append((assessments, known["id"], better))


def _link(connection: Connection, additions: Additions, named: Named) -> None:
    program: dict[int, int] = dict(connection.execute(select(*staging.things["programs"].c)).all())
    contract: dict[int, int] = dict(connection.execute(select(*staging.things["contracts"].c)).all())
    wanted = {(program[one], contract[other]) for one, other in named.links}
    stored = select(program_contracts.c.program_id, program_contracts.c.contract_id)
    additions.links = sorted(wanted - set(connection.execute(stored).all()))


def _write(connection: Connection, name: str, ids: dict[int, int]) -> None:
    table = staging.things[name]
    staging.clear(connection, table)
    bulk.insert_rows(connection, table, ("number", "id"), ids.items())
    staging.analyse(connection, table)


def where_in(
    connection: Connection, table: Table, column: Column[Any], values: Iterable[Any]
) -> Iterator[dict[str, Any]]:
    """The rows whose column holds one of these values."""
    for some in bulk.batched(values):
        for row in connection.execute(select(table).where(column.in_(some))).mappings():
            yield dict(row)


def highest(connection: Connection, table: Table) -> int:
    """The highest id of a table; 0 where it is empty."""
    highest: int | None = connection.execute(select(func.max(table.c.id))).scalar_one()
    return highest or 0
