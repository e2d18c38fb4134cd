"""A taxonomy against the store: which domain and competency each skill is of, and what it was called before.

Who names a former name renames the skill that is called so, or makes it one with the skill of the row where there is
that already: its courses then teach this one, as relevant as the more relevant of the two. A former name stays known,
so that older catalogues which use it mean the same skill.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, update

from ...rules.text import fold
from .. import bulk
from ..tables import course_skills, former_skill_names, skills
from .catalogue_rows import CatalogueRows, Said, Unfit
from .ids import Additions, where_in
from .known_skills import KnownSkills
from .names import Merging, Renaming
from .newest import Newest, Row

_TOLD = ("domain", "competency", "description")
"""What only a taxonomy says of a skill."""


class TaxonomyMerge:
    """The merging of one import's rows of taxonomies: `judge`, then `write`."""

    def __init__(self, connection: Connection, rows: CatalogueRows, newest: Newest) -> None:
        self._connection, self._rows, self._newest = connection, rows, newest
        self._former: dict[str, tuple[str, int]] = {}
        self._own_again: set[str] = set()
        self._merged: Mapping[int, int] = {}
        self.unfit: Sequence[Unfit] = ()

    def judge(self, additions: Additions, known: KnownSkills) -> None:
        """Compare with the store: `known` learns what the rows call skills, and which are one from now on."""
        if not self._rows.skills:
            return
        fitting = _Fitting(self._rows.skills, known)
        self.unfit = fitting.unfit
        for group in self._newest.grouped((fold(said.told["skill"]), said) for said in fitting.rows).values():
            self._judge_skill(group, fitting, additions, known)
        self._count_absent(known)
        self._merged = known.merged

    def write(self) -> None:
        """Put names and merged skills into the store, once the skills are there."""
        _merge(self._connection, self._merged)
        forgotten = former_skill_names.c.folded
        for some in bulk.batched((*self._former, *self._own_again)):
            self._connection.execute(delete(former_skill_names).where(forgotten.in_(some)))
        rows = ((key, name, id) for key, (name, id) in self._former.items())
        bulk.insert_rows(self._connection, former_skill_names, ("folded", "name", "skill_id"), rows)

    def _judge_skill(
        self, group: Sequence[Said], fitting: "_Fitting", additions: Additions, known: KnownSkills
    ) -> None:
        told = group[-1].told["skill"]
        id = fitting.meant(group[-1])
        skill = known.make(told) if id is None else known.rows[id]
        latest = self._newest.latest(group, skill)
        if latest is None:
            return
        before, present, new = skill["name"], self._rows.present[latest.file], id is None
        facts = {name: latest.told[name] for name in _TOLD if name in present} | {"name": told}
        changed = self._newest.fill(additions, skills, skill, facts, latest, new=new)
        former = list(former_names(latest))
        if before != told:
            additions.said.renamings.append(Renaming(latest.file, skills.name, told, before, told, done=True))
            known.named[fold(told)] = known.named.pop(fold(before))
            former += [before] if fold(before) != fold(told) else []
        for name in former:
            changed |= self._remember(name, skill, latest.file, additions, known)
        if known.former.pop(fold(told), None) is not None:
            self._own_again.add(fold(told))
        self._newest.count(latest, new=new, changed=changed)

    def _remember(self, name: str, skill: Row, file: int, additions: Additions, known: KnownSkills) -> bool:
        """Let a name mean a skill from now on, and what was called so be one with it; whether that is new."""
        key, id = fold(name), skill["id"]
        other = known.named.get(key)
        if other is not None:
            del known.named[key]
            known.merged |= {one: id for one, into in known.merged.items() if into == other} | {other: id}
            known.former |= {before: id for before, into in known.former.items() if into == other}
            count = known.count_courses(other)
            additions.said.mergings.append(Merging(file, known.rows[other]["name"], skill["name"], count))
        if known.former.get(key) == id:
            return False
        known.former[key], self._former[key] = id, (name, id)
        return True

    def _count_absent(self, known: KnownSkills) -> None:
        """Count, by file, the skills that it does not name though they are of domains that it names."""
        named: dict[int, set[int | None]] = defaultdict(set)
        domains: dict[int, set[str]] = defaultdict(set)
        for said in self._rows.skills:
            named[said.file].add(known.find(said.told["skill"]))
            domains[said.file] |= {said.told["domain"]} - {None}
        for file, told in named.items():
            kept = known.rows.keys() - told - known.merged.keys()
            self._newest.counts[file]["absent"] += sum(known.rows[id]["domain"] in domains[file] for id in kept)


class _Fitting:
    """Tells the rows that can be taken, `rows`, from those that cannot, `unfit`: a skill named twice in one file, a
    former name that is another skill's, a name that stands in for the skills of untagged courses."""

    def __init__(self, rows: Sequence[Said], known: KnownSkills) -> None:
        self.unfit: list[Unfit] = []
        self._known = known
        self._lines = {fold(said.told["skill"]): said.line for said in reversed(rows)}
        self._claimed: dict[str, tuple[str, int]] = {}
        self.rows = [said for said in self._once(rows) if self._fits(said)]

    def meant(self, said: Said) -> int | None:
        """The skill that a row is about: the one that is called so, else that is called by a former name, else that
        was. None where there is none yet."""
        known = self._known
        if (id := known.named.get(fold(said.told["skill"]))) is not None:
            return id
        keys = [fold(name) for name in former_names(said)]
        found = [known.named[key] for key in keys if key in known.named]
        found += [known.former[key] for key in keys if key in known.former and not self._tells(known.former[key])]
        return next(iter(found), None)

    def _tells(self, id: int) -> bool:
        """Whether a row is about a skill by its name."""
        return fold(self._known.rows[id]["name"]) in self._lines

    def _once(self, rows: Iterable[Said]) -> Iterator[Said]:
        lines: dict[tuple[int, str], int] = {}
        for said in rows:
            name = said.told["skill"]
            line = lines.setdefault((said.file, fold(name)), said.line)
            if line == said.line:
                yield said
            else:
                self._refuse(said, "Skill", name, f"stands at line {line:,} already; a skill has one place: keep one")

    def _fits(self, said: Said) -> bool:
        name, known = said.told["skill"], self._known
        if self._stands_in(name):
            return self._refuse(said, "Skill", name, _STANDS_IN)
        former = known.former.get(fold(name))
        if former is not None and not self._tells(former) and self.meant(said) != former:
            now = known.rows[former]["name"]
            way_out = f"write that, or give {now} as its former name to rename it back"
            return self._refuse(said, "Skill", name, f"is a former name of {now}; {way_out}")
        for other in former_names(said):
            if reason := self._objection(other, said):
                return self._refuse(said, "Former Names", other, reason)
        self._claimed |= {fold(other): (fold(name), said.line) for other in former_names(said)}
        return True

    def _objection(self, former: str, said: Said) -> str | None:
        key = fold(former)
        if self._stands_in(former):
            return _STANDS_IN
        if key in self._lines:
            return f"is a skill of its own at line {self._lines[key]:,}; keep one of the two"
        owner, line = self._claimed.get(key, (None, 0))
        if owner not in (None, fold(said.told["skill"])):
            return f"is a former name of the skill at line {line:,} already; keep one"
        return None

    def _stands_in(self, name: str) -> bool:
        id = self._known.named.get(fold(name))
        return id is not None and self._known.rows[id]["stand_in"]

    def _refuse(self, said: Said, column: str, value: str, reason: str) -> bool:
        self.unfit.append(Unfit(said, column, value, reason))
        return False


_STANDS_IN = "stands in for courses that were given no skills; give it another name"


def former_names(said: Said) -> Iterator[str]:
    """What a row says its skill was called before."""
    own = fold(said.told["skill"])
    yield from (name for name in (said.told["former_names"] or "").split("; ") if name and fold(name) != own)


def _merge(connection: Connection, merged: Mapping[int, int]) -> None:
    """Let courses teach the skill that others were merged into, and drop those."""
    shares: dict[tuple[int, int], float] = {}
    link: Any = course_skills.c
    for row in where_in(connection, course_skills, link.skill_id, (*merged, *merged.values())):
        key = row["course_id"], merged.get(row["skill_id"], row["skill_id"])
        shares[key] = max(shares.get(key, 0.0), row["relevance"])
    for some in bulk.batched((*merged, *merged.values())):
        connection.execute(delete(course_skills).where(link.skill_id.in_(some)))
    rows = ((course, skill, share) for (course, skill), share in shares.items())
    bulk.insert_rows(connection, course_skills, ("course_id", "skill_id", "relevance"), rows)
    for other, skill in merged.items():
        names = update(former_skill_names).where(former_skill_names.c.skill_id == other)
        connection.execute(names.values(skill_id=skill))
    for some in bulk.batched(merged):
        connection.execute(delete(skills).where(skills.c.id.in_(some)))
