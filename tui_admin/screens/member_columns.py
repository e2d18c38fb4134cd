"""The columns of Members."""

from collections.abc import Callable
from datetime import tzinfo

from tui_admin.portal.members import MemberRow
from tui_admin.rules.times import Instant
from tui_admin.rules.triage import MembershipState, Status
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.text import ago, moment

PROFILE = (
    ("unit", "Unit", "u", "business_unit"),
    ("title", "Title", "l", "job_title"),
    ("type", "Type", "x", "job_type"),
    ("unit2", "Unit 2", "2", "business_unit_2"),
    ("city", "City", "y", "city"),
    ("country", "Country", "o", "country"),
    ("region", "Region", "g", "region"),
    ("manager", "Manager", "b", "manager_name"),
)
"""Key, title, letter and field of the columns that profile fields have in every list of people."""


def member_columns(now: Instant, zone: tzinfo, *, several_programs: bool = False) -> tuple[Column[MemberRow], ...]:
    """All columns, keyed as `portal.members` sorts; `now` is what ages are counted to, `zone` where days begin."""

    def day(value: Instant | None) -> Cell:
        return ("–" if value is None else moment(value, now, zone), "")

    columns = [
        Column[MemberRow]("name", "Name", 18, lambda m: (m.name, ""), "n", flex=2, widest=30, priority=0),
        Column("email", "E-mail", 17, lambda m: (m.email, ""), "m", flex=3, widest=36, cut="middle", priority=2),
        Column("enrolled", "Enr", 3, lambda m: (f"{m.enrolled:,}", ""), "r", align="right", priority=3),
        Column("completed", "Cmp", 3, lambda m: (f"{m.completed:,}", ""), "c", align="right", priority=3),
        Column("active", "Active", 7, lambda m: (ago(m.last_activity_at, now), ""), "a", align="right", priority=1),
        Column("risk", "Why", 18, lambda m: why(m, now), "w", flex=8, priority=1),
        Column("status", "Status", 13, lambda m: (", ".join(m.statuses), ""), "s", flex=1, widest=24, priority=6),
        Column("joined", "Joined", 11, lambda m: day(m.joined_at), "j", align="right", priority=7, shown=False),
        Column("contract", "Contract", 12, lambda m: (m.contract, ""), "t", flex=1, widest=24, priority=8),
        _text("id", "ID", "d", lambda m: m.external_id),
        *(_text(key, title, letter, _field(field)) for key, title, letter, field in PROFILE),
        Column("hours", "Hours", 7, lambda m: (_hours(m.hours), ""), "h", align="right", priority=9, shown=False),
        Column("failed", "Failed", 6, lambda m: (f"{m.failed:,}", ""), "f", align="right", priority=9, shown=False),
        Column("invited", "Invited", 11, lambda m: day(m.invited_at), "i", align="right", priority=9, shown=False),
        Column("removed", "Removed", 11, lambda m: day(m.removed_at), "v", align="right", priority=9, shown=False),
        Column(
            "program", "Program", 14, lambda m: (m.program_name, ""), "p", flex=1, priority=4, shown=several_programs
        ),
    ]
    return tuple(columns)


def why(member: MemberRow, now: Instant) -> Cell:
    """Why somebody needs attention: the at-risk reason, inactivity, or that they are not (or no more) a member."""
    if member.state == MembershipState.INVITED:
        return f"invited {ago(member.invited_at, now)}", "muted"
    if member.state == MembershipState.DELETED_MEMBER:
        return f"removed {ago(member.removed_at, now)}", "muted"
    inactive = Status.INACTIVE in member.statuses
    if member.reason:
        return member.reason + (", inactive" if inactive else ""), "warning"
    return ("inactive" if inactive else "", "")


def _field(name: str) -> Callable[[MemberRow], str]:
    return lambda member: getattr(member, name)


def _text(key: str, title: str, letter: str, value: Callable[[MemberRow], str]) -> Column[MemberRow]:
    return Column(key, title, 12, lambda m: (value(m), ""), letter, flex=1, widest=24, priority=9, shown=False)


def _hours(hours: float | None) -> str:
    return "–" if hours is None else f"{hours:,.1f}"
