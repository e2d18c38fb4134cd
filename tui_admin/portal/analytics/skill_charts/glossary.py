"""What the words of skills mean: domains, the competencies each is made of, and their skills."""

from ....rules.charts import Chart, ChartColumn, ChartRow, Form, Kind
from ..making import Maker, Material
from .skills import Skills

_OTHER = "Other"
"""Where a skill stands whose domain or competency nobody named."""

_EXPLANATION = (
    "A skill is one thing that courses teach; a competency is made of skills, a domain of competencies.",
    "Bands say what result is to be expected on a typical assessment of a skill, from 3 graded attempts on: beginner, "
    "intermediate, advanced.",
)


def make(material: Material) -> Chart:
    """The chart."""
    told = sorted(
        (skill.domain or _OTHER, skill.competency or _OTHER, skill.name, skill.stands_in)
        for skill in Skills(material).known()
    )
    domains = {domain for domain, *_ in told} - {_OTHER}
    competencies = {(domain, competency) for domain, competency, *_ in told if competency != _OTHER}
    rows = [
        ChartRow((domain, competency, name, "stands in for courses without skills" if stands_in else ""))
        for domain, competency, name, stands_in in told
    ]
    title = f"{len(rows):,} skills, {len(competencies):,} competencies, {len(domains):,} domains"
    return Chart(
        "glossary",
        title if rows else "No skills yet",
        Form.TREE,
        (
            ChartColumn("domain", "Domain", Kind.TEXT),
            ChartColumn("competency", "Competency", Kind.TEXT),
            ChartColumn("skill", "Skill", Kind.TEXT),
            ChartColumn("note", "Note", Kind.TEXT),
        ),
        rows,
        0,
        material.as_of,
        explanation=_EXPLANATION,
        notes=() if rows else ("Skills come with a catalogue: tui-admin catalogue import FILE.",),
    )


CHARTS = {"glossary": Maker("glossary", "Glossary of skills", make, has_dates=False, is_masked=False)}
