"""What a full roster would change in a program, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .plan import Seats

USUAL_CHANGE = 10.0
"""Percent of the program's people that a roster may change without being told to."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """Somebody that a roster changes, or a row of it that is refused. `line` is None for those it does not name;
    `outcome` is one of `OUTCOMES`."""

    line: int | None
    name: str
    email: str
    external_id: str
    outcome: str
    reason: str


OUTCOMES = ("joins", "leaves", "withdrawn", "changed", "stays", "refused")
"""`withdrawn`: invited, and not on the roster; `stays`: not on it either, but a refused row may be theirs."""


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What a roster would do (or did: `applied`, with its journal entry) to the people of a program: how many there
    are, how many of which outcome, and what share of them that is in percent."""

    name: str
    program: str
    people: int
    rows: int
    counts: Mapping[str, int]
    allowed: float
    seats: tuple[Seats, ...]
    unknown_columns: tuple[str, ...]
    warnings: tuple[str, ...]
    applied: bool = False
    entry: int | None = None
    queued: int = 0
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many people it changes."""
        return sum(self.counts.get(outcome, 0) for outcome in OUTCOMES[:4])

    @property
    def share(self) -> float:
        """What percent of the program's people that is; every change of an empty program is a whole one."""
        return 100 * self.count / self.people if self.people else 100.0 * bool(self.count)

    @property
    def refusal(self) -> str:
        """Why it is not applied, and the way out; empty where it may be."""
        if self.share <= self.allowed:
            return ""
        return (
            f"{self.name} would change {self.share:,.1f} % of the {self.people:,} people of {self.program} "
            f"({self._told}), more than the {self.allowed:g} % allowed. Is it the whole roster, and the right one? "
            f"Then add --allow-change {-(-self.share // 1):.0f}."
        )

    @property
    def summary(self) -> str:
        """`12 join, 3 leave, 1 withdrawn, 40 changed: 4.1 % of 1,366 people; 2 refused`."""
        rest = [f"{number:,} {word}" for word in OUTCOMES[4:] if (number := self.counts.get(word, 0))]
        told = f"{self._told}: {self.share:,.1f} % of {self.people:,} people of {self.program}"
        return "; ".join((told, *rest))

    @property
    def _told(self) -> str:
        words = {"joins": "join", "leaves": "leave", "withdrawn": "withdrawn", "changed": "changed"}
        return ", ".join(f"{self.counts.get(outcome, 0):,} {word}" for outcome, word in words.items())

    def to_json(self) -> dict[str, Any]:
        """As `roster --json` prints it, save refused rows."""
        return {
            "name": self.name,
            "program": self.program,
            "people": self.people,
            "rows": {"total": self.rows, **{outcome: self.counts.get(outcome, 0) for outcome in OUTCOMES}},
            "change_percent": round(self.share, 2),
            "allowed_percent": self.allowed,
            "mailed": self.queued,
            "unknown_columns": list(self.unknown_columns),
            "notes": [*self.warnings, *self.notes],
            "entry": self.entry,
        }
