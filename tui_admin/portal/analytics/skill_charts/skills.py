"""The skills that charts are about, by their position in the columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Row, select

from ....rules.charts import Choice
from ....rules.errors import BadInput
from ....rules.text import clean, fold
from ....store.analytics.columns import Numbers
from ....store.catalogue import former_skill_names
from ....store.tables import skills
from ..making import Material

SHOW = Choice("show", ("top", "all"), "top")
"""How many skills: those that stand first, or every one."""

SEARCH = Choice("skill", (), "")
"""Skills whose names hold a text."""

ONE = Choice("skill", (), "")
"""One skill by name; blank for all of them."""

TOP = 10
"""How many skills are shown unless all are asked for."""


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill, as people call it and as a filter finds it; whether it stands in for tags that courses lack."""

    id: int
    name: str
    raw: str
    stands_in: bool
    competency: str
    domain: str
    description: str
    former: tuple[str, ...]
    """What it was called before, and what was merged into it."""


class Skills:
    """The skills of the columns by position."""

    def __init__(self, material: Material) -> None:
        (self._ids,) = material.columns.whole("skills", "id")
        rows = {row.id: row for row in material.connection.execute(select(skills))}
        former = former_skill_names(material.connection)
        places = enumerate(self._ids.tolist())
        self._known = {place: _skill(rows[id], former.get(id, ())) for place, id in places if id in rows}

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, place: int) -> Skill:
        return self._known[place]

    def __contains__(self, place: int) -> bool:
        """Whether the skill is still there: one may be gone since it was counted."""
        return place in self._known

    def known(self) -> Iterable[Skill]:
        """All of them."""
        return self._known.values()

    def places(self, values: Numbers) -> list[int]:
        """The skills with a value, the largest first, equal ones by name."""
        found = [place for place in np.flatnonzero(values).tolist() if place in self._known]
        return sorted(found, key=lambda place: (-values[place], self._known[place].name))

    def shown(self, values: Numbers, material: Material) -> list[int]:
        """Of these, those whose name holds the text that was searched for, and not more than were asked for. Raises
        BadInput where no skill's does."""
        text = fold(material.chosen.get("skill", ""))
        if text and not any(text in fold(skill.name) for skill in self.known()):
            raise _no_skill(material)
        found = [place for place in self.places(values) if text in fold(self._known[place].name)]
        return found if material.chosen.get("show") == "all" else found[:TOP]

    def chosen(self, material: Material) -> int | None:
        """The one skill that was chosen; None for all. Raises BadInput where there is none of the name."""
        text = fold(material.chosen.get("skill", ""))
        if not text:
            return None
        near = {skill.name: place for place, skill in self._known.items() if text in fold(skill.name)}
        found = [place for name, place in near.items() if fold(name) == text] or list(near.values())
        if len(found) == 1:
            return found[0]
        several = f" Several hold it: {', '.join(sorted(near)[:TOP])}." if near else ""
        raise _no_skill(material, several)

    def stand_ins(self, places: Sequence[int]) -> tuple[str, ...]:
        """A note where some of the skills stand in for tags."""
        names = [self._known[place].name for place in places if self._known[place].stands_in]
        if not names:
            return ()
        return (f"Courses without skills count for their partner's domain: {', '.join(names)}.",)


def _no_skill(material: Material, several: str = "") -> BadInput:
    return BadInput(f"There is no skill {clean(material.chosen['skill'])!r}.{several}")


def _skill(row: Row[Any], former: Sequence[str]) -> Skill:
    competency, domain, about = (clean(text or "") for text in (row.competency, row.domain, row.description))
    names = tuple(map(clean, former))
    return Skill(row.id, clean(row.name), row.name, row.stand_in, competency, domain, about, names)
