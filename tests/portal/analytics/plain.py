"""The facts of a store as pandas reads them from the tables, to count charts a second way."""

import pandas as pd
from sqlalchemy import text

from tui_admin.store.engine import Store

ENROLLMENTS = """
SELECT e.*, m.learner_id, m.program_id, m.state, p.slug AS program, l.country
FROM enrollments e JOIN memberships m ON m.id = e.membership_id JOIN programs p ON p.id = m.program_id
JOIN learners l ON l.id = m.learner_id
"""
MEMBERSHIPS = """
SELECT m.*, p.slug AS program, l.country FROM memberships m JOIN programs p ON p.id = m.program_id
JOIN learners l ON l.id = m.learner_id
"""

ACTIVITY = """
SELECT a.*, l.country FROM activity a JOIN memberships m ON m.id = a.membership_id
JOIN learners l ON l.id = m.learner_id
"""
FEEDBACK = """
SELECT f.*, m.learner_id, m.program_id, m.state, p.name AS program, c.name AS course FROM feedback f
JOIN memberships m ON m.id = f.membership_id JOIN programs p ON p.id = m.program_id
LEFT JOIN courses c ON c.id = f.course_id ORDER BY f.given_at, f.id
"""


def frame(store: Store, query: str) -> pd.DataFrame:
    """The rows of a query."""
    with store.read() as connection:
        result = connection.execute(text(query))
        return pd.DataFrame(result.all(), columns=list(result.keys()))


def enrollments(store: Store, *, removed: bool = False, zone: str = "Europe/Berlin") -> pd.DataFrame:
    """Enrollments with their member; `day` and `end` are days in a time zone, the demo's unless given."""
    found = frame(store, ENROLLMENTS)
    found["day"], found["end"] = (_days(found[name], zone) for name in ("enrolled_at", "completed_at"))
    return found if removed else found[found.state != "DELETED_MEMBER"]


def memberships(store: Store, *, removed: bool = False) -> pd.DataFrame:
    """Memberships with their learner."""
    found = frame(store, MEMBERSHIPS)
    return found if removed else found[found.state != "DELETED_MEMBER"]


def _days(moments: "pd.Series[int]", zone: str) -> "pd.Series[pd.Timestamp]":
    return pd.to_datetime(moments, unit="ms", utc=True).dt.tz_convert(zone).dt.tz_localize(None).dt.floor("D")
