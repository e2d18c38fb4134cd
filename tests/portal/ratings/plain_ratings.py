"""The skill model once more, as plainly as it can be said: from the raw tables, one attempt after the other."""

from collections import defaultdict
from math import exp
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from tui_admin.store.ratings.current import current_replay
from tui_admin.store.tables import (
    assessment_ratings,
    assessments,
    attempts,
    course_skills,
    courses,
    learner_ratings,
    memberships,
    skill_history,
    skill_ratings,
    skills,
)

DAY = 86_400_000
Rated = dict[str, dict[Any, tuple[Any, ...]]]


def sigma(x: float) -> float:
    return 1 / (1 + exp(-x))


def result(row: Any, work: Any) -> tuple[float, bool] | None:
    """The pass-centred outcome, and whether it is of a score."""
    most = work.max_score if row.max_score is None else row.max_score
    mark = work.passing_score if row.passing_score is None else row.passing_score
    if row.score is not None and most:
        f = min(max(row.score / most, 0), 1)
        if mark is not None:
            p = min(mark / 100 if mark > most else mark / most, 1)
            if f < p:
                return 0.5 * f / p, True
            return (1.0 if p == 1 else 0.5 + 0.5 * (f - p) / (1 - p)), True
        if row.passed is None:
            return f, True
    return None if row.passed is None else (float(row.passed), False)


def taught(connection: Connection) -> dict[int, dict[int, float]]:
    """Skills and weights by course; every untagged course in these tests stands in for itself by its partner's name."""
    names = {row.name: row.id for row in connection.execute(select(skills))}
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for row in connection.execute(select(course_skills)):
        found[row.course_id][row.skill_id] = row.relevance
    for row in connection.execute(select(courses)):
        if row.id not in found and f"{row.partner} (untagged courses)" in names:
            found[row.id] = {names[f"{row.partner} (untagged courses)"]: 1.0}
    return {c: {s: r / sum(of.values()) for s, r in sorted(of.items())} for c, of in found.items()}


def plain(connection: Connection) -> Rated:
    """What the rating must come to."""
    person = {row.id: row.learner_id for row in connection.execute(select(memberships))}
    work = {row.id: row for row in connection.execute(select(assessments))}
    skills_of = taught(connection)
    rows = []
    for row in connection.execute(select(attempts)):
        known = [at for at in (row.graded_at, row.attempted_at) if at is not None]
        if known and (of := result(row, work[row.assessment_id])):
            handed_in = row.graded_at if row.attempted_at is None else row.attempted_at
            rows.append((max(known), handed_in, row.id, person[row.membership_id], row.assessment_id, *of))
    g: dict[int, float] = defaultdict(float)
    n_g: dict[int, int] = defaultdict(int)
    t: dict[Any, float] = defaultdict(float)
    n: dict[Any, int] = defaultdict(int)
    info: dict[Any, float] = defaultdict(float)
    d: dict[int, float] = defaultdict(lambda: -1.0)
    n_d: dict[int, int] = defaultdict(int)
    bands: dict[Any, str] = {}
    first: dict[Any, str] = {}
    reached: dict[Any, dict[str, int]] = defaultdict(dict)
    history: dict[Any, tuple[Any, ...]] = {}
    seen, tried, number, today, typical = set(), set(), 0, None, {}
    for at, handed_in, _, who, what, y, scored in sorted(rows):
        if (who, what, handed_in) in seen:
            continue
        seen.add((who, what, handed_in))
        number += 1
        if at // DAY != today:
            today = at // DAY
            by_skill = defaultdict(list)
            for other in n_d:
                for s in skills_of[work[other].course_id]:
                    by_skill[s].append(d[other])
            typical = {s: median(of) for s, of in by_skill.items()}
        tags = skills_of[work[what].course_id]
        a, b, a_d, b_d = (2.0, 0.5, 1.0, 0.05) if scored else (0.4, 0.03, 1.0, 0.1)
        p = sigma(g[who] + sum(w * t[who, s] for s, w in tags.items()) - d[what])
        e, k = y - p, 0.25 if (who, what) in tried else 1
        g[who] += k * a / (1 + b * n_g[who]) * e
        n_g[who] += 1
        for s, w in tags.items():
            t[who, s] += k * w * a / (1 + b * n[who, s]) * e
            n[who, s] += 1
            info[who, s] += w * p * (1 - p)
            if n[who, s] >= 3:
                x = sigma(g[who] + t[who, s] - typical.get(s, -1.0))
                old = bands.get((who, s))
                up, down = (0.03, -0.03) if old else (0, 0)
                low, high = 0.65, 0.85
                if old in ("intermediate", "advanced"):
                    low += down
                else:
                    low += up
                high += down if old == "advanced" else up
                new = "advanced" if x >= high else "intermediate" if x >= low else "beginner"
                if new != old:
                    bands[who, s] = new
                    first.setdefault((who, s), new)
                    for name in ("intermediate", "advanced")[: {"beginner": 0, "intermediate": 1, "advanced": 2}[new]]:
                        reached[who, s].setdefault(name, at)
                    error = (1 + info[who, s]) ** -0.5
                    history[who, s, number] = (at, g[who] + t[who, s], error, n[who, s], new)
        if (who, what) not in tried:
            d[what] -= a_d / (1 + b_d * n_d[what]) * e
            n_d[what] += 1
        tried.add((who, what))
    return {
        "learners": {who: (g[who], n_g[who]) for who in n_g},
        "assessments": {what: (d[what], n_d[what]) for what in n_d},
        "skills": {
            key: (
                *(t[key], info[key], n[key], bands.get(key, "unrated"), first.get(key)),
                *(reached[key].get(name) for name in ("intermediate", "advanced")),
            )
            for key in n
        },
        "history": history,
    }


def stored(connection: Connection) -> Rated:
    """What the current run says."""
    keys = {"learners": (learner_ratings, 1), "assessments": (assessment_ratings, 1), "skills": (skill_ratings, 2)}
    found: Rated = {}
    for name, (table, wide) in (*keys.items(), ("history", (skill_history, 3))):
        rows = connection.execute(select(table).where(table.c.replay_id == current_replay()))
        found[name] = {tuple(row[1 : 1 + wide]) if wide > 1 else row[1]: tuple(row[1 + wide :]) for row in rows}
    return found


def alike(found: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
    """Whether two rows say the same, numbers to nine places."""
    return len(found) == len(expected) and all(
        one == other or (isinstance(one, float) and isinstance(other, float) and abs(one - other) < 1e-9)
        for one, other in zip(found, expected, strict=True)
    )
