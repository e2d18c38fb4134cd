"""Reading report files into the temporary tables of one connection."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from sqlalchemy import Connection, Table, func, select

from ...reports.background import Batches
from ...reports.headers import title
from ...reports.readers import FIELDS, Kind, Refusal, ReportFile
from ...reports.shapes import Records
from ...rules.erasures import OF_ERASED
from ...rules.errors import BadInput
from ...rules.roles import Actor
from ...rules.times import Instant
from ...store import bulk, staging
from ...store.imports.catalogue_rows import CatalogueRows
from ...store.imports.gathering import Gathering
from ...store.imports.merge import newest_fact
from ...store.imports.order import Span
from ...store.imports.things import Named
from ...store.person.erasures import Erased
from ...store.tables import programs
from .plan import ImportRequest, NeedsTarget
from .rows import PLACES, Row, Rows
from .scope import Judged, Scope

_STAGED: dict[Kind, Table] = {
    Kind.MEMBERS: staging.members,
    Kind.USAGE: staging.usage,
    Kind.SPECIALIZATIONS: staging.specializations,
    Kind.ATTEMPTS: staging.attempts,
    Kind.GRADEBOOK: staging.results,
    Kind.FEEDBACK: staging.feedback,
    Kind.ACTIVITY: staging.activity,
}
CATALOGUE = {
    Kind.COURSES: "course_id",
    Kind.ASSESSMENTS: "course_id",
    Kind.SPECIALIZATION_COURSES: "course_id",
    Kind.TAXONOMY: "skill",
}
"""The kinds that make up a catalogue, which names no people, and the field that says what a row of one is about."""
_RENAMED = {"contracts": "contract", "specialization_slug": "specialization"}
_KEPT = 20_000


@dataclass
class Staging:
    """What was staged: people, numbers of things, rows of catalogues, each file's rows by staged table, and refusals by
    file."""

    gathering: Gathering
    named: Named = field(default_factory=Named)
    catalogue: CatalogueRows = field(default_factory=CatalogueRows)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    read: dict[int, int] = field(default_factory=dict)
    refusals: dict[int, list[Refusal]] = field(default_factory=dict)
    refused: dict[int, int] = field(default_factory=dict)


class Stager:
    """Stages the files of one import. `batches` reads them; `tick` is called for every batch, and what it raises stops
    the reading."""

    def __init__(
        self,
        connection: Connection,
        actor: Actor,
        request: ImportRequest,
        batches: Batches,
        tick: Callable[[], None],
    ) -> None:
        self._connection, self._batches, self._tick = connection, batches, tick
        self._scope, self._erased = Scope(connection, actor), Erased(connection)
        self._target, self._clock = (request.program, request.course), request.clock
        self._catalogue_only = request.catalogue
        staging.prepare(connection)
        self.staging = Staging(Gathering(connection))
        self._rows = Rows(self.staging.named, self.staging.catalogue, count(1))

    def stage(self, files: Sequence[ReportFile]) -> Staging:
        """Read all files. Raises NeedsTarget for a gradebook that names no program or course when none was given."""
        self._check_target()
        for number, file in enumerate(files):
            self._stage_file(number, file)
        return self.staging

    def _check_target(self) -> None:
        slug = self._target[0]
        known = self._connection.execute(select(programs.c.id).where(programs.c.slug == slug)).first()
        if slug is not None and known is None:
            raise BadInput(f"There is no program {slug}; tui-admin programs lists them.")

    def _stage_file(self, number: int, file: ReportFile) -> None:
        if file.kind in CATALOGUE:
            self.staging.catalogue.present[number] = file.present
        elif self._catalogue_only:
            raise BadInput(f"{file.name} is a {file.kind} report, no part of a catalogue; tui-admin import takes it.")
        if file.needs_target and not all(self._target):
            raise NeedsTarget(f"{file.name} names neither program nor course; add --program SLUG --course ID.")
        self._rows.program, self._rows.course = self._target if file.needs_target else (None, None)
        kept, refused = self.staging.refusals.setdefault(number, []), 0
        self.staging.named.begin(number)
        first, read = self._next(), 0
        for records in self._batches(file):
            self._tick()
            erased = self._erased.among(records.columns[0] if FIELDS[file.kind][0] == "email" else ())
            if self._scope.limited or erased:
                allowed = Records.of(file.kind, list(self._allowed(file.kind, records, kept, erased)))
                refused += len(records) - len(allowed)
                records = allowed
            read += len(records)
            for table, columns, rows in self._rows.staged(file.kind, records):
                bulk.insert_rows(self._connection, table, columns, rows)
                if table in staging.ROWS:
                    self.staging.gathering.take(table)
        self.staging.read[number], self.staging.refused[number] = read, refused
        self._add_spans(number, file, first)

    def _newest(self, file: ReportFile, table: Table, span: Span) -> Instant | None:
        """The moment of a file that has no stamp. One mistyped year must not make it newer than all to come."""
        moment = newest_fact(self._connection, table, span)
        if moment is not None and self._clock is not None and moment > self._clock:
            file.warn("some times in it lie in the future; they were kept, but do not date the file")
            moment = newest_fact(self._connection, table, span, self._clock)
        if moment is None and table is staging.members:
            query = select(func.max(table.c.invited_at)).where(span.holds(table.c.ord))
            moment = self._connection.execute(query).scalar_one()
        return moment

    def _next(self) -> int:
        return next(self._rows.ords)

    def _allowed(
        self, kind: Kind, records: Iterable[Row], kept: list[Refusal], erased: frozenset[str]
    ) -> Iterable[Row]:
        for record in records:
            refusal = self._refusal(kind, record, erased)
            if refusal is None:
                yield record
            elif len(kept) < _KEPT:
                kept.append(Refusal(record[0], *refusal, ()))

    def _refusal(self, kind: Kind, record: Row, erased: frozenset[str]) -> Judged | None:
        if erased and record[1] in erased:
            return "Email", record[1], OF_ERASED
        if not self._scope.limited:
            return None
        if kind in CATALOGUE:
            about = CATALOGUE[kind]
            return self._scope.refuses_catalogue(title(kind, (about,)), record[FIELDS[kind].index(about) + 1])
        if kind is Kind.FEEDBACK:
            return self._scope.refuses_feedback(record[1])
        slug, name, contract = PLACES[kind]
        return self._scope.refuses(
            record[slug] or self._rows.program,
            None if name is None else record[name],
            None if contract is None else record[contract],
        )

    def _add_spans(self, number: int, file: ReportFile, first: int) -> None:
        last = self._next()
        table = _STAGED.get(file.kind)
        present = frozenset(_RENAMED.get(name, name) for name in file.present)
        span = Span(number, first, last, file.moment, present)
        if file.moment is None and table is not None:
            span = replace(span, moment=self._newest(file, table, span))
        elif file.moment is not None and self._clock is not None and file.moment > self._clock:
            span = replace(span, moment=self._clock)
        name = "catalogue" if table is None else table.name.removeprefix("staged_")
        self.staging.spans.setdefault(name, []).append(span)
        if file.kind is Kind.GRADEBOOK:
            scores = frozenset(("score", "max_score", "passing_score", "weight"))
            self.staging.spans.setdefault("scores", []).append(Span(number, first, last, span.moment, scores))
