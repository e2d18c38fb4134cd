"""The lists of a program's members that are there for the asking: each is mailed as a member report."""

from collections.abc import Mapping

from ..rules.errors import BadInput
from ..rules.text import clean, stripped
from . import lookup
from .reports.asked import Asked, ReportKind

LISTS: Mapping[str, tuple[str, str]] = {
    "no-enrollment": ("no enrollments", "status:no-enrollment"),
    "none-completed": ("enrolled with no completions", "status:enrolled"),
    "completed": ("completed at least one course", "status:completed"),
}
"""What each is called, and whom it names."""


def ready_made(name: str, program: str | None) -> Asked:
    """One of `LISTS`, of a program by slug or of all. Raises BadInput for a name that is none of them."""
    if name not in LISTS:
        raise BadInput(
            f"There is no list {clean(name)!r}{lookup.nearest(name, list(LISTS))}; known: {', '.join(LISTS)}."
        )
    return Asked(ReportKind.MEMBERS, program, LISTS[name][1])


def called(where: str) -> str:
    """What the list of those whom a filter finds is called in a mail."""
    known = {expression: title for title, expression in LISTS.values()}
    return known.get(where) or stripped(where) or "all members"
