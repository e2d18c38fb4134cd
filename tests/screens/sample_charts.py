"""A chart of each form, with what charts have of the unusual: a masked figure, a bucket that is not over, a gap."""

from dataclasses import replace

from tests import small_organization as small
from tui_admin.portal.analytics.benchmarks import benchmark_now
from tui_admin.rules.charts import MASKED, WITHHELD, Chart, ChartColumn, ChartRow, Choice, Form, Kind

BY = Choice("by", ("month", "week"), "month")
EXPLANATION = ("Counted from enrollments.",)


def _months(count: int) -> list[str]:
    return [f"{2025 + month // 12}-{month % 12 + 1:02d}-01" for month in range(count)]


def _bands(skill: str) -> tuple[str, ...]:
    return tuple(f"skill:={skill} band:{band}" for band in ("beginner", "intermediate", "advanced", "unrated"))


LINES = Chart(
    "activity",
    "412 enrollments and 97 completions in March 2026",
    Form.LINES,
    (
        ChartColumn("month", "Month", Kind.BUCKET),
        ChartColumn("enrollments", "Enrollments", Kind.COUNT, drawn=True),
        ChartColumn("completions", "Completions", Kind.COUNT, drawn=True, apart=True),
    ),
    tuple(
        ChartRow(
            (month, 60 + 25 * at + (at % 4) * 30, None if at == 5 else MASKED if at == 0 else 7 * at),
            n=40 + at,
            people=f"begun>={month}",
            unfinished=at == 14,
            parts=(f"finished>={month}" if at else None,),
        )
        for at, month in enumerate(_months(15))
    ),
    n=1_204,
    as_of=small.NOW,
    explanation=EXPLANATION,
    notes=("The last month is not over.",),
    choices=(BY, Choice("count", ("enrollments", "cohort"), "enrollments")),
    demo=True,
)

BARS = Chart(
    "assessments-total",
    "Statistics: 4,120 assessments completed, the most of 4 skills",
    Form.BARS,
    (
        ChartColumn("skill", "Skill", Kind.TEXT),
        ChartColumn("assessments", "Assessments", Kind.COUNT, drawn=True),
        ChartColumn("hours", "Hours", Kind.HOURS),
    ),
    (
        ChartRow(("Statistics", 4_120, 12.25), n=611, people="unit:Sales"),
        ChartRow(("Python", 2_004, 31.5), n=402, people="unit:Board"),
        ChartRow(("数据 分析", 17, 2.0), n=9, people="name:a"),
        ChartRow(("[/x][@click=app.quit]x[/]", MASKED, None), n=3),
    ),
    n=900,
    as_of=small.NOW,
    notes=("A course with three skills counts in three bars: they do not add up.",),
)

STACKED = Chart(
    "skill-distribution",
    "Python: 41 % intermediate or above",
    Form.STACKED,
    (
        ChartColumn("skill", "Skill", Kind.TEXT),
        ChartColumn("beginner", "Beginner", Kind.COUNT, drawn=True, apart=True),
        ChartColumn("intermediate", "Intermediate", Kind.COUNT, drawn=True, apart=True),
        ChartColumn("advanced", "Advanced", Kind.COUNT, drawn=True, apart=True),
        ChartColumn("unrated", "Unrated", Kind.COUNT, apart=True),
    ),
    (
        ChartRow(("Python", 402, 190, 89, 31), n=681, people="skill:=Python", parts=_bands("Python")),
        ChartRow(("Statistics", 120, 230, 77, 4), n=427, people="skill:=Statistics", parts=_bands("Statistics")),
        ChartRow(("Negotiation", 12, MASKED, WITHHELD, 0), n=22, parts=("skill:=Negotiation", None, None, None)),
    ),
    n=811,
    as_of=small.NOW,
)

RULER = Chart(
    "benchmark-now",
    "Ahead of 71 % of 14 companies in Python",
    Form.RULER,
    benchmark_now.COLUMNS,
    (
        ChartRow(
            ("Python for Data Analysis", 0.71, "competitive, 10 of 14", 0.31, 0.02, 0.2, 14, 681),
            n=681,
            people="skill:=Python",
        ),
        ChartRow(("Statistics", 0.12, "lagging, 2 of 14", -0.4, 0.1, -0.1, 14, 427), n=427, people="skill:=Statistics"),
        ChartRow(("Negotiation", None, "not enough learners", None, None, 0.3, 6, MASKED)),
    ),
    n=811,
    as_of=small.NOW,
)

GAUGE = Chart(
    "utilization",
    "7,640 of 9,500 licenses are used",
    Form.GAUGE,
    (
        ChartColumn("contract", "Contract", Kind.TEXT),
        ChartColumn("utilized", "Utilized", Kind.COUNT, drawn=True),
        ChartColumn("idle", "Idle", Kind.COUNT, drawn=True),
        ChartColumn("reserved", "Reserved", Kind.COUNT, drawn=True),
        ChartColumn("free", "Free", Kind.COUNT, drawn=True),
        ChartColumn("taken", "Taken", Kind.SHARE, steps=(0.75, 0.9, 1.0)),
        ChartColumn("purchased", "Purchased", Kind.COUNT),
    ),
    (
        ChartRow(("Framework 2023–2025", 4_120, 300, 80, 1_000, 4_420 / 5_500, 5_500), n=4_420, people="name:a"),
        ChartRow(("Framework 2026–2028", 30, 9, 1, 0, 1.025, 40), n=39, people="name:b"),
        ChartRow(("Framework 2029–2031", 4_475, 0, 0, 525, 0.895, 5_000), n=4_475, people="name:c"),
        ChartRow(("Framework 2031–2033", 0, 0, 0, 5_000, 0.0, 5_000), n=0),
    ),
    n=8_000,
    as_of=small.NOW,
)

TABLE = Chart(
    "leaderboard",
    "12 learners are intermediate or above; Kovács Ágnes leads",
    Form.TABLE,
    (
        ChartColumn("rank", "Rank", Kind.COUNT),
        ChartColumn("name", "Name", Kind.TEXT),
        ChartColumn("skill", "Skill", Kind.TEXT),
        ChartColumn("band", "Band", Kind.BAND),
        ChartColumn("reached", "Reached", Kind.DAY),
    ),
    (
        ChartRow((1, "Kovács Ágnes", "Python", "advanced", "2026-02-03"), n=None, people="email:agnes"),
        ChartRow((2, "田中 花子", "Python", "intermediate", "2025-11-30"), n=None, people="email:hanako"),
    ),
    n=12,
    as_of=small.NOW,
)

TREE = Chart(
    "glossary",
    "3 domains, 18 competencies, 240 skills",
    Form.TREE,
    (
        ChartColumn("domain", "Domain", Kind.TEXT),
        ChartColumn("competency", "Competency", Kind.TEXT),
        ChartColumn("skills", "Skills", Kind.TEXT),
    ),
    (
        ChartRow(("Business", "Leadership", "delegation, feedback, coaching")),
        ChartRow(("Business", "Finance", "budgeting, forecasting")),
        ChartRow(("Data Science", "Statistics", "regression, sampling, inference")),
    ),
    n=811,
    as_of=small.NOW,
)

TILES = Chart(
    "home-summary",
    "48,210 enrollments since 1 Jan 2026",
    Form.TILES,
    (
        ChartColumn("figure", "Figure", Kind.TEXT),
        ChartColumn("total", "Total", Kind.COUNT, drawn=True),
        ChartColumn("gained", "in 30 days", Kind.COUNT),
    ),
    (
        ChartRow(("Enrollments", 48_210, 1_204), n=700, people="enrolled>0"),
        ChartRow(("Learning hours", 131_904, 4_410), n=700, people="hours>0"),
        ChartRow(("Lessons taken", 612_377, None), n=700),
    ),
    n=811,
    as_of=small.NOW,
)

EMPTY = replace(
    BARS, rows=(), n=0, title="Nothing to count yet", notes=("No attempts yet: I on Home imports gradebooks.",)
)

CHARTS = (LINES, BARS, STACKED, RULER, GAUGE, TABLE, TREE, TILES)
