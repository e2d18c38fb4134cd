"""Lists of people, made on the spot and read whole."""

from dataclasses import dataclass
from pathlib import Path

from tui_admin.reports.people_files import INVITATIONS, Columns, Given, PeopleFile, open_people
from tui_admin.reports.tables import Refusal

HEADER = "Full Name,Email,External ID\n"


@dataclass
class Read:
    """What came out: the file as it was told, its records by line and field, and the broken ones."""

    file: PeopleFile
    rows: dict[int, dict[str, str]]
    broken: list[Refusal]

    @property
    def people(self) -> list[tuple[str, str, str]]:
        """Name, address and external id of each record, in file order."""
        return [(row["name"], row["email"], row["external_id"]) for row in self.rows.values()]


def read(content: str | bytes | Path, columns: Columns = INVITATIONS, size: int = 5_000) -> Read:
    """A list of people, read to its end."""
    given = Given.file(content) if isinstance(content, Path) else Given.text("list.csv", content)
    rows: dict[int, dict[str, str]] = {}
    broken: list[Refusal] = []
    with open_people(given, columns) as file:
        for block in file.blocks(size):
            for line, cells in zip(block.lines, block.rows, strict=True):
                rows[line] = {field: cells[column] for field, column in file.fields.items()}
            broken += block.broken
    return Read(file, rows, broken)
