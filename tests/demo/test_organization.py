"""What the demo promises: contracts, programs, people, learning."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from tests.demo.organizations import AT, make, one, rows
from tui_admin.demo.catalogue import GROUP, groups_for
from tui_admin.rules.addresses import canonical
from tui_admin.rules.text import clean, search_key
from tui_admin.store.engine import Store

DAY = 86_400_000

HOLDERS = (
    "SELECT count(DISTINCT learner_id) FROM memberships "
    "WHERE contract_id = :contract AND state IN ('MEMBER', 'INVITED')"
)


@pytest.mark.parametrize("members", [1, 30, 2_000])
def test_the_first_contract_of_the_first_program_is_current_with_a_thousand_free(store: Store, members: int) -> None:
    make(store, members)
    first = rows(
        store,
        "SELECT c.id, c.licenses, CAST(c.starts_on AS text) AS starts_on, CAST(c.ends_on AS text) AS ends_on "
        "FROM programs p JOIN program_contracts l ON l.program_id = p.id JOIN contracts c ON c.id = l.contract_id "
        "ORDER BY p.position, l.position LIMIT 1",
    )[0]
    today = datetime.fromtimestamp(AT / 1000, UTC).date().isoformat()
    assert first.starts_on <= today <= first.ends_on
    assert first.licenses - one(store, HOLDERS, contract=first.id) >= 1_000


def test_contracts_are_past_current_next_nearly_full_and_over(demo_2000: Store) -> None:
    today = datetime.fromtimestamp(AT / 1000, UTC).date().isoformat()
    contracts = rows(
        demo_2000,
        "SELECT c.*, (SELECT count(DISTINCT learner_id) FROM memberships m WHERE m.contract_id = c.id "
        "AND m.state = 'MEMBER') AS occupied FROM contracts c",
    )
    assert any(contract.ends_on < today for contract in contracts)
    assert any(contract.starts_on > today for contract in contracts)
    assert any(contract.licenses is None for contract in contracts)
    capped = [contract for contract in contracts if contract.licenses]
    assert any(0.9 <= contract.occupied / contract.licenses < 1 for contract in capped)
    assert sum(contract.occupied > contract.licenses for contract in capped) == 1


def test_the_organization_is_marked_and_as_of_its_newest_fact(demo_20000: Store) -> None:
    organization = rows(demo_20000, "SELECT demo, data_as_of FROM organization")[0]
    moments = [
        one(demo_20000, f"SELECT max({column}) FROM {table}")
        for table, columns in {
            "memberships": ("joined_at", "last_activity_at"),
            "enrollments": ("enrolled_at", "last_activity_at", "completed_at"),
            "attempts": ("attempted_at",),
        }.items()
        for column in columns
    ]
    assert organization.demo
    assert organization.data_as_of == max(moments)
    assert AT - DAY < max(moments) <= AT


def test_programs_have_names_sizes_and_curricula(demo_20000: Store) -> None:
    programs = rows(
        demo_20000,
        "SELECT p.slug, p.tagline, count(*) AS size FROM programs p JOIN memberships m ON m.program_id = p.id "
        "GROUP BY p.id ORDER BY p.position",
    )
    sizes = [program.size for program in programs]
    assert [program.slug for program in programs][:4] == [
        "data-foundations",
        "cloud-engineering",
        "leading-teams",
        "sprache-und-technik",
    ]
    assert all(program.tagline for program in programs)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 5 * sizes[-1]
    outside = (
        "SELECT count(*) FROM enrollments e JOIN memberships m ON m.id = e.membership_id WHERE NOT EXISTS ("
        "SELECT 1 FROM collections c JOIN collection_items i ON i.collection_id = c.id "
        "LEFT JOIN specialization_courses s ON s.specialization_id = i.specialization_id "
        "WHERE c.program_id = m.program_id AND c.name = e.source AND e.course_id IN (i.course_id, s.course_id))"
    )
    assert one(demo_20000, outside) == 0


def test_people_are_invited_joined_removed_and_some_in_two_programs(demo_2000: Store) -> None:
    states = Counter(row.state for row in rows(demo_2000, "SELECT state FROM memberships"))
    assert states["MEMBER"] > states["INVITED"] > states["DELETED_MEMBER"] > 50
    twice = "SELECT count(*) FROM (SELECT learner_id FROM memberships GROUP BY learner_id HAVING count(*) = 2) t"
    assert 20 < one(demo_2000, twice) < 200
    pending = rows(demo_2000, "SELECT * FROM memberships WHERE state = 'INVITED'")
    assert any(row.invited_at > AT - 7 * DAY for row in pending)
    assert any(row.invited_at < AT - 60 * DAY for row in pending)
    assert all(row.joined_at is None and row.invited_at <= row.last_sent_at <= AT for row in pending)
    gone = rows(demo_2000, "SELECT * FROM memberships WHERE state = 'DELETED_MEMBER'")
    assert all(row.joined_at <= row.removed_at <= AT and row.active_at <= row.removed_at for row in gone)


def test_addresses_and_names(demo_20000: Store) -> None:
    learners = rows(demo_20000, "SELECT * FROM learners")
    assert all(canonical(row.email_shown) == row.email for row in learners)
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+\d*@[a-z-]+\.example", row.email) for row in learners)
    assert all(row.search_key == search_key(row.name, row.email) for row in learners)
    assert all(clean(row.name) == row.name for row in learners)
    foreign = one(
        demo_20000,
        "SELECT count(*) FROM memberships m JOIN learners l ON l.id = m.learner_id WHERE m.search_key <> l.search_key",
    )
    assert foreign == 0
    names = " ".join(row.name for row in learners)
    for script in ("α-ω", "а-я", "א-ת", "ا-ي", "अ-ह", "一-鿿", "가-힣", "ạ-ỹ", "őű", "ğış", "łśż"):
        assert re.search(f"[{script}]", names), script
    externals = [row.external_id for row in learners]
    assert any(id and id.startswith("00") for id in externals)
    assert None in externals
    assert 0 < sum(row.opted_out for row in learners) < len(learners) / 20


def test_managers_are_people_and_places_fit(demo_2000: Store) -> None:
    learners = rows(demo_2000, "SELECT * FROM learners")
    people = {row.email: (row.name, row.business_unit) for row in learners}
    managed = [row for row in learners if row.manager_email]
    assert len(managed) > 0.9 * len(learners)
    assert all(people[row.manager_email] == (row.manager_name, row.business_unit) for row in managed)
    countries = {(row.city, row.country, row.region) for row in learners}
    assert len({city for city, _, _ in countries}) == len(countries)
    units: dict[str, set[str]] = {}
    for row in learners:
        units.setdefault(row.job_title, set()).add(row.business_unit)
    assert all(len(found) == 1 for found in units.values())


def test_life_runs_on_working_days_and_grows(demo_20000: Store) -> None:
    joins = [
        datetime.fromtimestamp(row.joined_at / 1000, UTC)
        for row in rows(demo_20000, "SELECT joined_at FROM memberships WHERE joined_at IS NOT NULL")
    ]
    attempts = [
        datetime.fromtimestamp(row.attempted_at / 1000, UTC)
        for row in rows(demo_20000, "SELECT attempted_at FROM attempts")
    ]
    for moments in (joins, attempts):
        assert 0.01 < sum(moment.weekday() > 4 for moment in moments) / len(moments) < 0.08
    months = Counter((moment.year, moment.month) for moment in joins)
    assert months[2025, 8] < months[2025, 6] and months[2025, 8] < months[2025, 9]
    assert months[2025, 12] < months[2026, 2]
    assert months[2026, 3] > 2 * months[2024, 12]
    assert min(joins).date() < date(2024, 12, 1)


def test_courses_have_skills_and_graded_work(demo_2000: Store) -> None:
    courses = {row.id: row for row in rows(demo_2000, "SELECT * FROM courses")}
    skills = Counter(
        row.course_id for row in rows(demo_2000, "SELECT * FROM course_skills WHERE relevance > 0 AND relevance <= 1")
    )
    assert len(courses) >= 60
    assert all(
        course.partner and course.level and course.workload_hours and skills[course.id] >= 2
        for course in courses.values()
    )
    work: dict[int, list[object]] = {}
    for row in rows(demo_2000, "SELECT * FROM assessments ORDER BY course_id, position"):
        work.setdefault(row.course_id, []).append(row)
    for items in work.values():
        practice, *required = items  # type: ignore[misc]
        assert practice.weight == 0
        assert 3 <= len(required) <= 6
        assert sum(item.weight for item in required) == 100
        assert all(0 < item.passing_score < item.max_score for item in required)
        deadlines = [item.deadline for item in required if item.deadline]
        assert len(deadlines) in (0, len(required))
        assert {later - earlier for earlier, later in pairwise(deadlines)} <= {7 * DAY}
    assert 10 < sum(bool(items[-1].deadline) for items in work.values()) < len(work) / 2  # type: ignore[attr-defined]


def test_thousands_of_courses_where_there_are_many_people() -> None:
    assert groups_for(1_000_000, own=2) * GROUP > 1_500
    assert 60 < groups_for(3_000, own=2) * GROUP < 120


def test_learning_is_in_order(demo_20000: Store) -> None:
    def none(query: str) -> None:
        assert one(demo_20000, f"SELECT count(*) FROM {query}") == 0

    joined = "enrollments e JOIN memberships m ON m.id = e.membership_id"
    none(f"{joined} WHERE e.enrolled_at < m.joined_at OR e.enrolled_at > e.last_activity_at")
    none(f"{joined} WHERE m.state = 'INVITED' OR (m.state = 'DELETED_MEMBER' AND NOT e.removed)")
    none(
        "enrollments WHERE completed <> (completed_at IS NOT NULL) "
        "OR completed_at NOT BETWEEN enrolled_at AND last_activity_at"
    )
    none("enrollments WHERE progress NOT BETWEEN 0 AND 100 OR grade NOT BETWEEN 0 AND 100 OR hours < 0")
    none("enrollments WHERE completed AND (progress < 80 OR grade < 50)")
    work = "JOIN enrollments e ON e.membership_id = a.membership_id AND e.course_id = w.course_id"
    tried = f"attempts a JOIN assessments w ON w.id = a.assessment_id LEFT {work}"
    none(f"{tried} WHERE e.id IS NULL OR a.attempted_at NOT BETWEEN e.enrolled_at AND e.last_activity_at")
    none("attempts WHERE passed <> (score >= passing_score) OR score > max_score OR graded_at < attempted_at")
    none("attempts WHERE (score IS NULL) <> (graded_at IS NULL) OR (score IS NULL) <> (passed IS NULL)")
    unpassed = (
        "(SELECT 1 FROM attempts a WHERE a.membership_id = e.membership_id AND a.assessment_id = w.id AND a.passed)"
    )
    required = "enrollments e JOIN assessments w ON w.course_id = e.course_id AND w.weight > 0"
    none(f"{required} WHERE e.completed AND NOT EXISTS {unpassed}")
    none("specialization_enrollments WHERE completed <> (completed_courses = total_courses)")
    none(f"activity a JOIN organization o ON a.day > '{datetime.fromtimestamp(AT / 1000, UTC).date().isoformat()}'")


def test_some_try_again_some_are_late_some_wait_for_a_grade(demo_2000: Store) -> None:
    retaken = (
        "SELECT count(*) FROM attempts one JOIN attempts two ON two.membership_id = one.membership_id "
        "AND two.assessment_id = one.assessment_id AND two.attempted_at > one.attempted_at "
        "WHERE NOT one.passed AND two.passed"
    )
    assert one(demo_2000, retaken) > 100
    assert one(demo_2000, "SELECT count(*) FROM attempts WHERE attempted_at > deadline") > 20
    assert one(demo_2000, "SELECT count(*) FROM attempts WHERE score IS NULL AND passed IS NULL") > 3
    assert one(demo_2000, "SELECT count(*) FROM feedback WHERE stars BETWEEN 1 AND 5") > 50
    assert one(demo_2000, "SELECT count(*) FROM feedback WHERE recommend BETWEEN 0 AND 10 AND course_id IS NULL") > 50
    assert one(demo_2000, "SELECT sum(lessons) FROM activity") > 1_000
    assert one(demo_2000, "SELECT count(*) FROM enrollments WHERE removed AND NOT completed") > 20


def test_administrators_of_both_kinds(demo_2000: Store) -> None:
    roles = Counter(row.role for row in rows(demo_2000, "SELECT role FROM administrators"))
    assert roles["organization"] >= 2 and roles["program"] >= 2
    assert one(demo_2000, "SELECT count(DISTINCT administrator_id) FROM administrator_programs") == roles["program"]
