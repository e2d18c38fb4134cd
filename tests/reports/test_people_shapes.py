"""Bad input of invitation files, shapes: delimiters, quotes, line ends, and what a header may look like."""

import pytest

from tests.reports.conftest import workbook
from tests.reports.people import HEADER, read
from tui_admin.reports.people_files import FULL_ROSTER, TEMPLATE
from tui_admin.reports.tables import Refusal
from tui_admin.rules.errors import BadInput

TEXT = HEADER + "Jo Li,jo@x.example,00417\nAnn Ray,ann@x.example,\n"
PEOPLE = [("Jo Li", "jo@x.example", "00417"), ("Ann Ray", "ann@x.example", "")]
BARE = TEXT.removeprefix(HEADER)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.replace(",", ";"), id="semicolons"),
        pytest.param(TEXT.replace(",", "\t"), id="tabs"),
        pytest.param(TEXT.replace(",", "|"), id="bars"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(TEXT.replace("\n", "\r"), id="CR"),
        pytest.param(TEXT.replace("\n", "\r\n", 1), id="mixed line ends"),
        pytest.param(TEXT.rstrip("\n"), id="no final newline"),
        pytest.param("".join(f'"{line}"\n'.replace(",", '","') for line in TEXT.splitlines()), id="all quoted"),
        pytest.param(TEXT.replace("\n", ",,\n"), id="trailing commas"),
        pytest.param(TEXT.replace("00417\n", "00417\n\n   \n , ,\n"), id="blank lines and whole-row commas"),
        pytest.param("full name,EMAIL,external id\n" + BARE, id="header in lower case"),
        pytest.param("  Full  Name ,\tEmail, External ID\n" + BARE, id="header with spaces"),
        pytest.param("Full Name*,Email*,External ID\n" + BARE, id="header with asterisks"),
        pytest.param("Full\u00a0Name,Email\u00a0,External\u00a0Id\n" + BARE, id="header with no-break spaces"),
        pytest.param("Full_Name,E-mail,External_ID\n" + BARE, id="header with underscores"),
        pytest.param("Name,Email Address,ExternalID\n" + BARE, id="other known names"),
        pytest.param("\n\n" + TEXT, id="blank lines above the header"),
    ],
)
def test_however_it_is_written_it_reads_the_same(content: str) -> None:
    found = read(content)
    assert found.people == PEOPLE
    assert (found.broken, found.file.warnings) == ([], [])


def test_columns_may_stand_in_any_order_and_others_are_kept_aside_and_named() -> None:
    found = read("Cost Centre,External ID,Email,Phone,Full Name\n7,00417,jo@x.example,+49 30,Jo Li\n")
    assert found.people == [PEOPLE[0]]
    assert found.file.unknown_columns == ("Cost Centre", "Phone")


def test_a_program_and_a_contract_may_stand_in_the_file() -> None:
    found = read("Full Name,Email,External ID,Program,Contract\nJo Li,jo@x.example,,data,Year 1\n")
    assert (found.rows[2]["program"], found.rows[2]["contract"]) == ("data", "Year 1")


def test_a_repeated_column_is_left_out_and_named() -> None:
    found = read("Full Name,Email,E-Mail,External ID\nJo Li,jo@x.example,other@x.example,00417\n")
    assert found.people == [PEOPLE[0]]
    assert found.file.warnings == ["column E-Mail was left out: an earlier column holds the same"]


def test_first_and_last_name_make_a_full_name() -> None:
    found = read("First Name,Last Name,Email,External ID\nJo,Li,jo@x.example,\n")
    assert (found.rows[2]["first_name"], found.rows[2]["last_name"]) == ("Jo", "Li")


def test_lines_are_those_of_the_file() -> None:
    found = read(HEADER + '"Jo\nLi","jo@x.example",1\nAnn,ann@x.example,\n\n"Bo ""B"" O","bo@x.example",2\n')
    assert {line: row["name"] for line, row in found.rows.items()} == {2: "Jo\nLi", 4: "Ann", 6: 'Bo "B" O'}
    found = read(workbook({"S": [[], ["Full Name", "Email", "External ID"], [], ["Jo Li", "jo@x.example", 417.0]]}))
    assert {line: row["external_id"] for line, row in found.rows.items()} == {4: "417"}


def test_a_record_that_does_not_fit_is_refused_alone() -> None:
    content = HEADER + "Jo Li,jo@x.example\nO,Neill,o@x.example,3\nAnn Ray,ann@x.example,\n"
    found = read(content)
    assert found.people == [PEOPLE[1]]
    assert found.broken == [
        Refusal(2, "", "", "has 2 fields, the header has 3", ("Jo Li", "jo@x.example")),
        Refusal(3, "", "", "has 4 fields, the header has 3", ("O", "Neill", "o@x.example", "3")),
    ]


def test_an_unbalanced_quote_costs_one_line() -> None:
    rows = "".join(f"P {n},p{n}@x.example,\n" for n in range(600))
    found = read(HEADER + '"Jo Li,jo@x.example,1\n' + rows)
    assert len(found.people) == 600
    assert [(one.line, "quote" in one.reason) for one in found.broken] == [(2, True)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (BARE, "the first line is a person, not a header"),
        (BARE + TEXT, "a person stands above the header"),
        ("Full Name,Email\nJo Li,jo@x.example\n", "no column External ID"),
        ("Email\njo@x.example\n", "no column Full Name and no External ID"),
        ("Vollständiger Name,Adresse,Personalnummer\nJo Li,jo@x.example,1\n", "its columns are Vollständiger Name, "),
        ("Name;Mail\n", "no column Email and no External ID"),
        ("hello\n", "no column Full Name and no Email and no External ID"),
    ],
)
def test_without_a_proper_header_the_template_is_named(content: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        read(content)
    assert "Full Name,Email,External ID" in str(refused.value) or "above the header" in str(refused.value)


def test_a_title_above_the_header_is_read_over_and_told() -> None:
    found = read("New hires of May\n\n" + TEXT)
    assert found.people == PEOPLE
    assert found.file.warnings == ["what stands above the header was read over: New hires of May"]


def test_a_roster_knows_the_profile_too() -> None:
    header = "Full Name,Email,External ID,Job Title,Location City,Program"
    found = read(header + "\nJo Li,jo@x.example,1,Engineer,Oslo,data\n", FULL_ROSTER)
    assert (found.rows[2]["job_title"], found.rows[2]["city"]) == ("Engineer", "Oslo")
    assert found.file.unknown_columns == ("Program",)


def test_json_lines_are_read_by_the_same_names() -> None:
    assert read('{"Full Name": "Jo Li", "Email": "jo@x.example", "External ID": "00417"}\n').people == [PEOPLE[0]]


def test_the_template_is_a_list_that_reads() -> None:
    assert read(",".join(TEMPLATE) + "\n").people == []
