"""Archives: what lies inside is found, and what is harmful, damaged or something else is refused by name."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.reports.conftest import Reader, members, read_paths, usage, workbook, zipped
from tui_admin.reports.limits import Limits
from tui_admin.reports.readers import open_reports
from tui_admin.rules.errors import BadInput, Cancelled

ROW = "Ada,ada@uni.example,c1,50,p1"
SMALL = Limits(expanded=1 << 20, ratio=50, floor=1 << 16, workbook=1 << 17)


def _save(folder: Path, content: bytes, name: str = "report.zip") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _refused(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(BadInput) as error:
        read_paths(path, limits=limits or Limits())
    return str(error.value)


def test_members_are_found_in_folders_and_litter_is_not(tmp_path: Path) -> None:
    found = read_paths(
        _save(
            tmp_path,
            zipped(
                {
                    "export/2026/usage-report.csv": usage(ROW),
                    "__MACOSX/export/2026/._usage-report.csv": b"\0\5\26\7",
                    "export/._member.csv": b"\0\5\26\7",
                    ".DS_Store": b"\0\0\0\1Bud1",
                    "export/member-report.csv": members("Ada,ada@uni.example,p1,MEMBER"),
                }
            ),
        )
    )
    assert [one.report.name for one in found] == [
        "report.zip/export/2026/usage-report.csv",
        "report.zip/export/member-report.csv",
    ]
    assert [one.column("email") for one in found] == [["ada@uni.example"]] * 2
    assert found[0].report.warnings == []


def test_one_zip_in_a_zip_is_opened_and_no_deeper(tmp_path: Path) -> None:
    inner = zipped({"usage.csv": usage(ROW)})
    (found,) = read_paths(_save(tmp_path, zipped({"inner.zip": inner})))
    assert found.column("course_id") == ["c1"]
    assert "zip in a zip in a zip" in _refused(_save(tmp_path, zipped({"o.zip": zipped({"inner.zip": inner})})))


def test_what_is_no_report_beside_reports_is_named(tmp_path: Path) -> None:
    (found,) = read_paths(
        _save(
            tmp_path,
            zipped({"usage.csv": usage(ROW), "readme.pdf": b"%PDF-1", "other.csv": "a,b\n1,2\n", "none.csv": ""}),
        )
    )
    said = " ".join(found.report.warnings)
    assert "readme.pdf" in said and "other.csv" in said and "none.csv" in said


def test_an_archive_without_a_report_is_refused_with_what_it_holds(tmp_path: Path) -> None:
    assert "holds no report" in _refused(_save(tmp_path, zipped({"other.csv": "a,b\n1,2\n"})))
    assert "holds no report" in _refused(_save(tmp_path, zipped({})))


def test_a_report_that_lacks_a_column_refuses_the_whole_archive(tmp_path: Path) -> None:
    content = zipped({"usage.csv": usage(ROW), "member.csv": "Name,Email,Member State\nAda,a@uni.example,MEMBER\n"})
    assert "member.csv: looks like a members report, but has no column Program Slug" in _refused(
        _save(tmp_path, content)
    )


@pytest.mark.parametrize("name", ["../../etc/usage.csv", "/etc/usage.csv", "C:/usage.csv", "a/../../usage.csv"])
def test_names_that_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    assert "leave its folder" in _refused(_save(tmp_path, zipped({name: usage(ROW)})))


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"usage.csv": usage(ROW)}))
    content[6] |= 1  # the flag in the member's own header and in the directory
    content[content.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in _refused(_save(tmp_path, bytes(content)))


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.95])
def test_a_truncated_zip_is_refused(tmp_path: Path, kept: float) -> None:
    content = zipped({"usage.csv": usage(*[f"Ada,ada{i}@uni.example,c{i},50,p1" for i in range(500)])})
    said = _refused(_save(tmp_path, content[: int(len(content) * kept)]))
    assert "cut short" in said and "download it again" in said


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"usage.csv": usage(*[f"Ada,ada{i}@uni.example,c{i},50,p1" for i in range(500)])}))
    content[len(content) // 3] ^= 0xFF
    assert "usage.csv" in _refused(_save(tmp_path, bytes(content)))


def test_a_bomb_is_stopped_by_its_ratio_while_reading(tmp_path: Path) -> None:
    content = zipped({"usage.csv": usage(ROW) + (ROW + "\n") * 40_000})
    said = _refused(_save(tmp_path, content), SMALL)
    assert "more than 50 times its stored size" in said and "raise archive_ratio" in said


def test_headers_that_lie_about_sizes_are_not_believed(tmp_path: Path) -> None:
    rows = usage(ROW) + (ROW + "\n") * 40_000
    content = bytearray(zipped({"usage.csv": rows}))
    at = content.index(b"PK\1\2") + 24
    content[at : at + 4] = (50_000_000).to_bytes(4, "little")
    assert "times its stored size" in _refused(_save(tmp_path, bytes(content)), SMALL)


def test_all_files_together_stay_below_the_limit(tmp_path: Path) -> None:
    rows = [f"Ada,ada{i * 7919 % 99991}@uni.example,c{i * 31},50,p{i * 17}" for i in range(15_000)]
    one = _save(tmp_path, usage(*rows).encode(), "one.csv")
    two = _save(tmp_path, usage(*rows).encode(), "two.csv")
    assert len(read_paths(one, limits=SMALL)[0].rows) == 15_000
    with pytest.raises(BadInput, match=r"two\.csv: the files hold more than 0\.001\d* GB; .* raise archive_gb"):
        read_paths(one, two, limits=SMALL)


def test_a_workbook_that_expands_past_its_limit_is_refused(tmp_path: Path) -> None:
    book = workbook({"S": [["Email", "Course ID"], *[["a@uni.example", "c1"] for _ in range(4_000)]]})
    assert "expands to more" in _refused(_save(tmp_path, book, "book.xlsx"), SMALL)


def test_a_member_named_twice_is_read_once_or_refused(tmp_path: Path) -> None:
    def twice(second: str) -> Path:
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("usage.csv", usage(ROW))
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr("usage.csv", second)
        return _save(tmp_path, stream.getvalue())

    assert len(read_paths(twice(usage(ROW)))) == 1
    assert "twice with different contents" in _refused(twice(usage(ROW, ROW)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>Sign in</html>", "web page, probably an expired download link"),
        (b"\xef\xbb\xbf\n <HTML><body>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "XML"),
        (b"PK\x03\x04 nonsense", "cut short or damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nonsense", "workbook cannot be read"),
    ],
)
@pytest.mark.parametrize("name", ["report.zip", "report.csv"])
def test_files_that_are_something_else_are_named_whatever_their_ending(
    tmp_path: Path, content: bytes, said: str, name: str
) -> None:
    assert said in _refused(_save(tmp_path, content, name))


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    assert "none.csv: cannot be opened" in _refused(tmp_path / "none.csv")
    assert "cannot be opened" in _refused(tmp_path)


def test_a_zip_named_csv_and_a_csv_named_zip_are_read(tmp_path: Path) -> None:
    for name, content in (("a.csv", zipped({"usage.csv": usage(ROW)})), ("b.zip", usage(ROW).encode())):
        assert len(read_paths(_save(tmp_path, content, name))[0].rows) == 1


def test_progress_counts_each_byte_once_and_can_stop_the_reading(tmp_path: Path) -> None:
    path = _save(tmp_path, zipped({"usage.csv": (content := usage(*[ROW] * 3))}))
    heard: list[int] = []
    (other := tmp_path / "other").mkdir()
    same = _save(other, path.read_bytes())
    with open_reports([path, same], on_bytes=heard.append) as reports:
        for report in reports:
            list(report.batches())
            assert report.size == len(content)
        assert sum(heard) == 2 * len(content)

    def stop(_: int) -> None:
        raise Cancelled("stopped")

    with pytest.raises(Cancelled), open_reports([path], on_bytes=stop):
        pass


def test_workbook_sheets_with_a_header_anywhere_totals_and_dates(read: Reader) -> None:
    header: list[str | float] = [
        "Full Name",
        "Email",
        "Course ID",
        "Overall Progress",
        "Program Slug",
        "Enrollment Time",
    ]
    book = workbook(
        {
            "Notes": [["Exported by someone"]],
            "Usage": [
                ["Learning report 2026", "", "", "", "", ""],
                [],
                header,
                ["Ada", "ada@uni.example", "101", 57.73, "p1", 43822.5],
                ["", "", "", "", "", ""],
                ["Total", "", "", 57.73, "", ""],
            ],
        },
        dates="F",
    )
    found = read(book, "usage.csv")
    assert found.report.name == "usage.csv, sheet Usage"
    assert [(row["line"], row["email"], row["progress"]) for row in found.rows] == [(4, "ada@uni.example", 57.73)]
    assert found.column("enrolled_at") == [1_577_102_400_000]  # 2019-12-23T12:00:00Z
    assert not found.refusals
    assert found.report.warnings == ["line 6 holds totals and was read over"]


def test_several_sheets_are_several_reports(tmp_path: Path) -> None:
    book = workbook(
        {
            "U": [["Email", "Course ID", "Overall Progress", "Program Slug"], ["ada@uni.example", "c1", 50.0, "p1"]],
            "M": [["Email", "Program Slug", "Member State"], ["ada@uni.example", "p1", "MEMBER"]],
        }
    )
    found = read_paths(_save(tmp_path, zipped({"book.xlsx": book})))
    assert [one.kind for one in found] == ["usage", "members"]


def test_dates_since_1904_are_as_their_workbook_counts(read: Reader) -> None:
    rows: list[list[str | float]] = [
        ["Email", "Course ID", "Enrollment Time", "Program Slug"],
        ["ada@uni.example", "c1", 43822.5 - 1462, "p1"],
    ]
    book = workbook({"U": rows}, since_1904=True, dates="C")
    assert read(book).column("enrolled_at") == [1_577_102_400_000]
