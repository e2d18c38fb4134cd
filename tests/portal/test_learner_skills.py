"""The skills on a learner's page: how they stand by the ratings that count, for organization admins alone."""

from math import exp, sqrt

import pytest
from sqlalchemy import insert, text

from tests import small_organization as small
from tui_admin.portal import learner_skills
from tui_admin.portal.ratings import rating
from tui_admin.portal.rights import sign_in
from tui_admin.rules.errors import NotAllowed
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.tables import assessments, attempts, course_skills, skills


@pytest.fixture
def rated(store: Store) -> Store:
    """The small organization, its first course teaching Statistics, tried four times by one learner; all rated."""
    small.fill(store)
    with store.write() as connection:
        connection.execute(insert(skills).values(id=91, name="Statistics \x1b[2J"))
        connection.execute(insert(course_skills).values(course_id=1, skill_id=91, relevance=1.0))
        work = {"course_id": 1, "weight": 1.0, "max_score": 100.0, "passing_score": 60.0}
        connection.execute(
            insert(assessments), [{**work, "id": 900 + n, "key": f"more-{n}", "name": f"More {n}"} for n in range(4)]
        )
        tried = {"membership_id": 1, "score": 95.0, "max_score": 100.0, "passed": True}
        connection.execute(
            insert(attempts),
            [
                {**tried, "id": 900 + n, "assessment_id": 900 + n, "attempted_at": small.NOW - (9 - n) * DAY}
                for n in range(4)
            ],
        )
    rating.rate(store, small.NOW)
    return store


def test_skills_stand_as_rated(rated: Store) -> None:
    ana = sign_in(rated, "ana@northwind.example")
    found = next(one for one in learner_skills.skills(rated, ana, 1) if one.skill.startswith("Statistics"))
    with rated.read() as connection:
        row = connection.execute(
            text(
                "SELECT r.own + l.rating AS rating, r.information, r.attempts, r.band, r.intermediate_at, f.difficulty "
                "FROM rating_runs u JOIN skill_ratings r ON r.replay_id = u.replay_id "
                "JOIN learner_ratings l ON l.replay_id = r.replay_id AND l.learner_id = r.learner_id "
                "JOIN skill_references f ON f.replay_id = r.replay_id AND f.skill_id = r.skill_id "
                "WHERE u.current AND r.learner_id = 1 AND r.skill_id = 91"
            )
        ).one()
    index = 1 / (1 + exp(row.difficulty - row.rating))
    assert found.index == pytest.approx(index)
    assert found.error == pytest.approx(index * (1 - index) / sqrt(1 + row.information))
    assert (found.band, found.attempts, found.intermediate_at) == (row.band, row.attempts, row.intermediate_at)
    assert found.attempts >= 4
    assert found.band != "unrated"
    assert "\x1b" not in found.skill


def test_nobody_is_rated_before_a_rating(store: Store) -> None:
    small.fill(store)
    assert learner_skills.skills(store, sign_in(store, "ana@northwind.example"), 1) == ()


def test_a_program_admin_sees_no_skills(rated: Store) -> None:
    with pytest.raises(NotAllowed, match="see analytics"):
        learner_skills.skills(rated, sign_in(rated, "bo@northwind.example"), 1)
