"""A small catalogue in an organization that has programs: every kind of entry, hostile and wide names, a curriculum."""

from sqlalchemy import insert, text

from tests.small_organization import HOSTILE, LONG
from tui_admin.store.engine import Store
from tui_admin.store.tables import (
    collection_items,
    collections,
    course_skills,
    courses,
    skills,
    specialization_courses,
    specializations,
)

# id, public id, name, partner, level, hours, in a catalogue
COURSES = (
    (101, "py-1", "Python for Everybody", "Aarhus University", "Beginner", 12.0, True),
    (102, "py-2", "Advanced Python", "Aarhus University", "Advanced", 20.5, True),
    (103, "stat", "Statistics with Python", "École Normale", "Intermediate", 30.0, True),
    (104, "hostile", HOSTILE, HOSTILE, HOSTILE, None, True),
    (105, "jp", "日本語でプログラミング", "早稲田大学", "Beginner", 8.0, True),
    (106, "old", "Kópavogur History", "", "", None, False),
    (107, "long", LONG, LONG, "Beginner", 1.0, True),
)

SKILLS = ((1, "Python"), (2, "Data Analysis"), (3, "Probability"), (4, HOSTILE))

# course, skill, relevance
TEACHES = ((101, 1, 0.9), (102, 1, 1.0), (102, 2, 0.25), (103, 3, 0.8), (103, 2, 0.7), (105, 1, 0.5), (104, 4, 0.1))

SPECIALIZATIONS = (
    (101, "py", "Python Path", "Aarhus University", (101, 102, 103)),
    (102, "bare", "Only reported", None, ()),
)


def fill(store: Store) -> None:
    """Put the catalogue into a store; program 1 offers Statistics in one collection, Python Path in two."""
    with store.write() as connection:
        for id, key, name, partner, level, hours, known in COURSES:
            told = {"id": id, "key": key, "slug": f"slug-{key}", "name": name, "partner": partner or None}
            told |= {"level": level or None, "workload_hours": hours, "in_catalogue": known}
            connection.execute(insert(courses).values(**told))
        for id, name in SKILLS:
            connection.execute(insert(skills).values(id=id, name=name))
        for course, skill, relevance in TEACHES:
            connection.execute(insert(course_skills).values(course_id=course, skill_id=skill, relevance=relevance))
        for id, slug, name, partner, inside in SPECIALIZATIONS:
            connection.execute(insert(specializations).values(id=id, slug=slug, name=name, partner=partner))
            for position, course in enumerate(inside, 1):
                place = {"specialization_id": id, "course_id": course, "position": position}
                connection.execute(insert(specialization_courses).values(**place))
        told = ((1, "Start", "Begin here."), (2, "Further [b]on[/b]", None))
        for id, name, description in told:
            place = {"id": id, "program_id": 1, "position": id, "name": name, "description": description}
            connection.execute(insert(collections).values(**place))
        items = ((1, 1, 103, None), (1, 2, None, 101), (2, 1, None, 101))
        for number, (collection, position, course, whole) in enumerate(items, 1):
            item = {"id": number, "collection_id": collection, "position": position}
            connection.execute(insert(collection_items).values(course_id=course, specialization_id=whole, **item))
        if store.dialect == "postgresql":  # ids given by hand do not move the counters
            for table in ("courses", "skills", "specializations", "collections", "collection_items"):
                connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1000)"))
