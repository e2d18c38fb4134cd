"""Programs: the list with its figures, and creating one."""

import re
from dataclasses import dataclass

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
from .program_values import program_name

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch
_SLUG_LIMIT = 100


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
    chosen, called = _slug(slug), program_name(name)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.CREATE_PROGRAM)
        if chosen in store_programs.slugs(connection):
            raise UsageError(f"There is a program {chosen!r} already.")
        program = store_programs.add(connection, chosen, called, now)
        for contract in dict.fromkeys(contracts):
            store_contracts.attach(connection, program, lookup.contract(connection, actor, contract).id)
        summary = f"Created program {chosen} ({called})"
        details = {"slug": chosen, "name": called, "contracts": list(contracts)}
        journal.append(
            connection, actor, now, action="create program", summary=summary, program_id=program, details=details
        )
    return program


def _slug(text: str) -> str:
    slug = text.strip()
    if not _SLUG(slug) or len(slug) > _SLUG_LIMIT:
        raise BadInput(
            f"{clean(text)!r} is no slug: lowercase letters, digits and single hyphens between them, "
            f"at most {_SLUG_LIMIT}, such as data-101."
        )
    return slug


def _sum(licenses: list[int | None]) -> int | None:
    known = [number for number in licenses if number is not None]
    return sum(known) if licenses and len(known) == len(licenses) else None
