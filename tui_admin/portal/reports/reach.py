"""Which programs a report covers, and who may read it: looked at when it is asked for, made and fetched."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection

from ...rules.errors import BadInput, NotAllowed
from ...rules.filters import FilterError, known_to, parse
from ...rules.roles import Actor, Right, Role
from ...rules.text import clean
from ...store import administrators as store_administrators
from ...store import programs as store_programs
from ...store.selection import Scope
from .. import lookup, rights

_NAMED = 3
"""Programs that are named one by one."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a report covers: the ids of the programs (None: all of them), their slugs, and how to say it. `actor` is who
    makes it: of some programs with no more rights than that, of one as they are (its rows are that one's anyway)."""

    actor: Actor
    ids: Scope
    slugs: tuple[str, ...] | None
    told: str


def reach(connection: Connection, actor: Actor, program: str | None, among: Collection[str] | None = None) -> Reach:
    """What a report of one program by slug covers, of some (`among`) or of all, for an actor.

    Of some, those are left out that are removed or not the actor's. Raises NotAllowed for a program that is not theirs,
    BadInput where none is left.
    """
    actor.require(Right.REPORT)
    if program is not None:
        among = [lookup.program(connection, actor, Right.REPORT, program).slug]
    scope = rights.scope(actor)
    if among is None and scope is None:
        return Reach(actor, None, None, "all programs")
    seen = [row for row in store_programs.listed(connection, scope) if among is None or row.slug in among]
    if not seen:
        raise BadInput(f"No program is left that {clean(actor.email)} may see: there is nothing to report.")
    ids = frozenset(row.id for row in seen)
    told = ", ".join(clean(row.name) for row in seen) if len(seen) <= _NAMED else f"{len(seen):,} programs"
    maker = actor if program is not None else Actor(actor.email, Role.PROGRAM, ids)
    return Reach(maker, ids, tuple(row.slug for row in seen), told)


def check_reader(connection: Connection, address: str, ids: Scope, where: str) -> None:
    """Personal data goes to nobody but an administrator who may read it in the console anyway, and neither does who it
    is that a filter finds. Raises BadInput."""
    reader = store_administrators.by_email(connection, address)
    if reader is None:
        raise BadInput(f"{clean(address)} is no administrator: reports on people are mailed to administrators only.")
    if reader.role == store_administrators.ORGANIZATION:
        return
    if ids is None or not ids <= store_administrators.programs_of(connection, reader.id):
        raise BadInput(f"{clean(address)} may not see these people: name a program of theirs.")
    if not _may_ask(Actor(address, Role.PROGRAM, ids), where):
        raise BadInput(f"{clean(address)} may not see who these are: skills and feedback are for organization admins.")


def check_covered(connection: Connection, actor: Actor, slugs: Collection[str] | None, where: str) -> None:
    """Refuse with NotAllowed whoever may not see all programs that a report covers any more (None: it covers all), or
    may not ask for whom its filter found."""
    scope = rights.scope(actor)
    if scope is None:
        return
    theirs = {row.slug for row in store_programs.listed(connection, scope)}
    if slugs is None or not theirs.issuperset(slugs) or not _may_ask(actor, where):
        raise NotAllowed(f"{actor.email} may no longer see all that this report covers: ask for it anew.")


def _may_ask(actor: Actor, where: str) -> bool:
    """Whether a filter names only what there is for an administrator."""
    try:
        parse(where, known_to(actor))
    except FilterError:
        return False
    return True
