"""Small report files, made on the spot and read whole."""

import zipfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, tzinfo
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tui_admin.reports.bundles import Sheet
from tui_admin.reports.dictionary import MEMBER_REPORT
from tui_admin.reports.limits import Limits
from tui_admin.reports.readers import FIELDS, Kind, Refusal, ReportFile, open_reports
from tui_admin.rules.profile import PROFILE
from tui_admin.rules.times import parse_iso

USUAL = Limits()

MEMBER = {
    "name": "=Ada",
    "email": "ada@uni.example",
    "email_shown": "Ada@uni.example",
    "external_id": "0017",
    "program_slug": "p1",
    "program_name": "One",
    "enrolled": 3,
    "completed": 1,
    "state": "MEMBER",
    "joined_at": parse_iso("2020-01-01T00:00:00.123Z"),
    "contracts": "K1; K2",
    "region": "Piedmont",
}
"""A member as a report tells of them, by field."""

_IN_ORDER = (
    *("name", "email_shown", "external_id", "program_name", "program_slug", "enrolled", "completed", "state"),
    *("joined_at", "invited_at", "last_activity_at", "contracts", *PROFILE),
)


def member_sheet(members: Sequence[Mapping[str, Any]]) -> Sheet:
    """The member report of these, in one block."""
    columns = [[member.get(field) for member in members] for field in _IN_ORDER]
    return Sheet("member-report", MEMBER_REPORT, [columns])


@dataclass
class Read:
    """What came out of one table: its records by field (with `line`), its refusals, and what was said about it."""

    report: ReportFile
    rows: list[dict[str, Any]]

    @property
    def kind(self) -> Kind:
        return self.report.kind

    @property
    def refusals(self) -> list[Refusal]:
        return self.report.refusals

    def column(self, field: str) -> list[Any]:
        return [row[field] for row in self.rows]


def read_paths(*paths: Path, zone: tzinfo = UTC, limits: Limits = USUAL, size: int = 5_000) -> list[Read]:
    """All tables of some files, each read to its end."""
    with open_reports(paths, zone=zone, limits=limits) as reports:
        return [
            Read(
                report,
                [
                    dict(zip(("line", *FIELDS[report.kind]), row, strict=True))
                    for batch in report.batches(size)
                    for row in batch
                ],
            )
            for report in reports
        ]


Reader = Callable[..., Read]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    """Reads text or bytes as a report file of one table."""

    def reader(content: str | bytes, name: str = "report.csv", **options: Any) -> Read:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (found,) = read_paths(path, **options)
        return found

    return reader


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip of these members."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(sheets: dict[str, list[list[str | float]]], *, since_1904: bool = False, dates: str = "") -> bytes:
    """An XLSX of these sheets; numbers in a column whose letter is in `dates` are formatted as dates."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"

    def cell(column: int, row: int, value: str | float) -> str:
        letter = chr(65 + column)
        if isinstance(value, str):
            return f'<c r="{letter}{row}" t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
        style = ' s="1"' if letter in dates else ""
        return f'<c r="{letter}{row}"{style}><v>{value}</v></c>'

    def sheet(rows: list[list[str | float]]) -> str:
        lines = (
            f'<row r="{r}">' + "".join(cell(c, r, value) for c, value in enumerate(row)) + "</row>"
            for r, row in enumerate(rows, 1)
        )
        return f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"

    numbered = list(enumerate(sheets, 1))
    listing = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in numbered)
    targets = "".join(
        f'<Relationship Id="rId{i}" Type="{relations}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i, _ in numbered
    )
    formats = '<cellXfs><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs>'
    styles = f'<Relationship Id="rId99" Type="{relations}/styles" Target="styles.xml"/>'
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook {space} xmlns:r="{relations}"><workbookPr date1904="{int(since_1904)}"/>'
            f"<sheets>{listing}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{targets}{styles}</Relationships>',
            "xl/styles.xml": f"<styleSheet {space}>{formats}</styleSheet>",
            **{f"xl/worksheets/sheet{i}.xml": sheet(sheets[name]) for i, name in numbered},
        }
    )


USAGE = "Name,Email,Course ID,Overall Progress,Program Slug\n"
MEMBERS = "Name,Email,Program Slug,Member State\n"


def usage(*rows: str) -> str:
    """A small usage report."""
    return USAGE + "".join(row + "\n" for row in rows)


def members(*rows: str) -> str:
    """A small member report."""
    return MEMBERS + "".join(row + "\n" for row in rows)


def children(parent: int) -> list[int]:
    """The processes that a process has started and that still run (Linux)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, started_by = stat.read_text().rpartition(")")[2].split()[:2]
            if state != "Z" and int(started_by) == parent:
                found.append(int(stat.parent.name))
    return found
