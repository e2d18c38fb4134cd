"""The columns of Users, keyed as `portal.users` sorts."""

from tui_admin.portal.users import UserRow
from tui_admin.rules.times import Instant
from tui_admin.rules.triage import Status
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.text import ago

from .member_columns import PROFILE

_OF_PERSON = (*PROFILE, ("id", "ID", "d", "external_id"))


def user_columns(now: Instant, *, by_name: bool = False) -> tuple[Column[UserRow], ...]:
    """All columns; `now` is what ages are counted to. Where people are read `by_name`, addresses leave before names are
    cut."""
    name, email = (24, 5) if by_name else (18, 2)
    return (
        Column("name", "Name", name, lambda user: (user.name, ""), "n", flex=3, widest=30, priority=0),
        Column("email", "E-mail", 17, lambda u: (u.email, ""), "m", flex=3, widest=36, cut="middle", priority=email),
        Column("program", "Programs", 12, _programs, "p", flex=5, widest=60, priority=1, sortable=False),
        Column("enrolled", "Enr", 3, lambda user: (f"{user.enrolled:,}", ""), "r", align="right", priority=3),
        Column("completed", "Cmp", 3, lambda user: (f"{user.completed:,}", ""), "c", align="right", priority=3),
        Column("active", "Active", 7, lambda u: (ago(u.last_activity_at, now), ""), "a", align="right", priority=4),
        Column("status", "Status", 12, _statuses, "s", flex=4, widest=36, priority=2, sortable=False),
        Column(
            "risk", "Why", 18, lambda u: (u.reason, "warning"), "w", flex=3, priority=6, sortable=False, shown=False
        ),
        *(_profile(*names) for names in _OF_PERSON),
    )


def _programs(user: UserRow) -> Cell:
    return ", ".join(row.program_name for row in user.memberships), "" if user.memberships else "muted"


def _statuses(user: UserRow) -> Cell:
    shown = [status for status in user.statuses if status != Status.AT_RISK_EVER]
    return ", ".join(sorted(shown, key=lambda status: status != Status.AT_RISK)), (
        "warning" if Status.AT_RISK in shown else ""
    )


def _profile(key: str, title: str, letter: str, field: str) -> Column[UserRow]:
    return Column(key, title, 12, lambda u: (getattr(u, field), ""), letter, flex=1, widest=24, priority=9, shown=False)
