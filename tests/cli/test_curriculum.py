"""`curriculum`: shown, saved, brought in line with a file, on both databases."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import NOW, Console, Organization
from tests.portal.curricula import TRACK, course, fill_catalogue, put_together, told
from tests.small_organization import HOSTILE
from tui_admin.portal.curriculum import collections, importing, items, reading
from tui_admin.portal.curriculum.plan import CurriculumPlan
from tui_admin.reports.curriculum_files import read_curriculum
from tui_admin.reports.limits import Limits
from tui_admin.rules.errors import BadInput, Conflict
from tui_admin.rules.text import clean

HEAD = "Collection,Description,Kind,ID\n"


@pytest.fixture
def shelves(organization: Organization) -> dict[str, int]:
    """Basics (c1 to c4), More (track, c5), Empty; with words that a file could trip over."""
    fill_catalogue(organization.store)
    store, ana = organization.store, organization.ana
    entries = {"Basics": [course(n) for n in (1, 2, 3, 4)], "More": [TRACK, course(5)], "Empty": []}
    ids = put_together(store, ana, "data", NOW, **entries)
    collections.change(store, ana, "data", ids["Basics"], NOW, description='First, "quoted"\n=second line; ő')
    collections.change(store, ana, "data", ids["More"], NOW, name="=More, 'quoted'")
    return ids


def imported(northwind: Console, tmp_path: Path, text: str, *options: str, code: int = 0) -> Any:
    path = tmp_path / "given.csv"
    path.write_text(text, encoding="utf-8")
    return northwind.json("curriculum", "import", str(path), "--program", "data", "--json", *options, code=code)


def test_show(northwind: Console, shelves: dict[str, int]) -> None:
    rows = northwind.json("curriculum", "show", "--program", "data", "--format", "json")
    assert [(row["collection"], row["kind"], row["id"]) for row in rows[3:]] == [
        ("Basics", "course", "c4"),
        ("=More, 'quoted'", "specialization", "track"),
        ("=More, 'quoted'", "course", "c5"),
        ("Empty", None, None),
    ]
    assert rows[4]["courses"] == ["c1", "c2", "c3"] and rows[0]["also_in"] == ["=More, 'quoted'"]
    table = northwind("curriculum", "show", "--program", "data").stdout
    assert "Course 4" in table and "Empty" in table
    assert northwind.count("curriculum", "show", "--program", "data") == 7
    assert northwind("curriculum", "show", "--program", "dat", code=4).stderr


@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_round_trip_is_exact(
    northwind: Console, organization: Organization, shelves: dict[str, int], tmp_path: Path, form: str
) -> None:
    out, back = tmp_path / f"out.{form}", tmp_path / f"back.{form}"
    before = reading.read(organization.store, organization.ana, "data")
    northwind("curriculum", "export", str(out), "--program", "data")
    done = northwind.json("curriculum", "import", str(out), "--program", "data", "--json", "--yes")
    assert not done["applied"] and done["rows"]["unchanged"] == 9 and sum(done["rows"].values()) == 9
    assert reading.read(organization.store, organization.ana, "data") == before
    northwind("curriculum", "import", str(out), "--program", "teams", "--yes")
    northwind("curriculum", "export", str(back), "--program", "teams")
    assert back.read_text().replace('"teams"', '"data"') == out.read_text()
    piped = northwind("curriculum", "export", "-", "--format", form, "--program", "data").stdout
    assert piped.replace("\r\n", "\n") == out.read_text()


def test_what_a_file_leaves_out_goes_and_the_rest_moves(
    northwind: Console, organization: Organization, shelves: dict[str, int], tmp_path: Path
) -> None:
    before = reading.read(organization.store, organization.ana, "data")
    text = f"{HEAD}New,Words,course,c7\n\"=More, 'quoted'\",,course,c5\nBasics,,course,c4\nBasics,,course,c1\n"
    text += "Basics,,course,c6\nBasics,,course,c3\n"
    plan = imported(northwind, tmp_path, text, "--dry-run")
    assert reading.read(organization.store, organization.ana, "data") == before and not plan["applied"]
    done = imported(northwind, tmp_path, text, "--yes")
    assert done["applied"] and done["changes"] == plan["changes"] and done["entry"]
    assert told(organization.store, organization.ana, "data") == {
        "New": ["c7"],
        "=More, 'quoted'": ["c5"],
        "Basics": ["c4", "c1", "c6", "c3"],
    }
    kinds = {(row["collection"], row["item"]): row["outcome"] for row in done["changes"]}
    assert kinds == {
        ("New", None): "added",
        ("New", "c7"): "added",
        ("=More, 'quoted'", "track"): "removed",
        ("Basics", None): "changed",
        ("Basics", "c4"): "moved",
        ("Basics", "c6"): "added",
        ("Basics", "c2"): "removed",
        ("Empty", None): "removed",
        ("=More, 'quoted'", None): "moved",
    }
    again = imported(northwind, tmp_path, text, "--yes")
    assert not again["applied"] and again["entry"] is None
    northwind("undo", "--yes")
    assert reading.read(organization.store, organization.ana, "data") == before


def test_rows_that_cannot_be_are_refused_by_line(
    northwind: Console, organization: Organization, shelves: dict[str, int], tmp_path: Path
) -> None:
    text = HEAD + "".join(
        f"{row}\n"
        for row in (
            "Basics,,course,c1",
            "Basics,,course,c99",
            "Basics,,specialization,tracks",
            "Basics,,course,track",
            "Basics,,course,c1",
            "Basics,,lesson,c2",
            ",,course,c2",
            "a\x07b,,course,c2",
            "Basics,,course,c2,more",
            "Basics,,course,c2",
        )
    )
    done = imported(northwind, tmp_path, text, "--yes")
    assert told(organization.store, organization.ana, "data") == {"Basics": ["c1", "c2"]}
    reasons = {row["where"]: row["reason"] for row in done["refusals"]}
    assert reasons.keys() == {f"line {line}" for line in range(3, 11)}
    assert "the catalogue has no course of this id; the nearest is 'c9'" in reasons["line 3"]
    assert "the nearest is 'track': import it first" in reasons["line 4"]
    assert reasons["line 5"] == "is a specialization: write that as its kind"
    assert reasons["line 6"] == "stands in this collection already (line 2): leave one of them out"
    assert reasons["line 7"] == "its kind is 'lesson': write course or specialization"
    assert reasons["line 8"] == "names no collection"
    assert "characters that cannot be shown" in reasons["line 9"]
    assert reasons["line 10"] == "has 5 fields, the header has 4"


def test_a_document_is_refused_by_its_places(
    northwind: Console, organization: Organization, shelves: dict[str, int], tmp_path: Path
) -> None:
    path = tmp_path / "given.json"
    document = [
        {"name": "Basics", "items": [{"kind": "course", "id": "c1"}, "c2", {"kind": "course", "id": 3}]},
        HOSTILE,
        {},
    ]
    path.write_text(json.dumps(document))
    done = northwind.json("curriculum", "import", str(path), "--program", "data", "--json", "--yes")
    places = [row["where"] for row in done["refusals"]]
    assert places == ["collection 1, item 2", "collection 1, item 3", "collection 2", "collection 3"]
    assert done["refusals"][2]["item"] == clean(HOSTILE)
    found = reading.read(organization.store, organization.ana, "data").collections
    assert [item.key for item in found[0].items] == ["c1"]
    assert found[0].description.startswith("First")  # what a file does not tell stays


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"Name,Email\na,b\n", "has no column Collection and no Kind and no ID"),
        (b"{]", "is no JSON document"),
        (b'{"items": []}', 'has no list "collections"'),
        (b"[" * 100_000, "is no JSON document"),
        (bytes(range(256)), ""),
    ],
)
def test_what_is_no_curriculum(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=reason):
        read_curriculum(path, "given", Limits())


def test_a_change_between_plan_and_apply_is_told(
    organization: Organization, shelves: dict[str, int], tmp_path: Path
) -> None:
    store, ana, bo = organization.store, organization.ana, organization.bo
    path = tmp_path / "given.csv"
    path.write_text(f"{HEAD}Basics,,course,c1\n")

    def planned() -> CurriculumPlan:
        return importing.plan(store, ana, "data", read_curriculum(path, "given.csv", Limits()))

    plan = planned()
    items.add(store, bo, "data", [course(9)], [shelves["Basics"]], NOW)
    with pytest.raises(Conflict, match=r"changed since the plan \(bo@northwind.example, 'Added Course 9 to Basics'\)"):
        importing.apply(store, ana, plan, NOW)
    assert told(store, ana, "data")["Basics"][-1] == "c9"
    assert importing.apply(store, ana, planned(), NOW).entry
    assert told(store, ana, "data") == {"Basics": ["c1"]}


def test_export_reads_as_csv(northwind: Console, shelves: dict[str, int]) -> None:
    text = northwind("curriculum", "export", "-", "--program", "data").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[4]["Collection"] == "'=More, 'quoted'"  # no spreadsheet runs it
    assert rows[-1] == {"Collection": "Empty", **dict.fromkeys(("Description", "Kind", "ID", "Name", "Partner"), "")}
