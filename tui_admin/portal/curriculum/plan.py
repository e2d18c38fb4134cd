"""What bringing a curriculum in line with a file would do, told thing by thing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...reports.curriculum_files import CurriculumFile

OUTCOMES = ("added", "changed", "moved", "removed", "unchanged", "refused")
"""`changed` is a collection described anew; `moved` stands in another place among what stays."""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A collection or an item that the file names, or that it leaves out: `where` it stands in the file, empty for the
    latter; `item` is empty for a collection; `outcome` is one of `OUTCOMES`."""

    where: str
    collection: str
    item: str
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CurriculumPlan:
    """What a file would do (or did: `entry` is its journal entry) to the curriculum of a program, row by row; `seen` is
    the curriculum that this was said of."""

    file: CurriculumFile
    slug: str
    rows: tuple[PlanRow, ...]
    seen: object
    entry: int | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many rows have each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def count(self) -> int:
        """How many things it changes."""
        return sum(self.counts[outcome] for outcome in OUTCOMES[:4])

    @property
    def summary(self) -> str:
        """`12 added, 3 removed, 40 unchanged`, what there is none of left out."""
        told = [f"{number:,} {outcome}" for outcome, number in self.counts.items() if number]
        return ", ".join(told) or "nothing in it"

    def to_json(self) -> dict[str, Any]:
        """As `curriculum import --json` prints it."""
        rows = [
            {
                "where": row.where or None,
                "collection": row.collection or None,
                "item": row.item or None,
                "outcome": row.outcome,
                "reason": row.reason or None,
            }
            for row in self.rows
        ]
        return {
            "name": self.file.name,
            "program": self.slug,
            "rows": dict(self.counts),
            "changes": [row for row in rows if row["outcome"] not in ("unchanged", "refused")],
            "refusals": [row for row in rows if row["outcome"] == "refused"],
            "notes": list(self.file.warnings),
            "entry": self.entry,
        }
