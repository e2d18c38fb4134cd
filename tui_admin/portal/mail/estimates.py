"""How long a message will take, from what its server is known to take."""

from dataclasses import dataclass

from ...mail.transport import Limits
from ...rules.times import DAY, HOUR, MINUTE, SECOND, Instant


@dataclass(frozen=True, slots=True)
class Estimate:
    """How long all mails of a message take to leave, at the least; None where no limit of the server is known. `why`
    names the limit that decides."""

    length: Instant | None
    why: str = ""

    def __str__(self) -> str:
        if self.length is None:
            return "as fast as the server takes them: no limit of it is known"
        return f"{_span(self.length)} at the least ({self.why})"


def estimate(mails: int, limits: Limits, found: float | None = None) -> Estimate:
    """The time of so many mails. `found` is what the server was found to take, in mails a second.

    A day's quota that is used up rests until the next day.
    """
    known: list[tuple[Instant, str]] = []
    if limits.per_second:
        known.append((round(mails / limits.per_second * SECOND), f"{limits.per_second:g} a second"))
    if limits.per_minute:
        known.append((round(mails / limits.per_minute * MINUTE), f"{limits.per_minute:,} a minute"))
    if found:
        known.append((round(mails / found * SECOND), "as fast as it was found to go"))
    if limits.per_day and mails > limits.per_day:
        known.append(((mails - 1) // limits.per_day * DAY, f"{limits.per_day:,} a day"))
    return Estimate(*max(known)) if known else Estimate(None)


def _span(length: Instant) -> str:
    """`6.9 days`, `2.5 hours`, `3 minutes`, `under a minute`."""
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if length >= size:
            number = f"{length / size:.1f}".removesuffix(".0")
            return f"{number} {unit}{'' if number == '1' else 's'}"
    return "under a minute"
