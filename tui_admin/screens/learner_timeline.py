"""What happened to a learner, as one list: joining, courses, bands, mails, and what was done here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from tui_admin.portal.edits import FIELDS
from tui_admin.portal.learner import LearnerPage
from tui_admin.portal.learner_history import Event
from tui_admin.portal.learner_skills import SkillStanding
from tui_admin.rules.times import Instant
from tui_admin.rules.triage import MembershipState
from tui_admin.widgets.columns import Column

from .learner_tables import exact
from .mail.tables import WORDS, titled


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened, and who did it."""

    at: Instant
    what: str
    who: str = ""


def history_rows(page: LearnerPage, events: tuple[Event, ...], skills: Sequence[SkillStanding]) -> list[HistoryRow]:
    """What happened to this membership and its person, the newest first: as the reports and the journal say, the bands
    they reached, the mails they were sent."""
    told = [HistoryRow(event.at, _told(event), event.actor) for event in events]
    known = {event.at for event in events}
    rows = [HistoryRow(at, word) for at, word in _dates(page, skills) if at is not None and at not in known]
    rows += [
        HistoryRow(mail.at, f"mail: {titled(mail.purpose, mail.subject)}, {WORDS[mail.state]}") for mail in page.mails
    ]
    return sorted(told + rows, key=lambda row: -row.at)


def _dates(page: LearnerPage, skills: Sequence[SkillStanding]) -> Iterator[tuple[Instant | None, str]]:
    member = page.member
    yield from ((member.removed_at, "removed"), (member.joined_at, "joined"), (member.invited_at, "invited"))
    for course in page.enrollments:
        yield course.enrolled_at, f"enrolled in {course.course}"
        yield course.completed_at, f"completed {course.course}"
    for whole in page.specializations:
        yield whole.completed_at, f"completed {whole.name} (specialization)"
    for skill in skills:
        yield skill.intermediate_at, f"reached intermediate in {skill.skill}"
        yield skill.advanced_at, f"reached advanced in {skill.skill}"


def _told(event: Event) -> str:
    before, after = event.before or {}, event.after or {}
    named = [
        f"{word}: {_value(before.get(key))} → {_value(after.get(key))}" for key, word in FIELDS.items() if key in after
    ]
    if "state" in after:
        named = ["removed" if after["state"] == MembershipState.DELETED_MEMBER else "back as a member"]
    text = "; ".join(named) or event.summary
    text = f"undone: {text}" if event.action == "undo" else text
    return f"{text} (undone since)" if event.undone else text


def _value(value: object) -> str:
    return "blank" if value in (None, "") else str(value)


def history_columns(zone: tzinfo) -> tuple[Column[HistoryRow], ...]:
    """When, what, by whom."""
    return (
        Column("when", "When", 17, lambda row: (exact(row.at, zone), ""), "", priority=0),
        Column("what", "What", 24, lambda row: (row.what, ""), "", flex=2, priority=0),
        Column("who", "By", 14, lambda row: (row.who, "muted"), "", flex=1, widest=40, cut="middle", priority=1),
    )
