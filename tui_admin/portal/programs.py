"""Programs: the list with its figures, creating one, and its settings."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ..rules.errors import BadInput, UsageError
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant, to_datetime
from ..rules.triage import Status
from ..store import contracts as store_contracts
from ..store import home as store_home
from ..store import licenses as store_licenses
from ..store import programs as store_programs
from ..store.engine import Store
from . import journal, lookup, organization, rights
from .home import program_of
from .setting_values import check_invitation, told

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch
_SLUG_LIMIT = 100

KEYS = ("name", "tagline", "enrollment-limit", "url", "contracts", "invitation-subject", "invitation-body")
"""What `set` changes."""


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program with its figures; `licenses` are those of its contracts in force, None where that is unknown."""

    slug: str
    name: str
    contracts: tuple[str, ...]
    members: int
    invited: int
    at_risk: int
    inactive: int
    licenses: int | None


def listing(store: Store, actor: Actor, now: Instant) -> list[ProgramRow]:
    """The programs an administrator may see, in their order, with their figures at `now`."""
    actor.require(Right.READ)
    scope = rights.scope(actor)
    with store.read() as connection:
        rows = store_home.listed(connection, scope)
        counts = store_home.status_counts(connection, scope, now)
        drawn = store_contracts.of_programs(connection)
        in_force = store_contracts.in_force(connection, to_datetime(now, organization.zone(connection)).date())
        drawn_on = {contract for row in rows for contract, _ in drawn.get(row.id, ())}
        purchased = store_licenses.purchased(connection, drawn_on, hold=False)
    found = []
    for row in rows:
        program, contracts = program_of(row, counts.get(row.id)), drawn.get(row.id, [])
        licenses = [purchased[contract] for contract, _ in contracts if contract in in_force]
        found.append(
            ProgramRow(
                slug=program.slug,
                name=program.name,
                contracts=tuple(clean(name) for _, name in contracts),
                members=program.members,
                invited=program.counts[Status.INVITED],
                at_risk=program.counts[Status.AT_RISK],
                inactive=program.counts[Status.INACTIVE],
                licenses=_sum(licenses),
            )
        )
    return found


def create(store: Store, actor: Actor, slug: str, name: str, now: Instant, *, contracts: tuple[str, ...] = ()) -> int:
    """Create a program that draws on the named contracts; its id.

    Raises BadInput for a slug, name or contract that cannot be, UsageError for a slug that is taken.
    """
    actor.require(Right.CREATE_PROGRAM)
    chosen, called = _slug(slug), _text("name", name, blank=False)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.CREATE_PROGRAM)
        if chosen in store_programs.slugs(connection):
            raise UsageError(f"There is a program {chosen!r} already.")
        program = store_programs.add(connection, chosen, str(called), now)
        for contract in dict.fromkeys(contracts):
            store_contracts.attach(connection, program, lookup.contract(connection, actor, contract).id)
        summary = f"Created program {chosen} ({called})"
        details = {"slug": chosen, "name": called, "contracts": list(contracts)}
        journal.append(
            connection, actor, now, action="create program", summary=summary, program_id=program, details=details
        )
    return program


def change(store: Store, actor: Actor, slug: str, key: str, value: str, now: Instant) -> str:
    """Change one setting of a program; the sentence that says what changed.

    `key` is one of `KEYS`; a blank value takes tagline, url, limit or an own invitation away; `contracts` takes `+NAME`
    or `-NAME` and needs the right to change contracts. Raises BadInput for a value that cannot be, UsageError for an
    unknown key.
    """
    right = Right.CONTRACTS if key == "contracts" else Right.PROGRAM_SETTINGS
    actor.require(right)
    if key not in KEYS:
        raise UsageError(
            f"A program has no setting {key!r}{lookup.nearest(key, list(KEYS))}; known: {', '.join(KEYS)}."
        )
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, right)
        program = lookup.program(connection, actor, right, slug)
        if key == "contracts":
            before, after = _change_contracts(connection, actor, program.id, value)
        else:
            column = key.replace("-", "_")
            before, after = getattr(program, column), _setting(key, value)
            # A report older than this moment does not rename the program.
            store_programs.change(connection, program.id, {column: after} | ({"moment": now} if key == "name" else {}))
        summary = f"Set {key} of program {program.slug} to {_told(after)}"
        if before != after:
            note_change(connection, actor, now, program.id, summary, {"key": key, "before": before, "after": after})
    return summary if before != after else f"The {key} of program {slug} was {_told(after)} already"


def note_change(
    connection: Connection, actor: Actor, now: Instant, program_id: int, summary: str, details: dict[str, Any]
) -> None:
    """Journal that a program's setting (`key` in the details) became `after` and was `before`."""
    journal.append(
        connection, actor, now, action="change program", summary=summary, program_id=program_id, details=details
    )


def _change_contracts(connection: Connection, actor: Actor, program: int, value: str) -> tuple[list[str], list[str]]:
    before = _contract_names(connection, program)
    sign, name = value[:1], value[1:].strip()
    if sign not in ("+", "-") or not name:
        raise BadInput("Write +NAME to let the program draw on a contract, -NAME to end that.")
    contract = lookup.contract(connection, actor, name)
    drawn = store_programs.draws_on(connection, program, contract.id)
    if sign == "+" and not drawn:
        store_contracts.attach(connection, program, contract.id)
    if sign == "-" and drawn:
        people = store_programs.people_under(connection, program, contract.id)
        if people:
            raise BadInput(f"{people:,} of the program's people draw on {contract.name!r}: move them first.")
        store_contracts.detach(connection, program, contract.id)
    return before, _contract_names(connection, program)


def _contract_names(connection: Connection, program: int) -> list[str]:
    return [name for _, name in store_contracts.of_programs(connection).get(program, [])]


def _setting(key: str, value: str) -> Any:
    if key.startswith("invitation-"):
        return invitation(**{key.removeprefix("invitation-"): value})[key.replace("-", "_")]
    if key != "enrollment-limit":
        return _text(key, value, blank=key != "name")
    if not value.strip():
        return None
    if not value.strip().isdecimal() or not 1 <= int(value) <= 1_000_000:
        raise BadInput(f"The enrollment limit is a whole number from 1 on, or blank for none, not {value!r}.")
    return int(value)


def invitation(**written: str) -> dict[str, str | None]:
    """What a program writes in its invitations, `subject`, `body` or both, by column; blank: what is usual.

    Raises BadInput for what is wrong with it.
    """
    words = {name: text.strip() or None for name, text in written.items()}
    subject = words.get("subject")
    if subject and clean(subject) != subject:
        raise BadInput(f"The subject holds characters that cannot be shown: {clean(subject)!r}.")
    check_invitation(subject, words.get("body"))
    return {f"invitation_{name}": text for name, text in words.items()}


def _text(key: str, value: str, *, blank: bool) -> str | None:
    text = value.strip()
    if clean(text) != text:
        raise BadInput(f"The {key} holds characters that cannot be shown: {clean(text)!r}.")
    if not text and not blank:
        raise BadInput("A program needs a name.")
    if key == "url" and text and not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise BadInput(f"{text!r} is no web address; write https://…")
    return text or None


def _slug(text: str) -> str:
    slug = text.strip()
    if not _SLUG(slug) or len(slug) > _SLUG_LIMIT:
        raise BadInput(
            f"{clean(text)!r} is no slug: lowercase letters, digits and single hyphens between them, "
            f"at most {_SLUG_LIMIT}, such as data-101."
        )
    return slug


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return told(value)


def _sum(licenses: list[int | None]) -> int | None:
    known = [number for number in licenses if number is not None]
    return sum(known) if licenses and len(known) == len(licenses) else None
