"""How charts of skills say what they are about: notes, and the filters that find the people behind a figure."""

from collections.abc import Sequence

from sqlalchemy import select

from ....rules.charts import ChartRow
from ....rules.filters import quote
from ....rules.skills.bands import CUTS, MARGIN, RATED_FROM
from ....rules.text import clean
from ....store.selection import among
from ....store.tables import courses
from ...ratings.rating import current
from .. import small
from ..making import Material
from .skills import Skill

_NAMED = 3
"""Courses that a note names."""

OVERLAP = "A course counts for each of its skills, so bars do not add up."
NO_HOURS = "No learning hours are known: import usage reports that name them."
NOT_YET = "Nothing is rated yet: import gradebooks with graded attempts and a catalogue that names the courses' skills."
BANDS_MEAN = (
    f"A band is the result to be expected at a typical assessment of the skill: beginner below {CUTS[0]:.0%}, "
    f"intermediate from there on, advanced from {CUTS[1]:.0%} on; one that is held changes {MARGIN * 100:.0f} points "
    f"beyond. Who has fewer than {RATED_FROM} graded attempts is unrated."
).replace("%", " %")
_NARROW = "Others may be: widen the filter or the days, or clear them."


def apart(material: Material) -> tuple[str, ...]:
    """A note where some courses are linked by no learner to the others."""
    run = current(material.connection)
    ids = run.notes.apart if run else []
    if not ids:
        return ()
    few = select(courses.c.name).where(among(material.connection, courses.c.id, ids[:_NAMED])).order_by(courses.c.name)
    names = [clean(name) for name in material.connection.scalars(few)]
    more = f" and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else ""
    return (
        f"Not linked: no learner of {', '.join(names)}{more} is rated elsewhere too, so ratings there stand alone.",
    )


def effort_notes(stand_ins: Sequence[str], rows: Sequence[ChartRow], if_empty: str) -> list[str]:
    """What limits a chart of effort by skill."""
    return [OVERLAP, *stand_ins, *small.note(rows), *([] if rows else [if_empty])]


def empty_note(material: Material, rows: Sequence[ChartRow]) -> tuple[str, ...]:
    """What to do where there is nothing to show."""
    return () if rows else (_NARROW if is_narrowed(material) else NOT_YET,)


def not_rated(material: Material) -> str:
    """The title where nobody is rated in any skill."""
    return "Nobody whom filter and days leave is rated" if is_narrowed(material) else "No skills are rated yet"


def is_narrowed(material: Material) -> bool:
    """Whether not everybody, or not every day, was asked for."""
    return material.asked is not None or material.is_dated


def people(material: Material, *terms: str, dated: bool = True) -> str:
    """The filter that finds the learners of a figure, beside the chart's own."""
    return " ".join((*terms, *(days(material, "begun") if dated else ()), material.standing))


def of_skill(skill: Skill) -> str:
    """The term that finds who is rated in a skill."""
    return f"skill:{quote(skill.raw)}"


def learning_of(skill: Skill) -> str:
    """The term that finds who has learning hours in a course that teaches a skill."""
    return f"learning:{quote(skill.raw)}"


def days(material: Material, field: str) -> tuple[str, ...]:
    """The term that asks of a moment whether it is on the days that count; none where all days do."""
    match material.since, material.until:
        case None, None:
            return ()
        case since, None:
            return (f"{field}>={since}",)
        case None, until:
            return (f"{field}<={until}",)
        case since, until:
            return (f"{field}:{since}..{until}",)
