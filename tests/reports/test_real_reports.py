"""Real people's records in these formats, read to the last row."""

from pathlib import Path

import pytest

from tui_admin.reports.readers import FIELDS, Kind, open_reports

pytestmark = pytest.mark.real_data

ROWS = {
    Kind.MEMBERS: 31_512,
    Kind.USAGE: 32_593,
    Kind.SPECIALIZATIONS: 0,
    Kind.ATTEMPTS: 173_912,
}


def test_every_row_is_read_and_none_refused(shared_data: Path) -> None:
    paths = [shared_data / "oulad" / name for name in ("email-report.zip", "gradebooks.zip")]
    counted, people, lines = {}, set(), {}
    with open_reports(paths) as reports:
        for report in reports:
            rows = 0
            for batch in report.batches():
                rows += len(batch)
                people.update(row[1] for row in batch)
                lines[report.kind] = batch.lines[-1]
            counted[report.kind] = rows
            assert (report.refused, report.warnings, report.unknown_columns) == (0, [], ())
    assert counted == ROWS
    assert len(people) == 28_785
    assert all(lines[kind] == rows + 1 for kind, rows in ROWS.items() if rows)


def test_what_is_unknown_is_unknown(shared_data: Path) -> None:
    with open_reports(
        [shared_data / "oulad" / "email-report.zip", shared_data / "oulad" / "gradebooks.zip"]
    ) as reports:
        by_kind = {report.kind: report for report in reports}

        def unknown(kind: Kind, field: str) -> int:
            at = FIELDS[kind].index(field) + 1
            return sum(row[at] is None for batch in by_kind[kind].batches() for row in batch)

        assert unknown(Kind.USAGE, "enrolled_at") == 45
        assert unknown(Kind.USAGE, "hours") == ROWS[Kind.USAGE]
        assert unknown(Kind.ATTEMPTS, "score") == 173
