"""What an import would do, as rows: its files, and the refused rows and remarks of one of them."""

from collections.abc import Sequence

from tui_admin.portal.imports.plan import Creates, FilePlan, ImportPlan, Notice
from tui_admin.reports.readers import Refusal
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.text import number, plural

_NAMED = 3

Note = Notice | Refusal
"""A warning, or a row that was refused."""


def file_columns() -> tuple[Column[FilePlan], ...]:
    """A table of the files given."""

    def count(key: str, title: str, width: int, priority: int) -> Column[FilePlan]:
        def cell(file: FilePlan) -> Cell:
            value = getattr(file.rows, key)
            return number(value), "muted" if not value else "warning" if key == "refused" else ""

        return Column(key, title, width, cell, "", align="right", priority=priority)

    return (
        Column(
            "name",
            "File",
            16,
            lambda file: (file.name.rpartition("/")[2], ""),
            "",
            flex=2,
            widest=44,
            cut="middle",
            priority=0,
        ),
        Column("kind", "Kind", 11, lambda file: (file.kind, ""), "", flex=1, widest=22, priority=1),
        Column("variant", "Variant", 10, lambda file: (file.variant, "muted"), "", flex=1, widest=30, priority=3),
        count("new", "New", 9, 0),
        count("changed", "Changed", 9, 0),
        count("unchanged", "Unchanged", 9, 2),
        count("refused", "Refused", 7, 0),
    )


def note_rows(file: FilePlan) -> list[Note]:
    """The warnings of a file, then its refused rows."""
    found: list[Note] = list(file.warnings)
    if file.unknown_columns:
        found.append(Notice(f"columns left aside: {', '.join(file.unknown_columns)}"))
    found += file.refusals
    rest = file.rows.refused - len(file.refusals)
    if rest > 0:
        found.append(Notice(f"and {rest:,} more rows were refused; w saves them all"))
    return found


def note_columns() -> tuple[Column[Note], ...]:
    """Where, what and why."""

    def line(row: Note) -> Cell:
        if row.line is None:
            return "note", "muted"
        return (f"! {number(row.line)}", "muted") if isinstance(row, Notice) else (number(row.line), "")

    return (
        Column("line", "Line", 7, line, "", align="right", priority=0),
        Column("column", "Column", 10, lambda row: (row.column, ""), "", flex=1, widest=24, priority=2),
        Column("value", "Value", 14, lambda row: (row.value, "warning"), "", flex=1, widest=30, priority=1),
        Column("reason", "Why", 24, lambda row: (row.reason, ""), "", flex=6, priority=0),
    )


def created(creates: Creates, *, applied: bool) -> str:
    """`Will create 28,785 people, 4 programs (A, B, C and 1 more), 2 contracts (…), 22 courses (…)`; or nothing."""
    named = (
        ("program", creates.programs),
        ("contract", creates.contracts),
        ("course", creates.courses),
        ("specialization", creates.specializations),
    )
    parts = [plural(creates.people, "person", "people")] if creates.people else []
    parts += [f"{plural(len(names), word)} ({_some(names)})" for word, names in named if names]
    parts += [plural(creates.assessments, "assessment")] if creates.assessments else []
    parts += [plural(creates.skills, "skill")] if creates.skills else []
    return f"{'Created' if applied else 'Will create'} {', '.join(parts)}" if parts else ""


def _some(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def told(plan: ImportPlan) -> str:
    """`1,204 new, 310 changed, 2 refused`."""
    totals = plan.totals
    parts = [f"{totals.new:,} new", f"{totals.changed:,} changed"]
    parts += [f"{totals.unchanged:,} unchanged"] if totals.unchanged else []
    return ", ".join([*parts, f"{totals.refused:,} refused"])
