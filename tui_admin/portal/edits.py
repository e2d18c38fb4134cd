"""Changing what is known of people: name, external id and the nine profile fields, of one learner or of many.

A plan remembers what each row held; applying leaves alone, and names, what somebody else changed in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import Connection

from ..rules.addresses import canonical
from ..rules.errors import BadInput, Conflict, UsageError
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant
from ..store import fields
from ..store.engine import Store
from . import journal, lookup, rights
from .receipts import Receipt, Row, Subject, Verdict, Verdicts

EDIT = "edit people"

FIELDS: Mapping[str, str] = {
    "name": "name",
    "external_id": "external id",
    "manager_name": "manager name",
    "manager_email": "manager e-mail",
    "job_title": "job title",
    "job_type": "job type",
    "business_unit": "business unit",
    "business_unit_2": "business unit 2",
    "city": "city",
    "country": "country",
    "region": "region",
}
"""What can be changed of a learner, and the words for it."""

NOT_THERE = "no such person in your programs"
ERASED_PERSON = "erased: nothing is held of them any more"
ALREADY = "already so"
MEANWHILE = "changed by somebody else since the plan"

Values = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class EditPlan:
    """What changing fields would do: the new values, a verdict per learner, and what each held by its old values."""

    changes: Mapping[str, str | None]
    verdicts: Verdicts
    before: Mapping[Values, FrozenBitMap]

    @property
    def count(self) -> int:
        """How many people would be changed."""
        return self.verdicts.count(Verdict.APPLY)

    @property
    def summary(self) -> str:
        """`3 people would get city 'Győr'`, and why others would not."""
        text = f"{_people(self.count)} would get {_told(self.changes)}"
        reasons = self.verdicts.reasons()
        return f"{text} ({reasons})" if reasons else text

    def rows(self, store: Store, actor: Actor) -> Iterator[tuple[Row, Values]]:
        """Every row with its verdict and what it held, in the order of `changes`, streamed."""
        for row in self.verdicts.rows(store, actor):
            yield row, next((old for old, ids in self.before.items() if row.id in ids), ())


def plan(
    store: Store,
    actor: Actor,
    ids: Iterable[int],
    changes: Mapping[str, str | None],
    *,
    of: Subject = Subject.LEARNER,
) -> EditPlan:
    """Say what giving people these values would do; blank takes a value away. Nothing is written.

    `ids` number learners, or memberships with `of=Subject.MEMBERSHIP`. Raises BadInput for a value that cannot be,
    UsageError for an unknown field or one external id for several people.
    """
    actor.require(Right.EDIT)
    values = {name: _value(name, text) for name, text in changes.items()}
    with store.read() as connection:
        people = BitMap(fields.learners_of(connection, ids) if of is Subject.MEMBERSHIP else ids)
        if values.get("external_id") and len(people) > 1:
            raise UsageError("An external id belongs to one person: change one at a time.")
        return _judge(connection, actor, people, values)


def apply(store: Store, actor: Actor, plan: EditPlan, now: Instant) -> Receipt:
    """Change the planned people in one transaction, at the clock's moment `now`.

    Rows that changed since the plan are skipped and named. Raises Conflict where that leaves nothing to do. From then
    on a report older than the edit does not overwrite the person's fields.
    """
    planned = plan.verdicts.ids(Verdict.APPLY)
    columns = tuple(plan.changes)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.EDIT)
        found = fields.current(connection, Subject.LEARNER.value, columns, _own(connection, actor, planned), hold=True)
        same = {row: old for row, old in found.items() if row in plan.before.get(old, ())}
        if planned and not same:
            raise Conflict(_conflict(columns, found, plan.changes))
        fields.assign(connection, Subject.LEARNER.value, same, {**plan.changes, "moment": now})
        summary = f"Gave {_people(len(same))} {_told(plan.changes)}"
        entry_id = None
        if same:
            after = dict(plan.changes)
            rows = ((row, dict(zip(columns, old, strict=True)), after) for row, old in same.items())
            details = {"changes": after}
            entry_id = journal.append(connection, actor, now, action=EDIT, summary=summary, details=details, rows=rows)
    outcomes: dict[tuple[Verdict, str], Iterable[int]] = {(Verdict.APPLY, ""): same}
    outcomes[Verdict.SKIP, MEANWHILE] = planned - BitMap(same)
    return Receipt(entry_id, summary, plan.verdicts.after(outcomes))


def _judge(connection: Connection, actor: Actor, people: BitMap, values: dict[str, str | None]) -> EditPlan:
    own = _own(connection, actor, people)
    erased = own & BitMap(fields.erased(connection, own))
    found = fields.current(connection, Subject.LEARNER.value, tuple(values), own - erased)
    wanted = tuple(values.values())
    before: dict[Values, list[int]] = defaultdict(list)
    for row, old in found.items():
        before[old].append(row)
    verdicts: dict[tuple[Verdict, str], Iterable[int]] = {
        (Verdict.APPLY, ""): [row for old, ids in before.items() if old != wanted for row in ids],
        (Verdict.SKIP, ALREADY): before.pop(wanted, []),
        (Verdict.REFUSE, ERASED_PERSON): erased,
        (Verdict.REFUSE, NOT_THERE): people - erased - BitMap(found),
    }
    taken = _taken(connection, values.get("external_id"), people)
    if taken:
        verdicts = {(Verdict.REFUSE, taken): people}
    old_values = {old: FrozenBitMap(ids) for old, ids in before.items()}
    return EditPlan(values, Verdicts.of(Subject.LEARNER, verdicts), old_values)


def _own(connection: Connection, actor: Actor, people: BitMap) -> BitMap:
    scope = rights.scope(actor)
    return people if scope is None else BitMap(fields.learners_in(connection, people, scope))


def _taken(connection: Connection, external_id: str | None, people: BitMap) -> str:
    if external_id is None or fields.holders_of_external_id(connection, external_id) <= set(people):
        return ""
    return f"somebody else has the external id {external_id!r}"


def _value(field: str, text: str | None) -> str | None:
    if field not in FIELDS:
        raise UsageError(f"There is no field {field!r}{lookup.nearest(field, list(FIELDS))}.")
    value = (text or "").strip()
    if clean(value) != value:
        raise BadInput(f"The {FIELDS[field]} holds characters that cannot be shown: {clean(value)!r}.")
    if field == "name" and not value:
        raise BadInput("A person needs a name.")
    if field == "manager_email" and value:
        canonical(value)
    return value or None


def _conflict(columns: tuple[str, ...], found: Mapping[int, Values], changes: Mapping[str, str | None]) -> str:
    if not found:
        return "Nothing was changed: the people are gone, or no longer in your programs."
    row, now = next(iter(found.items()))
    held = ", ".join(f"{FIELDS[name]} is now {value!r}" for name, value in zip(columns, now, strict=True))
    return f"Nothing was changed: somebody else was faster; of person {row} {held}."


def _told(changes: Mapping[str, str | None]) -> str:
    told = (f"{FIELDS[name]} {value!r}" if value else f"no {FIELDS[name]}" for name, value in changes.items())
    return ", ".join(told)


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"
