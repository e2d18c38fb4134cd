"""The lists of a learner's page as data: courses, attempts, mails, feedback, other programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from tui_admin.portal.learner import Attempt, Deadline, Enrollment, LearnerPage, Mail, Opinion, Outcome, Specialization
from tui_admin.rules.mailing import REMINDERS, MailState, Purpose
from tui_admin.rules.times import Instant, to_datetime
from tui_admin.store.member_rows import MemberRow
from tui_admin.widgets.bars import bar, percent
from tui_admin.widgets.columns import Cell, Column, Placed
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.text import ago, fit, moment, number, width_of

from .mail.tables import WORDS, mail_state, titled

_PERCENT_CELLS = 6
_MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A course or a specialization of the page. `course_id` is None for a specialization; `share` is 0 to 1, None where
    unknown."""

    course_id: int | None
    title: str
    share: float | None
    counted: str
    grade: float | None
    done: str
    active_at: Instant | None
    deadline: Deadline | None


def course_rows(page: LearnerPage, now: Instant, zone: tzinfo) -> list[CourseRow]:
    """The courses, then the specializations."""
    return [
        *(_course(enrollment, now, zone) for enrollment in page.enrollments),
        *(_specialization(found, now, zone) for found in page.specializations),
    ]


def _course(row: Enrollment, now: Instant, zone: tzinfo) -> CourseRow:
    share = None if row.progress is None else row.progress / 100
    done = _done(row.completed, row.completed_at, row.removed, now, zone)
    return CourseRow(row.course_id, row.course, share, "", row.grade, done, row.last_activity_at, row.deadline)


def _specialization(row: Specialization, now: Instant, zone: tzinfo) -> CourseRow:
    taken, total = row.completed_courses, row.total_courses
    share = None if taken is None or not total else taken / total
    done = _done(row.completed, row.completed_at, row.removed, now, zone)
    counted = "" if share is None else f"{taken}/{total}"
    return CourseRow(None, f"{row.name} (specialization)", share, counted, None, done, None, None)


def _done(completed: bool, at: Instant | None, removed: bool, now: Instant, zone: tzinfo) -> str:
    if completed:
        return "yes" if at is None else moment(at, now, zone)
    return "left" if removed else "–"


class CourseTable(FigureTable):
    """The courses with a bar for the progress; the deadline's day stays however long the assessment's name is."""

    def __init__(self, id: str) -> None:
        super().__init__(waiting="Reading the courses …", anchored=True, id=id)
        self._now: Instant = 0
        self._zone: tzinfo = UTC

    def tell(self, page: LearnerPage, now: Instant, zone: tzinfo) -> None:
        """Show a page's courses."""
        self._now, self._zone = now, zone
        rows = course_rows(page, now, zone)
        done = max(len("Done"), *(width_of(row.done) for row in rows)) if rows else len("Done")
        columns: tuple[Column[CourseRow], ...] = (
            Column("course", "Course", 18, lambda row: (row.title, ""), "", flex=2, priority=0),
            Column("progress", "Progress", 13, lambda _row: ("", ""), "", flex=1, widest=24, priority=1),
            Column("grade", "Grade", 5, _grade, "", align="right", priority=3),
            Column("done", "Done", done, lambda row: (row.done, ""), "", priority=4),
            Column("active", "Active", 6, lambda row: (ago(row.active_at, now), ""), "", align="right", priority=5),
            Column("deadline", "Next deadline", 16, lambda _row: ("", ""), "", flex=2, widest=36, priority=2),
        )
        empty = ("In no course of this program yet.",)
        self.show(rows, columns=columns, empty=empty)

    def cell(self, row: CourseRow, placed: Placed[CourseRow]) -> tuple[str, str]:
        """Progress and deadline know their width."""
        if placed.column.key == "progress":
            return self._progress(row, placed.width), "muted" if row.share is None else "bar"
        if placed.column.key == "deadline" and row.deadline is not None:
            day = moment(row.deadline.at, self._now, self._zone) + (" !" if row.deadline.overdue else "")
            name = row.deadline.assessment
            room = placed.width - width_of(day) - 1
            name = fit(name, min(room, width_of(fit(name, 200).rstrip())))
            return f"{name} {day}", "warning" if row.deadline.overdue else ""
        return ("–", "muted") if placed.column.key == "deadline" else placed.column.render(row)

    def _progress(self, row: CourseRow, width: int) -> str:
        if row.share is None:
            return "unknown"
        figure = fit(row.counted or percent(row.share), _PERCENT_CELLS, "right")
        return bar(row.share, width - _PERCENT_CELLS - 1) + " " + figure


def _grade(row: CourseRow) -> Cell:
    return (number(row.grade, 1), "") if row.grade is not None else ("–", "muted")


_OUTCOME_STYLES: dict[Outcome, Any] = {Outcome.PASSED: "success", Outcome.FAILED: "warning"}


def attempt_columns(zone: tzinfo) -> tuple[Column[Attempt], ...]:
    """The attempts at one course's assessments."""

    def result(row: Attempt) -> Cell:
        return str(row.outcome), "muted" if row.practice else _OUTCOME_STYLES.get(row.outcome, "muted")

    def note(row: Attempt) -> Cell:
        return ("practice", "muted") if row.practice else ("late" if row.late else "", "warning")

    return (
        Column("assessment", "Assessment", 16, lambda row: (row.assessment, ""), "", flex=1, widest=50, priority=0),
        Column("number", "Try", 3, lambda row: (str(row.number), ""), "", align="right", priority=4),
        Column("when", "When", 17, lambda row: (exact(row.at, zone), ""), "", priority=3),
        Column("score", "Score", 11, _score, "", align="right", priority=2),
        Column("result", "Result", 12, result, "", priority=1),
        Column("note", "", 8, note, "", priority=3),
    )


def _score(row: Attempt) -> Cell:
    if row.score is None:
        return "–", "muted"
    return (f"{_short(row.score)} / {_short(row.max_score)}" if row.max_score is not None else _short(row.score)), ""


def _short(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def mail_columns(zone: tzinfo) -> tuple[Column[Mail], ...]:
    """The mails to the person."""

    def said(row: Mail) -> Cell:
        return "" if row.state is MailState.SENT else row.reply, "muted"

    return (
        Column("when", "When", 17, lambda row: (exact(row.at, zone), ""), "", priority=0),
        Column("mail", "Mail", 18, lambda row: (titled(row.purpose, row.subject), ""), "", flex=2, priority=0),
        Column("state", "State", 19, mail_state, "", priority=1),
        Column("reply", "The server said", 16, said, "", flex=3, priority=2),
    )


def mail_summary(mails: Sequence[Mail], now: Instant, zone: tzinfo) -> str:
    """The last mails of two kinds, and how far the newest got: `invited 1 Feb, reminded 4 Nov: sent`."""
    last: dict[str, Mail] = {}
    for mail in mails:
        last.setdefault(_done_by(mail.purpose), mail)
    told = [f"{word} {moment(mail.at, now, zone)}" for word, mail in list(last.items())[:2]]
    return f"{', '.join(reversed(told))}: {WORDS[mails[0].state]}" if mails else ""


def _done_by(purpose: Purpose) -> str:
    return "invited" if purpose is Purpose.INVITATION else "reminded" if purpose in REMINDERS else "written to"


def opinion_columns(zone: tzinfo) -> tuple[Column[Opinion], ...]:
    """What the person said of courses and of the program."""

    def said(row: Opinion) -> Cell:
        if row.stars is not None:
            return "★" * row.stars + "☆" * (_MOST_STARS - row.stars), ""
        return ("" if row.recommend is None else f"recommends {row.recommend} / 10"), ""

    return (
        Column("when", "When", 17, lambda row: (exact(row.given_at, zone), ""), "", priority=2),
        Column("of", "Of", 14, lambda row: (row.course or "the program", ""), "", flex=1, widest=40, priority=0),
        Column("said", "Said", 18, said, "", priority=0),
        Column("comment", "Comment", 14, lambda row: (row.comment, ""), "", flex=3, priority=1),
    )


def program_columns(now: Instant) -> tuple[Column[MemberRow], ...]:
    """The person's other programs."""
    return (
        Column("program", "Program", 18, lambda row: (row.program_name, ""), "", flex=1, widest=60, priority=0),
        Column("status", "Status", 22, lambda row: (", ".join(row.statuses), ""), "", priority=1),
        Column("enrolled", "Enr", 3, lambda row: (number(row.enrolled), ""), "", align="right", priority=3),
        Column("completed", "Cmp", 3, lambda row: (number(row.completed), ""), "", align="right", priority=3),
        Column("active", "Active", 7, lambda row: (ago(row.last_activity_at, now), ""), "", align="right", priority=2),
    )


def exact(instant: Instant | None, zone: tzinfo) -> str:
    """A moment to the minute: `9 May 2026 14:02`."""
    if instant is None:
        return "–"
    when = to_datetime(instant, zone)
    return f"{when.day} {when:%b %Y %H:%M}"
