"""The history of reports as data: one line for each, and all that is known of one in words."""

from collections.abc import Callable, Mapping
from datetime import tzinfo

from tui_admin.portal.reports.asked import Form
from tui_admin.portal.reports.requests import Request
from tui_admin.rules.mailing import MailState
from tui_admin.rules.reporting import RequestState
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Cell, Column
from tui_admin.widgets.text import moment, number, plural

from ..mail.tables import TONES, WAITING, WORDS

Named = Callable[[str], str]
"""The name of a program by its slug."""

_STATES: Mapping[RequestState, Cell] = {
    RequestState.REFUSED: ("refused", "error"),
    RequestState.FAILED: ("failed", "error"),
    RequestState.EXPIRED: ("kept no longer", "muted"),
}
_UNITS = ("B", "kB", "MB", "GB")


def report_columns(now: Instant, zone: tzinfo, named: Named) -> tuple[Column[Request], ...]:
    """What, how far, on which programs, for whom, when; rows and size once it is made."""

    def size(row: Request) -> Cell:
        return ("", "") if row.size is None else (told_size(row.size), "muted")

    def when(row: Request) -> Cell:
        return moment(row.requested_at, now, zone), ""

    def rows(row: Request) -> Cell:
        return ("", "") if row.rows is None else (number(row.rows), "")

    return (
        Column("report", "Report", 14, lambda row: (row.title, ""), "", flex=1, widest=34, priority=0),
        Column("on", "On", 12, lambda row: (covered(row, named), ""), "", flex=1, widest=44, priority=1),
        Column("state", "State", 14, state, "", priority=0),
        Column("rows", "Rows", 8, rows, "", align="right", priority=3),
        Column("size", "Size", 7, size, "", align="right", priority=4),
        Column("when", "Asked", 11, when, "", align="right", priority=2),
        Column("for", "For", 12, lambda row: (row.recipient.partition("@")[0], "muted"), "", priority=5),
    )


def state(row: Request) -> Cell:
    """How far a report got, in a word or two."""
    if row.state in _STATES:
        return _STATES[row.state]
    if row.state is RequestState.ASKED:
        return ("waiting", "") if not row.tries else ("tried again", "warning") if row.note else ("being made", "")
    if row.mail is None:
        return "not mailed", "warning"
    if row.mail is MailState.SENT:
        return "mailed", "success"
    return ("made", "") if row.mail in WAITING else (WORDS[row.mail], TONES.get(row.mail, "warning"))


def covered(row: Request, named: Named) -> str:
    """The programs a report is on."""
    slugs = _slugs(row)
    return "all programs" if slugs is None else ", ".join(named(slug) for slug in slugs)


def covers(row: Request, program: str) -> bool:
    """Whether a report is on a program, or on others with it."""
    slugs = _slugs(row)
    return slugs is None or program in slugs


def _slugs(row: Request) -> tuple[str, ...] | None:
    return (row.asked.program,) if row.asked.program else row.programs


def sentence(row: Request, now: Instant, zone: tzinfo, named: Named) -> str:
    """All there is to know of a report."""
    form = " as a workbook" if row.asked.form is Form.XLSX else ""
    where = f", {row.asked.where}" if row.asked.where else ""
    by = "by the schedule" if row.occurrence else f"by {row.requested_by}"
    by += f" for {row.recipient}" if row.recipient != row.requested_by else ""
    parts = [f"The {row.title}{form} on {covered(row, named)}{where}"]
    parts.append(f"asked for {by}, {moment(row.requested_at, now, zone)}")
    if row.made_at is not None:
        parts.append(f"{plural(row.rows or 0, 'row')}, {told_size(row.size or 0)}, {_mailed(row)}")
    elif row.state is RequestState.ASKED:
        parts.append("still to be made")
    if row.downloaded_at is not None:
        fetched = f"fetched {plural(row.downloads, 'time')} by its link"
        parts.append(f"{fetched}, last {moment(row.downloaded_at, now, zone)}")
    if row.kept_until is not None:
        parts.append(f"kept until {moment(row.kept_until, now, zone)}, w saves it")
    return " · ".join(parts) + (f". {row.note}" if row.note else "")


def _mailed(row: Request) -> str:
    return "not mailed" if row.mail is None else f"mail {WORDS[row.mail]}"


def told_size(size: int) -> str:
    """Bytes as a person reads them: `17 kB`, `3.4 MB`."""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit and amount < 10 else f"{amount:.0f} {_UNITS[unit]}"
