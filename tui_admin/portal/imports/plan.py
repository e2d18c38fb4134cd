"""What an import is asked to do, what it would do, and what it did."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...reports.limits import Limits
from ...reports.readers import Refusal
from ...rules.errors import BadInput
from ...rules.times import Instant
from ...store.imports.names import Merging, Renaming


class NeedsTarget(BadInput):
    """A gradebook names neither its program nor its course: the request has to."""


@dataclass(frozen=True)
class ImportRequest:
    """The files to import, in order. `program` (slug) and `course` (id) are for gradebooks that name neither. `clock`
    is the moment of asking: what files date later than it does not make them newer than others. `limits` are what the
    files may grow to while they are unpacked. With `catalogue` nothing but parts of a course catalogue is taken."""

    paths: Sequence[Path]
    program: str | None = None
    course: str | None = None
    clock: Instant | None = None
    limits: Limits = field(default_factory=Limits)
    catalogue: bool = False


@dataclass(frozen=True)
class Progress:
    """What an import is at: `done` of `total` (bytes read, or steps), `total` None where that is unknown."""

    phase: str
    done: int
    total: int | None = None


@dataclass(frozen=True)
class Counts:
    """What becomes of rows."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )

    def to_json(self) -> dict[str, int]:
        """As `import --json` prints it."""
        return {"new": self.new, "changed": self.changed, "unchanged": self.unchanged, "refused": self.refused}


@dataclass(frozen=True)
class Notice:
    """Something to know of a file that refuses no row, in the shape of a refusal. `line`, `column` and `value` say
    where it lies; None and blank where it is of the whole file."""

    reason: str
    line: int | None = None
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class FilePlan:
    """One table of the files given. `moment` is the stamp in its name, else the newest activity inside. `refusals` and
    `warnings` may hold fewer than there are; `rows.refused` counts all that was refused, and a last warning says how
    many there are more."""

    name: str
    kind: str
    variant: str
    moment: Instant | None
    rows: Counts
    unknown_columns: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Notice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As `import --json` prints it."""
        return {
            "name": self.name,
            "kind": self.kind,
            "variant": self.variant,
            "rows": self.rows.to_json(),
            "unknown_columns": list(self.unknown_columns),
            "refusals": [_told(one) for one in self.refusals],
            "warnings": [_told(one) for one in self.warnings],
        }


def _told(one: Refusal | Notice) -> dict[str, Any]:
    return {"line": one.line, "column": one.column, "value": one.value, "reason": one.reason}


@dataclass(frozen=True)
class Creates:
    """What an import makes because the store lacks it, by the names people know it by."""

    programs: tuple[str, ...] = ()
    contracts: tuple[str, ...] = ()
    courses: tuple[str, ...] = ()
    specializations: tuple[str, ...] = ()
    assessments: int = 0
    skills: int = 0
    people: int = 0


@dataclass(frozen=True)
class ImportPlan:
    """What an import would do to each file's rows (`applied` False) or did (`applied` True, with its journal entry).
    `renamings` and `mergings` are also told among the warnings of the files."""

    files: tuple[FilePlan, ...]
    creates: Creates = field(default_factory=Creates)
    renamings: tuple[Renaming, ...] = ()
    mergings: tuple[Merging, ...] = ()
    applied: bool = False
    entry: int | None = None

    @property
    def totals(self) -> Counts:
        """The rows of all files."""
        return sum((file.rows for file in self.files), Counts())

    @property
    def matters(self) -> bool:
        """Whether importing changes anything a person can see."""
        return bool(self.totals.new or self.totals.changed or self.renamings)

    def to_json(self) -> dict[str, Any]:
        """As `import --json` prints it."""
        files = [file.to_json() for file in self.files]
        return {"applied": self.applied, "files": files, "totals": self.totals.to_json()}


ImportReceipt = ImportPlan
