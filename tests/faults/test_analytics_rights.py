"""A program admin reaches nothing of analytics, by whatever way: as if there were no such thing for them."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from tests.benchmark_samples import as_json, document
from tests.faults.conftest import Console
from tests.portal.conftest import NOW, Organization
from tests.portal.mail_facts import set_up
from tests.portal.report_files import write
from tests.screens.console import console as opened
from tests.screens.console import place, press, settle, text
from tui_admin.portal import benchmarks, journal, learner, learner_skills, members, program_removal, undo, users, views
from tui_admin.portal.analytics import reading, registry
from tui_admin.portal.analytics.benchmarks import aggregates
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import Counts, ImportRequest
from tui_admin.portal.mail import audiences
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.person import exporting
from tui_admin.portal.reports import fulfilling, making, requests
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.rights import sign_in
from tui_admin.portal.users import UsersQuery
from tui_admin.reports.benchmark_files import read_benchmark
from tui_admin.reports.limits import Limits
from tui_admin.rules.audiences import Audience
from tui_admin.rules.benchmarks import Group
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.rules.filters import FIELDS, FilterError, parse
from tui_admin.rules.mailing import Purpose
from tui_admin.rules.reporting import RequestState
from tui_admin.store.tables import (
    administrators,
    feedback,
    learner_ratings,
    rating_runs,
    saved_views,
    skill_ratings,
    skills,
)

BO = "bo@northwind.example"
AT = audiences.Moments(NOW, NOW)
HIDDEN = sorted(name for name, field in FIELDS.items() if field.analytics)
TERMS = (
    "skill:Python",
    "band:advanced",
    "first-band:advanced",
    "reached<1y",
    "submitted<1y",
    "learning:",
    "stars>4",
    "recommend>=9",
    "answered<1y",
    "-band:",
    "skill:nothing",
)


@pytest.fixture
def rated(organization: Organization) -> Organization:
    """The organization with a member of bo's who is rated and gave feedback, and a benchmark of ana's."""
    with organization.store.write() as connection:
        connection.execute(insert(skills).values(id=1, name="Python"))
        run = {"parameters": "", "code_version": "1", "input_hash": "", "attempts": 9, "notes": "{}", "started_at": NOW}
        connection.execute(insert(rating_runs).values(id=1, replay_id=1, current=True, finished_at=NOW, **run))
        connection.execute(insert(learner_ratings).values(replay_id=1, learner_id=1, rating=1, attempts=9))
        own = {
            "own": 1,
            "information": 4,
            "attempts": 9,
            "band": "advanced",
            "intermediate_at": NOW,
            "advanced_at": NOW,
        }
        connection.execute(insert(skill_ratings).values(replay_id=1, learner_id=1, skill_id=1, **own))
        connection.execute(insert(feedback).values(membership_id=1, course_id=None, recommend=9, given_at=NOW))
    set_up(organization.store)
    return organization


def put_benchmark(rated: Organization, folder: Path) -> int:
    file = read_benchmark(as_json(folder / "b.json", document()), "b.json", Limits())
    by = rated.store, rated.ana
    entry, _ = benchmarks.apply(*by, benchmarks.plan(*by, file, NOW), NOW)
    assert entry is not None
    return entry


def test_the_terms_mean_something_to_an_organization_admin(rated: Organization) -> None:
    assert {parse(term).field for term in TERMS if term[0] != "-"} == set(HIDDEN)  # type: ignore[union-attr]
    assert members.count(rated.store, rated.ana, MembersQuery("data", parse("skill:Python band:advanced")), NOW) == 1


USES: dict[str, Callable[[Organization, str], Any]] = {
    "members": lambda o, term: members.page(o.store, o.bo, MembersQuery("data", parse(term)), NOW, 0, 9),
    "all members": lambda o, term: members.count(o.store, o.bo, MembersQuery(None, parse(f"ann or not {term}")), NOW),
    "users": lambda o, term: users.ids(o.store, o.bo, UsersQuery(parse(term)), NOW),
    "users by name": lambda o, term: users.counted(o.store, o.bo, UsersQuery(parse(f"person {term}")), NOW, 9),
    "saved view": lambda o, term: views.save(o.store, o.bo, "members", views.View("mine", term)),
    "audience": lambda o, term: audiences.reach(o.store, o.bo, Audience(expression=term), Purpose.CUSTOM, AT),
    "report asked for": lambda o, term: requests.ask(o.store, o.bo, Asked(ReportKind.MEMBERS, "data", term), AT),
    "report": lambda o, term: making.make(o.store, o.bo, Asked(ReportKind.EMAIL, "data", term), AT, None),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("use", USES)
def test_filters_of_analytics_are_refused_wherever_filters_are(rated: Organization, use: str) -> None:
    for term in TERMS:
        with pytest.raises(FilterError, match="Unknown field") as caught:
            USES[use](rated, term)
        told = str(caught.value).partition(": ")[2]
        assert not any(f" {name}" in told or f'"{name}"' in told for name in HIDDEN), told


def test_what_was_saved_or_asked_with_more_rights_finds_nothing_with_fewer(rated: Organization) -> None:
    with rated.store.write() as connection:
        values = {"owner": BO, "screen": "members", "name": "old", "expression": "band:advanced"}
        connection.execute(insert(saved_views).values(values))
        connection.execute(update(administrators).where(administrators.c.email == BO).values(role="organization"))
    promoted = sign_in(rated.store, BO)
    asked = requests.ask(rated.store, promoted, Asked(ReportKind.MEMBERS, "data", "band:advanced"), AT)
    with rated.store.write() as connection:
        connection.execute(update(administrators).where(administrators.c.email == BO).values(role="program"))
    (view,) = views.views(rated.store, rated.bo, "members")
    with pytest.raises(FilterError):
        members.page(rated.store, rated.bo, MembersQuery("data", parse(view.expression)), NOW, 0, 9)
    fulfilling.make_next(rated.store, lambda: NOW)
    assert requests.find(rated.store, rated.ana, asked.id).state is not RequestState.MADE


def test_a_report_on_whom_an_analytics_filter_finds_reaches_no_program_admin(rated: Organization) -> None:
    store = rated.store
    about = Asked(ReportKind.MEMBERS, "data", "band:advanced")
    with pytest.raises(BadInput, match="skills and feedback are for organization admins"):
        requests.ask(store, rated.ana, about, AT, to=BO)
    with store.write() as connection:
        connection.execute(update(administrators).where(administrators.c.email == BO).values(role="organization"))
    asked = requests.ask(store, sign_in(store, BO), about, AT)
    fulfilling.make_next(store, lambda: NOW)
    assert requests.find(store, rated.ana, asked.id).state is RequestState.MADE
    with store.write() as connection:
        connection.execute(update(administrators).where(administrators.c.email == BO).values(role="program"))
    with pytest.raises(NotAllowed, match="may no longer see all"):
        requests.download(store, rated.bo, asked.id, io.BytesIO())
    requests.download(store, rated.ana, asked.id, io.BytesIO())


def test_what_members_think_is_on_no_page_of_theirs_and_in_no_archive(rated: Organization, tmp_path: Path) -> None:
    store = rated.store
    assert [one.recommend for one in learner.page(store, rated.ana, NOW, membership_id=1).opinions] == [9]
    assert learner.page(store, rated.bo, NOW, membership_id=1).opinions == ()
    for actor, is_there in ((rated.ana, True), (rated.bo, False)):
        plan = program_removal.plan(store, actor, "data")
        assert any("feedback" in line for line in plan.lines) is not is_there
        archive = program_removal.archive(store, actor, plan, tmp_path / f"{actor.email}.zip", NOW)
        assert ("feedback" in archive.rows) is is_there
    said = program_removal.apply(store, rated.bo, plan, archive, NOW)
    assert said.endswith("all of it but feedback is in bo@northwind.example.zip")


def test_no_import_tells_them_whether_a_guess_is_right(rated: Organization, tmp_path: Path) -> None:
    said = {"Email": "person1@northwind.example", "Program Slug": "data", "Course ID": "c1", "Stars": "4"}
    path = write(tmp_path / "feedback.csv", [said | {"Time": "2026-04-30T10:00:00Z"}])
    with open_import(rated.store, rated.bo, ImportRequest([path])) as found:
        (file,) = found.plan.files
    assert file.rows == Counts(refused=1)
    assert [one.column for one in file.refusals] == ["Email"]


def test_nothing_is_completed_and_no_chart_or_skill_is_told(rated: Organization, tmp_path: Path) -> None:
    store, bo = rated.store, rated.bo
    for field in HIDDEN:
        assert members.values(store, bo, "data", field, "", NOW) == []
    assert members.values(store, rated.ana, "data", "skill", "", NOW) == [("Python", 1)]
    at = reading.Moments(NOW, NOW)
    for chart in registry.MODULES:
        with pytest.raises(NotAllowed):
            reading.read(store, bo, reading.Asked(chart), at)
    for act in (
        lambda: reading.refresh(store, bo, NOW),
        lambda: learner_skills.skills(store, bo, 1),
        lambda: aggregates.export(store, bo, Group(), at),
        lambda: exporting.export(store, bo, "person1@northwind.example", NOW),
        lambda: list(benchmarks.listing(store, bo)),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_journal_tells_a_program_admin_nothing_of_it(rated: Organization, tmp_path: Path) -> None:
    entry = put_benchmark(rated, tmp_path)
    assert entry in [one.id for one in journal.entries(rated.store, rated.ana)]
    assert journal.entries(rated.store, rated.bo) == []
    with pytest.raises((NotAllowed, BadInput)):
        journal.entry(rated.store, rated.bo, entry)
    with pytest.raises((NotAllowed, BadInput)):
        undo.undo(rated.store, rated.bo, entry, NOW)
    assert len(list(benchmarks.listing(rated.store, rated.ana))) == 1


def test_no_command_tells_of_it(rated: Organization, northwind: Console, tmp_path: Path) -> None:
    for chart in registry.MODULES:
        northwind("analytics", chart, "--as", BO, code=3)
    letter = tmp_path / "letter.md"
    for term in ("band:advanced", "skil:python"):
        letter.write_text(f"---\nsubject: Hello\nwhere: program:data {term}\n---\nHello.\n")
        for words in (
            ("members", "--where", term),
            ("users", "--where", term, "--count"),
            ("invitations", "--where", term),
            ("remove", "--program", "data", "--where", term, "--yes"),
            ("report", "members", "--program", "data", "--where", term, "--out", "-"),
            ("message", "send", str(letter), "--yes"),
        ):
            said = northwind(*words, "--as", BO, code=4).stderr.partition("Unknown field")[2]
            assert said and not any(f" {name}" in said or f'"{name}"' in said for name in HIDDEN if name not in term), (
                said
            )


async def test_no_place_of_the_console_leads_there(rated: Organization, tmp_path: Path) -> None:
    for start in ("analytics", "analytics/utilization", "analytics/index/benchmark-now", "analytics/activity/people"):
        app = opened(rated.store, tmp_path, start, BO, NOW)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert "Analytics" not in text(app).splitlines()[1] and not place(app).startswith("analytics")
            assert "licenses are occupied" not in text(app)


async def test_the_filter_bar_offers_none_of_its_fields(rated: Organization, tmp_path: Path) -> None:
    for email, is_offered in ((BO, False), ("ana@northwind.example", True)):
        app = opened(rated.store, tmp_path, "users", email, NOW)
        async with app.run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            await press(pilot, "slash", *"ski")
            assert ("skill:" in text(app)) is is_offered
