"""The rows of a staged list as people see them: with verdicts and reasons, for tables, receipts and repair files."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, select

from ...reports.people_files import PeopleFile
from ...reports.tables import Refusal
from ...rules.remarks import BY_NUMBER, CONTRACT, EMAIL, EXTERNAL_ID, NAME, PROGRAM, ROW, Verdict
from ...rules.text import clean
from ...store.inviting.staged import remarks, rows
from ...store.tables import contracts, programs
from .plan import InviteRow, Told

BLOCK = 1_000
RECEIPT = ("Line", "Email", "Full Name", "External ID", "Program", "Contract", "Outcome", "Reason")
"""The columns of a receipt saved as CSV."""

_OUTCOMES = {
    Verdict.INVITE: "invited",
    Verdict.WARNED: "invited with warnings",
    Verdict.REFUSED: "refused",
    Verdict.REPEATED: "repeated",
    Verdict.INVITED: "already invited",
    Verdict.MEMBER: "already a member",
}

Pairs = Sequence[tuple[str, str]]
"""What the cells of program and contract say, by the number of the place."""


def _query(verdicts: Collection[Verdict] | None) -> Select[Any]:
    told = (rows.c[name] for name in ("line", "place", "shown", "name", "external_id", "verdict"))
    query = select(*told, programs.c.slug, contracts.c.name.label("contract")).select_from(rows)
    query = query.outerjoin(programs, programs.c.id == rows.c.program_id)
    query = query.outerjoin(contracts, contracts.c.id == rows.c.contract_id).order_by(rows.c.line)
    return query if verdicts is None else query.where(rows.c.verdict.in_(sorted(map(int, verdicts))))


def page(
    connection: Connection, pairs: Pairs, verdicts: Collection[Verdict] | None, offset: int, limit: int
) -> list[InviteRow]:
    """Rows in file order, those of the verdicts asked for (None: all)."""
    found = connection.execute(_query(verdicts).offset(offset).limit(limit)).all()
    return list(_with_remarks(connection, pairs, found))


def stream(connection: Connection, pairs: Pairs, verdicts: Collection[Verdict] | None = None) -> Iterator[InviteRow]:
    """All such rows in file order, read block by block."""
    query, line = _query(verdicts), 0
    while found := connection.execute(query.where(rows.c.line > line).limit(BLOCK)).all():
        yield from _with_remarks(connection, pairs, found)
        line = found[-1].line


def _with_remarks(connection: Connection, pairs: Pairs, found: Sequence[Any]) -> Iterator[InviteRow]:
    if not found:
        return
    said = select(remarks.c.line, remarks.c.remark, remarks.c.detail)
    said = said.where(remarks.c.line.between(found[0].line, found[-1].line))
    ordered = connection.execute(said.order_by(remarks.c.line, remarks.c.remark, remarks.c.detail)).all()
    by_line = {line: list(group) for line, group in groupby(ordered, key=lambda row: row.line)}
    for row in found:
        yield _row(row, pairs[row.place], by_line.get(row.line, ()))


def _row(row: Any, pair: tuple[str, str], said: Sequence[Any]) -> InviteRow:
    values = {
        EMAIL: clean(row.shown),
        NAME: row.name,
        EXTERNAL_ID: row.external_id or "",
        PROGRAM: clean(pair[0] or row.slug or ""),
        CONTRACT: clean(pair[1] or row.contract or ""),
        ROW: "",
    }
    told = [BY_NUMBER[one.remark] for one in said]
    return InviteRow(
        line=row.line,
        email=values[EMAIL],
        name=row.name,
        external_id=values[EXTERNAL_ID],
        program=row.slug or "",
        contract=clean(row.contract or ""),
        verdict=Verdict(row.verdict),
        told=tuple(
            Told(remark.column, values[remark.column], clean(remark.told(one.detail)), remark)
            for remark, one in zip(told, said, strict=True)
        ),
    )


def receipt(connection: Connection, pairs: Pairs) -> Iterator[tuple[str, ...]]:
    """What became of each row, as texts in the order of `RECEIPT`, streamed."""
    for row in stream(connection, pairs):
        person = (row.email, row.name, row.external_id, row.program, row.contract)
        yield (str(row.line), *person, _OUTCOMES[row.verdict], row.reason)


class Repair:
    """The refused rows as they stood in the list, to be repaired and given again."""

    def __init__(self, rows: Callable[[Collection[Verdict]], Iterator[InviteRow]], file: PeopleFile) -> None:
        self._rows, self._file = rows, file
        self.header = file.header

    def every_refusal(self) -> Iterator[Refusal]:
        """Refused rows in file order; the list is read again for their cells."""
        cells = _cells(self._file)
        for row in self._rows({Verdict.REFUSED}):
            line, found = next(cells)
            while line != row.line:
                line, found = next(cells)
            yield Refusal(row.line, "", "", row.reason, found)


def _cells(file: PeopleFile) -> Iterator[tuple[int, tuple[str, ...]]]:
    for block in file.blocks():
        whole = ((line, tuple(row)) for line, row in zip(block.lines, block.rows, strict=True))
        broken = ((one.line, one.cells) for one in block.broken)
        yield from sorted((*whole, *broken))
