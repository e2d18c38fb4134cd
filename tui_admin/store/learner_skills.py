"""SQL of the skills of one learner: how they stand in each by the ratings that count."""

from typing import Any

from sqlalchemy import Connection, and_, select

from .ratings.current import current_replay
from .tables import learner_ratings, skill_ratings, skill_references, skills


def skills_of(connection: Connection, learner_id: int) -> list[dict[str, Any]]:
    """A learner's skills, the best rated first; `difficulty` is that of a typical assessment, None where unknown."""
    rated, learner, typical = skill_ratings.c, learner_ratings.c, skill_references.c
    rating = (rated.own + learner.rating).label("rating")
    query = (
        select(
            skills.c.name,
            rating,
            rated.information,
            rated.attempts,
            rated.band,
            rated.intermediate_at,
            rated.advanced_at,
            typical.difficulty,
        )
        .join(skills, skills.c.id == rated.skill_id)
        .join(learner_ratings, and_(learner.replay_id == rated.replay_id, learner.learner_id == rated.learner_id))
        .outerjoin(skill_references, and_(typical.replay_id == rated.replay_id, typical.skill_id == rated.skill_id))
        .where(rated.replay_id == current_replay(), rated.learner_id == learner_id)
        .order_by(rating.desc(), skills.c.name)
    )
    return [dict(row._mapping) for row in connection.execute(query)]
