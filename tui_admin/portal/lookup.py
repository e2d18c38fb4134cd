"""Programs and contracts by the words a person types for them."""

from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, Row, select

from ..rules.errors import BadInput, NotAllowed
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store.selection import within
from ..store.tables import contracts, courses, program_contracts, programs
from . import rights


def program(connection: Connection, actor: Actor, right: Right, slug: str, *, hold: bool = False) -> Row[Any]:
    """The program of a slug, for an act that needs a right in it; `hold` keeps others from changing it until the
    transaction ends.

    Raises NotAllowed for a program admin of others, the same whether it exists or not; BadInput with the nearest slug
    where it is unknown.
    """
    query = select(programs).where(programs.c.slug == slug.strip())
    # Others may go on referring to it: its key stays.
    found = connection.execute(query.with_for_update(key_share=True) if hold else query).one_or_none()
    scope = rights.scope(actor)
    if scope is not None and (found is None or found.id not in scope):
        raise NotAllowed(f"{actor.email} is not allowed to {right.value} in {slug!r}.")
    if found is None:
        slugs = list(connection.execute(select(programs.c.slug)).scalars())
        raise BadInput(f"There is no program {slug!r}{nearest(slug, slugs)}.")
    actor.require(right, found.id)
    return found


def contract(connection: Connection, actor: Actor, name: str) -> Row[Any]:
    """The contract of a name, among those the actor may know of: a program admin those their programs draw on.

    Raises BadInput with the nearest name where it is unknown.
    """
    known, scope = select(contracts), rights.scope(actor)
    if scope is not None:
        link = program_contracts.c
        known = known.where(contracts.c.id.in_(select(link.contract_id).where(within(link.program_id, scope))))
    rows = {row.name: row for row in connection.execute(known)}
    if name.strip() not in rows:
        raise BadInput(f"There is no contract {name!r}{nearest(name, list(rows))}.")
    return rows[name.strip()]


def course(connection: Connection, key: str) -> Row[Any]:
    """The course of a public id, which every administrator may know of. Raises BadInput with the nearest where it is
    unknown."""
    found = connection.execute(select(courses).where(courses.c.key == key.strip())).one_or_none()
    if found is None:
        keys = list(connection.execute(select(courses.c.key)).scalars())
        raise BadInput(f"There is no course {clean(key)!r}{nearest(key, keys)}; tui-admin catalogue lists them.")
    return found


def nearest(word: str, known: list[str]) -> str:
    """`; the nearest is 'x'`, or nothing where no known word is near."""
    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.strip().casefold(), folded, n=1, cutoff=0.5)
    return f"; the nearest is {folded[close[0]]!r}" if close else ""
