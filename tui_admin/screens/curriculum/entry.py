"""A course or a specialization of the catalogue in a few lines."""

from textual.content import Content
from textual.widgets import Static

from tui_admin.portal.catalogue_search import Entry
from tui_admin.widgets.text import number, plural, shown

_SKILLS = 12
"""Skills that are named; how many more there are is told."""
_ROOMY = 12
"""Lines from which on a list stands below its title instead of beside it."""


class EntryDetail(Static):
    """What the catalogue says of one entry, told in as many lines as there are."""

    def __init__(self, id: str) -> None:
        super().__init__("", id=id, markup=False)
        self._entry: Entry | None = None

    def show(self, entry: Entry | None) -> None:
        """Tell of another one; None tells nothing."""
        self._entry = entry
        self._tell()

    def on_resize(self) -> None:
        """Other room, other lines."""
        self._tell()

    def _tell(self) -> None:
        entry = self._entry
        self.update("" if entry is None else entry_content(entry, roomy=self.size.height >= _ROOMY))


def entry_content(entry: Entry, *, roomy: bool) -> Content:
    """Name, facts, where it is already, its courses, its skills; `roomy` gives each course a line of its own."""
    parts: list[Content | tuple[str, str] | str] = [
        (shown(entry.name), "bold"),
        "\n",
        (_facts(entry), "$console-muted"),
    ]
    if entry.collections:
        parts += ["\n", (f"Already in {shown(', '.join(entry.collections))}", "$console-warning")]
    if entry.courses:
        numbered = [f"{place} {shown(name)}" for place, name in enumerate(entry.courses, 1)]
        parts += ["\n\n" if roomy else "\n", ("\n" if roomy else "  ").join(numbered)]
    if entry.skills:
        named = ", ".join(shown(name) for name in entry.skills[:_SKILLS])
        more = f" and {len(entry.skills) - _SKILLS:,} more" if len(entry.skills) > _SKILLS else ""
        parts += ["\n\n" if roomy else "\n", ("Skills ", "$console-muted"), f"{named}{more}"]
    return Content.assemble(*parts)


def _facts(entry: Entry) -> str:
    """Kind, partner, level, workload and public id, as far as they are known, on one line."""
    facts = [plural(len(entry.courses), "course") if entry.kind == "specialization" else "", shown(entry.partner)]
    facts += [shown(entry.level), f"{number(entry.workload_hours)} hours" if entry.workload_hours else ""]
    facts += [shown(entry.key), "" if entry.in_catalogue else "known from a report only"]
    return " · ".join(fact for fact in facts if fact)
