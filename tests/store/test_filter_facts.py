"""Filters over enrollments, assessments, skills and mail; the reason of those at risk; the states a filter covers."""

import re
from zoneinfo import ZoneInfo

import pytest
from pyroaring import BitMap
from sqlalchemy import Connection, insert, select, true

from tui_admin.rules.filters import FilterError, parse
from tui_admin.rules.times import DAY, parse_iso
from tui_admin.rules.triage import MembershipState
from tui_admin.store import risk
from tui_admin.store.engine import Store
from tui_admin.store.filters.names import resolve_names
from tui_admin.store.filters.reach import few_people
from tui_admin.store.filters.sql import learner_condition, membership_condition, states
from tui_admin.store.filters.terms import Context
from tui_admin.store.tables import (
    assessments,
    attempts,
    collection_items,
    collections,
    contracts,
    course_skills,
    courses,
    enrollments,
    feedback,
    learners,
    membership_contracts,
    memberships,
    messages,
    outbox,
    programs,
    rating_runs,
    skill_history,
    skill_ratings,
    skills,
    specialization_enrollments,
    specializations,
)

NOW = parse_iso("2026-03-10T12:00:00Z")


def put(connection: Connection) -> None:
    """Four members of one program: 1 overdue twice, 2 failed a quiz, 3 handed in and waits, 4 is through."""
    connection.execute(insert(programs).values(id=1, slug="one", name="One", created_at=0))
    connection.execute(insert(contracts), [{"id": id, "name": f"Year {id}", "created_at": 0} for id in (1, 2, 3)])
    connection.execute(
        insert(courses),
        [
            {"id": 1, "key": "C1", "slug": "statistics-i", "name": "Statistics I", "in_catalogue": True},
            {"id": 2, "key": "C2", "slug": "statistics-ii", "name": "Statistics II", "in_catalogue": True},
        ],
    )
    connection.execute(insert(specializations).values(id=1, slug="data", name="Data"))
    connection.execute(insert(collections).values(id=1, program_id=1, position=1, name="Basics"))
    connection.execute(insert(collection_items).values(collection_id=1, position=1, course_id=2))
    connection.execute(insert(skills), [{"id": 1, "name": "Python"}, {"id": 2, "name": "SQL"}])
    work = [
        (1, "Lab 1", 10, NOW - 2 * DAY),
        (2, "Quiz 3", 10, NOW - 6 * DAY),
        (3, "Final", 10, NOW + DAY),
        (4, "Warm-up", 0, 0),
        (5, "Practice", 0, None),
    ]
    connection.execute(
        insert(assessments),
        [
            {
                "id": id,
                "course_id": 2 if name == "Practice" else 1,
                "key": str(id),
                "name": name,
                "weight": weight,
                "deadline": due,
                "passing_score": 40,
            }
            for id, name, weight, due in work
        ],
    )
    for id in range(1, 5):
        key = f"person {id}\x1fp{id}@example.org"
        connection.execute(
            insert(learners).values(id=id, name=f"Person {id}", email=f"p{id}@example.org", search_key=key)
        )
        deadline = {1: NOW - 6 * DAY, 2: NOW + DAY}.get(id)
        values = {
            "failed": int(id == 2),
            "next_deadline": deadline,
            "contract_id": 1,
            "enrolled": 1,
            "completed": int(id == 4),
        }
        connection.execute(
            insert(memberships).values(id=id, program_id=1, learner_id=id, state="MEMBER", search_key=key, **values)
        )
        place = {"membership_id": id, "course_id": 1, "progress": 20.0 * id, "grade": None if id == 1 else 70.0}
        place |= {"enrolled_at": NOW - 10 * id * DAY, "completed_at": NOW - DAY if id == 4 else None}
        place["hours"] = 3 if id == 4 else None
        connection.execute(insert(enrollments).values(completed=id == 4, removed=False, **place))
    connection.execute(
        insert(enrollments).values(membership_id=3, course_id=2, completed=False, removed=True, progress=5, hours=2)
    )
    tried = [(2, 1, 30.0, None), (2, 2, 20.0, False), (2, 2, 90.0, True), (3, 1, None, None), (3, 2, 80.0, None)]
    connection.execute(
        insert(attempts),
        [
            {"membership_id": m, "assessment_id": a, "attempted_at": at, "score": score, "passed": passed}
            for at, (m, a, score, passed) in enumerate(tried)
        ],
    )
    practice = {"assessment_id": 5, "score": 10}
    connection.execute(insert(attempts).values(membership_id=1, attempted_at=NOW - 3 * DAY, graded_at=NOW, **practice))
    connection.execute(insert(attempts).values(membership_id=2, graded_at=NOW - 20 * DAY, **practice))
    connection.execute(insert(membership_contracts).values(membership_id=4, position=1, contract_id=2))
    connection.execute(
        insert(specialization_enrollments).values(membership_id=2, specialization_id=1, completed=False, removed=False)
    )
    rated = [(1, 1, "beginner", "beginner", None, None)]
    rated.append((1, 2, "advanced", "beginner", NOW - 40 * DAY, NOW - 5 * DAY))
    rated.append((2, 1, "advanced", "advanced", NOW - 20 * DAY, NOW - 20 * DAY))
    rated.append((4, 2, "unrated", None, None, None))
    run = {"started_at": 0, "parameters": "", "code_version": "1", "input_hash": "", "attempts": 9, "notes": ""}
    connection.execute(insert(rating_runs).values(id=2, replay_id=2, current=True, **run))
    rating = {"information": 1, "attempts": 3}
    connection.execute(
        insert(skill_ratings),
        [
            {"replay_id": 2, "learner_id": who, "skill_id": skill, "band": band, "own": 0, **rating}
            | {"first_band": first, "intermediate_at": intermediate, "advanced_at": advanced}
            for who, skill, band, first, intermediate, advanced in rated
        ],
    )
    changes = [(1, 1, 7, NOW - 50 * DAY), (1, 1, 9, NOW - 3 * DAY), (1, 2, 3, NOW - 60 * DAY)]
    change = {"rating": 0, "standard_error": 1, "attempts": 3, "band": "beginner"}
    connection.execute(
        insert(skill_history),
        [
            {"replay_id": replay, "learner_id": who, "skill_id": skill, "seq": seq, "at": at, **change}
            for who, skill, seq, at in changes
            for replay in (1, 2)
        ],
    )
    taught = [{"course_id": 2, "skill_id": 1, "relevance": 1}, {"course_id": 1, "skill_id": 2, "relevance": 1}]
    connection.execute(insert(course_skills), taught)
    said_of = [(1, 1, 5, None, 1), (1, 1, 2, None, 2), (1, 2, 5, None, 1), (2, 1, 4, None, 1), (2, 1, None, None, 2)]
    said_of += [(2, None, None, 9, 1), (3, None, None, 10, 1), (3, None, None, 3, 2)]
    columns = ("membership_id", "course_id", "stars", "recommend", "given_at")
    connection.execute(insert(feedback), [dict(zip(columns, row, strict=True)) for row in said_of])
    said = {"kind": "custom", "state": "sending", "created_by": "ana", "created_at": 0, "changed_at": 0}
    connection.execute(insert(messages).values(id=1, **said))
    mails = [
        (1, "invitation", "sent", NOW - 9 * DAY),
        (1, "reminder", "bounced", NOW - 3 * DAY),
        (2, "reminder", "unknown", None),
    ]
    connection.execute(
        insert(outbox),
        [
            {
                "message_id": 1,
                "learner_id": id,
                "membership_id": id,
                "purpose": purpose,
                "state": state,
                "final_at": final,
                "dedupe_key": f"{id}{purpose}",
                "header_id": f"<{id}{purpose}>",
                "header_date": 0,
                "address": "a@example.org",
            }
            for id, purpose, state, final in mails
        ],
    )


@pytest.fixture
def filled(store: Store) -> Store:
    with store.write() as connection:
        put(connection)
    return store


def context(connection: Connection, text: str, scope: frozenset[int] | None = None) -> Context:
    return Context(NOW, ZoneInfo("UTC"), resolve_names(connection, parse(text), scope))


FOUND = {
    "course:statistics-i": {1, 2, 3, 4},
    'course:"statistics ii"': {3},
    "course:C2": {3},
    "course:statistics-i,statistics-ii": {1, 2, 3, 4},
    "collection:basics": {3},
    "collection:": {1, 2, 4},
    "specialization:data": {2},
    "specialization:": {1, 3, 4},
    'contract:"year 2"': {4},
    'contract:"year 3"': set(),
    "progress>50": {3, 4},
    "progress<10": {3},
    "progress!=20": {2, 3, 4},
    "grade:70": {2, 3, 4},
    "grade:": {1},
    "overdue:2": {1},
    "overdue>0": {1},
    "overdue:0": {2, 3, 4},
    "failed>0": {2},
    "risk:quiz": {1},
    "risk:LAB": {1, 2},
    "risk:final": set(),
    "risk:warm": set(),
    "skill:python": {1, 2},
    "skill:": {3},
    "band:advanced": {1, 2},
    "skill:python band:advanced": {2},
    "band:beginner,advanced skill:sql": {1},
    "skill:python -band:advanced": set(),
    "begun>=2026-02-18": {1, 2},
    "begun:2026-01-29..2026-02-18": {2, 3, 4},
    "begun!=2026-02-28": {2, 3, 4},
    "begun<15d": {1},
    "begun:": set(),
    "finished:2026-03-09": {4},
    "finished:": {1, 2, 3},
    "-finished<1m": {1, 2, 3},
    "stars:5": {1},
    "stars>1": {1, 2},
    "stars:5 course:statistics-i": set(),
    "course:statistics-i stars:2..4": {1, 2},
    "course:statistics-i stars>=2 stars<4": {1},
    "course:statistics-ii stars:5": set(),
    "stars:": {3, 4},
    "recommend>=9": {2},
    "recommend>=9 answered:1970-01-01": {2, 3},
    "recommend>=9 answered>1970-01-01": set(),
    "answered:1970-01-01": {1, 2, 3},
    "answered:": {4},
    "course:statistics-i stars:5 answered:1970-01-01": {1},
    "course:statistics-i stars:5 answered>1970-01-01": set(),
    "course:statistics-i stars:2 (answered>1970-01-01)": set(),
    "recommend:3,10": {3},
    "recommend:": {1, 4},
    "reached>=2026-02-15": {2},
    "reached<30d": {2},
    "band:advanced reached<30d": {1, 2},
    "skill:sql band:advanced reached>=2026-03-01": {1},
    "skill:sql band:intermediate reached>=2026-03-01": set(),
    "skill:sql reached:2026-01-29": {1},
    "skill:python band:beginner reached<=2026-01-19": {1},
    "skill:python band:beginner reached>2026-01-19": set(),
    "skill:python band:advanced,intermediate reached<1y": {2},
    "skill:python,sql reached<1y": {1, 2},
    "-reached<1y": {3, 4},
    "reached:": {3, 4},
    "learning:python": {3},
    "learning:sql": {4},
    "learning:": {1, 2},
    "learning:sql begun:2026-01-29": {4},
    "learning:sql begun>2026-01-29": set(),
    "learning:python begun>2026-01-01": set(),
    "learning:python (begun>2026-01-01)": {3},
    "first-band:advanced": {2},
    "band:unrated": {4},
    "skill:sql band:unrated": {4},
    "skill:python band:unrated,advanced reached<30d": {2},
    "band:unrated reached<9y": set(),
    "band:advanced first-band:beginner": {1},
    "skill:python first-band:beginner": {1},
    "first-band:": {3},
    "submitted:1970-01-01": {2, 3},
    "submitted>=2026-02-01": {1, 2},
    "submitted:": {4},
    "skill:python submitted<30d": {1, 2},
    "skill:python submitted<10d": {1},
    "skill:sql submitted<30d": set(),
    "skill:sql (submitted<30d)": {1},
    "skill:python band:advanced submitted<30d": {2},
    "skill:sql (skill:python band:beginner)": {1},
    "mailed<5d": {1},
    "mailed>5d": {2, 3, 4},
    "reminded<1w": {1},
    "mailed:": {2, 3, 4},
    "mailed:2d..4d": {1},
    "mailed:3d": {1},
    "mailed!=3d": {2, 3, 4},
    "mailed>=2026-03-07": {1},
    "mailed<2026-03-07": set(),
    "mailed!=2026-03-07": {2, 3, 4},
    "-mailed<5d": {2, 3, 4},
    "reminded>1d": {1, 2, 3, 4},
    "reminded>=3d": {1, 2, 3, 4},
    "reminded:": {2, 3, 4},
    "delivery:bounced": {1},
    "delivery:in-doubt": {2},
    "delivery:sent": set(),
    "delivery:sent,bounced": {1},
    "delivery:in-doubt,bounced": {1, 2},
    "-delivery:bounced": {2, 3, 4},
    "delivery:": {3, 4},
}


def test_facts_that_stand_beside_the_membership(filled: Store) -> None:
    with filled.read() as connection:
        for text, expected in FOUND.items():
            known = context(connection, text)
            condition = membership_condition(parse(text), known)
            assert set(connection.scalars(select(memberships.c.id).where(condition))) == expected, text
            of_learner = learner_condition(parse(text), known, true())
            assert set(connection.scalars(select(learners.c.id).where(of_learner))) == expected, text
            few = few_people(connection, parse(text), known)
            assert few is None or few >= BitMap(expected), text
            assert (few is not None) == (text in TOLD), text


TOLD = [
    *("mailed<5d", "reminded<1w", "mailed:2d..4d", "mailed:3d", "mailed>=2026-03-07", "mailed<2026-03-07"),
    *(text for text in FOUND if re.search(r"(stars|recommend)[:<>]=?\d", text)),
    *("delivery:bounced", "delivery:in-doubt", "delivery:sent", "delivery:sent,bounced", "delivery:in-doubt,bounced"),
]
"""The filters of which an index tells a few people among whom all are."""


def test_few_gave_stars_to_the_course_that_is_named_beside_them(filled: Store) -> None:
    with filled.read() as connection:
        for text, expected in (("stars>1", {1, 2}), ("course:statistics-ii stars>1", {1})):
            assert few_people(connection, parse(text), context(connection, text)) == BitMap(expected), text


def test_the_last_mail_is_the_newest_made_and_failed_ones_do_not_count_as_mailed(filled: Store) -> None:
    with filled.write() as connection:
        made = {"message_id": 1, "learner_id": 1, "membership_id": 1, "header_date": 0, "address": "a@example.org"}
        for number, (purpose, state, final) in enumerate((("custom", "failed", NOW), ("nudge", "queued", None))):
            key = {"dedupe_key": f"new{number}", "header_id": f"<new{number}>"}
            connection.execute(insert(outbox).values(**made, **key, purpose=purpose, state=state, final_at=final))
        for text, expected in (("delivery:queued", {1}), ("delivery:failed", set()), ("mailed<1d", set())):
            condition = membership_condition(parse(text), context(connection, text))
            assert set(connection.scalars(select(memberships.c.id).where(condition))) == expected, text


def test_the_reasons(filled: Store) -> None:
    with filled.read() as connection:
        assert risk.reasons(connection, range(1, 5), NOW) == {1: "overdue 2: Quiz 3 (6 d)", 2: "failed: Lab 1"}
        assert risk.reasons(connection, [1], NOW, 2) == {1: "overdue 2: Quiz 3 (6 d), Lab 1 (2 d)"}
        assert risk.reasons(connection, [1], NOW + 2 * DAY) == {1: "overdue 3: Quiz 3 (8 d)"}


def test_names_are_known_within_the_programs_in_scope(filled: Store) -> None:
    with filled.read() as connection:
        assert context(connection, "collection:basics", frozenset({1})).names == {("collection", "basics"): (1,)}
        for text in ("program:one", 'contract:"year 1"', "collection:basics"):
            assert context(connection, text, frozenset()).names[tuple(text.replace('"', "").split(":"))] == ()  # type: ignore[index]
        with pytest.raises(
            FilterError, match='Unknown course "statistics" at 4: did you mean "statistics-i"'
        ) as caught:
            context(connection, "a -course:statistics")
        assert (caught.value.position, caught.value.length) == (3, 17)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("", "MEMBER"),
        ("kov status:at-risk", "MEMBER"),
        ("joined<30d", "MEMBER"),
        ("status:invited", "INVITED"),
        ("status:invited,removed kov", "DELETED_MEMBER INVITED"),
        ("status:invited or status:at-risk", "INVITED MEMBER"),
        ("status:invited or kov", "DELETED_MEMBER INVITED MEMBER"),
        ("-status:removed", "DELETED_MEMBER INVITED MEMBER"),
        ("status:invited status:removed", ""),
        ("removed<30d", "DELETED_MEMBER INVITED MEMBER"),
        ("invited:", "DELETED_MEMBER INVITED MEMBER"),
    ],
)
def test_the_states_a_filter_covers(text: str, covered: str) -> None:
    assert " ".join(sorted(states(parse(text)))) == covered
    assert states(parse(text)) <= frozenset(MembershipState)
