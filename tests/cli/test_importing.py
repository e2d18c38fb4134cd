"""`import`: plan, question, receipt, refused rows; real records through the whole program."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Console
from tests.real_data import independent_triage

MEMBERS = """Name,Email,External Id,Program Name,Program Slug,Member State,Join Date,Contract(s)
Ágnes Kovács,agnes@wind.example,1,Data,data,MEMBER,2026-02-01T00:00:00.000Z,Year 1
Jo Li,jo@wind.example,2,Data,data,INVITED,,Year 1
No Address,not an address,3,Data,data,MEMBER,2026-02-01T00:00:00.000Z,Year 1
"""


@pytest.fixture
def members_file(tmp_path: Path) -> str:
    path = tmp_path / "members.csv"
    path.write_text(MEMBERS, encoding="utf-8")
    return str(path)


def test_a_dry_run_shows_the_plan_and_creates_no_store(console: Console, members_file: str) -> None:
    told = console("import", members_file, "--dry-run").stdout

    assert "2 new, 0 changed, 0 unchanged, 1 refused" in told
    assert "Would create 1 program (data), 1 contract (Year 1)" in told
    assert "line 4: Email «not an address»" in told
    assert not console.path.exists()


def test_the_document_of_an_import_has_exactly_the_promised_shape(console: Console, members_file: str) -> None:
    planned = console.json("import", members_file, "--dry-run", "--json")
    done = console.json("import", members_file, "--yes", "--json")

    counts = {"new": 2, "changed": 0, "unchanged": 0, "refused": 1}
    (file,) = done["files"]
    assert (list(done), list(file)) == (
        ["applied", "files", "totals"],
        ["name", "kind", "variant", "rows", "unknown_columns", "refusals", "warnings"],
    )
    assert (done["applied"], done["totals"]) == (True, counts)
    assert (file["name"], file["kind"], file["rows"], file["unknown_columns"]) == ("members.csv", "members", counts, [])
    (refusal,) = file["refusals"]
    assert list(refusal) == ["line", "column", "value", "reason"]
    assert (refusal["line"], refusal["column"], refusal["value"]) == (4, "Email", "not an address")
    assert file["warnings"] == []
    assert planned == {**done, "applied": False}


def test_warnings_are_told_in_words_and_in_the_document(console: Console, members_file: str, tmp_path: Path) -> None:
    console("import", members_file, "--yes")
    less = tmp_path / "less.csv"
    less.write_text(MEMBERS.splitlines()[0] + "\n" + MEMBERS.splitlines()[2] + "\n", encoding="utf-8")

    said = "not in this file, and kept: 1 member of its programs"
    assert f"  less.csv: {said}\n" in console("import", str(less), "--dry-run").stdout
    (file,) = console.json("import", str(less), "--dry-run", "--json")["files"]
    assert file["warnings"] == [{"line": None, "column": "", "value": "", "reason": said}]


def test_the_same_file_again_changes_nothing_and_is_not_asked_for(console: Console, members_file: str) -> None:
    console("import", members_file, answer="y\n")
    assert console.count("members") == 1

    again = console("import", members_file, answer="")
    assert "0 new, 0 changed, 2 unchanged, 1 refused" in again.stdout
    assert console.json("import", members_file, "--yes", "--json")["totals"]["unchanged"] == 2


@pytest.mark.parametrize(
    ("args", "answer", "code"), [((), "n\n", 1), ((), None, 2), (("--read-only", "--yes"), None, 5)]
)
def test_an_import_that_is_not_wanted_leaves_no_store(
    console: Console, members_file: str, args: tuple[str, ...], answer: str | None, code: int
) -> None:
    console("import", members_file, *args, answer=answer, code=code)

    assert not console.path.exists()


def test_refused_rows_are_saved_and_can_be_repaired_and_imported(
    console: Console, members_file: str, tmp_path: Path
) -> None:
    saved = tmp_path / "refused.csv"
    console("import", members_file, "--yes", "--refused", str(saved))
    with saved.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["Name"] == "No Address" and "line 4" in row["Reason"]

    saved.write_text(saved.read_text(encoding="utf-8").replace("not an address", "no@wind.example"), encoding="utf-8")
    assert console.json("import", str(saved), "--yes", "--json")["totals"]["new"] == 1
    assert console.count("members") == 2


def test_many_refusals_are_counted_after_the_first_twenty(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    bad = "".join(f"P {n},nobody{n},,Data,data,MEMBER,,\n" for n in range(25))
    path.write_text(MEMBERS.splitlines()[0] + "\n" + bad, encoding="utf-8")

    told = console("import", str(path), "--dry-run").stdout
    assert told.count(" line ") == 20 and "and 5 more; --refused FILE saves them all" in told
    assert len(console.json("import", str(path), "--dry-run", "--json")["files"][0]["refusals"]) == 25


def test_what_is_no_report_is_refused_whole(console: Console, tmp_path: Path) -> None:
    page = tmp_path / "report.zip"
    page.write_text("<!DOCTYPE html><html><body>This link has expired</body></html>")
    assert "report.zip" in console("import", str(page), "--yes", code=4).stderr
    assert "nowhere.zip" in console("import", str(tmp_path / "nowhere.zip"), "--yes", code=4).stderr
    console("import", "--yes", code=2)
    assert not console.path.exists()


def test_a_program_admin_imports_rows_of_their_own_programs(northwind: Console, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    rows = "A B,a@wind.example,,Data Foundations,data,MEMBER,,Year 1\nC D,c@wind.example,,Teams,teams,MEMBER,,Year 1\n"
    path.write_text(MEMBERS.splitlines()[0] + "\n" + rows, encoding="utf-8")
    done = northwind.json("import", str(path), "--yes", "--json", "--as", "bo@northwind.example")

    assert done["totals"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert done["files"][0]["refusals"][0]["value"] == "teams"
    assert northwind.count("members") == 6


def test_ctrl_c_during_an_import_changes_nothing(
    console: Console, members_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    import signal

    from tui_admin.portal.imports import importing

    reading = importing.Import.stage

    def stage(self: importing.Import) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        reading(self)

    monkeypatch.setattr(importing.Import, "stage", stage)
    usual = signal.getsignal(signal.SIGINT)

    assert "nothing was changed" in console("import", members_file, "--yes", code=130).stderr
    assert console.count("users") == 0
    assert signal.getsignal(signal.SIGINT) is usual


@pytest.mark.real_data
def test_the_open_university_comes_in_whole_and_is_counted_as_an_independent_script_does(
    console: Console, shared_data: Path
) -> None:
    files = [str(shared_data / "oulad" / name) for name in ("email-report.zip", "gradebooks.zip")]
    done = console.json("import", *files, "--yes", "--json")

    assert done["totals"] == {"new": 238_017, "changed": 0, "unchanged": 0, "refused": 0}
    new = {file["kind"]: file["rows"]["new"] for file in done["files"]}
    assert new == {"members": 31_512, "usage": 32_593, "specializations": 0, "attempts": 173_912}
    assert console.count("users") == 28_785
    assert console.count("members", "--where", "status:invited,removed or -status:invited,removed") == 31_512

    again = console.json("import", *files, "--yes", "--json")
    assert again["totals"] == {"new": 0, "changed": 0, "unchanged": 238_017, "refused": 0}
    for now in ("2015-05-15T00:00:00Z", "2015-09-18T00:00:00Z"):
        counted = independent_triage.count(Path(files[0]), Path(files[1]), datetime.fromisoformat(now))
        assert len(counted) == 4
        for program, statuses in counted.items():
            for status in independent_triage.STATUSES:
                asked = ("members", "--now", now, "--program", program, "--where", f"status:{status}")
                assert console.count(*asked) == statuses[status], (now, program, status)
    listed = console.json("members", "--program", "program-2014j", "--where", "status:at-risk", "--format", "json")
    assert listed and all("at-risk" in row["statuses"] and row["at_risk_reason"] for row in listed)
