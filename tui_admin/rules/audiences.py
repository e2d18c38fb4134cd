"""Whom a message goes to, as an administrator says it: presets by status, a filter of one's own.

Both are one expression of the filter language, so that an audience finds whom the lists find.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from .errors import BadInput
from .filters import FIELDS, Fields, Node, parse
from .filters.tree import All, Choice, conjunction
from .triage import Status

PRESETS: Mapping[str, tuple[str, tuple[Status, ...]]] = {
    "inactive": ("no activity for 30 days or more", (Status.INACTIVE,)),
    "no-enrollment": ("joined, in no course", (Status.NO_ENROLLMENT,)),
    "none-completed": ("in at least one course, none completed", (Status.ENROLLED,)),
    "at-risk": ("a required assessment overdue or failed", (Status.AT_RISK,)),
    "completed": ("completed at least one course", (Status.COMPLETED,)),
    "invited": ("invited, not joined yet", (Status.INVITED,)),
    "custom": ("everybody who joined, or whom your filter finds", ()),
}
"""Audiences that are there for the choosing: what each is, and the statuses it stands for."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message goes to. `preset` is one of `PRESETS`; `expression`, in the filter language, narrows it."""

    preset: str = "custom"
    expression: str = ""

    def filter(self, fields: Fields = FIELDS) -> Node:
        """All of it as one filter. Raises BadInput for an unknown preset, FilterError for a broken expression."""
        if self.preset not in PRESETS:
            raise BadInput(f"There is no audience {self.preset!r}; choose one of {', '.join(PRESETS)}.")
        chosen = PRESETS[self.preset][1]
        parts: list[Node] = [Choice("status", tuple(map(str, chosen)))] if chosen else []
        own = parse(self.expression, fields)
        parts += [] if isinstance(own, All) else [own]
        return conjunction(tuple(parts)) if parts else All()

    def to_json(self) -> str:
        """As a message keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | None) -> "Audience":
        """Read what `to_json` wrote."""
        given = json.loads(text or "{}")
        return cls(given.get("preset", "custom"), given.get("expression", ""))
