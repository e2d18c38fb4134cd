"""What all acts on one person share: what came of them, and counting in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """What became of an act on one person: the sentence for it, what else to know, and the journal's entry."""

    summary: str
    notes: tuple[str, ...]
    entry_id: int


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 mail`, `1,204 mails`."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
