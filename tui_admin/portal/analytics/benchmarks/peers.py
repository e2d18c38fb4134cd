"""The benchmarks that ratings here can be compared with, and the reference group that is chosen."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ....reports.benchmark_files import read_document
from ....rules.benchmarks import Benchmark, Entry
from ....rules.charts import Choice
from ....rules.errors import BadInput
from ....rules.text import clean, fold
from ....store import benchmarks as store_benchmarks
from ....store.catalogue import skill_names, skills_by_name
from ... import benchmarks

GROUP = Choice("group", (), "")
"""The reference group, by a text that only its name holds; blank for the one of most skills."""

IMPORT = "Import one that a consortium or publisher made: tui-admin benchmark import FILE."


@dataclass(frozen=True, slots=True)
class Peers:
    """A reference group: what publisher and benchmark call it, and what is known of it by day and then by skill."""

    name: str
    publisher: str
    days: dict[date, dict[str, Entry]]

    @property
    def newest(self) -> date:
        """The newest day that it is known of."""
        return max(self.days)

    @property
    def companies(self) -> int:
        """Of how many companies the newest figures are at most."""
        return max(entry.companies for entry in self.days[self.newest].values())

    def day(self, skill: str) -> date | None:
        """The newest day on which anything is known of a skill."""
        return max((day for day, entries in self.days.items() if skill in entries), default=None)

    def entry(self, skill: str) -> Entry | None:
        """What is known of a skill on that day."""
        day = self.day(skill)
        return None if day is None else self.days[day][skill]


def groups(connection: Connection) -> list[Peers]:
    """All reference groups, those of most skills and then companies first; of one day what was imported last
    counts."""
    method = benchmarks.own_method(connection)
    told = [read_document(text) for text in store_benchmarks.contents(connection, method)]
    present = _present_names(connection)
    several = len({one.publisher for one in told}) > 1
    found: dict[tuple[str, str], dict[date, dict[str, Entry]]] = defaultdict(dict)
    for one in told:
        for group, entries in _by_group(one, present).items():
            name = f"{group} ({clean(one.publisher)})" if several else group
            found[name, clean(one.publisher)].setdefault(one.as_of, {}).update(entries)
    peers = [Peers(name, publisher, days) for (name, publisher), days in found.items()]
    return sorted(peers, key=lambda one: (-len(one.days[one.newest]), -one.companies, one.name))


def chosen(groups: Sequence[Peers], text: str) -> Peers | None:
    """The group of a text; the first where it is blank. Raises BadInput where not just one holds it."""
    if not text.strip():
        return groups[0] if groups else None
    near = [one for one in groups if fold(text) in fold(one.name)]
    same = [one for one in near if fold(one.name) == fold(text)] or near
    if len(same) == 1:
        return same[0]
    names = "; ".join(one.name for one in (near or groups)) or "none"
    raise BadInput(f"There is no one reference group {clean(text)!r}. Known: {names}.")


def others(groups: Sequence[Peers], shown: Peers) -> tuple[str, ...]:
    """A note of the groups that could be chosen instead."""
    names = [one.name for one in groups if one is not shown]
    return (f"Other reference groups: {'; '.join(names)}.",) if names else ()


def left_out(connection: Connection) -> tuple[str, ...]:
    """A note of benchmarks that ratings here cannot be compared with any more."""
    method = benchmarks.own_method(connection)
    count = sum(row.method != method for row in store_benchmarks.listed(connection))
    if not count:
        return ()
    kept = f"{count:,} benchmark{' was' if count == 1 else 's were'}"
    return (f"{kept} made with other parameters than skill-parameters are set to now, and left out.",)


def _present_names(connection: Connection) -> dict[str, str]:
    """What skills are called now by what they are and were called, all folded."""
    names = skill_names(connection)
    return {name: fold(names[id]) for name, id in skills_by_name(connection).items()}


def _by_group(one: Benchmark, present: Mapping[str, str]) -> dict[str, dict[str, Entry]]:
    """The rows by group and by what their skill is called now; a row of that name counts before one of a former."""
    found: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in one.entries:
        told = fold(entry.skill)
        name = present.get(told, told)
        if name == told or name not in found[str(entry.group)]:
            found[str(entry.group)][name] = entry
    return found
