"""Importing report files: staged beside the store, compared with it, shown, and applied in one transaction."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from ...reports.background import batches_of
from ...reports.readers import REFUSALS_KEPT, Refusal, ReportFile, open_reports
from ...rules.errors import Cancelled, NotAllowed
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store import interruption
from ...store import journal as store_journal
from ...store.engine import Store
from ...store.imports.catalogue_rows import Unfit
from ...store.imports.merge import Judgement, Merge, Tally, lock
from ...store.tables import contracts, courses, imported_files, programs, specializations
from .. import journal, rights
from ..organization import zone
from .limits import limits_passed
from .notices import former_told, names_told, rows_told, shared_ids_told
from .plan import Counts, Creates, FilePlan, ImportPlan, ImportReceipt, ImportRequest, Notice, Progress
from .staging import Stager, Staging

_CANCELLED = "The import was stopped; nothing was changed."


class Import:
    """One import: rows staged beside the store until `open_import`'s block ends."""

    def __init__(
        self,
        store: Store,
        connection: Connection,
        actor: Actor,
        request: ImportRequest,
        files: Sequence[ReportFile],
        tell: "_Teller",
    ) -> None:
        self._store, self._connection, self._actor, self._request = store, connection, actor, request
        self._files, self._tell = files, tell
        self._judged: _Judged | None = None
        self._of_nothing = not store.exists

    @property
    def reports(self) -> Sequence[ReportFile]:
        """The tables that were read; each knows the rows it refused, to be saved and repaired."""
        return self._files

    def stage(self) -> None:
        """Read the files into temporary tables."""
        paths, limits, zone = self._request.paths, self._request.limits, _zone(self._store)
        with (
            batches_of(paths, self._files, limits=limits, zone=zone, on_bytes=self._tell.bytes) as batches,
            self._guarded(writing=False) as connection,
        ):
            stager = Stager(connection, self._actor, self._request, batches, self._tell.check)
            self._staging: Staging = stager.stage(self._files)

    @property
    def plan(self) -> ImportPlan:
        """What applying would do, as the store is now. Writes nothing."""
        if self._judged is None:
            with self._guarded(writing=False) as connection:
                self._judged = self._judge(connection)
        return self._told(self._judged.judgement)

    def apply(self, now: Instant) -> ImportReceipt:
        """Import, in one transaction, by what the store says then: where somebody wrote since the plan, all rows are
        judged again. `now` is the clock's moment. Raises NotAllowed, and Cancelled when it was stopped."""
        if self._of_nothing:
            return self._apply_to_new(now)
        planned = self.plan
        with self._guarded(writing=True) as connection:
            lock(connection)
            judged = self._judged
            if judged is None or judged.head != store_journal.read_head(connection):
                judged = self._judge(connection)
                planned = self._told(judged.judgement)
            self._judged = None
            actor = rights.admit(connection, self._actor, now, Right.IMPORT)
            if actor != self._actor:
                raise NotAllowed("Your rights were changed since the files were read; import them again.")
            judged.merge.write(judged.judgement, now)
            warned = self._warned(connection, planned)
            entry = self._journal(connection, actor, now, warned)
        return replace(warned, applied=True, entry=entry)

    def _judge(self, connection: Connection) -> "_Judged":
        head = store_journal.read_head(connection)
        staged, scope = self._staging, rights.scope(self._actor)
        merge = Merge(
            connection, staged.gathering, staged.named, staged.spans, staged.catalogue, self._tell.step, scope
        )
        judgement = merge.judge()
        for number, file in enumerate(self._files):
            file.later = [_refusal(unfit) for unfit in judgement.unfit if unfit.said.file == number]
        return _Judged(head, merge, judgement)

    def _warned(self, connection: Connection, planned: ImportPlan) -> ImportPlan:
        """The receipt says which limits are passed now; imports refuse nobody for them."""
        warnings = tuple(map(Notice, limits_passed(connection, rights.scope(self._actor))))
        if not warnings or not planned.files:
            return planned
        first, *rest = planned.files
        return replace(planned, files=(replace(first, warnings=(*first.warnings, *warnings)), *rest))

    def _apply_to_new(self, now: Instant) -> ImportReceipt:
        """The rows wait beside an empty store in memory: make the store, and read them again beside that."""
        self._store.create()
        with self._store.hold() as connection:
            again = Import(self._store, connection, self._actor, self._request, self._files, self._tell)
            again.stage()
            return again.apply(now)

    @contextmanager
    def _guarded(self, *, writing: bool) -> Iterator[Connection]:
        with (
            self._store.transaction(self._connection, writing=writing) as connection,
            interruption.watched(connection, self._tell.cancelled, _CANCELLED),
        ):
            yield connection

    def _told(self, judgement: Judgement) -> ImportPlan:
        files = tuple(self._file(number, file, judgement) for number, file in enumerate(self._files))
        added = judgement.additions
        creates = Creates(
            programs=added.names(programs),
            contracts=added.names(contracts),
            courses=added.names(courses),
            specializations=added.names(specializations),
            assessments=len(added.rows.get("assessments", ())),
            skills=len(added.rows.get("skills", ())),
            people=judgement.people,
        )
        return ImportPlan(
            files, creates, tuple(one for one in added.said.renamings if one.done), tuple(added.said.mergings)
        )

    def _file(self, number: int, file: ReportFile, judgement: Judgement) -> FilePlan:
        staged, tally = self._staging, judgement.tallies.get(number, Tally())
        refused = file.savable + staged.refused[number]
        unchanged = staged.read[number] - len(file.later) - tally.new - tally.changed
        moment = next((span.moment for group in staged.spans.values() for span in group if span.file == number), None)
        told = *file.refusals, *staged.refusals[number], *file.later[:REFUSALS_KEPT]
        refusals = sorted(told, key=lambda refusal: refusal.line)
        warnings = (
            *map(Notice, file.warnings),
            *names_told(judgement.additions.said, number),
            *rows_told(file.kind, tally),
            *shared_ids_told(judgement.shared, number),
            *former_told(judgement.former.get(number, 0)),
        )
        return FilePlan(
            file.name,
            str(file.kind),
            file.variant,
            moment,
            Counts(tally.new, tally.changed, unchanged, refused),
            tuple(file.unknown_columns),
            tuple(refusals),
            warnings,
        )

    def _journal(self, connection: Connection, actor: Actor, now: Instant, told: ImportPlan) -> int:
        totals = told.totals
        names = ", ".join(path.name for path in self._request.paths)
        summary = f"Imported {names}: {totals.new:,} new, {totals.changed:,} changed, {totals.refused:,} refused"
        details: dict[str, Any] = {
            "files": [{**file.to_json(), "refusals": [], "warnings": []} for file in told.files],
            "renamed": [
                {"what": one.table, "key": one.key, "before": one.before, "after": one.after} for one in told.renamings
            ],
            "merged": [{"before": one.before, "after": one.after} for one in told.mergings],
        }
        entry = journal.append(connection, actor, now, action="import", summary=summary, details=details)
        digest = _digest(self._request.paths)
        for file in told.files:
            values = {"entry_id": entry, "name": file.name, "kind": file.kind, "variant": file.variant}
            values |= {"digest": hashlib.sha256(f"{digest}/{file.name}".encode()).hexdigest(), "moment": file.moment}
            connection.execute(insert(imported_files).values(**values, **file.rows.to_json()))
        return entry


@contextmanager
def open_import(
    store: Store,
    actor: Actor,
    request: ImportRequest,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    create: bool = False,
) -> Iterator[Import]:
    """Stage report files beside the store; the block may look at `plan` and then `apply`.

    `create` makes an embedded store that does not exist yet as soon as the files are known to be reports, for who is
    going to apply without looking.

    `cancelled` is asked often, also from another thread; a true answer raises Cancelled and leaves the store as it was.
    Raises NotAllowed, and BadInput for a file that is no report.
    """
    actor.require(Right.IMPORT)
    tell = _Teller(progress, cancelled)
    with ExitStack() as stack:
        opening = open_reports(request.paths, limits=request.limits, zone=_zone(store), on_bytes=tell.bytes)
        files = stack.enter_context(opening)
        if create and not store.exists:
            store.create()
        connection = stack.enter_context(store.hold())
        tell.total = sum(file.size for file in files)
        found = Import(store, connection, actor, request, files, tell)
        found.stage()
        yield found


@dataclass(frozen=True)
class _Judged:
    """What the staged rows would do to the store as it was with this newest journal entry: every write leaves one."""

    head: tuple[int, str]
    merge: Merge
    judgement: Judgement


class _Teller:
    """Tells how far the import is and asks whether to stop."""

    def __init__(self, progress: Callable[[Progress], None] | None, cancelled: Callable[[], bool]) -> None:
        self._progress, self.cancelled = progress, cancelled
        self.total, self._read, self._steps = 0, 0, 0

    def bytes(self, count: int) -> None:
        """Some bytes were read."""
        self._read += count
        self._say(Progress("reading", self._read, max(self.total, self._read)))

    def step(self, phase: str) -> None:
        """A step begins."""
        self.check()
        self._steps += 1
        self._say(Progress(phase, self._steps))

    def check(self) -> None:
        """Stop when asked to."""
        if self.cancelled():
            raise Cancelled(_CANCELLED)

    def _say(self, progress: Progress) -> None:
        self.check()
        if self._progress:
            self._progress(progress)


def _refusal(unfit: Unfit) -> Refusal:
    return Refusal(unfit.said.line, unfit.column, unfit.value, unfit.reason, unfit.said.cells)


def _zone(store: Store) -> tzinfo:
    with store.read() as connection:
        return zone(connection)


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
