"""Where people are lost on the way to a completion."""

from collections.abc import Sequence

import numpy as np

from ...rules.charts import Cell, Chart, ChartColumn, ChartRow, Form, Kind, part
from ...rules.triage import MembershipState
from ...store.analytics.columns import Numbers
from ...store.analytics.people import STATES
from ..home import STAGES
from . import small
from .making import Maker, Material

_JOINED, _ENROLLED, _COMPLETED = 2, 3, 4


def funnel(material: Material) -> Chart:
    """How many people reached each stage, each counted once and at every stage they reached in any program."""
    level = _levels(material)
    reached = [int(np.count_nonzero(level >= stage)) for stage in range(1, len(STAGES) + 1)]
    told = small.chain(reached)
    cells, lost = told[: len(reached)], [None, *told[len(reached) :]]
    rows = [
        ChartRow(
            (name, cells[place], _rate(cells, place), lost[place]),
            small.number(cells[place]),
            part(people, cells[place], reached[place]),
            parts=(_lost(material, lost, place),),
        )
        for place, (name, people) in enumerate(STAGES)
    ]
    return Chart(
        "home-funnel",
        _funnel_title(reached, cells),
        Form.BARS,
        (
            ChartColumn("stage", "Stage", Kind.TEXT),
            ChartColumn("people", "People", Kind.COUNT, drawn=True),
            ChartColumn("of_before", "Of the stage before", Kind.SHARE),
            ChartColumn("lost", "Lost since", Kind.COUNT, apart=True),
        ),
        rows,
        reached[0],
        material.as_of,
        (
            "People, each counted once and at every stage they reached in any program; removed memberships are left "
            "out. Who was added without an invitation counts as invited, so each stage holds the next.",
        ),
        small.note(rows),
    )


def _levels(material: Material) -> Numbers:
    state, enrolled, completed, learner = material.columns.whole(
        "memberships", "state", "enrolled", "completed", "learner"
    )
    joined = state == STATES[MembershipState.MEMBER]
    level = (state != STATES[MembershipState.DELETED_MEMBER]).astype(np.uint8)
    level[joined] = _JOINED
    level[joined & (enrolled > 0)] = _ENROLLED
    level[joined & (completed > 0)] = _COMPLETED
    level[~material.members] = 0
    highest = np.zeros(material.columns.size("learners"), np.uint8)
    np.maximum.at(highest, learner, level)
    return highest


def _rate(cells: Sequence[Cell], place: int) -> Cell:
    """How many of the stage before came to this one, where both are told."""
    before, here = small.number(cells[place - 1]), small.number(cells[place])
    return here / before if place and before and here is not None else None


def _lost(material: Material, lost: Sequence[Cell], place: int) -> str | None:
    """The filter that finds who reached the stage before and not this one."""
    number = small.number(lost[place])
    if number is None:
        return None
    (_, before), (_, here) = STAGES[place - 1 : place + 1]
    return part(f"{before} -({material.of_these(here)})", number, number)


def _funnel_title(reached: Sequence[int], cells: Sequence[Cell]) -> str:
    if isinstance(cells[0], str) or not reached[0]:
        return small.TITLE if reached[0] else "Nobody was invited yet"
    told = [
        f"{reached[place] / reached[0] * 100:.0f} % {word}"
        for place, word in ((2, "enrolled"), (3, "completed a course"))
        if not isinstance(cells[place], str)
    ]
    return f"Of {reached[0]:,} people, {' and '.join(told)}" if told else f"{reached[0]:,} people"


CHARTS = {"home-funnel": Maker("home-funnel", "Usage funnel", funnel, has_dates=False)}
