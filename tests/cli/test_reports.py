"""`report members`: who is in it, how it is written, and that it can be imported again."""

import csv
import resource
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.conftest import Console
from tests.reports.conftest import read_paths
from tui_admin.reports.dictionary import MEMBER_REPORT
from tui_admin.store.engine import Store


def written(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def change(console: Console, statement: str) -> None:
    store = Store(console.store)
    with store.write() as connection:
        connection.execute(text(statement))
    store.close()


def test_the_member_report_holds_everybody_under_the_promised_header(northwind: Console, tmp_path: Path) -> None:
    out = tmp_path / "members.csv"
    assert "8 rows of member-report" in northwind("report", "members", "--out", str(out)).stderr

    assert northwind("report", "members", "--out", "-").stdout_bytes == out.read_bytes()
    assert out.read_bytes().split(b"\r\n")[0] == ",".join(MEMBER_REPORT).encode()
    rows = written(out)
    assert sorted(row["Member State"] for row in rows) == ["DELETED_MEMBER", *["INVITED"] * 2, *["MEMBER"] * 5]
    assert (rows[0]["Name"], rows[0]["Contract(s)"]) == ("Person 1", "Year 1")
    assert rows[0]["Join Date"] == "2026-01-31T12:00:00.000Z"


def test_a_membership_of_several_contracts_names_them_all(northwind: Console, tmp_path: Path) -> None:
    change(northwind, "INSERT INTO membership_contracts (membership_id, position, contract_id) VALUES (6, 1, 2)")
    northwind("report", "members", "--program", "teams", "--out", str(tmp_path / "out.csv"))

    assert written(tmp_path / "out.csv")[0]["Contract(s)"] == "Year 1; Year 2"


def test_removed_learners_are_left_out_where_the_organization_hides_them(northwind: Console, tmp_path: Path) -> None:
    change(northwind, "UPDATE organization SET removed_learners = 'hide'")
    northwind("report", "members", "--out", str(tmp_path / "out.csv"))

    assert {row["Member State"] for row in written(tmp_path / "out.csv")} == {"MEMBER", "INVITED"}


def test_formulas_are_kept_from_running_unless_raw(northwind: Console, tmp_path: Path) -> None:
    change(northwind, "UPDATE learners SET name = '=1+1' WHERE id = 1")
    for raw, name in (((), "'=1+1"), (("--raw",), "=1+1")):
        northwind("report", "members", "--program", "data", "--out", str(tmp_path / "out.csv"), *raw)
        assert name in {row["Name"] for row in written(tmp_path / "out.csv")}


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["--format", "pdf"], 2, "xlsx"),
        (["--where", "statsu:x"], 4, "  ^^^^^^"),
        (["--program", "dta"], 4, "'data'"),
        (["--program", "teams", "--as", "bo@northwind.example"], 3, "not allowed"),
    ],
)
def test_what_cannot_be_reported_leaves_no_file(
    northwind: Console, tmp_path: Path, args: list[str], code: int, says: str
) -> None:
    result = northwind("report", "members", *args, "--out", str(tmp_path / "new" / "out.csv"), code=None)
    assert result.exit_code in (2, 4)
    result = northwind("report", "members", *args, "--out", str(tmp_path / "out.csv"), code=code)

    assert says in result.stderr
    assert not list(tmp_path.glob("*.csv")) and not list(tmp_path.glob("tmp*"))


def test_a_workbook_says_what_the_csv_says(northwind: Console, tmp_path: Path) -> None:
    change(northwind, "UPDATE learners SET name = '=1+1', external_id = '0017' WHERE id = 1")
    for name in ("members.csv", "members.xlsx"):
        assert "8 rows of member-report" in northwind("report", "members", "--out", str(tmp_path / name)).stderr
    by_csv, by_xlsx = (read_paths(tmp_path / name)[0] for name in ("members.csv", "members.xlsx"))
    assert by_xlsx.rows == by_csv.rows
    assert ("=1+1", "0017") in [(row["name"], row["external_id"]) for row in by_xlsx.rows]
    book = northwind("report", "members", "--format", "xlsx", "--out", "-").stdout_bytes
    assert book.startswith(b"PK")


def test_a_program_admin_reports_only_their_programs(northwind: Console, tmp_path: Path) -> None:
    northwind("report", "members", "--out", str(tmp_path / "out.csv"), "--as", "bo@northwind.example")

    assert {row["Program Slug"] for row in written(tmp_path / "out.csv")} == {"data"}


def test_a_report_is_mailed_to_an_administrator(northwind: Console) -> None:
    asked = ("report", "members", "--program", "data", "--where", "status:no-enrollment")
    assert "--out FILE, or --to EMAIL" in northwind(*asked, code=2).stderr
    northwind("settings", "set", "sender-address", "learning@northwind.example", "--yes")
    assert "--yes" in northwind(*asked, "--to", "ana@northwind.example", code=2).stderr
    assert "no administrator" in northwind(*asked, "--to", "eve@x.example", "--yes", code=4).stderr
    said = northwind(*asked, "--to", "bo@northwind.example", "--yes").stdout
    assert said == "Asked for report 1, the member report, to be mailed to bo@northwind.example.\n"


def test_the_email_report_is_a_zip_of_three_reports(northwind: Console, tmp_path: Path) -> None:
    out = tmp_path / "email.zip"
    said = northwind("report", "email", "--out", str(out)).stderr
    assert said.startswith(f"Written to {out}: 8 rows of member-report, 0 rows of usage-report")
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["member-report.csv", "usage-report.csv", "specialization-report.csv"]
    assert northwind("report", "email", "--out", "-").stdout_bytes == out.read_bytes()
    book = northwind("report", "email", "--format", "xlsx", "--out", "-").stdout_bytes
    northwind("report", "email", "--out", str(tmp_path / "email.xlsx"))
    assert (tmp_path / "email.xlsx").read_bytes() == book
    assert "--out FILE" in northwind("report", "email", code=2).stderr


def test_a_zip_is_not_written_to_a_terminal(northwind: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False)
    refused = northwind("report", "email", "--out", "-", code=2)
    assert "name a file with --out FILE" in refused.stderr
    assert refused.stdout_bytes == b""
    assert northwind("report", "members", "--out", "-").stdout.startswith("Name,")


def test_a_gradebook_names_its_course(northwind: Console, tmp_path: Path) -> None:
    change(northwind, "INSERT INTO courses (id, key, name, in_catalogue) VALUES (1, 'STAT', 'Statistics', false)")
    out = tmp_path / "grades.zip"
    assert "0 rows of gradebook" in northwind("report", "gradebook", "--course", "STAT", "--out", str(out)).stderr
    assert out.exists()
    refused = northwind("report", "gradebook", "--course", "STATS", "--out", str(tmp_path / "no.zip"), code=4)
    assert "the nearest is 'STAT'" in refused.stderr
    assert not (tmp_path / "no.zip").exists()


@pytest.mark.parametrize("kind", ["email", "members"])
def test_a_disk_that_is_full_leaves_no_part_of_a_report(console: Console, tmp_path: Path, kind: str) -> None:
    console("init", "--org", "Northwind", "--admin", "ana@northwind.example", "--yes")
    header = ("Name", "Email", "Program Slug", "Member State")
    people = [(sha256(bytes([n % 256, n // 256])).hexdigest(), f"p{n}@x.example", "d", "MEMBER") for n in range(3_000)]
    with (tmp_path / "people.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *people])
    console("import", str(tmp_path / "people.csv"), "--yes")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report").write_text("the one before")
    words = ("--store", console.store, "report", kind, "--out", str(folder / "report"))
    command = [sys.executable, "-m", "tui_admin", *words]
    full = subprocess.run(command, capture_output=True, text=True, preexec_fn=_small_files)
    assert (full.returncode, "Traceback" in full.stderr) == (4, False), full.stderr
    assert "cannot be written: File too large" in full.stderr
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [("report", "the one before")]


def _small_files() -> None:
    """As a disk that is full: no file grows beyond what lies beside a store that is read."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))


def test_a_store_that_breaks_in_the_middle_leaves_no_part_of_a_report(console: Console, tmp_path: Path) -> None:
    console("demo", "--members", "3000", "--store", console.store, "--no-open")
    with console.path.open("r+b") as file:
        for place in range(400_000, console.path.stat().st_size, 200_000):
            file.seek(place)
            file.write(b"\xff" * 8_192)
    out = tmp_path / "email.zip"
    assert console("report", "email", "--out", str(out), code=5).stderr
    assert not list(tmp_path.glob("*.zip")) and not list(tmp_path.glob("tmp*"))
