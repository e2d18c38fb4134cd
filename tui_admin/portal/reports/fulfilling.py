"""Making the reports that were asked for: into a file that nobody else sees, then file, mail and history at once.

Whoever asked signs in anew, so that a report holds what they may see when it is made. A sender killed in the middle
leaves a request as it was: it is made again, once.
"""

import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection, Row, select

from ...reports.bundles import Progress
from ...rules.errors import BadInput, Cancelled, Conflict, NotAllowed, StoreError, UsageError
from ...rules.reporting import PAUSES, RequestState, pause_after
from ...rules.roles import Actor, Role
from ...rules.text import clean
from ...rules.times import DAY, Instant
from ...store import report_requests
from ...store.engine import Store
from ...store.person import erasures
from ...store.tables import organization
from .. import journal, rights
from ..clock import resolve_now
from ..mail.audiences import Moments
from . import making
from .asked import Asked
from .making import Made
from .posting import post
from .reach import Reach, check_reader, reach
from .requests import title

ACTION = "make report"

Clock = Callable[[], Instant]


@dataclass(frozen=True, slots=True)
class _Task:
    """A request in the middle of being made."""

    row: Row[Any]
    asked: Asked

    @property
    def asker(self) -> str:
        """Whose rights it is made with: a scheduled one with those of who gets it."""
        return str(self.row.recipient if self.row.occurrence else self.row.requested_by)

    def same(self, connection: Connection, covered: Reach) -> Row[Any] | None:
        """A request of the same run of the schedule that was made and covers the same."""
        if self.row.occurrence is None:
            return None
        return report_requests.same_of_run(connection, self.row.occurrence, json.dumps(covered.slugs))

    def reach(self, connection: Connection) -> Reach:
        """What it covers at this moment. Raises NotAllowed and BadInput where nobody may have it any more."""
        actor = rights.renewed(connection, Actor(self.asker, Role.PROGRAM))
        among = None if self.row.programs is None else json.loads(self.row.programs)
        covered = reach(connection, actor, self.asked.program, among)
        if self.row.recipient != self.asker:
            check_reader(connection, self.row.recipient, covered.ids, self.asked.where)
        return covered


def make_next(store: Store, clock: Clock, progress: Progress = lambda rows: None) -> str | None:
    """Make the first report that is due and that nobody else is making; the sentence that says what became of it, None
    where there is none. What `progress` raises as Cancelled leaves it as it was. Raises StoreError."""
    with store.read() as connection:
        waiting = report_requests.due(connection, clock())
    for number in waiting:
        with report_requests.alone(store, number) as mine:
            if mine and (said := _try(store, number, clock, progress)):
                return said
    return None


def drop_old(store: Store, now: Instant) -> int:
    """Keep no longer the files of reports that are older than the organization keeps them; how many."""
    with store.read() as connection:
        days = connection.execute(select(organization.c.report_retention_days)).scalar_one_or_none()
        if days is None or not report_requests.any_older(connection, now - days * DAY):
            return 0
    with store.write() as connection:
        return report_requests.drop_files(connection, f"Reports are kept for {days:,} days.", now - days * DAY)


def _try(store: Store, number: int, clock: Clock, progress: Progress) -> str | None:
    """Try one; None where it was settled meanwhile."""
    with store.write() as connection:
        row = report_requests.begin(connection, number)
    if row is None:
        return None
    name = f"report {number} for {clean(row.recipient)}"
    if row.tries > len(PAUSES) + 1:
        return _settled(store, number, RequestState.FAILED, name, "Whoever made it was ended in the middle each time.")
    try:
        return _made(store, _Task(row, Asked.from_json(row.scope)), clock, progress)
    except Cancelled:
        with store.write() as connection:
            report_requests.change(connection, number, tries=row.tries - 1)
        raise
    except (NotAllowed, BadInput, UsageError) as error:
        return _settled(store, number, RequestState.REFUSED, name, str(error))
    except Exception as error:  # whatever it is, one report must not keep others and all mail from leaving
        return _put_off(store, row, name, _reason(error), clock())


def _made(store: Store, task: _Task, clock: Clock, progress: Progress) -> str | None:
    now, number = clock(), task.row.id
    with store.read() as connection:
        covered, erased = task.reach(connection), erasures.count(connection)
        same = task.same(connection, covered)
    if same is not None:
        made = Made(same.file, {same.file: same.rows})
        share = partial(report_requests.share_file, number=number, other=same.id)
        return _finish(store, task, (covered, erased), made, share, clock())
    with tempfile.TemporaryFile() as file:
        stream = cast(BinaryIO, file)
        at = Moments(resolve_now(store, None, now), now)
        made = making.make(store, covered.actor, task.asked, at, stream, progress=progress)
        stream.seek(0)
        put = partial(report_requests.put_file, number=number, stream=stream)
        return _finish(store, task, (covered, erased), made, put, clock())


def _finish(
    store: Store, task: _Task, seen: tuple[Reach, int], made: Made, keep: Callable[[Connection], int], now: Instant
) -> str | None:
    """Have the file kept (`keep` tells its bytes), queue the mail and say so in the history, all at once and only where
    nobody did. Raises Conflict where that what was `seen` before it was made is so no more: what it covers, and how
    many addresses were erased."""
    rows, number = sum(made.rows.values()), task.row.id
    covered, erased = seen
    with store.write() as connection:
        if task.reach(connection) != covered or erasures.count(connection) != erased:
            raise Conflict("Rights, programs or people were changed while it was made.")
        slugs = None if covered.slugs is None else json.dumps(covered.slugs)
        facts = {"made_at": now, "rows": rows, "file": made.file_name, "programs": slugs}
        if not report_requests.settle(connection, number, RequestState.MADE, **facts):
            return None
        size = keep(connection)
        mail, note = post(connection, task.row, task.asked, covered.told, made, size, now)
        report_requests.change(connection, number, size=size, outbox_id=mail, note=note)
        to = clean(task.row.recipient)
        summary = f"Made the {title(task.asked)} on {covered.told} for {to}: {rows:,} rows"
        details = {"request": number, "rows": dict(made.rows), "size": size}
        by = Actor(task.row.requested_by, Role.ORGANIZATION)
        journal.append(connection, by, now, action=ACTION, summary=summary, details=details)
    return f"{summary}. {note}" if note else f"{summary}."


def _put_off(store: Store, row: Row[Any], name: str, reason: str, now: Instant) -> str | None:
    pause = pause_after(row.tries)
    if pause is None:
        return _settled(store, row.id, RequestState.FAILED, name, reason)
    with store.write() as connection:
        report_requests.change(connection, row.id, next_at=now + pause, note=reason)
    return f"Could not make {name}: {reason} It is tried again."


def _settled(store: Store, number: int, state: RequestState, name: str, reason: str) -> str | None:
    with store.write() as connection:
        if not report_requests.settle(connection, number, state, note=reason):
            return None
    return f"{str(state).capitalize()}: {name}. {reason}"


def _reason(error: Exception) -> str:
    if isinstance(error, StoreError):
        return str(error)
    if isinstance(error, OSError):
        return f"It cannot be written: {error.strerror or error}."
    return f"Something unexpected ({type(error).__name__}: {clean(str(error))[:200]})."
