"""What the words of skills mean: domains, the competencies each is made of, and their skills."""

from sqlalchemy import select

from ....rules.charts import Chart, ChartColumn, ChartRow, Form, Kind
from ....store.tables import course_skills
from ..making import Maker, Material
from .skills import Skill, Skills
from .telling import BANDS_MEAN

_EXPLANATION = (
    "A skill is one thing that courses teach; a competency is made of skills, a domain of competencies, often of six.",
    "Domains, competencies, descriptions and former names are as the taxonomies say that were imported.",
    BANDS_MEAN,
)
_NONE = "Skills come with a catalogue: tui-admin catalogue import FILE."
_NO_DOMAINS = (
    "No skill has a domain yet: import a taxonomy (columns Domain, Competency, Skill), by tui-admin catalogue import "
    "FILE or on Home. This table saved as CSV is one to fill in."
)


def make(material: Material) -> Chart:
    """The chart."""
    taught = set(material.connection.scalars(select(course_skills.c.skill_id).distinct()))
    skills = sorted(Skills(material).known(), key=_place)
    competencies = {(skill.domain, skill.competency) for skill in skills if skill.competency}
    domains = {skill.domain for skill in skills if skill.domain}
    title = f"{len(skills):,} skills, {len(competencies):,} competencies, {len(domains):,} domains"
    return Chart(
        "glossary",
        title if skills else "No skills yet",
        Form.TREE,
        (
            ChartColumn("domain", "Domain", Kind.TEXT, drawn=True),
            ChartColumn("competency", "Competency", Kind.TEXT, drawn=True),
            ChartColumn("skill", "Skill", Kind.TEXT, drawn=True),
            ChartColumn("description", "Description", Kind.TEXT),
            ChartColumn("note", "Note", Kind.TEXT),
        ),
        [_row(skill, skill.id in taught) for skill in skills],
        0,
        material.as_of,
        explanation=_EXPLANATION,
        notes=() if domains else (_NO_DOMAINS if skills else _NONE,),
    )


def _place(skill: Skill) -> tuple[bool, str, bool, str, str]:
    """What is of no domain or competency comes last."""
    return not skill.domain, skill.domain, not skill.competency, skill.competency, skill.name


def _row(skill: Skill, is_taught: bool) -> ChartRow:
    notes = [f"formerly {', '.join(skill.former)}"] if skill.former else []
    if skill.stands_in:
        notes.append("stands in for courses without skills")
    elif not is_taught:
        notes.append("not taught here")
    return ChartRow((skill.domain or None, skill.competency or None, skill.name, skill.description, " · ".join(notes)))


CHARTS = {"glossary": Maker("glossary", "Glossary of skills", make, has_dates=False, is_masked=False)}
