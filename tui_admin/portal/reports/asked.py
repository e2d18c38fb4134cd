"""What report somebody asks for, as a value that a store can keep until it is made."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from ...rules.errors import BadInput


class ReportKind(StrEnum):
    """The email report of members, usage and specializations; the gradebook of a course; the member report alone."""

    EMAIL = "email"
    GRADEBOOK = "gradebook"
    MEMBERS = "members"


class Form(StrEnum):
    """How a report is written: as CSV (several in a zip), or as one workbook."""

    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as it was asked for: of one program by slug (None: all that the asker may see), of the memberships that
    a filter finds (`where`, as typed; blank: all), and for a gradebook of which course, by its id.

    `raw` leaves cells as they are that a spreadsheet would run as formulas.
    """

    kind: ReportKind
    program: str | None = None
    where: str = ""
    course: str | None = None
    form: Form = Form.CSV
    raw: bool = False

    @property
    def packed(self) -> bool:
        """Whether the file is an archive or a workbook rather than text."""
        return self.form is Form.XLSX or self.kind is not ReportKind.MEMBERS

    def to_json(self) -> str:
        """As one line of text, from which `from_json` makes the same."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Asked":
        """What `to_json` wrote. Raises BadInput for anything else."""
        try:
            values = json.loads(text)
            return cls(**values | {"kind": ReportKind(values["kind"]), "form": Form(values["form"])})
        except (ValueError, TypeError, LookupError) as error:
            raise BadInput("What the store holds of this report cannot be read; ask for it anew.") from error
