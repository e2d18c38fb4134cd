"""One external id at several addresses: told with its line, in the rows and against the store, and nobody is merged."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.portal.conftest import Organization
from tests.portal.report_files import NOW, Importer, Rows, member, usage
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import Notice
from tui_admin.store.imports import shared_ids
from tui_admin.store.tables import learners

ADA, BOB, CYD = "ada@x.example", "bob@x.example", "cyd@x.example"


def known(email: str, external_id: str, **fields: str) -> dict[str, str]:
    return member(email, External_Id=external_id, **fields)


def told(receipt: Any) -> list[tuple[int | None, str, str]]:
    """Line, value and reason of what is said of external ids."""
    return [(one.line, one.value, one.reason) for file in receipt.files for one in file.warnings if "id" in one.reason]


def apart(*people: str) -> str:
    return f"is the id of {' and '.join(people)}; they stay apart: correct it where it is wrong"


def test_two_rows_of_one_file(importer: Importer) -> None:
    receipt = importer([known(ADA, "417"), known(CYD, "418"), known(BOB, "417")])
    assert receipt.files[0].warnings == (Notice(apart(ADA, BOB), 4, "External Id", "417"),)
    assert importer.all(learners, "email", "external_id") == [(ADA, "417"), (CYD, "418"), (BOB, "417")]


def test_it_is_said_before_as_after(importer: Importer) -> None:
    rows = [known(ADA, "417"), known(BOB, "417")]
    with open_import(importer.store, importer.actor, importer.request(rows)) as found:
        before = told(found.plan)
        assert before == [(3, "417", apart(ADA, BOB))]
        assert told(found.apply(NOW)) == before
    assert told(importer(rows)) == before


def test_rows_of_two_files_are_said_of_the_one_that_gives_it_again(importer: Importer) -> None:
    rows: tuple[Rows, Rows] = ([known(ADA, "")], [usage(CYD), usage(BOB, External_Id="7"), usage(ADA, External_Id="7")])
    receipt = importer(*rows)
    assert receipt.files[0].warnings == ()
    assert told(receipt) == [(4, "7", apart(BOB, ADA))]


def test_a_row_against_the_store(importer: Importer) -> None:
    importer([known(ADA, "417")])
    assert told(importer([known(BOB, "417")])) == [(2, "417", apart(BOB, ADA))]
    assert told(importer([known(ADA, "")])) == []


def test_one_person_in_many_rows_and_files_is_one(importer: Importer) -> None:
    assert told(importer([known(ADA, "1"), known(ADA, "1", Program_Slug="b")], [usage(ADA, External_Id="1")])) == []


def test_blank_ids_and_different_ids_are_nobody_elses(importer: Importer) -> None:
    assert told(importer([known(ADA, ""), known(BOB, ""), known(CYD, "1")])) == []


def test_an_id_that_moves_on_from_its_former_holder_is_no_longer_shared(importer: Importer) -> None:
    importer([known(ADA, "1")])
    assert told(importer([known(ADA, "2"), known(BOB, "1")])) == []
    assert importer.all(learners, "email", "external_id") == [(ADA, "2"), (BOB, "1")]


def test_many_are_named_by_two_and_counted(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_ids, "TOLD", 2)
    rows = [known(f"{letter}{number}@x.example", letter) for letter in "abcd" for number in range(4)]
    first, second, rest = told(importer(rows))
    people = "{0}0@x.example, {0}1@x.example and 2 more"
    assert [first, second] == [(3, "a", apart(people.format("a"))), (7, "b", apart(people.format("b")))]
    assert rest == (None, "", "and 2 more external ids of several people")


def test_a_program_admin_hears_nothing_of_people_of_other_programs(organization: Organization, tmp_path: Path) -> None:
    with organization.store.write() as connection:
        connection.execute(update(learners).where(learners.c.id.in_((6, 7))).values(external_id="417"))
        connection.execute(update(learners).where(learners.c.id == 2).values(external_id="2"))
    bo = Importer(organization.store, organization.bo, tmp_path)
    receipt = bo([known(ADA, "417"), known(BOB, "2")])
    assert told(receipt) == [
        (2, "417", apart(ADA, "somebody outside your programs")),
        (3, "2", apart(BOB, "person2@northwind.example")),
    ]
