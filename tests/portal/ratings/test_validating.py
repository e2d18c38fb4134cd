"""How well results are foreseen: by what was known before them, and nothing else."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from tests.portal.ratings.attempts import invented, organization, put
from tui_admin.portal.ratings import from_file, tuning, validating
from tui_admin.portal.ratings.predicting import Course, predict
from tui_admin.portal.ratings.validating import Validation
from tui_admin.reports.attempt_files import read_attempts
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.rules.roles import Actor, Role
from tui_admin.rules.skills.parameters import Parameters
from tui_admin.store.engine import Store

ANA = Actor("ana@northwind.example", Role.ORGANIZATION)
BO = Actor("bo@northwind.example", Role.PROGRAM, frozenset({1}))


def attempts_csv(folder: Path, count: int = 600, header: str = "learner,assessment,skill,order,passed") -> Path:
    """Learners of whom each third is able, at assessments of which each second is hard."""
    rng, lines = Random(4), [header]
    for number in range(count):
        who, what = rng.randrange(30), rng.randrange(12)
        chance = 0.9 if who % 3 == 0 else 0.6 if what % 2 else 0.3
        lines.append(f"l{who},a{what},s{what % 4},{number},{int(rng.random() < chance)}")
    path = folder / "attempts.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def from_csv(store: Store, path: Path, skills: Path | None = None) -> Validation:
    return validating.validate_file(store, ANA, path, skills)


def test_a_file_is_foreseen_better_than_by_chance(sqlite_store: Store, tmp_path: Path) -> None:
    found = from_csv(sqlite_store, attempts_csv(tmp_path))
    assert (found.attempts, found.learners, found.assessments, found.skills) == (600, 30, 12, 4)
    assert found.raw.n == 300 == sum(bin.n for bin in found.bins)
    assert found.calibrated.auc is not None and found.calibrated.auc > 0.65
    assert found.calibrated.auc == found.raw.auc
    assert found.notes == ("only 300 attempts were scored: these figures prove little",)


def test_the_future_changes_nothing_that_was_said_before(tmp_path: Path) -> None:
    course = from_file.course(read_attempts(attempts_csv(tmp_path)))
    usual = predict(course, Parameters(), lambda _done: None)
    later = slice(350, None)
    values = course.prepared.attempts.value
    values[later] = np.random.default_rng(1).permutation(values[later])
    shuffled = predict(course, Parameters(), lambda _done: None)
    assert (usual[:351] == shuffled[:351]).all()
    assert not (usual[351:] == shuffled[351:]).all()


def test_nothing_that_is_scored_was_looked_at_to_fit_the_calibration(tmp_path: Path) -> None:
    course = from_file.course(read_attempts(attempts_csv(tmp_path)))
    half = len(course) // 2
    line, _, usual, _ = validating.scored(predict(course, Parameters(), lambda _done: None), course.came, half)
    order, came, values = np.random.default_rng(1).permutation(len(course) - half), course.came.copy(), course.prepared
    came[half:], values.attempts.value[half:] = came[half:][order], values.attempts.value[half:][order]
    other, _, shuffled, _ = validating.scored(predict(course, Parameters(), lambda _done: None), came, half)
    assert other == line and shuffled != usual


def test_an_outcome_is_taken_only_after_what_was_expected_is_said(tmp_path: Path) -> None:
    from tui_admin.rules.skills.model import Ratings

    course = from_file.course(read_attempts(attempts_csv(tmp_path, 40)))
    prepared, syllabus = course.prepared, course.syllabus
    ratings = Ratings(syllabus.tags, len(syllabus.skills), course.learners, prepared.places, len(prepared.learner))
    expected: list[float] = []

    def outcomes() -> "object":
        for number, value in enumerate(prepared.attempts.value.tolist(), 1):
            assert len(expected) == number
            yield value

    ((_, batch),) = prepared.batches()
    ratings.replay(Parameters(), batch, outcomes(), expected)  # type: ignore[arg-type]
    assert len(expected) == 40


def test_lines_that_name_one_attempt_for_each_skill_are_one(tmp_path: Path) -> None:
    path = tmp_path / "attempts.csv"
    lines = ["user_id,problem_id,skill_id,order_id,correct"]
    for number in range(20):
        lines += [f"u{number % 3},p{number % 5},{skill},{number},1" for skill in ("x", "y")]
    path.write_text("\n".join(lines))
    course = from_file.course(read_attempts(path))
    assert len(course) == 20
    assert course.syllabus.tags == [((0.5, 0), (0.5, 1))] * 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("learner,assessment,time,score\na,b,yesterday,1\n", "line 2, column time: 'yesterday'"),
        ("learner,assessment,order,passed\na,b,1,1\nc,b,2,maybe\n", "line 3, column passed: 'maybe'"),
        ("learner,assessment,order,score\na,b,1,1\nc,b,,1\n", "line 3, column order: '' is blank"),
        ("learner,assessment,order,score\n,b,1,1\n", "line 2, column learner: '' is blank"),
        ("learner,assessment,order,score\na,b,1,nan\n", "line 2, column score: 'nan' is no number"),
        (
            'learner,assessment,order,score\na,b,999,1\na,c,"1,000",1\n',
            "line 3, column order: '1,000' may have a decimal",
        ),
        ("learner,assessment,order,score\na,b,1,250\n", "is above 100; add a column max"),
        ("learner,assessment,order\na,b,1\n", "has no column score and none passed"),
        ("learner,order,score\na,1,1\n", "has no column assessment"),
        ("learner,assessment,order,score\n", "holds no attempts"),
        ('learner,assessment,order,score\na,b,1,1\n"a,b\n', "line 3"),
    ],
)
def test_what_cannot_be_read_is_named_by_line_and_column(
    sqlite_store: Store, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "attempts.csv"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"attempts\.csv") as refused:
        from_csv(sqlite_store, path)
    assert said in str(refused.value)


def test_times_and_scores_are_read_and_what_is_missing_is_said(sqlite_store: Store, tmp_path: Path) -> None:
    path, skills = tmp_path / "attempts.csv", tmp_path / "skills.csv"
    rows = [f"l{n % 4},a{n % 3},2026-03-{1 + n:02}T10:00:00Z,{n % 11}/10" for n in range(28)]
    path.write_text("learner,assessment,time,score\n" + "\n".join(row.removesuffix("/10") for row in rows))
    skills.write_text("assessment,skill,relevance\na0,Sums,0.75\na0,Proofs,0.25\na1,Sums,\n")
    found = from_csv(sqlite_store, path, skills)
    assert found.skills == 3
    assert "no most points were named: scores count as of 100" in found.notes
    assert "no pass mark was named: half of the points count as passed" in found.notes


def taught(store: Store) -> Store:
    with store.write() as connection:
        organization(connection)
        put(connection, invented(3, 400))
    return store


def test_the_stores_own_attempts_are_foreseen_and_parameters_are_tried(store: Store) -> None:
    taught(store)
    found = validating.validate(store, ANA)
    assert found.attempts > 300 and any("neither a verdict nor a score" in note for note in found.notes)
    tuned = tuning.tune(store, ANA)
    assert tuned.tried == 29 and tuned.present == Parameters() and tuned.of == tuned.attempts == found.attempts


def test_it_takes_an_organization_admin_and_attempts(sqlite_store: Store, tmp_path: Path) -> None:
    for refused in (validating.validate, tuning.tune):
        with pytest.raises(NotAllowed):
            refused(sqlite_store, BO)
        with pytest.raises(BadInput, match="too few"):
            refused(sqlite_store, ANA)
    with pytest.raises(NotAllowed):
        validating.validate_file(sqlite_store, BO, attempts_csv(tmp_path), None)


def test_a_course_knows_whether_scores_are_known(tmp_path: Path) -> None:
    course: Course = from_file.course(read_attempts(attempts_csv(tmp_path, 40)))
    assert course.only_verdicts
