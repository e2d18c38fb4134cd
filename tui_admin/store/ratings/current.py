"""Which ratings count: those of the current run's replay."""

from sqlalchemy import ScalarSelect, select

from ..tables import rating_runs


def current_replay() -> ScalarSelect[int]:
    """The replay whose rows are read; none where nothing was ever rated."""
    return select(rating_runs.c.replay_id).where(rating_runs.c.current).limit(1).scalar_subquery()
