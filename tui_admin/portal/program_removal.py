"""Removing a whole program: planned and shown, archived first, then taken out in one transaction. It cannot be undone;
the archive holds all that was in it, and its people stay people of the organization."""

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection, Date, Text, select

from ..reports import program_archives
from ..reports.cells import Cells, Rows
from ..reports.dictionary import MEMBER_REPORT
from ..reports.program_archives import Archive, Progress, Sheet
from ..rules.errors import BadInput, Conflict, StoreError, UsageError
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..rules.times import Instant, to_datetime
from ..store import journal as store_journal
from ..store import licenses as store_licenses
from ..store import program_removal as store_removal
from ..store.engine import Store
from ..store.program_removal import Held
from ..store.report_rows import members as store_report
from ..store.report_rows.order import in_blocks
from ..store.tables import contracts, feedback, memberships
from . import journal, lookup, organization, pictures, rights
from .conflicts import as_seen
from .program_settings import report_schedule

ACTION = "remove program"


@dataclass(frozen=True, slots=True)
class ProgramRemoval:
    """What removing a program would take out; `freed` are licenses by contract, `head` the journal's newest entry when
    it was planned."""

    program_id: int
    slug: str
    name: str
    held: Held
    freed: Mapping[str, int]
    schedule: str
    head: int
    loses_feedback: bool
    """Whether what people said of it is not in the archive: who removes it may not see that."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What it means, a sentence a line."""
        held = self.held
        people = f"{_n(held.members, 'member')}, {held.invited:,} invited and {held.removed:,} former"
        lines = [f"{people}, with {_n(held.enrollments, 'enrollment')}, leave it; {_n(held.alone, 'person')} of them"]
        lines[0] += f" {'is' if held.alone == 1 else 'are'} in no program then, and stay in the organization."
        if self.freed:
            told = ", ".join(f"{number:,} of {clean(name)}" for name, number in self.freed.items())
            lines.append(f"Licenses freed: {told}.")
        if held.mails or held.unfinished:
            lines.append(f"{_n(held.mails, 'mail')} will not be sent; {_n(held.unfinished, 'message')} stop.")
        if held.administrators:
            lines.append(f"Lose it: {', '.join(map(clean, held.administrators))}.")
        if self.schedule:
            lines.append(f"Its report goes out no more ({self.schedule}).")
        if self.loses_feedback:
            lines.append("What people said of it (feedback) is lost; only an organization admin's archive holds it.")
        return tuple(lines)


def plan(store: Store, actor: Actor, slug: str) -> ProgramRemoval:
    """Say what removing a program would take out. Nothing is written."""
    actor.require(Right.PROGRAM_SETTINGS)
    with store.read() as connection:
        program = lookup.program(connection, actor, Right.PROGRAM_SETTINGS, slug)
        freed = store_licenses.freed(connection, store_removal.joined(connection, program.id))
        names = connection.execute(select(contracts.c.id, contracts.c.name).order_by(contracts.c.name))
        return ProgramRemoval(
            program_id=program.id,
            slug=program.slug,
            name=clean(program.name),
            held=store_removal.held(connection, program.id),
            freed={name: freed[contract] for contract, name in names if freed[contract]},
            schedule=as_seen(report_schedule(connection, program)),
            head=store_journal.read_head(connection)[0],
            loses_feedback=not actor.may(Right.ANALYTICS),
        )


def archive(
    store: Store,
    actor: Actor,
    plan: ProgramRemoval,
    out: Path,
    now: Instant,
    *,
    told: Progress = lambda rows: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Archive:
    """Write all that a program holds into a new file, streamed, and read it back.

    Raises UsageError where the name is taken, BadInput where the file cannot be written or its folder is not there,
    Cancelled where `stopped` says so.
    """
    actor.require(Right.PROGRAM_SETTINGS, plan.program_id)
    if out.exists():
        raise UsageError(f"There is a file {out} already: name another, or move that away.")
    if not out.absolute().parent.is_dir():
        raise BadInput(f"There is no folder {out.absolute().parent}.")
    with store.read() as connection:
        actor = rights.renewed(connection, actor)
        actor.require(Right.PROGRAM_SETTINGS, plan.program_id)
        at = f"{to_datetime(now, organization.zone(connection)):%Y-%m-%d %H:%M}"
        about = {"name": plan.name, "slug": plan.slug, "at": at}
        return program_archives.write(out, about, _sheets(connection, actor, plan.program_id), told, stopped)


def apply(store: Store, actor: Actor, plan: ProgramRemoval, archive: Archive, now: Instant) -> str:
    """Remove a planned program whose archive lies on the disk, in one transaction; the sentence that says so.

    The archive is read again first. Raises StoreError where it is not what was written, Conflict where somebody
    changed the program since the plan: then nothing is removed.
    """
    if program_archives.check(archive.path, archive.rows) != archive.digest:
        raise StoreError(f"The archive {archive.path} was changed since it was written; nothing was removed.")
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.PROGRAM_SETTINGS, plan.program_id)
        program = store_removal.hold(connection, plan.program_id)
        if program is None:
            raise Conflict(f"The program {plan.slug} was removed by somebody else meanwhile.")
        _check_unchanged(connection, plan)
        mails = store_removal.stop_mail(connection, plan.program_id, now)
        store_removal.remove(connection, plan.program_id)
        held = plan.held
        summary = (
            f"Removed program {plan.slug} ({plan.name}): {_n(held.members, 'member')}, {held.invited:,} invited; "
            f"all of it{' but feedback' if plan.loses_feedback else ''} is in {clean(archive.path.name)}"
        )
        details = {
            "slug": plan.slug,
            "name": plan.name,
            "archive": clean(archive.path.name),
            "digest": archive.digest,
            "rows": dict(archive.rows),
            "mails stopped": mails,
            "administrators": list(held.administrators),
            "freed": dict(plan.freed),
        }
        journal.append(
            connection, actor, now, action=ACTION, summary=summary, program_id=plan.program_id, details=details
        )
        pictures.drop_orphans(connection)
    return summary


def _check_unchanged(connection: Connection, plan: ProgramRemoval) -> None:
    changed = store_removal.changes_since(connection, plan.program_id, plan.head)
    if changed is not None:
        at = f"{to_datetime(changed['at'], organization.zone(connection)):%H:%M}"
        what = f"{clean(changed['actor'])} changed something at {at} since the plan ({clean(changed['summary'])})"
        raise Conflict(f"{what}; nothing was removed. Look at what is in the program now, then decide.")


def _sheets(connection: Connection, actor: Actor, program_id: int) -> Iterator[Sheet]:
    query = select(memberships.c.id).where(memberships.c.program_id == program_id).order_by(memberships.c.id)
    report = store_report.members(connection, in_blocks(array("q", connection.scalars(query))))
    written = Rows(MEMBER_REPORT.values(), guard=False)
    rows = chain.from_iterable(map(written.written, report))
    yield Sheet("member-report", dict.fromkeys(MEMBER_REPORT, Cells.TEXT), rows)
    for name, query in store_removal.tables(program_id):
        if name == feedback.name and not actor.may(Right.ANALYTICS):
            continue
        columns = {column.name: _cells(column) for column in query.selected_columns}
        yield Sheet(name, columns, store_removal.rows(connection, query))


def _cells(column: Any) -> Cells | None:
    match column.type:
        case Text():
            return Cells.TEXT
        case Boolean():
            return Cells.YES_NO
        case Date():
            return Cells.DAY
    return Cells.MOMENT if column.name.endswith("_at") or column.name in ("moment", "deadline") else None


def _n(number: int, thing: str) -> str:
    many = {"person": "people"}.get(thing, f"{thing}s")
    return f"{number:,} {thing if number == 1 else many}"
