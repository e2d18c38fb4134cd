"""The arithmetic of a contract's licenses. What occupies and reserves them is counted elsewhere."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

THRESHOLDS = (75, 90, 100)
"""Percents of a contract's licenses whose being taken administrators are alerted to."""

STEPS = tuple(percent / 100 for percent in THRESHOLDS)
"""The same as shares."""


class Standing(StrEnum):
    """Whether a contract's licenses can be used on a day."""

    IN_FORCE = "in force"
    ENDED = "ended"
    AHEAD = "not yet"


def standing(starts_on: date | None, ends_on: date | None, today: date) -> Standing:
    """A contract's standing by its first and last day, which belong to it; a day that is None bounds nothing."""
    if ends_on is not None and ends_on < today:
        return Standing.ENDED
    return Standing.AHEAD if starts_on is not None and starts_on > today else Standing.IN_FORCE


@dataclass(frozen=True, slots=True)
class Licenses:
    """A contract's licenses: `purchased` is None where no one has said yet (known only from an import).

    `occupied` counts learners joined to at least one of the contract's programs, `reserved` those only invited; where
    they are `shared` with programs whose learners are not counted here, nobody can say how many are free.
    """

    purchased: int | None
    occupied: int
    reserved: int = 0
    shared: bool = False

    @property
    def free(self) -> int | None:
        """How many more people may be invited, never below 0; None without a cap, and where that cannot be said."""
        if self.purchased is None or self.shared:
            return None
        return max(0, self.purchased - self.occupied - self.reserved)

    @property
    def over_by(self) -> int:
        """How many learners hold more than was purchased; 0 without a cap."""
        return 0 if self.purchased is None else max(0, self.occupied - self.purchased)

    @property
    def seats(self) -> int | None:
        """How many more learners may join, reserved licenses included, never below 0; None as with `free`."""
        return None if self.purchased is None or self.shared else max(0, self.purchased - self.occupied)

    @property
    def share(self) -> float:
        """How much of what was purchased is occupied, 1 for all; 0 where that is nothing or unknown."""
        return self.occupied / self.purchased if self.purchased else 0.0

    @property
    def reached(self) -> tuple[int, ...]:
        """The `THRESHOLDS` that the number of those occupied reaches; none without a cap."""
        return tuple(percent for percent in THRESHOLDS if self.purchased and self._is_at(percent, self.purchased))

    def _is_at(self, percent: int, purchased: int) -> bool:
        return self.occupied * 100 >= percent * purchased

    def __str__(self) -> str:
        """`4,120 / 5,500`, `4,120 / ?`, `1,204 / 1,200 over by 4`."""
        purchased = "?" if self.purchased is None else f"{self.purchased:,}"
        over = f" over by {self.over_by:,}" if self.over_by else ""
        return f"{self.occupied:,} / {purchased}{over}"
