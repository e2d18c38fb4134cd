"""Bad input of invitation files, encodings: however a list was saved, it reads the same or is refused whole."""

from pathlib import Path

import pytest

from tests.reports.conftest import workbook, zipped
from tests.reports.people import HEADER, read
from tui_admin.reports.people_files import INVITATIONS, Given, open_people
from tui_admin.rules.errors import BadInput

TEXT = HEADER + "Zoë Müller,zoe@uni.example,00417\nAda,ada@uni.example,00418\n"
PEOPLE = [("Zoë Müller", "zoe@uni.example", "00417"), ("Ada", "ada@uni.example", "00418")]
SHEET: list[list[str | float]] = [line.split(",") for line in TEXT.splitlines()]
TABS = TEXT.replace(",", "\t")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode(), id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), id="a mark before the first header"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode("utf-8-sig"), id="the mark twice"),
        pytest.param(b"\xff\xfe" + TABS.encode("utf-16-le"), id="Unicode Text, little endian"),
        pytest.param(b"\xfe\xff" + TABS.encode("utf-16-be"), id="Unicode Text, big endian"),
        pytest.param(TEXT.encode("cp1252"), id="cp1252"),
        pytest.param(TEXT.encode("latin-1"), id="latin-1"),
        pytest.param(TEXT.replace("Ada", "A\0da").encode(), id="NUL bytes"),
        pytest.param(b"sep=;\n" + TEXT.replace(",", ";").encode(), id="a first line sep=;"),
        pytest.param(workbook({"People": SHEET}), id="a workbook named .csv"),
        pytest.param(workbook({"Notes": [["read me"]], "People": SHEET}), id="a workbook with a sheet of notes"),
    ],
)
def test_however_it_was_saved_it_reads_the_same(content: bytes, tmp_path: Path) -> None:
    assert read(content).people == PEOPLE
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert read(path).people == PEOPLE


def test_an_open_document_sheet_reads_the_same() -> None:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = " ".join(f'xmlns:{name}="{office}{name}:1.0"' for name in ("office", "table", "text"))

    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    rows = "".join(f"<table:table-row>{''.join(map(cell, map(str, row)))}</table:table-row>" for row in SHEET)
    sheet = f'<table:table table:name="People">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    content = f'<?xml version="1.0"?><office:document-content {spaces}>{body}</office:document-content>'
    manifest = '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    packed: dict[str, str | bytes] = {"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": manifest}
    assert read(zipped(packed)).people == PEOPLE


def test_lines_in_another_encoding_are_told() -> None:
    found = read(TEXT.encode() + "Jürgen,j@uni.example,\n".encode("cp1252"))
    assert found.people[-1] == ("Jürgen", "j@uni.example", "")
    assert found.file.warnings == ["some lines are not UTF-8; they were read as cp1252"]


def test_a_zipped_list_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "people.zip"
    path.write_bytes(zipped({"hr/people.csv": TEXT, "__MACOSX/._people.csv": "x"}))
    assert read(path).people == PEOPLE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><html><body><table><tr><td>Email", "web page"),
        (b"%PDF-1.7", "a PDF document"),
        (workbook({"A": SHEET, "B": SHEET}), r"several tables \(list.csv, sheet A, list.csv, sheet B\)"),
    ],
    ids=["nothing", "a web page", "a PDF", "two lists in a workbook"],  # a workbook's bytes tell the time
)
def test_what_is_no_list_of_people_is_refused_whole(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(content)


def test_pasted_text_and_a_changed_file_are_told_by_their_content(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(TEXT)
    with open_people(Given.file(path), INVITATIONS) as file:
        assert file.digest == Given.file(path).digest() == Given.text("pasted text", TEXT).digest()
        path.write_text(TEXT + "Bo,bo@uni.example,\n")
        assert Given.file(path).digest() != file.digest
    path.unlink()
    assert Given.file(path).digest() == ""
