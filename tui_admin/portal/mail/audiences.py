"""Whom a message would reach: how many, who is left out and why, and a few of them by name."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pyroaring import BitMap, FrozenBitMap
from sqlalchemy import Connection

from ...rules.audiences import Audience
from ...rules.errors import Cancelled
from ...rules.filters import known_to
from ...rules.leaving_out import FITS, LeftOut
from ...rules.mailing import Purpose
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant
from ...store import outcomes
from ...store.engine import Store
from ...store.interruption import watched
from ...store.mail import audience as store_audience
from ...store.mail import recipients
from ...store.mail.audience import Crowd
from .. import rights
from ..receipts import Subject
from ..scope import filter_context
from .letterhead import quiet_period

SAMPLE = 5
"""People that a sample names."""

STOPPED = "Counting was stopped."


@dataclass(frozen=True, slots=True)
class Selected:
    """People picked by hand: ids of memberships or of learners."""

    ids: FrozenBitMap
    of: Subject = Subject.MEMBERSHIP


Whom = Audience | Selected


@dataclass(frozen=True, slots=True)
class Moments:
    """When it is: `now` judges statuses, `clock` dates what is sent."""

    now: Instant
    clock: Instant


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a message reaches as of `now`: each person once, by learner id."""

    people: FrozenBitMap
    left_out: Mapping[str, FrozenBitMap]
    sample: tuple[tuple[str, str], ...]
    now: Instant
    """`sample` holds names and addresses of some of them."""

    @property
    def total(self) -> int:
        """How many people were found, those left out included."""
        return len(self.people) + sum(map(len, self.left_out.values()))

    @property
    def reasons(self) -> str:
        """`12 opted out, 3 bounced before`; empty where nobody is left out."""
        return ", ".join(f"{len(ids):,} {reason}" for reason, ids in self.left_out.items())


def reach(
    store: Store,
    actor: Actor,
    whom: Whom,
    purpose: Purpose,
    at: Moments,
    *,
    seed: int = 0,
    cancelled: Callable[[], bool] = lambda: False,
) -> Reach:
    """Count whom a message would reach. `seed` decides which of them the sample names.

    Raises NotAllowed for programs that are not the actor's, BadInput or FilterError for what the audience names and
    nothing has, and Cancelled soon after `cancelled` turns true.
    """
    actor.require(Right.MESSAGE)
    with store.read() as connection, watched(connection, cancelled, STOPPED):
        found = _people(connection, actor, whom, at.now)
        left: dict[str, FrozenBitMap] = {}
        for reason, learners in _left_out(connection, actor, whom, purpose, at):
            if cancelled():
                raise Cancelled(STOPPED)
            if both := found & learners:
                left[reason] = FrozenBitMap(both)
                found -= both
        return Reach(FrozenBitMap(found), left, _sample(connection, actor, found, seed), at.now)


def reached(connection: Connection, actor: Actor, whom: Whom, purpose: Purpose, at: Moments) -> BitMap:
    """The memberships that the mails of a message are about, without those of people who are left out."""
    found = chosen(connection, actor, whom, at.now)
    for _, learners in _left_out(connection, actor, whom, purpose, at):
        found -= store_audience.of_learners(connection, learners)
    return found


def _left_out(
    connection: Connection, actor: Actor, whom: Whom, purpose: Purpose, at: Moments
) -> Iterator[tuple[LeftOut, BitMap]]:
    if fits := FITS.get(purpose):
        ids = chosen(connection, actor, whom, at.now)
        state, reason = fits
        yield reason, store_audience.learners_of(connection, ids) - store_audience.learners_of(connection, ids, state)
    since = at.clock - quiet_period(connection)
    yield from recipients.excluded(connection, purpose, since).items()


def _people(connection: Connection, actor: Actor, whom: Whom, now: Instant) -> BitMap:
    """The learners of an audience, within what the actor may see."""
    if isinstance(whom, Audience):
        return store_audience.people(connection, _crowd(connection, actor, whom, now))
    return store_audience.learners_of(connection, chosen(connection, actor, whom, now))


def chosen(connection: Connection, actor: Actor, whom: Whom, now: Instant) -> BitMap:
    """The memberships that the mails of a message are about, one of each person of its audience."""
    if isinstance(whom, Audience):
        return store_audience.memberships_of(connection, _crowd(connection, actor, whom, now))
    scope = rights.scope(actor)
    if whom.of is Subject.MEMBERSHIP:
        return store_audience.chosen_memberships(connection, whom.ids, scope)
    return store_audience.memberships_of_learners(connection, whom.ids, scope)


def _crowd(connection: Connection, actor: Actor, audience: Audience, now: Instant) -> Crowd:
    node = audience.filter(known_to(actor))
    return Crowd(node, filter_context(connection, actor, node, now), rights.scope(actor))


def _sample(connection: Connection, actor: Actor, found: BitMap, seed: int) -> tuple[tuple[str, str], ...]:
    places = random.Random(seed).sample(range(len(found)), min(SAMPLE, len(found)))
    rows = outcomes.describe_learners(connection, [found[place] for place in places], rights.scope(actor))
    return tuple((clean(row.name or ""), clean(row.email_shown or "")) for row in rows)
