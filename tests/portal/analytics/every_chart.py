"""Every chart of the registry with how it is computed from the raw tables, sharing no code with the program."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial

from tests.portal.analytics import fact_checks, license_checks, mean_checks, skill_checks
from tests.portal.analytics.mean_checks import Document
from tests.portal.analytics.plain_skills import Who
from tests.portal.analytics.tables import AskedOf, Tables
from tui_admin.portal.analytics import registry
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.rules.charts import Chart
from tui_admin.rules.filters import parse
from tui_admin.rules.roles import Actor
from tui_admin.store.engine import Store

Check = Callable[[Chart, AskedOf], None]
Cases = Sequence[tuple[Mapping[str, str], Check]]
"""What is chosen, with the check of what is then shown."""

Days = tuple[date, date] | tuple[()]

EVERYBODY: Mapping[str, Who] = {"": lambda membership, learner: True}
"""Who is meant by no filter."""

ALL = {"show": "all"}


def agree(
    store: Store,
    actor: Actor,
    at: Moments,
    name: str,
    checks: Cases,
    told: Tables,
    who: Mapping[str, Who],
    days: Sequence[Days],
) -> None:
    """Ask for a chart with all that may be chosen, of those whom each filter (by its text) leaves and between days."""
    for choices, check in checks:
        for where, wanted in who.items():
            for span in days if registry.maker(name).has_dates else ((),):
                chart = read(store, actor, Asked(name, parse(where), *span, choices=choices), at)
                assert chart.rows or where
                check(chart, told.asked(wanted, *span))


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
        "feedback": [
            ({"of": of}, partial(fact_checks.feedback, of=of))
            for of in ("courses", "programs", "months", "net-by-month")
        ],
        "skill-distribution": [
            (ALL, _of_those_beginning(skill_checks.bands)),
            (ALL | {"by": "beginners"}, _of_those_beginning(skill_checks.weakest)),
        ],
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
