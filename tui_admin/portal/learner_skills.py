"""How one learner stands in each skill. Analytics: for organization admins alone."""

from dataclasses import dataclass
from math import sqrt

from ..rules.roles import Actor, Right
from ..rules.skills.bands import chance
from ..rules.text import clean
from ..rules.times import Instant
from ..store import learner_skills as store_learner_skills
from ..store.engine import Store


@dataclass(frozen=True, slots=True)
class SkillStanding:
    """A learner in a skill. `index` is the result expected at a typical assessment of it, 0..1, and `error` is its
    standard error; None where no assessment tells. `*_at` is when the band, or one above it, was first reached."""

    skill: str
    band: str
    index: float | None
    error: float | None
    attempts: int
    intermediate_at: Instant | None
    advanced_at: Instant | None


def skills(store: Store, actor: Actor, learner_id: int) -> tuple[SkillStanding, ...]:
    """The skills a learner was ever assessed in, the best first; none where nothing was rated yet."""
    actor.require(Right.ANALYTICS)
    with store.read() as connection:
        rows = store_learner_skills.skills_of(connection, learner_id)
    return tuple(
        SkillStanding(
            clean(row["name"]),
            row["band"],
            *_expected(row["rating"], row["difficulty"], row["information"]),
            row["attempts"],
            row["intermediate_at"],
            row["advanced_at"],
        )
        for row in rows
    )


def _expected(rating: float, difficulty: float | None, information: float) -> tuple[float | None, float | None]:
    """The index, and the rating's standard error carried over to it."""
    if difficulty is None:
        return None, None
    index = chance(rating - difficulty)
    return index, index * (1 - index) / sqrt(1 + information)
