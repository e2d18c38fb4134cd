"""The courses that teach a skill best, with how many learners of a band take them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import or_, select

from ....rules.charts import SMALL, Chart, ChartColumn, ChartRow, Choice, Form, Kind, masked
from ....rules.filters import quote
from ....rules.text import clean
from ....store.analytics.columns import Bools
from ....store.analytics.skills import BANDS
from ....store.analytics.teaching import Teaching
from ....store.selection import among
from ....store.tables import collection_items, collections, course_skills, courses, specialization_courses
from .. import small
from ..making import REMOVED, Maker, Material
from .learning import DATES_CHOOSE, Learning
from .skills import TOP, Skill, Skills
from .telling import days, empty_note, not_rated, of_skill, people

BAND = Choice("band", ("intermediate", "advanced", "beginner"), "intermediate")
"""Whose courses: those for learners of a band."""

SKILL = Choice("skill", (), "")
"""The skill by name; blank for the one that most learners have a graded attempt in."""

_EXPLANATION = (
    "Courses in the curriculum of a program whose level is the band's, or not known, by how relevant the catalogue "
    "says they are for the skill (100 % where it does not say), then by how many learners who stand in the band now "
    "take them (Learners).",
    "A filter chooses the memberships whose enrollments count, and whose programs' courses are told.",
    DATES_CHOOSE,
)


def make(material: Material) -> Chart:
    """The chart."""
    skills, learning, band = Skills(material), Learning(material), material.chosen["band"]
    open_to = _programs(material)
    place = skills.chosen(material)
    if place is None:
        place = _most_learned(learning, skills, open_to, band)
    if place is None:
        return _chart(material, not_rated(material), [], 0, empty_note(material, []))
    skill, standing = skills[place], _standing(learning, place, BANDS[band])
    taught = _taught(material, open_to, skill.id, band)
    found = zip(taught, _takers(material, standing, [row.id for row in taught]), strict=True)
    ordered = sorted(found, key=lambda one: (-one[0].relevance, -one[1], one[0].name))
    rows = [_row(material, skill, course, number) for course, number in ordered]
    title = f"No course of the curriculum teaches {skill.name} at {band}"
    if rows:
        title = f"{rows[0].cells[0]} teaches {skill.name} best at {band}"
    notes = [*skills.stand_ins([place]), *small.note(rows)]
    if not rows:
        notes.append("Choose another band or skill, or add courses to a program's curriculum.")
    return _chart(material, title, rows, int(np.count_nonzero(standing)) if rows else 0, notes)


def _chart(material: Material, title: str, rows: Sequence[ChartRow], n: int, notes: Sequence[str]) -> Chart:
    columns = (
        ChartColumn("course", "Course", Kind.TEXT),
        ChartColumn("level", "Level", Kind.TEXT),
        ChartColumn("relevance", "Relevance", Kind.SHARE, drawn=True),
        ChartColumn("learners", "Learners", Kind.COUNT),
    )
    return Chart(
        "relevant-courses",
        title,
        Form.TABLE,
        columns,
        rows,
        n,
        material.as_of,
        explanation=_EXPLANATION,
        notes=notes,
    )


def _row(material: Material, skill: Skill, course: Any, takers: int) -> ChartRow:
    terms = [of_skill(skill), f"band:{material.chosen['band']}", f"course:{quote(course.slug or course.name)}"]
    if began := days(material, "begun"):
        # Whichever course they began then, under whichever membership.
        terms.append(f"-(-({material.of_these(' '.join((material.standing, *began)))}))")
    return ChartRow(
        (clean(course.name), clean(course.level or ""), course.relevance, masked(takers, takers)),
        n=takers,
        people=people(material, *terms, dated=False) if takers >= SMALL else None,
    )


def _most_learned(learning: Learning, skills: Skills, open_to: list[int] | None, band: str) -> int | None:
    """The skill that most learners have a graded attempt in, of those that a course teaches at the band where there is
    one."""
    tried = np.zeros(len(skills), np.int64)
    for _, skill, _ in learning.blocks("pairs", "band", band=BANDS["unrated"]):
        tried += np.bincount(skill, minlength=len(skills))
    places = skills.places(tried)
    some = (place for place in places[:TOP] if _taught(learning.material, open_to, skills[place].id, band))
    return next(some, places[0] if places else None)


def _standing(learning: Learning, skill: int, band: int) -> Bools:
    """Yes for each learner, by position, who stands in a band of a skill."""
    found = np.zeros(learning.size, np.bool_)
    for learner, _, held in learning.blocks("pairs", "band", skill=skill, band=band):
        found[learner[held == band]] = True
    return found


def _programs(material: Material) -> list[int] | None:
    """The programs of the memberships that a filter leaves; None without one: all."""
    if material.asked is None:
        return None
    (program,) = material.columns.whole("memberships", "program")
    return [int(id) for id in np.unique(program[material.members])]


def _taught(material: Material, open_to: list[int] | None, skill: int, band: str) -> list[Any]:
    """The courses of some programs' curricula (None: of any) that teach a skill and are for a band, or for anybody."""
    item, held = collection_items.c, specialization_courses.c
    wholes = select(item.specialization_id).where(item.specialization_id.is_not(None))
    alone = select(item.course_id).where(item.course_id.is_not(None))
    if open_to is not None:
        theirs = select(collections.c.id).where(among(material.connection, collections.c.program_id, open_to))
        wholes, alone = wholes.where(item.collection_id.in_(theirs)), alone.where(item.collection_id.in_(theirs))
    inside = select(held.course_id).where(held.specialization_id.in_(wholes))
    query = (
        select(courses.c.id, courses.c.slug, courses.c.name, courses.c.level, course_skills.c.relevance)
        .join(course_skills, course_skills.c.course_id == courses.c.id)
        .where(course_skills.c.skill_id == skill, or_(courses.c.id.in_(alone), courses.c.id.in_(inside)))
    )
    return [row for row in material.connection.execute(query) if _band_of(row.level) in (None, band)]


def _band_of(level: str | None) -> str | None:
    """The band that a course's level names."""
    word = (level or "").strip().lower()
    return word if word in BANDS else None


def _takers(material: Material, standing: Bools, ids: list[int]) -> list[int]:
    """How many different learners, of those standing there, have an enrollment in each of the courses."""
    taught, counts = Teaching.read(material.columns), np.zeros(len(ids), np.int64)
    wanted = np.array(ids, np.int64)
    known = np.flatnonzero(np.isin(wanted, taught.courses))
    cell_of = np.full(len(taught.courses), -1, np.int64)
    cell_of[taught.places(wanted[known])] = known
    for facts in material.columns.facts("enrollments", "course", counted=material.members):
        material.check()
        cell = cell_of[taught.places(facts.columns[0])]
        cell[~standing[facts.first_learner + facts.learner]] = -1
        counts += facts.people(len(ids), cell)
    return list(map(int, counts))


CHARTS = {
    "relevant-courses": Maker("relevant-courses", "Most relevant courses", make, (SKILL, BAND, REMOVED)),
}
