"""What a check of `doctor` found."""

from dataclasses import dataclass
from enum import StrEnum


class Finding(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was found, and what to do where it is not well."""

    name: str
    finding: Finding
    found: str
    advice: str = ""
