"""Skills by what they are called and were called, whatever the case: those stored and those an import brings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from ...rules.text import fold
from ..tables import course_skills, former_skill_names, skills
from .ids import Additions, highest, where_in

Row = dict[str, Any]

_ALL_OF_IT = 1.0
"""The relevance of a skill that is named without one."""


class KnownSkills:
    """The skills that an import's rows mean. `rows` are they by id, `made` those the import brings; `named` and
    `former` are their ids by folded names; `merged` says which id stands for that of a skill which is no more."""

    def __init__(self, connection: Connection, additions: Additions) -> None:
        self._connection, self._additions = connection, additions
        self.rows: dict[int, Row] = {row["id"]: dict(row) for row in connection.execute(select(skills)).mappings()}
        self.named = {fold(row["name"]): id for id, row in self.rows.items()}
        self.former: dict[str, int] = {
            row.folded: row.skill_id
            for row in connection.execute(select(former_skill_names.c.folded, former_skill_names.c.skill_id))
        }
        self.merged: dict[int, int] = {}
        self.made: set[int] = set()
        self._following = highest(connection, skills) + 1

    def find(self, name: str) -> int | None:
        """The skill that is called so, else that was."""
        key = fold(name)
        return self.named.get(key, self.former.get(key))

    def make(self, name: str) -> Row:
        """A skill that the import brings."""
        row: Row = {column.name: None for column in skills.c} | {"id": self._following, "name": name, "stand_in": False}
        self._following += 1
        self.rows[row["id"]] = row
        self.named[fold(name)] = row["id"]
        self.made.add(row["id"])
        self._additions.rows.setdefault(skills.name, []).append(row)
        return row

    def shares(self, told: Sequence[tuple[str, float | None]]) -> dict[int, float]:
        """Relevance by skill, as a row of a course names them; what is named twice counts as it is told highest."""
        found: dict[int, float] = {}
        for name, share in told:
            id = self.find(name)
            _raise(found, self.make(name)["id"] if id is None else id, _ALL_OF_IT if share is None else share)
        return found

    def taught(self, courses: Iterable[int]) -> dict[int, dict[int, float]]:
        """The same as it is stored, by course."""
        found: dict[int, dict[int, float]] = defaultdict(dict)
        for row in where_in(self._connection, course_skills, course_skills.c.course_id, courses):
            id = row["skill_id"]
            _raise(found[row["course_id"]], self.merged.get(id, id), row["relevance"])
        return found

    def count_courses(self, id: int) -> int:
        """How many courses teach a stored skill."""
        query = select(func.count()).select_from(course_skills).where(course_skills.c.skill_id == id)
        return self._connection.execute(query).scalar_one()


def _raise(found: dict[int, float], id: int, share: float) -> None:
    found[id] = max(found.get(id, 0.0), share)
