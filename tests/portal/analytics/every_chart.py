"""Every chart of the registry with how it is computed from the raw tables, sharing no code with the program."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from tests.portal.analytics import fact_checks, license_checks, mean_checks, skill_checks
from tests.portal.analytics.mean_checks import Document
from tests.portal.analytics.tables import AskedOf
from tui_admin.rules.charts import Chart

Check = Callable[[Chart, AskedOf], None]
Cases = Sequence[tuple[Mapping[str, str], Check]]
"""What is chosen, with the check of what is then shown."""

ALL = {"show": "all"}


def _assessments(chart: Chart, asked: AskedOf, *, count: str, check: Callable[..., None]) -> None:
    days = {name: day for name, day in (("since", asked.since), ("until", asked.until)) if day}
    check(chart, asked.plain.assessments(count, **days))


def _hours(chart: Chart, asked: AskedOf) -> None:
    days = (asked.since, asked.until) if asked.since and asked.until else ()
    skill_checks.hours_average(chart, asked.plain.hours_average(*days))


def _mastery(chart: Chart, asked: AskedOf, *, count: str) -> None:
    skill_checks.over_time(chart, asked.plain, count, "", asked.today)


def _of_those_beginning(check: Callable[..., None], *more: str) -> Check:
    """Days choose the learners who began a course then."""
    return lambda chart, asked: check(chart, asked.beginning, *more)


def cases(skill: str, documents: Sequence[Document] = ()) -> Mapping[str, Cases]:
    """The checks by chart. `skill` is one that courses of the curriculum teach, `documents` are the benchmarks that
    were imported."""
    found: Mapping[str, Cases] = {
        "home-summary": [({}, fact_checks.summary)],
        "home-funnel": [({}, fact_checks.funnel)],
        "activity": [
            ({"by": by, "measure": measure}, partial(fact_checks.activity, by=by, measure=measure))
            for by in ("month", "week")
            for measure in ("count", "rate")
        ],
        "feedback": [({"of": of}, partial(fact_checks.feedback, of=of)) for of in ("courses", "programs", "months")],
        "skill-distribution": [(ALL, _of_those_beginning(skill_checks.bands))],
        "hours-to-mastery": [
            (ALL, _of_those_beginning(skill_checks.hours_to_reach)),
            (ALL | {"hours": "so-far"}, _of_those_beginning(skill_checks.hours_so_far)),
        ],
        "mastery-over-time": [({"count": count}, partial(_mastery, count=count)) for count in ("ever", "currently")],
        "leaderboard": [({"places": "1000"}, _of_those_beginning(skill_checks.leaders, ""))],
        "assessments-total": [
            (ALL | {"count": count}, partial(_assessments, count=count, check=skill_checks.assessments))
            for count in ("graded", "passed", "attempts")
        ],
        "assessments-average": [(ALL, partial(_assessments, count="graded", check=skill_checks.averages))],
        "hours-average": [(ALL, _hours)],
        "relevant-courses": [
            ({"skill": skill, "band": band}, partial(skill_checks.relevant, skill=skill, band=band))
            for band in ("beginner", "intermediate")
        ],
        "glossary": [({}, skill_checks.glossary)],
        "own-ratings": [(ALL, mean_checks.own_ratings)],
        "benchmark-now": [
            *(({"with": by}, partial(mean_checks.parts, by=by)) for by in ("programs", "units")),
            (ALL, partial(mean_checks.peers, documents=documents) if documents else mean_checks.alone),
        ],
        "benchmark-over-time": [({}, partial(mean_checks.over_time, documents=documents))],
        "utilization": [
            ({"show": "contracts"}, license_checks.contracts),
            ({"show": "reclaim"}, license_checks.reclaim),
            ({"show": "forecast"}, license_checks.outlook),
        ],
    }
    return found
