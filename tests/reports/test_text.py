"""Text files: encodings, delimiters, line ends, quotes; each record keeps its line in the file."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.reports.conftest import USAGE, Reader, members, usage
from tui_admin.reports.archives import Source
from tui_admin.reports.delimited import DelimitedTable, open_delimited
from tui_admin.rules.errors import BadInput

TWO = usage("Zoë Müller,zoe@uni.example,c1,50,p1", "Ada,ada@uni.example,c2,60,p1")
CHINESE = members(
    *[f"{name},l{i}@uni.example,p1,MEMBER" for i, name in enumerate(["王小明", "李建国", "张伟", "联通"])]
)


@pytest.mark.parametrize(
    "content",
    [
        TWO.encode(),
        TWO.encode("utf-8-sig"),
        b"\xef\xbb\xbf" + TWO.encode("utf-8-sig"),
        TWO.encode("utf-16"),
        b"\xff\xfe" + TWO.replace(",", "\t").encode("utf-16-le"),
        b"\xfe\xff" + TWO.replace(",", "\t").encode("utf-16-be"),
        TWO.encode("utf-16-le"),
        TWO.encode("utf-16-be"),
        TWO.encode("cp1252"),
        TWO.replace("Ada", "\0Ada\0").encode(),
        TWO.replace("Ada", "Ada\0").encode("utf-16"),
        TWO.replace(",", ";").encode(),
        TWO.replace(",", "\t").encode(),
        TWO.replace(",", "|").encode(),
        ("sep=;\n" + TWO.replace(",", ";")).encode(),
        ("sep=\t\r\n" + TWO.replace(",", "\t")).encode(),
        TWO.replace("\n", "\r\n").encode(),
        TWO.replace("\n", "\r").encode(),
        TWO.replace("\n", "\r\n", 1).encode(),
        TWO.replace("\n", "\r", 2).encode(),
        TWO.rstrip("\n").encode(),
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in TWO.splitlines()).encode(),
        ("\n\n ,,,,\n" + TWO).encode(),
        ("Learning report of March\n\n" + TWO).encode(),
        TWO.replace("\n", ",,\n").encode(),
        TWO.replace("50,p1\n", "50,p1\n\n,,,,\n").encode(),
    ],
)
def test_however_it_was_saved_it_reads_the_same(read: Reader, content: bytes) -> None:
    found = read(content)
    assert [(row["name"], row["email"], row["course_id"], row["progress"]) for row in found.rows] == [
        ("Zoë Müller", "zoe@uni.example", "c1", 50.0),
        ("Ada", "ada@uni.example", "c2", 60.0),
    ]
    assert not found.refusals


def test_gbk_is_told_from_cp1252_even_where_a_line_happens_to_be_utf8(read: Reader) -> None:
    found = read(CHINESE.encode("gbk"))
    assert found.column("name") == ["王小明", "李建国", "张伟", "联通"]
    assert found.report.warnings == ["the file is not UTF-8; it was read as gb18030"]


def test_a_single_line_in_another_encoding_falls_back_alone(read: Reader) -> None:
    rows = ["Zoë,zoe@uni.example,c1,50,p1", "Émile,emile@uni.example,c1,50,p1", "Łucja,l@uni.example,c1,50,p1"]
    lines = usage(*rows).encode().splitlines(keepends=True)
    lines.append("Jürgen,j@uni.example,c1,50,p1\n".encode("cp1252"))
    found = read(b"".join(lines))
    assert found.column("name") == ["Zoë", "Émile", "Łucja", "Jürgen"]
    assert found.report.warnings == ["some lines are not UTF-8; they were read as cp1252"]


def test_a_wrong_byte_far_down_is_found_too(read: Reader) -> None:
    rows = [f"Ada,ada{i}@uni.example,c{i},50,p1" for i in range(60_000)]
    content = usage(*rows).encode() + "Jürgen,j@uni.example,c1,50,p1".encode("cp1252")
    found = read(content)
    assert len(found.rows) == 60_001
    assert (found.rows[-1]["name"], found.rows[-1]["line"]) == ("Jürgen", 60_002)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_lines_are_counted_truly_across_blocks_and_batches(read: Reader, end: str, encoding: str) -> None:
    rows = [f'"É{i}","e{i}@uni.example",c{i},50,p1' for i in range(40_000)]
    rows[7] = '"two\nlines",e7@uni.example,c7,50,p1'
    rows[4_999] = '"three\nlong\nlines",e4999@uni.example,c4999,50,p1'
    found = read((USAGE + "\n".join(rows)).replace("\n", end).encode(encoding))
    assert len(found.rows) == 40_000
    lines = {row["course_id"]: row["line"] for row in found.rows}
    assert (lines["c0"], lines["c7"], lines["c8"], lines["c4999"], lines["c5000"]) == (2, 9, 11, 5_002, 5_005)
    assert lines["c39999"] == 40_004
    assert {row["course_id"]: row["name"] for row in found.rows}["c4999"] == "three long lines"


@pytest.mark.parametrize("size", [1, 2, 3, 5_000])
def test_an_unbalanced_quote_costs_its_own_row_only(read: Reader, size: int) -> None:
    found = read(
        usage(
            "Ada,ada@uni.example,c1,50,p1",
            '"Bob,bob@uni.example,c2,50,p1',
            'Cy,cy@uni.example,c3,50,"p1"',
            "Di,di@uni.example,c4,50,p1",
            'Ed,ed@uni.example,c5,50,"p1',
            "Flo,flo@uni.example,c6,50,p1",
        ),
        size=size,
    )
    assert [(row["line"], row["course_id"]) for row in found.rows] == [(2, "c1"), (4, "c3"), (5, "c4"), (7, "c6")]
    assert [(refusal.line, "quote" in refusal.reason) for refusal in found.refusals] == [(3, True), (6, True)]
    assert found.refusals[0].cells == ("Bob", "bob@uni.example", "c2", "50", "p1")


def test_an_open_quote_before_many_lines_swallows_none_of_them(read: Reader) -> None:
    rows = [f"Ada,ada{i}@uni.example,c{i},50,p1" for i in range(12_000)]
    rows[100] = '"Bob,bob@uni.example,c100,50,p1'
    found = read(usage(*rows))
    assert (len(found.rows), [refusal.line for refusal in found.refusals]) == (11_999, [102])


def test_quotes_inside_a_field_do_not_cost_the_row(read: Reader) -> None:
    found = read(usage('"Ada ""the"" Countess",ada@uni.example,c1,50,p1', 'Bob "Bo" B,bob@uni.example,c1,50,p1'))
    assert found.column("name") == ['Ada "the" Countess', 'Bob "Bo" B']


def test_too_few_and_too_many_fields_are_refused_by_line(read: Reader) -> None:
    found = read(
        usage("Ada,ada@uni.example,c1", "Ada,ada@uni.example,c1,50,p1", "Lovelace, Ada,ada@uni.example,c1,50,p1")
    )
    assert [row["line"] for row in found.rows] == [3]
    assert [(refusal.line, refusal.reason) for refusal in found.refusals] == [
        (2, "has 3 fields, the header has 5"),
        (4, "has 6 fields, the header has 5"),
    ]
    assert found.refusals[0].cells == ("Ada", "ada@uni.example", "c1")


def test_a_field_without_end_is_refused_by_line(read: Reader) -> None:
    found = read(usage("x" * 140_000 + ",a@uni.example,c1,50,p1", "Ada,ada@uni.example,c1,50,p1"))
    assert found.column("name") == ["Ada"]
    assert [(one.line, one.reason) for one in found.refusals] == [(2, "a field is longer than 131,072 characters")]


def test_a_line_without_end_is_refused(read: Reader) -> None:
    with pytest.raises(BadInput, match=r"report\.csv: a line is longer"):
        read(USAGE.encode() + b"x" * (18 << 20))


def test_a_header_alone_is_a_report_without_rows(read: Reader) -> None:
    assert read(USAGE).rows == []
    assert read(USAGE.strip()).rows == []


def test_catalogues_are_read_from_json_lines(read: Reader) -> None:
    lines = [
        {"Course ID": "c1", "Course": "Statistics", "Skills": "SQL:0.8; R:0.5", "Workload Hours": 12},
        {"Course ID": "c2", "Course": "Ethics", "Level": "Beginner", "Skills": ["Law:1", "Logic"]},
    ]
    content = "\n".join(json.dumps(line) for line in lines) + "\n\nnot json\n[1]\n"
    found = read(content, "courses.jsonl")
    assert found.kind == "courses"
    assert found.column("skills") == [(("SQL", 0.8), ("R", 0.5)), (("Law", 1.0), ("Logic", None))]
    assert found.column("workload_hours") == [12.0, None]
    assert [refusal.line for refusal in found.refusals] == [4, 5]
    with pytest.raises(BadInput, match="not JSON Lines"):
        read('{\n"Course ID":\n"c1"}', "courses.jsonl")


def _table(content: bytes) -> DelimitedTable:
    return open_delimited(Source("x.csv", ("x.csv",), len(content), lambda: io.BytesIO(content)), len, lambda _: None)


@pytest.mark.real_data
def test_the_csv_spectrum_means_what_it_says(shared_data: Path) -> None:
    folder = shared_data / "csv" / "csv-spectrum"
    paths = sorted((folder / "csvs").glob("*.csv"))
    assert len(paths) == 12
    for path in paths:
        meant = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        meant = [meant] if isinstance(meant, dict) else meant
        if path.stem == "location_coordinates":
            # The set's own JSON was made with another number than its CSV holds.
            meant[0]["Contact Phone Number"] = "2095257564"
        table = _table(path.read_bytes())
        rows = [row for block in table.blocks(100) for row in block.rows]
        read = [dict(zip(table.header, row, strict=True)) for row in rows]
        assert read == meant, path.name
        plain = csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
        assert [list(table.header), *rows] == list(plain), path.name
