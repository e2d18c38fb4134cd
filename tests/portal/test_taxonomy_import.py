"""Importing a taxonomy: what skills are of, and the names they had before, followed wherever they are named."""

import csv
import io
import json
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.benchmark_samples import document, imported, row
from tests.portal.ratings.attempts import START, invented, put
from tests.portal.ratings.attempts import organization as rated_organization
from tests.portal.ratings.plain_ratings import alike, plain, stored
from tests.portal.report_files import NOW, Importer, Rows, attempt, usage, write
from tests.portal.test_catalogue_import import Row, course, refusals, stamped, taught
from tui_admin.portal import journal
from tui_admin.portal.analytics.benchmarks.peers import groups
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import Counts, ImportRequest
from tui_admin.portal.organization import initialise
from tui_admin.portal.ratings import rating
from tui_admin.reports.writers import write_csv, write_refused
from tui_admin.rules.charts import Chart
from tui_admin.rules.errors import BadInput
from tui_admin.rules.filters import parse
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.filters.names import resolve_names
from tui_admin.store.tables import former_skill_names, skills

from .conftest import Organization

SAMPLE = (
    ("Data Science", "Programming", "Python", "Writing programs", "Python 3"),
    ("Data Science", "Statistics", "Statistics", "", ""),
    ("Business", "Leadership", "Delegation", "Handing work on", ""),
)


def words(*rows: tuple[str, ...]) -> Rows:
    """Rows of a taxonomy."""
    names = ("Domain", "Competency", "Skill", "Description", "Former Names")
    return [dict(zip(names, row, strict=True)) for row in rows]


def skill(name: str, former: str = "", domain: str = "Data Science") -> Row:
    """One of these rows."""
    return dict(words((domain, "Programming", name, "", former))[0])


def known(importer: Importer) -> list[tuple[str, str, str, str]]:
    return importer.all(skills, "name", "domain", "competency", "description")


def former(importer: Importer) -> dict[str, str]:
    """What each former name means now."""
    names = dict(importer.all(skills, "id", "name"))
    return {name: names[id] for name, id in importer.all(former_skill_names, "name", "skill_id")}


def glossary(importer: Importer) -> Chart:
    return read(importer.store, importer.actor, Asked("glossary"), Moments(NOW, NOW))


def test_a_taxonomy_is_taken_in_and_the_same_file_changes_nothing(importer: Importer) -> None:
    importer([course("py", Skills="python:0.9; SQL:0.25")])
    receipt = importer(words(*SAMPLE))
    assert [(file.kind, file.rows) for file in receipt.files] == [("taxonomy", Counts(2, 1))]
    assert receipt.creates.skills == 2
    assert known(importer) == [
        ("Python", "Data Science", "Programming", "Writing programs"),
        ("SQL", None, None, None),
        ("Statistics", "Data Science", "Statistics", None),
        ("Delegation", "Business", "Leadership", "Handing work on"),
    ]
    assert former(importer) == {"Python 3": "Python"}
    again = importer(words(*SAMPLE))
    assert again.totals == Counts(unchanged=3)
    assert not again.matters


def test_the_glossary_is_the_taxonomy_and_can_be_imported_again(importer: Importer, tmp_path: Path) -> None:
    importer([course("py", Skills="Python:0.9; SQL:0.25")])
    before = glossary(importer)
    assert before.notes and "import a taxonomy" in before.notes[0]
    importer(words(*SAMPLE))
    chart = glossary(importer)
    assert chart.title == "4 skills, 3 competencies, 2 domains" and chart.notes == ()
    assert [row.cells for row in chart.rows] == [
        ("Business", "Leadership", "Delegation", "Handing work on", "not taught here"),
        ("Data Science", "Programming", "Python", "Writing programs", "formerly Python 3"),
        ("Data Science", "Statistics", "Statistics", "", "not taught here"),
        (None, None, "SQL", "", ""),
    ]
    with (tmp_path / "glossary.csv").open("w", encoding="utf-8", newline="") as stream:
        write_csv(stream, [column.key for column in chart.columns], [row.cells for row in chart.rows])
    assert importer(tmp_path / "glossary.csv").totals == Counts(unchanged=4)


def test_json_lines_hold_a_taxonomy_beside_a_catalogue(importer: Importer, tmp_path: Path) -> None:
    objects = [
        {"Course ID": "py", "Course": "Py", "Skills": [{"name": "Py", "relevance": 0.5}]},
        {"Skill": "Python", "Domain": "Data Science", "Former Names": ["Py", "Python 3"]},
    ]
    path = tmp_path / "catalogue.jsonl"
    path.write_text("\n".join(map(json.dumps, objects)), encoding="utf-8")
    assert {file.kind: file.rows for file in importer(path).files} == {"courses": Counts(1), "taxonomy": Counts(1)}
    assert taught(importer) == {("py", "Python", 0.5)}
    assert importer(path).totals == Counts(unchanged=2)


def test_a_renamed_skill_is_followed(importer: Importer) -> None:
    files = [course("py", Skills="Py:0.9; SQL:0.25")]
    importer(files)
    receipt = importer([skill("Python", "Py; Python 3")])
    assert receipt.totals == Counts(changed=1)
    assert [one.reason for one in receipt.files[0].warnings] == ["renamed Py -> Python"]
    assert taught(importer) == {("py", "Python", 0.9), ("py", "SQL", 0.25)}
    assert importer(files).totals == Counts(unchanged=1)
    assert importer([course("py", Skills="PYTHON 3:0.9; SQL:0.25")]).totals == Counts(unchanged=1)
    with importer.store.read() as connection:
        names = resolve_names(connection, parse("skill:py learning:py"), None)
    assert set(names) == {("skill", "py"), ("learning", "py")} and all(map(any, names.values()))
    back = importer([skill("Py", "Python")])
    assert back.totals == Counts(changed=1)
    assert former(importer) == {"Python": "Py", "Python 3": "Py"}
    assert importer(files).totals == Counts(unchanged=1)


def test_a_benchmark_follows_renamed_skills_unless_it_names_both(importer: Importer, tmp_path: Path) -> None:
    importer([skill("Python", "Py; Snakes")])
    content = document(row("Py", mean=0.5), row("R"), row("snakes", industry="Mining", mean=0.7), as_of="2026-03-31")
    imported(importer.store, importer.actor, tmp_path / "a.json", content, NOW)
    with importer.store.read() as connection:
        means = {
            group.name: {name: one.mean for name, one in group.days[group.newest].items()}
            for group in groups(connection)
        }
    assert means == {"Banking": {"python": 0.5, "r": 0.1}, "Mining": {"python": 0.7}}
    content = document(row("Python", mean=0.9), row("Py", mean=0.5), as_of="2026-04-30")
    imported(importer.store, importer.actor, tmp_path / "b.json", content, NOW)
    with importer.store.read() as connection:
        (banking,) = (group for group in groups(connection) if group.name == "Banking")
    newest = banking.entry("python")
    assert newest is not None and newest.mean == 0.9


def test_merged_skills_are_one_in_every_course_and_every_later_file(importer: Importer) -> None:
    files = [
        course("a", Skills="Python:0.2; Python 3:0.7; SQL:0.5"),
        course("b", Skills="Snakes:0.4"),
        course("c", Skills="SQL:1"),
    ]
    importer(files, [skill("Python 3", "Snakes 3")])
    receipt = importer([skill("Python", "Python 3; Snakes")])
    assert receipt.totals == Counts(changed=1)
    assert [one.reason for one in receipt.files[0].warnings] == [
        "takes in Python 3, which 1 course teaches; learners are rated anew in the two as one",
        "takes in Snakes, which 1 course teaches; learners are rated anew in the two as one",
    ]
    assert taught(importer) == {("a", "Python", 0.7), ("a", "SQL", 0.5), ("b", "Python", 0.4), ("c", "SQL", 1.0)}
    assert former(importer) == {"Snakes 3": "Python", "Python 3": "Python", "Snakes": "Python"}
    entry = journal.entry(importer.store, importer.actor, receipt.entry or 0)
    assert entry.details["merged"][0] == {"before": "Python 3", "after": "Python"}
    assert importer([skill("Python", "Python 3; Snakes")]).totals == Counts(unchanged=1)
    assert importer(files).totals == Counts(unchanged=3)


def test_a_former_name_becomes_a_skill_of_its_own_again_only_beside_the_other(importer: Importer) -> None:
    importer([skill("Python", "Python 3")])
    receipt = importer([skill("Python 3")])
    assert refusals(receipt.files[0]) == [
        (
            2,
            "Skill",
            "Python 3",
            "is a former name of Python; write that, or give Python as its former name to rename it back",
        )
    ]
    assert importer([skill("Python 3"), skill("Python")]).totals == Counts(1, unchanged=1)
    assert former(importer) == {}
    assert [name for name, *_ in known(importer)] == ["Python", "Python 3"]


def test_what_a_taxonomy_contradicts_itself_in_is_refused_by_line(importer: Importer, tmp_path: Path) -> None:
    rows = [
        skill("Python", "Py; SQL"),
        skill("SQL"),
        skill("python"),
        skill(""),
        skill("R", "S"),
        skill("Julia", "s"),
        skill("Go", "go"),
    ]
    receipt = importer(rows)
    file = receipt.files[0]
    assert refusals(file) == [
        (2, "Former Names", "SQL", "is a skill of its own at line 3; keep one of the two"),
        (4, "Skill", "python", "stands at line 2 already; a skill has one place: keep one"),
        (5, "Skill", "", "is blank"),
        (7, "Former Names", "s", "is a former name of the skill at line 6 already; keep one"),
    ]
    assert file.rows == Counts(3, refused=4)
    with open_import(importer.store, importer.actor, importer.request(rows)) as found:
        assert found.plan.totals == Counts(unchanged=3, refused=4)
        saved = io.StringIO()
        assert write_refused(saved, found.reports[0]) == 4
    lines = list(csv.DictReader(io.StringIO(saved.getvalue().lstrip("\ufeff"))))
    assert [line["Skill"] for line in lines] == ["Python", "python", "", "Julia"]


def test_an_older_taxonomy_never_overwrites_a_newer_one(importer: Importer) -> None:
    newer = stamped(importer, "2026-02-10", [skill("Python", domain="Technology")])
    older = stamped(importer, "2026-01-10", [skill("Python"), skill("R")])
    importer(*newer)
    receipt = importer(*older)
    assert receipt.totals == Counts(1, unchanged=1)
    assert [(name, domain) for name, domain, *_ in known(importer)] == [("Python", "Technology"), ("R", "Data Science")]
    both = importer(*newer, *older)
    assert both.totals == Counts(unchanged=3)


def test_what_a_taxonomy_does_not_name_is_kept_and_told(importer: Importer) -> None:
    importer(words(*SAMPLE))
    told = importer([{"Skill": "Python", "Domain": "Data Science"}]).files[0]
    assert [one.reason for one in told.warnings] == ["not in this file, and kept: 1 skill of its domains"]
    assert known(importer)[0] == ("Python", "Data Science", "Programming", "Writing programs")
    importer([{"Skill": "Python", "Domain": "", "Description": ""}])
    assert known(importer)[0] == ("Python", None, "Programming", None)


def test_courses_without_skills_follow_the_domain_at_the_next_rating(importer: Importer) -> None:
    importer(
        [course("py", University="Uni", Skills="Python:1"), course("bare", University="Uni", Skills="")],
        [usage("a@x.example", Course_ID="bare", Course_Slug="bare", University="Uni")],
        [attempt("a@x.example", Course_ID="bare")],
    )
    assert _rated_in(importer) == ["Uni (untagged courses)"]
    importer([skill("Python")])
    assert _rated_in(importer) == ["Data Science (untagged courses)"]
    rows = [row.cells for row in glossary(importer).rows]
    assert ("Data Science", None, "Data Science (untagged courses)") in [cells[:3] for cells in rows]
    receipt = importer([skill("Data Science (untagged courses)"), skill("New", "data science (untagged courses)")])
    assert [(line, column) for line, column, *_ in refusals(receipt.files[0])] == [(2, "Skill"), (3, "Former Names")]
    importer([skill("Python", domain="Technology")])
    assert _rated_in(importer) == ["Technology (untagged courses)"]


def _rated_in(importer: Importer) -> list[str]:
    rating.rate(importer.store, NOW)
    with importer.store.read() as connection:
        stands_in = {row.id: row.name for row in connection.execute(select(skills).where(skills.c.stand_in))}
        return sorted({stands_in[id] for _, id in stored(connection)["skills"]})


def test_merged_skills_are_rated_as_if_courses_had_been_tagged_so(store: Store, tmp_path: Path) -> None:
    importer = Importer(store, initialise(store, "Northwind", "ana@northwind.example", NOW), tmp_path)
    with store.write() as connection:
        rated_organization(connection)
        put(connection, invented(1, 300))
    rating.rate(store, START + 400 * DAY)
    importer([skill("Skill 1", "Skill 3", domain="Craft")])
    run = rating.rate(store, START + 400 * DAY)
    assert run is not None and run.anew
    with store.read() as connection:
        found, expected = stored(connection), plain(connection)
    assert {skill for _, skill in found["skills"]} >= {1, 2} and not any(id == 3 for _, id in found["skills"])
    for name, rows in expected.items():
        assert found[name].keys() == rows.keys(), name
        assert all(alike(found[name][key], one) for key, one in rows.items()), name


def test_a_program_admin_imports_no_taxonomy(organization: Organization, tmp_path: Path) -> None:
    path = write(tmp_path / "taxonomy.csv", words(*SAMPLE))
    with open_import(organization.store, organization.bo, ImportRequest([path])) as found:
        assert found.plan.totals == Counts(refused=3)
        assert refusals(found.plan.files[0])[0] == (
            2,
            "Skill",
            "Python",
            "belongs to the catalogue, which only an organization admin changes",
        )
        found.apply(NOW)
    with organization.store.read() as connection:
        assert connection.execute(select(skills)).first() is None


def test_a_header_without_skills_is_told_what_it_lacks(importer: Importer) -> None:
    with pytest.raises(BadInput, match="looks like a taxonomy report, but has no column Skill"):
        importer([{"Domain": "Business", "Competency": "Leadership"}])
