"""Report files as they really come, through the whole program: what is taken, what is refused, and what is said."""

import csv
import io
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.faults.conftest import Console
from tests.portal.report_files import attempt, member, usage
from tests.reports.conftest import workbook, zipped
from tests.reports.test_headers import VARIANTS

ADA, BOB = "ada@x.example", "bob@x.example"


def csv_text(*rows: dict[str, str]) -> str:
    """Rows as CSV."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def save(folder: Path, content: str | bytes, name: str = "report.zip") -> str:
    """A file, by its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def encrypted() -> bytes:
    content = bytearray(zipped({"usage.csv": csv_text(usage(ADA))}))
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def zipped_deep(times: int) -> bytes:
    content: str | bytes = csv_text(usage(ADA))
    for depth in range(times):
        content = zipped({f"level{depth}.{'zip' if depth else 'csv'}": content})
    return content if isinstance(content, bytes) else content.encode()


def twice() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("usage.csv", csv_text(usage(ADA)))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("usage.csv", csv_text(usage(BOB)))
    return stream.getvalue()


def bomb() -> bytes:
    row = csv_text(usage(ADA, Job_Title="x" * 9_000))
    return zipped({"usage.csv": row + row.splitlines()[1].join(["\n"] * 2_000)})


WHOLE: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "a web page": (lambda: "<!doctype html><html><body>This link has expired", "web page"),
    "nothing": (lambda: "", "empty"),
    "cut short": (lambda: zipped({"usage.csv": csv_text(usage(ADA)) * 50})[:200], "cut short"),
    "encrypted": (encrypted, "encrypted"),
    "leaving its folder": (lambda: zipped({"../../usage.csv": csv_text(usage(ADA))}), "leave its folder"),
    "leaving its folder, as on Windows": (lambda: zipped({"..\\usage.csv": csv_text(usage(ADA))}), "leave its folder"),
    "a zip in a zip in a zip": (lambda: zipped_deep(3), "zip in a zip in a zip"),
    "one name twice": (twice, "twice with different contents"),
    "no report inside": (lambda: zipped({"photo.png": b"\x89PNG"}), "holds no report"),
    "another table": (lambda: "Nom,Courriel,Cours\nAda,ada@x.example,c1\n", "this is no report"),
    "people to invite": (lambda: "Full Name,Email,External ID\nAda,ada@x.example,\n", "tui-admin invite"),
    "a column missing": (lambda: "Email,Member State\nada@x.example,MEMBER\n", "no column Program Slug"),
    "no header": (lambda: "Ada,ada@x.example,data,MEMBER\n", "this is no report"),
    "an old workbook, damaged": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cannot be read"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_no_report_is_refused_whole_by_name_and_makes_no_store(
    console: Console, tmp_path: Path, name: str
) -> None:
    content, says = WHOLE[name]
    result = console("import", save(tmp_path, content()), "--yes", code=4)
    assert "report.zip" in result.stderr and says in result.stderr
    assert result.stderr.count("\n") == 1 and result.stdout == ""
    assert not console.path.exists()


def test_a_bomb_is_stopped_and_leaves_nothing_unless_the_settings_trust_it(console: Console, tmp_path: Path) -> None:
    packed = save(tmp_path, bomb())
    said = console("import", packed, "--yes", code=4).stderr
    assert "report.zip/usage.csv: grows to more than 200 times its stored size" in said
    assert "raise archive_ratio in the settings file (TUI_ADMIN_ARCHIVE_RATIO)" in said
    assert console.count("users") == 0
    settings = save(tmp_path, "archive_ratio = 5000\narchive_gb = 0.01", "settings.toml")
    said = console("import", packed, "--yes", "--config", settings, code=4).stderr
    assert "hold more than 0.01 GB; import them in parts, or raise archive_gb in the settings file" in said
    console.environ = {"TUI_ADMIN_ARCHIVE_GB": "1"}
    console("import", packed, "--yes", "--config", settings)
    assert console.count("users") == 1


def test_one_bad_file_among_good_ones_refuses_them_all(console: Console, tmp_path: Path) -> None:
    good = save(tmp_path, csv_text(member(ADA)), "members.csv")
    page = save(tmp_path, "<html>expired", "usage.csv")
    assert "usage.csv: this is a web page" in console("import", good, page, "--yes", code=4).stderr
    assert not console.path.exists()


def test_the_six_files_of_2026_of_which_some_are_there(console: Console, tmp_path: Path) -> None:
    stamp = "Northwind - CourseraEnterpriseExport 2026-05-04 17-33-53 UTC.csv"

    def file(variant: str, **values: str) -> str:
        return csv_text({name: values.get(name, "") for name in VARIANTS[variant][0].split(",")})

    person = {"Name": "KOVÁCS ÁGNES", "Email": ADA, "External ID": "17", "Program Slug": "data", "Program Name": "Data"}
    course = {"Course ID": "c1", "Course Slug": "logic", "Course": "Logic", "Enrollment Time": "2026-02-01T00:00:00Z"}
    hours = {"Total Estimated Learning Hours (since enrolled)": "12.5", "Learning Hours": "3"}
    badge = {"User Name": "Kovács", "Email": ADA.upper(), "Badge Title": "Thinker", "Badge Slug": "thinker"}
    content = zipped(
        {
            f"export/ProgramActivity {stamp}": file("members 2026", **person, **{"Member State": "MEMBER"}),
            f"export/CourseActivity {stamp}": file("usage 2026", **person, **course, **hours),
            f"export/LearningPathActivity {stamp}": file("learning paths", **badge, **{"List of Program": "Data"}),
            f"export/SkillActivity {stamp}": "Email,Skill,Score\nada@x.example,SQL,3\n",
            "export/ReadMe.txt": "How to read these files",
            "__MACOSX/export/._ReadMe.txt": b"\0\5\26\7",
        }
    )
    done = console.json("import", save(tmp_path, content), "--yes", "--json")
    assert [(file["kind"], file["rows"]["new"]) for file in done["files"]] == [
        ("members", 1),
        ("usage", 1),
        ("specializations", 1),
    ]
    assert {"Collection ID", "Learning Hours"} <= set(done["files"][1]["unknown_columns"])
    (user,) = console.json("users", "--format", "json")
    assert (user["email"], user["name"], user["external_id"], user["enrolled"]) == (ADA.upper(), "Kovács", "17", 1)
    told = console("import", save(tmp_path, content), "--dry-run").stdout
    assert "SkillActivity" in told and "ReadMe.txt" in told and "._ReadMe" not in told
    assert console.count("members", "--where", "kovacs") == console.count("members", "--where", "KOVÁCS") == 1


def test_a_file_name_misspelled_or_misleading_decides_nothing(console: Console, tmp_path: Path) -> None:
    content = zipped({"assesment_attempts.csv": csv_text(attempt(ADA)), "member-report.csv": csv_text(usage(BOB))})
    done = console.json("import", save(tmp_path, content), "--dry-run", "--json")
    assert [file["kind"] for file in done["files"]] == ["attempts", "usage"]


def test_a_workbook_of_several_sheets_with_totals_and_titles(console: Console, tmp_path: Path) -> None:
    book = workbook(
        {
            "Notes": [["Made on Monday"]],
            "Members": [
                ["Members of Northwind", "", "", "", ""],
                [],
                ["Name", "Email", "Program Slug", "Member State", "Join Date"],
                ["Ada", ADA, "data", "MEMBER", 44561.5],
                ["Bob", "no address", "data", "MEMBER", 44561.5],
                ["Total", "", "", "", 2.0],
            ],
            "Courses taken": [
                ["Email", "Course ID", "Program Slug", "Overall Progress", "Enrollment Time"],
                [ADA, 101.0, "data", 57.7, 44562.0],
            ],
        },
        since_1904=True,
        dates="E",
    )
    done = console.json("import", save(tmp_path, book, "book.csv"), "--yes", "--json")
    assert [(file["kind"], file["rows"]["new"], file["rows"]["refused"]) for file in done["files"]] == [
        ("members", 1, 1),
        ("usage", 1, 0),
    ]
    assert done["files"][0]["name"] == "book.csv, sheet Members"
    (refusal,) = done["files"][0]["refusals"]
    assert (refusal["line"], refusal["column"], refusal["value"]) == (5, "Email", "no address")
    (row,) = console.json("members", "--format", "json")
    assert row["joined_at"] == "2026-01-01T12:00:00.000Z"


@pytest.mark.parametrize(
    ("name", "encode"),
    [
        ("Zoë Łukasz", lambda text: text.encode("utf-8-sig")),
        ("Zoë Łukasz", lambda text: text.replace(",", "\t").encode("utf-16")),
        ("Zoë Łukasz", lambda text: b"\xfe\xff" + text.replace(",", "\t").encode("utf-16-be")),
        ("Zoë Müller", lambda text: ("sep=;\r\n" + text.replace(",", ";")).encode("cp1252")),
        ("王小明李建国", lambda text: text.replace("\r\n", "\r").encode("gbk")),
        ("Zoë Łukasz", lambda text: text.replace(",", "|").rstrip().encode()),
        ("Zoë Łukasz", lambda text: text.replace("Zoë", "Zo\0ë").encode()),
    ],
)
def test_a_name_is_the_same_however_its_file_was_saved(
    console: Console, tmp_path: Path, name: str, encode: Callable[[str], bytes]
) -> None:
    console("import", save(tmp_path, encode(csv_text(member(ADA, Name=name))), "members.csv"), "--yes")
    assert [row["name"] for row in console.json("users", "--format", "json")] == [name]


BROKEN = (
    usage(ADA),
    usage("not an address"),
    usage(BOB, Overall_Progress="150"),
    usage(BOB, Course_ID="", Course_Slug=""),
    usage(BOB, Enrollment_Time="03/04/2026"),
    usage(BOB, Completed="perhaps"),
    usage(BOB, Program_Slug="", Program_Name=""),
    usage("cyd@x.example"),
)


def test_every_refusal_names_file_line_column_value_and_reason_and_the_rest_goes_on(
    console: Console, tmp_path: Path
) -> None:
    text = csv_text(*BROKEN) + "too,few,fields\r\n" + csv_text(usage("dan@x.example")).splitlines()[1]
    path, saved = save(tmp_path, text, "usage.csv"), tmp_path / "refused.csv"
    done = console("import", path, "--yes", "--refused", str(saved)).stdout

    for line, column, value, reason in (
        (3, "Email", "not an address", "no e-mail address"),
        (4, "Overall Progress", "150", "0 and 100"),
        (5, "Course ID", "", "blank"),
        (6, "Enrollment Time", "03/04/2026", "2024-03-31"),
        (7, "Completed", "perhaps", "Yes nor No"),
        (8, "Program Slug", "", "blank"),
        (10, "", "", "has 3 fields, the header has 17"),
    ):
        (told,) = (one for one in done.splitlines() if f"usage.csv line {line}:" in one)
        assert reason in told and (not column or f"{column} «{value}»" in told)
    assert "3 new, 0 changed, 0 unchanged, 7 refused" in done
    assert sorted(row["email"] for row in console.json("users", "--format", "json")) == [
        ADA,
        "cyd@x.example",
        "dan@x.example",
    ]
    with saved.open(encoding="utf-8", newline="") as stream:
        kept = list(csv.DictReader(stream))
    assert [row["Reason"].split(":")[0].split(",")[0] for row in kept] == [f"line {n}" for n in (*range(3, 9), 10)]


def test_an_unbalanced_quote_costs_its_line_and_no_other(console: Console, tmp_path: Path) -> None:
    lines = csv_text(*(member(f"p{n}@x.example") for n in range(500))).splitlines()
    lines[100] = '"' + lines[100]
    done = console.json("import", save(tmp_path, "\n".join(lines), "members.csv"), "--yes", "--json")
    assert (done["totals"]["new"], done["totals"]["refused"]) == (499, 1)
    assert done["files"][0]["refusals"][0]["line"] == 101
    assert console.count("users") == 499


def test_an_import_that_changes_nothing_asks_nothing(console: Console, tmp_path: Path) -> None:
    path = save(tmp_path, csv_text(member(ADA)), "members.csv")
    console("import", path, "--yes")
    told = console("import", path, answer="").stdout
    assert "0 new, 0 changed, 1 unchanged" in told
    assert console.count("journal", "list") == 2
