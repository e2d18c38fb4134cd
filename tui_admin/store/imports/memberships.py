"""New memberships: those a member report names, and those that follow from a person's courses or attempts."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Double, Integer, cast, func, insert, literal, null, select

from ...rules.triage import MembershipState
from .. import bulk, staging
from ..tables import learners, memberships
from ..triage import latest
from .facts import Batch, Verdict


def add(connection: Connection, batch: Batch) -> None:
    """Insert new memberships, with the triage facts that follow from the member report alone."""
    reported = _insert_reported(connection, batch)
    places = staging.places
    new = connection.execute(select(func.count()).select_from(places).where(~places.c.known)).scalar_one()
    if new > reported:
        _insert_implied(connection, batch)
    bulk.advance(connection, memberships)


def _insert_reported(connection: Connection, batch: Batch) -> int:
    picks, links, staged = batch.facts.picks, staging.links, batch.facts.staged
    told = {name: batch.value(name, None) for name in batch.facts.columns}
    told["state"] = func.coalesce(told["state"], str(MembershipState.MEMBER))
    told["moment"] = batch.order.moment(picks.c.ord)
    program = staging.things["programs"]
    joined = picks.outerjoin(staged, staged.c.ord == picks.c.ord).outerjoin(links, links.c.ord == picks.c.ord)
    joined = joined.outerjoin(program, program.c.number == links.c.program)
    values: dict[str, ColumnElement[Any]] = {
        "id": picks.c.membership_id,
        "program_id": program.c.id,
        "learner_id": links.c.learner_id,
    }
    values |= {"search_key": learners.c.search_key, **told, **_derived(told)}
    rows = (
        select(*values.values())
        .select_from(joined.outerjoin(learners, learners.c.id == links.c.learner_id))
        .where(picks.c.verdict == Verdict.NEW)
        .order_by(picks.c.ord)
    )
    return connection.execute(insert(memberships).from_select(list(values), rows)).rowcount


def _insert_implied(connection: Connection, batch: Batch) -> None:
    """Somebody with a course or an attempt in a program is a member of it, since when nobody said."""
    places, picks = staging.places, batch.facts.picks
    values: dict[str, ColumnElement[Any]] = {
        "id": places.c.membership_id,
        "program_id": places.c.program_id,
        "learner_id": places.c.learner_id,
        "search_key": learners.c.search_key,
        "state": literal(str(MembershipState.MEMBER)),
    }
    unknown: dict[str, ColumnElement[Any]] = dict.fromkeys(
        ("reported_enrolled", "reported_completed"), cast(null(), Integer)
    )
    unknown |= dict.fromkeys(("reported_activity_at", "joined_at"), cast(null(), BigInteger))
    unknown["reported_hours"] = cast(null(), Double)
    values |= _derived(unknown)
    rows = (
        select(*values.values())
        .select_from(places.outerjoin(learners, learners.c.id == places.c.learner_id))
        .where(~places.c.known, places.c.membership_id.not_in(select(picks.c.membership_id)))
        .order_by(places.c.membership_id)
    )
    connection.execute(insert(memberships).from_select(list(values), rows))


def _derived(told: dict[str, ColumnElement[Any]]) -> dict[str, ColumnElement[Any]]:
    last = told["reported_activity_at"]
    return {
        "enrolled": func.coalesce(told["reported_enrolled"], 0),
        "completed": func.coalesce(told["reported_completed"], 0),
        "hours": told["reported_hours"],
        "last_activity_at": last,
        "active_at": latest(last, told["joined_at"]),
    }
