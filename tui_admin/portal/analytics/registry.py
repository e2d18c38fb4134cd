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
    "skill-distribution": "distribution",
    "hours-to-mastery": "reaching",
    "mastery-over-time": "mastery",
    "leaderboard": "leaderboard",
    "assessments-total": "assessments",
    "assessments-average": "assessments",
    "hours-average": "skill_hours",
    "relevant-courses": "relevant",
    "glossary": "glossary",
    "benchmark-now": "benchmark_now",
    "benchmark-over-time": "benchmark_over_time",
    "own-ratings": "own_ratings",
    "utilization": "utilization",
}
"""The module of this package that makes each chart, in the order charts are told. It holds its makers in a dictionary
`CHARTS`, by name."""


def maker(name: str) -> "Maker":
    """The maker of a chart. Raises BadInput for a name that is none."""
    if name not in MODULES:
        raise BadInput(f"There is no chart {name!r}. Known: {', '.join(MODULES)}.")
    makers: Mapping[str, Maker] = import_module(f"{__package__}.{MODULES[name]}").CHARTS
    return makers[name]
