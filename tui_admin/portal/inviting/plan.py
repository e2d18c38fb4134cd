"""What a list of people asks for, what inviting them would do, and what it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...reports.limits import Limits
from ...reports.people_files import Given
from ...rules.licenses import Licenses
from ...rules.remarks import Remark, Verdict
from .places import Usual


@dataclass(frozen=True, slots=True)
class InviteRequest:
    """The list, the program and contract of rows that name none, and whether to mail the invitations or only make
    them. `limits` are what the list may grow to while it is unpacked."""

    given: Given
    usual: Usual = field(default_factory=Usual)
    mail: bool = True
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a row: the column (empty for the row as a whole), the value in it, and the reason."""

    column: str
    value: str
    reason: str
    remark: Remark

    @property
    def sentence(self) -> str:
        """`Email «jo@exmaple.com» domain looks like example.com`."""
        value = f"«{self.value}» " if self.value else ""
        return f"{self.column} {value}{self.reason}" if self.column else self.reason


@dataclass(frozen=True, slots=True)
class InviteRow:
    """One row of the list. Text is harmless to show; `email` is what was typed; program by slug, contract by name,
    empty where it cannot be told."""

    line: int
    email: str
    name: str
    external_id: str
    program: str
    contract: str
    verdict: Verdict
    told: tuple[Told, ...]

    @property
    def id(self) -> int:
        """The line, by which a table knows the row."""
        return self.line

    @property
    def reason(self) -> str:
        """All that decides the verdict, in words: `Email «…» is empty; already invited`."""
        return "; ".join(one.sentence for one in self.told if one.remark.verdict == self.verdict)


@dataclass(frozen=True, slots=True)
class Seats:
    """A contract's licenses as they are, and how many further ones the list reserves."""

    contract: str
    licenses: Licenses
    reserves: int

    def __str__(self) -> str:
        """`Year 2: 1,153 reserved of 1,320 free (2,000 licenses: 300 occupied, 380 reserved)`."""
        held = self.licenses
        if held.purchased is None:
            return f"{self.contract}: {self.reserves:,} reserved (licenses not known)"
        text = f"{held.purchased:,} licenses: {held.occupied:,} occupied, {held.reserved:,} reserved"
        if held.free is None:
            return f"{self.contract}: {self.reserves:,} reserved ({text} by your programs, which share them)"
        return f"{self.contract}: {self.reserves:,} reserved of {held.free:,} free ({text})"


_WORDS: Mapping[Verdict, str] = {
    Verdict.INVITED: "already invited",
    Verdict.MEMBER: "already members",
    Verdict.REPEATED: "repeated",
    Verdict.REFUSED: "refused",
}


_NUMBERS = {
    "warned": Verdict.WARNED,
    "already_invited": Verdict.INVITED,
    "already_members": Verdict.MEMBER,
    "repeated": Verdict.REPEATED,
    "refused": Verdict.REFUSED,
}


@dataclass(frozen=True, slots=True)
class InvitePlan:
    """What inviting a list would do (or did: `applied`, with its journal entry): rows by verdict, seats by contract."""

    name: str
    counts: Mapping[Verdict, int]
    seats: tuple[Seats, ...]
    unknown_columns: tuple[str, ...]
    warnings: tuple[str, ...]
    mailed: bool
    applied: bool = False
    entry: int | None = None
    queued: int = 0
    notes: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many rows invite somebody."""
        return sum(number for verdict, number in self.counts.items() if verdict.invites)

    @property
    def total(self) -> int:
        """How many rows the list has."""
        return sum(self.counts.values())

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.counts.get(Verdict.REFUSED, 0)

    @property
    def summary(self) -> str:
        """`1,153 would be invited (3 with warnings), 41 already members, 10 refused`."""
        warned = self.counts.get(Verdict.WARNED, 0)
        text = f"{self.count:,} {'invited' if self.applied else 'would be invited'}"
        text += f" ({warned:,} with warnings)" if warned else ""
        rest = (f"{self.counts[verdict]:,} {words}" for verdict, words in _WORDS.items() if self.counts.get(verdict))
        return ", ".join((text, *rest))

    @property
    def numbers(self) -> dict[str, int]:
        """The rows by what becomes of them; those invited with warnings are counted among the invited, too."""
        found = {name: self.counts.get(verdict, 0) for name, verdict in _NUMBERS.items()}
        return {"invited": self.count, **found}

    def to_json(self) -> dict[str, Any]:
        """As `invite --json` prints it, save refused and warned rows."""
        return {
            "name": self.name,
            "rows": self.numbers,
            "mailed": self.queued,
            "unknown_columns": list(self.unknown_columns),
            "notes": [*self.warnings, *self.notes],
            "contracts": [
                {
                    "contract": one.contract,
                    "purchased": one.licenses.purchased,
                    "occupied": one.licenses.occupied,
                    "reserved": one.licenses.reserved,
                    "free": one.licenses.free,
                    "reserves": one.reserves,
                }
                for one in self.seats
            ],
            "entry": self.entry,
        }
