"""All charts by name: where each is made. A module is imported when one of its charts is asked for."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from ...rules.errors import BadInput

if TYPE_CHECKING:
    from .making import Maker

MODULES: Mapping[str, str] = {
    "home-summary": "summary",
    "home-funnel": "funnel",
    "activity": "activity",
    "feedback": "feedback",
    "skill-distribution": "skill_charts.distribution",
    "hours-to-mastery": "skill_charts.reaching",
    "mastery-over-time": "skill_charts.mastery",
    "leaderboard": "skill_charts.leaderboard",
    "assessments-total": "skill_charts.assessments",
    "assessments-average": "skill_charts.assessments",
    "hours-average": "skill_charts.skill_hours",
    "relevant-courses": "skill_charts.relevant",
    "glossary": "skill_charts.glossary",
    "benchmark-now": "benchmarks.benchmark_now",
    "benchmark-over-time": "benchmarks.benchmark_over_time",
    "own-ratings": "skill_charts.own_ratings",
    "utilization": "license_charts.utilization",
}
"""The module of this package that makes each chart, in the order charts are told. It holds its makers in a dictionary
`CHARTS`, by name."""


def maker(name: str) -> "Maker":
    """The maker of a chart. Raises BadInput for a name that is none."""
    if name not in MODULES:
        raise BadInput(f"There is no chart {name!r}. Known: {', '.join(MODULES)}.")
    makers: Mapping[str, Maker] = import_module(f"{__package__}.{MODULES[name]}").CHARTS
    return makers[name]
