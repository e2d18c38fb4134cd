"""The words of reports that are made later, and when they are tried again."""

from enum import StrEnum

from .times import HOUR, MINUTE, Instant


class RequestState(StrEnum):
    """How far a report got that somebody asked for. The file of an expired one is no longer kept."""

    ASKED = "asked"
    MADE = "made"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"


PAUSES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)
"""Time after each try that failed until the next; after one more nobody tries again."""

LONGEST_PAUSE = max(PAUSES)


def pause_after(tries: int) -> Instant | None:
    """How long to wait after so many tries; None where they were the last."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None
