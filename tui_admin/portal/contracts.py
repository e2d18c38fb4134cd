"""Contracts: the list with its licenses, creating one, and changing one."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from ..rules.errors import BadInput, UsageError
from ..rules.filters import quote
from ..rules.licenses import Licenses, Standing, standing
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..rules.triage import Status
from ..store import contracts as store_contracts
from ..store import home as store_home
from ..store import licenses as store_licenses
from ..store import program_figures as store_figures
from ..store.engine import Store
from ..store.tables import contracts as contracts_table
from . import journal, lookup, rights
from .conflicts import Trace, as_seen, require_seen, told
from .scope import programs_in_view

ACTION = "change contract settings"

KEYS = ("name", "licenses", "from", "to")
"""What `change` changes."""

JOINED = f"status:{Status.NO_ENROLLMENT},{Status.ENROLLED},{Status.COMPLETED}"
"""The filter that every membership fulfils whose learner joined: terms beside it are asked of the same membership."""

_COLUMNS = {"from": "starts_on", "to": "ends_on"}
_MOST = 1_000_000_000
_MOST_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with its days and licenses, and the programs in view that draw on it, by name and by slug."""

    id: int
    name: str
    starts_on: date | None
    ends_on: date | None
    licenses: Licenses
    programs: tuple[str, ...]
    slugs: tuple[str, ...]

    def standing(self, today: date) -> Standing:
        """Whether its licenses can be used on a day."""
        return standing(self.starts_on, self.ends_on, today)

    @property
    def holders(self) -> str:
        """The filter that lists in Users whom `licenses.occupied` counts."""
        return f"contract:{quote(self.name)} {JOINED}"

    @property
    def awaited(self) -> str:
        """The filter that lists in Users whom `licenses.reserved` counts: invited, and no holder yet."""
        return f"contract:{quote(self.name)} status:{Status.INVITED} -({self.holders})"


def listing(store: Store, actor: Actor, slug: str | None = None) -> tuple[Contract, ...]:
    """The contracts of a program, or all that the administrator may see, the earliest first; an organization admin sees
    all.

    A program admin's figures are of their own programs' people, because not even a count of others is theirs to see.
    Raises BadInput where there is no such program, NotAllowed where it is not theirs.
    """
    actor.require(Right.READ)
    with store.read() as connection:
        view, scope = programs_in_view(connection, actor, slug), rights.scope(actor)
        seen = {row.id: row for row in store_home.listed(connection, view)}
        drawing = store_figures.programs_of_contracts(connection)
        ids = None if view is None else {id for id, programs in drawing.items() if seen.keys() & set(programs)}
        rows = store_figures.contract_rows(connection, ids)
        held = store_licenses.count(connection, {row["id"] for row in rows}, scope)
    found = []
    for row in rows:
        programs = [seen[program] for program in drawing.get(row["id"], ()) if program in seen]
        names, slugs = tuple(clean(program.name) for program in programs), tuple(program.slug for program in programs)
        days = row["starts_on"], row["ends_on"]
        found.append(Contract(row["id"], clean(row["name"]), *days, held[row["id"]], names, slugs))
    return tuple(found)


def utilized(store: Store, actor: Actor) -> Counter[int]:
    """By contract's id, how many learners in view hold one of its licenses and enrolled in a course under it."""
    actor.require(Right.READ)
    with store.read() as connection:
        return store_licenses.utilized(connection, rights.scope(actor))


def create(
    store: Store,
    actor: Actor,
    name: str,
    now: Instant,
    *,
    licenses: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> int:
    """Create a contract; its id. `licenses` None is unknown: no cap until someone sets it.

    Raises BadInput for a value that cannot be, UsageError for a name that is taken.
    """
    actor.require(Right.CONTRACTS)
    values = {"name": _name(name), "licenses": _licenses(licenses), "starts_on": starts_on, "ends_on": ends_on}
    _check_days(starts_on, ends_on)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.CONTRACTS)
        _check_free(connection, values["name"])
        contract = store_contracts.add(connection, {**values, "created_at": now})
        summary = f"Created contract {values['name']} with {_told(licenses)} licenses"
        details = {key: _plain(value) for key, value in values.items()}
        journal.append(connection, actor, now, action="create contract", summary=summary, details=details)
    return contract


def named(key: str) -> str:
    """The column of what `change` changes. Raises UsageError where there is none, with the nearest."""
    if key not in KEYS:
        raise UsageError(f"A contract has no {key!r}{lookup.nearest(key, list(KEYS))}; known: {', '.join(KEYS)}.")
    return _COLUMNS.get(key, key)


def show(store: Store, actor: Actor, name: str) -> dict[str, str]:
    """What `change` changes of a contract, as it is typed; empty where it is unknown or open."""
    actor.require(Right.CONTRACTS)
    with store.read() as connection:
        contract = lookup.contract(connection, actor, name)
    return {key: as_seen(getattr(contract, named(key))) for key in KEYS}


def change(
    store: Store, actor: Actor, name: str, key: str, value: str, now: Instant, *, seen: str | None = None
) -> str:
    """Change one thing of a contract (one of `KEYS`); the sentence that says what changed.

    A blank value makes licenses unknown and a day open. Fewer licenses than learners hold are kept, and the sentence
    says by how many they are over; nobody is dropped. `seen` is the value that the writer saw it had, None for one who
    saw none. Raises BadInput for a value that cannot be, Conflict where somebody changed it since it was seen.
    """
    actor.require(Right.CONTRACTS)
    column = named(key)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.CONTRACTS)
        store_licenses.purchased(connection, [lookup.contract(connection, actor, name).id], hold=True)
        contract = lookup.contract(connection, actor, name)  # as it is now that nobody else changes it
        before, after = getattr(contract, column), _value(key, value)
        if before == after:
            return f"The {key} of contract {contract.name} was {_told(after)} already"
        _check_seen(connection, contract, key, before, seen)
        _check_change(connection, contract, column, after)
        store_contracts.change(connection, contract.id, {column: after})
        summary = f"Set {key} of contract {contract.name} to {_told(after)}" + _over(connection, contract.id, key)
        details = {"contract": contract.id, "key": key, "before": _plain(before), "after": _plain(after)}
        journal.append(connection, actor, now, action=ACTION, summary=summary, details=details)
    return summary


def take_back(
    connection: Connection, actor: Actor, entry: journal.Entry, now: Instant
) -> tuple[str, Mapping[str, object]]:
    """Give a contract what it had before an entry, where it still is what the entry left."""
    actor.require(Right.CONTRACTS)
    number, key, left = (entry.details[name] for name in ("contract", "key", "after"))
    store_licenses.purchased(connection, [number], hold=True)
    contract = store_contracts.get(connection, number)
    if contract is None:
        raise UsageError(f"Entry {entry.id} cannot be undone: its contract is no longer there.")
    column = named(key)
    held, before = getattr(contract, column), _value(key, as_seen(entry.details["before"]))
    if _plain(held) != left:
        raise UsageError(f"Entry {entry.id} cannot be undone: the {key} was changed since, to {_told(held)}.")
    _check_change(connection, contract, column, before)
    store_contracts.change(connection, contract.id, {column: before})
    details = {"contract": number, "key": key, "before": left, "after": _plain(before)}
    return f"it is {_told(before)} again" + _over(connection, number, key), details


def _over(connection: Connection, contract_id: int, key: str) -> str:
    over = store_licenses.count(connection, [contract_id])[contract_id].over_by if key == "licenses" else 0
    return f": {over:,} learners more than that hold one, over by {over:,}" if over else ""


def _check_seen(connection: Connection, contract: Any, key: str, before: object, seen: str | None) -> None:
    wanted = (contract.id, key, _plain(before))
    trace = Trace((ACTION,), lambda it: (it.get("contract"), it.get("key"), it.get("after")) == wanted)
    require_seen(connection, seen, before, f"The {key} of contract {contract.name}", trace)


def _check_change(connection: Connection, contract: Any, column: str, after: Any) -> None:
    if column == "name":
        _check_free(connection, after)
    days = {"starts_on": contract.starts_on, "ends_on": contract.ends_on, column: after}
    _check_days(days["starts_on"], days["ends_on"])


def _check_days(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise BadInput(f"The contract would end on {ends_on} before it begins on {starts_on}.")


def _check_free(connection: Connection, name: object) -> None:
    if connection.execute(select(contracts_table.c.id).where(contracts_table.c.name == name)).first():
        raise UsageError(f"There is a contract {name!r} already.")


def _value(key: str, text: str) -> str | int | date | None:
    given = text.strip()
    if key == "name":
        return _name(given)
    if not given:
        return None
    if key == "licenses":
        if not given.isdecimal() or len(given) > _MOST_DIGITS:
            raise BadInput(f"Licenses are a whole number, or blank where unknown, not {told(given)}.")
        return _licenses(int(given))
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadInput(f"{given!r} is no day; write 2026-01-31.") from None


def _name(text: str) -> str:
    name = text.strip()
    if not name or clean(name) != name:
        raise BadInput("A contract needs a name of characters that can be shown.")
    return name


def _licenses(number: int | None) -> int | None:
    if number is not None and not 0 <= number <= _MOST:
        raise BadInput(f"Licenses are a whole number from 0 to {_MOST:,}, not {number:,}.")
    return number


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _told(value: object) -> str:
    if value is None:
        return "unknown"
    return f"{value:,}" if isinstance(value, int) else str(value)
