"""Rating: every attempt replayed in its order, or the new ones alone where nothing before them changed.

Both give the same rows. A replay is written beside what is read and shown at once; whoever reads meanwhile sees the run
before. One process rates at a time.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from sqlalchemy import Connection, Row, select

from ...rules.progress import Progress, unheard
from ...rules.roles import Actor, Right
from ...rules.skills.parameters import Parameters, parse
from ...rules.times import Instant
from ...store.engine import Store
from ...store.locks import alone
from ...store.ratings import fingerprints, tags
from ...store.ratings import input as store_input
from ...store.ratings import runs as store_runs
from ...store.ratings.fingerprints import Fingerprint
from ...store.tables import organization
from . import anew, further, runs, syllabus
from .anew import Read
from .replaying import Work
from .runs import Run
from .syllabus import Syllabus

_FEW = 0.2
"""The largest share of attempts that are rated alone where they are new: more are replayed with all as fast."""


def rate(
    store: Store,
    now: Instant,
    *,
    progress: Progress = unheard,
    cancelled: Callable[[], bool] = lambda: False,
) -> Run | None:
    """Bring the ratings up to the attempts, the tags and the settings; None where nothing was ever handed in. Writes
    nothing where they are.

    `progress` hears a word, how much is done and of how much. Raises Cancelled, and what is read stays as it was.
    """
    if not store.exists:
        return None
    begun = time.monotonic()
    work = Work(store, parameters(store), now, progress, cancelled)
    with alone(store, "rating", work.check):
        _clean(store, work)
        run = _rate(work)
        _clean(store, work)
    return run and replace(run, seconds=time.monotonic() - begun)


def require(actor: Actor) -> None:
    """Refuse whoever may not see analytics, where a person asks for a rating. Raises NotAllowed."""
    actor.require(Right.ANALYTICS)


def summary(run: Run | None) -> str:
    """What a rating did, in a sentence."""
    if run is None:
        return "Nothing was handed in yet: import attempts or gradebooks, then rate."
    if not run.rated:
        return f"The ratings are up to date: {run.attempts:,} attempts."
    new = "" if run.anew else f" more, {run.attempts:,} in all,"
    return f"Rated {run.rated:,} attempts{new} in {run.seconds:.1f} s."


def current(connection: Connection) -> Run | None:
    """The run whose ratings are read; None where nothing was rated yet."""
    row = store_runs.current(connection)
    return None if row is None else runs.stored(row)


def parameters(store: Store) -> Parameters:
    """What the organization set the model to, else the usual."""
    with store.read() as connection:
        said = connection.scalar(select(organization.c.skill_parameters))
    return parse(said or "")


def _rate(work: Work) -> Run | None:
    while True:
        with work.store.read_twice() as (connection, other):
            taught = syllabus.read(connection)
            if taught.is_whole:
                before = store_runs.current(connection)
                with fingerprints.beside(connection, other) as told:
                    found = _go_on(connection, before, taught, told, work)
                break
        with work.store.write() as connection:
            tags.make_stand_ins(connection)
    match found:
        case None:
            return None if before is None else runs.stored(before)
        case Read():
            count, is_anew = anew.replay(found, work), True
        case int():
            count, is_anew = found, False
    with work.store.read() as connection:
        row = store_runs.current(connection)
    assert row is not None
    return runs.stored(row, rated=count, anew=is_anew)


def _go_on(
    connection: Connection,
    before: Row[tuple[object, ...]] | None,
    taught: Syllabus,
    told: Callable[[], Fingerprint],
    work: Work,
) -> Read | int | None:
    """Rate new attempts alone, where that is all there is to do; how many, None where there are none. Otherwise read
    what is to be rated. New ones are rated before it is known whether those before them are as they were."""
    if before is None:
        whole = anew.read(connection, taught, told, work)
        return whole if whole.source.newest else None
    known = runs.high_water(before)
    facts, rated = before.input_hash.split("|")
    if known is None or facts != runs.facts(connection, taught, work.parameters, known.member):
        whole = anew.read(connection, taught, told, work)
        return None if whole.source.input_hash == before.input_hash else whole
    few = round(_FEW * (Fingerprint.parse(rated).count + 1))
    tried = -1
    # New attempts have higher ids than those before, as a rule: only where that does not explain all that is new, every
    # attempt is looked at.
    for id in (known.last, 0):
        new = list(islice(store_input.beyond(connection, known.newest, id), few + 1))
        if len(new) in (tried, few + 1):
            break
        if not new and rated == str(told()):
            return None
        if new:
            count = further.replay(further.read(connection, before, known, new, taught, work), told, work)
            if count is not None:
                return count
        tried = len(new)
    return anew.read(connection, taught, told, work)


def _clean(store: Store, work: Work) -> None:
    """Drop what nobody reads: replaced replays, and what runs left that ended early."""
    with store.read() as connection:
        left = store_runs.leftovers(connection)
    for replay in left:
        more = True
        while more:
            work.check()
            with store.write() as connection:
                more = store_runs.drop_some(connection, replay)
    if left:
        with store.write() as connection:
            store_runs.forget_unfinished(connection)
