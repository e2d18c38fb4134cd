"""The skills of a learner's page: how far they are in each, how sure that is, and when they got there."""

from datetime import tzinfo
from typing import Any

from tui_admin.portal.learner_skills import SkillStanding
from tui_admin.rules.times import Instant
from tui_admin.widgets.bars import bar, percent
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.text import moment, number

_BAR_CELLS = 10


def skill_columns(now: Instant, zone: tzinfo) -> tuple[Column[SkillStanding], ...]:
    """How likely the learner passes a typical assessment of the skill, with the standard error of that; the band; what
    it was judged from."""

    def reached(row: SkillStanding) -> Cell:
        at = row.advanced_at or row.intermediate_at
        return ("–" if at is None else moment(at, now, zone)), "muted"

    def band(row: SkillStanding) -> Cell:
        return row.band, _TONES.get(row.band, "")

    return (
        Column("skill", "Skill", 16, lambda row: (row.skill, ""), "", flex=1, widest=40, priority=0),
        Column("index", "Expected result", 21, _index, "", priority=1),
        Column("band", "Band", 12, band, "", priority=0),
        Column("reached", "Reached", 11, reached, "", align="right", priority=4),
        Column("attempts", "Attempts", 8, lambda row: (number(row.attempts), ""), "", align="right", priority=2),
    )


_TONES: dict[str, Any] = {"unrated": "muted", "advanced": "success"}


def _index(row: SkillStanding) -> Cell:
    """`███████▏   71 % ±8`"""
    if row.index is None:
        return "–", "muted"
    error = "" if row.error is None else f" ±{round(row.error * 100)}"
    return f"{bar(row.index, _BAR_CELLS)} {percent(row.index):>5}{error}", ""
