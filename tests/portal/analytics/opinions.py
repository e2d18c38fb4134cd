"""Feedback for demos of a few hundred people, of whom too few give any."""

from sqlalchemy import insert

from tests.demo.organizations import AT
from tests.portal.analytics import plain
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.tables import feedback


def give(store: Store) -> None:
    """Everybody with an enrollment says what they think of the first and of its program, some two or three times."""
    facts = plain.enrollments(store, removed=True).drop_duplicates("membership_id")
    with store.write() as connection:
        for number, fact in enumerate(facts.itertuples()):
            for back in range(1 + number % 3):
                said = {"membership_id": fact.membership_id, "given_at": AT - (back * 20 + 1) * DAY}
                rows = [
                    {**said, "course_id": fact.course_id, "stars": 1 + (number * 7 + back) % 5},
                    {**said, "course_id": None, "recommend": (number * 5 + back) % 11},
                ]
                for row in rows:
                    connection.execute(insert(feedback).values(row))
