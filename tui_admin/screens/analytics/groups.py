"""What Analytics holds: its tabs, and the charts of each."""

from dataclasses import dataclass

from ..place import Place
from ..routes import ANALYTICS_TABS


@dataclass(frozen=True, slots=True)
class Entry:
    """A chart by the name that the portal and the command line have for it; `question` is what it answers."""

    chart: str
    title: str
    question: str


@dataclass(frozen=True, slots=True)
class Group:
    """A tab: the segment of its place, and its charts."""

    slug: str
    entries: tuple[Entry, ...]

    @property
    def title(self) -> str:
        """What line 2 calls it."""
        return ANALYTICS_TABS[self.slug]


GROUPS = tuple(
    Group(slug, entries)
    for slug, entries in (
        (
            "activity",
            (
                Entry("activity", "Learner activity", "How many enroll and complete?"),
                Entry("home-funnel", "Funnel", "How far do the invited come?"),
                Entry("home-summary", "Summary", "What does learning add up to?"),
            ),
        ),
        ("feedback", (Entry("feedback", "Learner feedback", "What do learners think of it?"),)),
        (
            "distribution",
            (
                Entry("skill-distribution", "Proficiency by skill", "How far are learners in each skill?"),
                Entry("hours-to-mastery", "Hours to mastery", "How many hours does a band take?"),
            ),
        ),
        (
            "mastery",
            (
                Entry("mastery-over-time", "Mastery over time", "How many reached a band, by when?"),
                Entry("leaderboard", "Leaderboard", "Who is intermediate or advanced?"),
            ),
        ),
        (
            "effort",
            (
                Entry("assessments-total", "Assessments by skill", "How much work is handed in?"),
                Entry("assessments-average", "Assessments per learner", "How much work does a learner hand in?"),
                Entry("hours-average", "Hours per learner", "How long does a learner learn a skill?"),
                Entry("relevant-courses", "Relevant courses", "Which courses teach a skill at a level?"),
                Entry("glossary", "Skills glossary", "Which skills are there?"),
            ),
        ),
        (
            "index",
            (
                Entry("benchmark-now", "Benchmark now", "How do we stand among others?"),
                Entry("benchmark-over-time", "Benchmark over time", "Do we keep up with the others?"),
                Entry("own-ratings", "Own mean ratings", "How good are we in each skill?"),
            ),
        ),
        ("utilization", (Entry("utilization", "License utilization", "How are licenses used?"),)),
    )
)


def chart_place(name: str) -> Place | None:
    """Where a chart is shown; None for a name that is none."""
    for group in GROUPS:
        for at, entry in enumerate(group.entries):
            if entry.chart == name:
                return Place(("analytics", group.slug, *((name,) if at else ())))
    return None
