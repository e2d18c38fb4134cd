"""Two courses under way in the small organization, with what is due in them and who handed in."""

from sqlalchemy import insert

from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.tables import assessments, attempts, courses, enrollments

from .conftest import NOW

# id, course, name, weight, days from NOW until it is due
ASSESSMENTS = (
    (1, 1, "Quiz [1]\x1b[2J", 20.0, 2),
    (2, 1, "Practice", 0.0, 1),
    (3, 1, "Exam", None, 10),
    (4, 2, "Essay", 50.0, 3),
    (5, 2, "Missed", 50.0, -1),
)

# membership, course, completed, left
ENROLLMENTS = (
    (1, 1, False, False),
    (2, 1, False, False),  # handed in
    (3, 1, True, False),
    (4, 1, False, False),  # invited only
    (5, 1, False, False),  # removed from the program
    (6, 2, False, True),
    (7, 2, False, False),
)


def add_deadlines(store: Store) -> None:
    """Put them into the store. Within three days something is due for memberships 1 and 7."""
    with store.write() as connection:
        named = [{"id": id, "key": f"c{id}", "name": name} for id, name in ((1, "Statistics"), (2, "Writing"))]
        connection.execute(insert(courses), named)
        for id, course, name, weight, days in ASSESSMENTS:
            values = {"id": id, "course_id": course, "key": f"a{id}", "name": name, "weight": weight}
            connection.execute(insert(assessments).values(deadline=NOW + days * DAY, **values))
        for membership, course, completed, left in ENROLLMENTS:
            values = {"membership_id": membership, "course_id": course, "completed": completed, "removed": left}
            connection.execute(insert(enrollments).values(values))
        connection.execute(insert(attempts).values(membership_id=2, assessment_id=1, attempted_at=NOW - DAY))
