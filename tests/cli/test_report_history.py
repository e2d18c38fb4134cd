"""`report ... --to`, `worker` and `reports`: asked for, made by the worker, listed, fetched."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Console

ANA, BO, CY = (f"{name}@northwind.example" for name in ("ana", "bo", "cy"))


@pytest.fixture
def mailing(northwind: Console) -> Console:
    """The organization, with an address that mail comes from."""
    northwind("settings", "set", "sender-address", "learning@northwind.example", "--yes")
    return northwind


def test_a_report_is_asked_for_made_by_the_worker_listed_and_fetched(mailing: Console, tmp_path: Path) -> None:
    for words in (("email", "--program", "data"), ("members", "--format", "xlsx", "--where", "status:completed")):
        said = mailing("report", *words, "--to", ANA, "--yes")
        assert "A sender makes and mails it: tui-admin worker" in said.stderr
    assert "still to be made" in mailing("reports", "download", "1", "--out", "-", code=4).stderr
    said = mailing("worker", "--once")
    assert "Made the email report on Data Foundations for ana@northwind.example" in said.stderr
    assert said.stdout == "2 sent.\n"

    assert mailing.count("reports") == 2
    second, first = mailing.json("reports", "--format", "json")
    assert (first["id"], first["report"], first["program"], first["state"]) == (1, "email report", "data", "made")
    assert (first["mail"], first["file"], first["requested_by"]) == ("sent", "email-report.zip", ANA)
    assert (second["where"], second["rows"], second["file"]) == ("status:completed", 0, "member-report.xlsx")
    table = mailing("reports", "list").stdout
    assert table.splitlines()[0].split()[:3] == ["Id", "Report", "Program"] and "email report" in table

    out = tmp_path / "saved.zip"
    assert "Saved email-report.zip" in mailing("reports", "download", "1", "--out", str(out)).stderr
    assert out.stat().st_size == first["size"]
    names = zipfile.ZipFile(out).namelist()
    piped = mailing("reports", "download", "1", "--out", "-").stdout_bytes
    assert zipfile.ZipFile(io.BytesIO(piped)).namelist() == names and len(names) == 3


def test_a_zip_is_not_fetched_onto_a_terminal(mailing: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("email", "members"):
        mailing("report", kind, "--program", "data", "--to", ANA, "--yes")
    mailing("worker", "--once")
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda self: True, raising=False)
    said = mailing("reports", "download", "1", "--out", "-", code=2)
    assert "no text to read" in said.stderr and said.stdout == ""
    assert mailing("reports", "download", "2", "--out", "-").stdout.count("\n") > 1


def test_what_is_not_there_leaves_no_file(mailing: Console, tmp_path: Path) -> None:
    mailing("report", "members", "--program", "data", "--to", ANA, "--yes")
    mailing("worker", "--once")
    out = tmp_path / "out.csv"
    assert "no report 7" in mailing("reports", "download", "7", "--out", str(out), code=4).stderr
    assert "no report 1" in mailing("reports", "download", "1", "--out", str(out), "--as", CY, code=4).stderr
    assert list(tmp_path.glob("out*")) == []
    assert "no folder" in mailing("reports", "download", "1", "--out", str(tmp_path / "no" / "out"), code=4).stderr
    assert mailing("reports", "--format", "csv", "--as", CY).stdout.count("\n") == 1


def test_a_plan_is_shown_and_nothing_asked_for_without_an_answer(mailing: Console) -> None:
    asked = ("report", "email", "--to", BO)
    assert "--yes" in mailing(*asked, code=2).stderr
    assert "may not see these people" in mailing(*asked, "--yes", code=4).stderr
    assert "--out FILE, or --to EMAIL" in mailing("report", "email", code=2).stderr
    said = mailing(*asked, "--program", "data", answer="n\n", code=None).stderr
    assert "Plan: Asked for report" in said and mailing.count("reports") == 0
