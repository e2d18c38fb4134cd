"""What every kind of file is read into: blocks of records as wide as the header, and the records that broke."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

# How many columns of a record are known by name, for finding the header row and the delimiter.
Recognise = Callable[[Sequence[str]], int]

HEADER_WITHIN = 50  # records that may stand above the header


@dataclass(frozen=True)
class Refusal:
    """One record that was not taken: its line in the file, the column and value at fault, the reason, and the record
    as it was read, so that it can be saved, repaired and imported again."""

    line: int
    column: str
    value: str
    reason: str
    cells: tuple[str, ...]


@dataclass
class Block:
    """Records in file order, each as wide as the header, with the line each begins on; and those that broke."""

    lines: Sequence[int]
    rows: list[list[str]]
    broken: list[Refusal] = field(default_factory=list)


class Table(Protocol):
    """A header and the records under it. `above` is the text that stands over the header, line by line, blank ones left
    out. `blocks` reads from the start at every call."""

    header: tuple[str, ...]
    above: tuple[str, ...]

    def blocks(self, size: int) -> Iterator[Block]:
        """Blocks of about `size` records. Raises BadInput where the file cannot be read on."""


def find_header(records: Sequence[Sequence[str]], recognise: Recognise) -> tuple[int, int]:
    """Which of the first records is the header (the first of those with the most known names), and how many names
    of it are known. With none known it is the first record that is not blank."""
    first = next((i for i, record in enumerate(records) if any(cell.strip() for cell in record)), 0)
    best, known = first, 0
    for index, record in enumerate(records[:HEADER_WITHIN]):
        count = recognise(record)
        if count > known:
            best, known = index, count
    return best, known


def fitted(line: int, cells: list[str], width: int) -> list[str] | Refusal | None:
    """A record made as wide as the header: extra blank cells fall away, a blank record is None, any other misfit is
    refused rather than guessed at."""
    if len(cells) == width:
        return cells
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        return cells[:width]
    reason = f"has {len(cells)} fields, the header has {width}"
    return Refusal(line, "", "", reason, tuple(cells))
