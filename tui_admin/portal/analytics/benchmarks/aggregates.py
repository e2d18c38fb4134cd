"""One's own mean ratings for others to make a benchmark from: aggregates alone, of five learners or more each."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from ....reports.benchmark_files import NO_NAME, document_of, is_name
from ....rules.benchmarks import LEAST_LEARNERS, Group
from ....rules.charts import Chart
from ....rules.errors import BadInput
from ....rules.progress import Progress, unheard
from ....rules.roles import Actor, Right
from ....rules.times import Instant, to_datetime
from ....store import benchmarks as store_benchmarks
from ....store.engine import Store
from ....store.tables import organization, skills
from ... import journal, rights
from ...benchmarks import own_method
from ...organization import zone
from ..reading import Asked, Moments, read
from ..skill_charts import own_ratings

ACTION = "export benchmark"

COLUMNS = ("industry", "country", "size", "skill", "n_orgs", "n_learners", "mean", "se")
"""What a row holds."""


def export(
    store: Store,
    actor: Actor,
    group: Group,
    at: Moments,
    *,
    progress: Progress = unheard,
) -> Mapping[str, Any]:
    """The document for others: of each skill how many are rated, their mean rating and its standard error, both to two
    digits. `group` is what kind of company one is. The journal notes that it was given.

    Raises BadInput where no skill has learners enough, and for a group that no file may name.
    """
    actor.require(Right.ANALYTICS)
    for word, told in asdict(group).items():
        if not is_name(told):
            raise BadInput(f"The {word} {NO_NAME}.")
    asked = Asked(own_ratings.NAME, choices={"show": "all"})
    chart = read(store, actor, asked, at, progress=progress)
    with store.read() as connection:
        document = _document(connection, chart, group, at.clock)
    with store.write() as connection:
        actor = rights.admit(connection, actor, at.clock, Right.ANALYTICS)
        count = len(document["rows"])
        summary = f"Exported the mean ratings of {count:,} skill{'' if count == 1 else 's'} for a benchmark"
        details = {"rows": count, "checksum": document["checksum"]}
        journal.append(connection, actor, at.clock, action=ACTION, summary=summary, details=details)
    return document


def _document(connection: Connection, chart: Chart, group: Group, now: Instant) -> dict[str, Any]:
    stand_ins = set(connection.scalars(select(skills.c.name).where(skills.c.stand_in)))
    rows = [row for one in chart.rows if (row := _row(one.cells, group)) and row["skill"] not in stand_ins]
    if not rows:
        raise BadInput(f"No skill has {LEAST_LEARNERS} rated learners yet: there is nothing to hand on.")
    told = connection.execute(select(organization.c.name, organization.c.demo)).one()
    day = to_datetime(chart.as_of or now, zone(connection)).date()
    publisher = f"{told.name} (DEMO, invented)" if told.demo else told.name
    anchors = store_benchmarks.rated_assessments(connection, LEAST_LEARNERS)
    return document_of(publisher, own_method(connection), day, rows, anchors)


def _row(cells: Sequence[Any], group: Group) -> dict[str, Any] | None:
    """The row of a skill; None where it is of too few."""
    skill, mean, error, learners = cells
    if not isinstance(learners, int) or learners < LEAST_LEARNERS or mean is None:
        return None
    kind = {"industry": group.industry, "country": group.country, "size": group.size}
    return {**kind, "skill": skill, "n_orgs": 1, "n_learners": learners, "mean": mean, "se": error}
