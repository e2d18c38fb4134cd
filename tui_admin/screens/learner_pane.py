"""A learner's page as a widget: the whole screen at 80 columns, the right half of a list from 120 on."""

from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tui_admin.portal import learner, learner_history, learner_skills
from tui_admin.portal.learner import LearnerPage, Opinion
from tui_admin.portal.learner_history import Event
from tui_admin.portal.learner_skills import SkillStanding
from tui_admin.rules.roles import Right
from tui_admin.store.member_rows import MemberRow
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.text import fit

from .base import ConsoleScreen
from .learner_head import LearnerHead
from .learner_skills import skill_columns
from .learner_tables import (
    CourseTable,
    attempt_columns,
    mail_columns,
    mail_summary,
    opinion_columns,
    program_columns,
)
from .learner_timeline import history_columns, history_rows

_SECTIONS = (
    ("attempts", "a", "Attempts"),
    ("skills", "s", "Skills"),
    ("mail", "m", "Mail"),
    ("history", "h", "History"),
    ("programs", "p", "Programs"),
    ("feedback", "f", "Feedback"),
)

_UNRATED = ("Not assessed in any skill yet; gradebooks bring the attempts that skills are rated from.",)

_LEAST_COURSE, _MOST_COURSE = 12, 40
"""Cells from which on, and at most, a course is named in the title of the attempts at it."""


class LearnerPane(Vertical):
    """Who, courses, and below them the attempts at the selected course, the mails, the history or the other
    programs.

    `load` reads a person in a thread; what is shown stays until it is here.
    """

    class Loaded(Message):
        """A person is shown."""

        def __init__(self, page: LearnerPage) -> None:
            super().__init__()
            self.page = page

    class ProgramOpened(Message):
        """Enter was pressed on another program of this person."""

        def __init__(self, member: MemberRow) -> None:
            super().__init__()
            self.member = member

    OFFERS: ClassVar = (
        Command("attempts", "a", "section('attempts')", "Attempts", "The attempts at the course.", "attempts", rank=4),
        Command("skills", "s", "section('skills')", "Skills", "How far this person is in each.", "skills", rank=4),
        Command("mail-sent", "m", "section('mail')", "Mail", "The mails to this person.", "mail", rank=4),
        Command("history", "h", "section('history')", "History", "What happened to this person.", "history", rank=4),
        Command("other-programs", "p", "section('programs')", "Other programs", "Their programs.", "programs", rank=4),
        Command("feedback", "f", "section('feedback')", "Feedback", "What this person thinks.", "feedback", rank=4),
    )
    BINDINGS = bindings(OFFERS)
    DEFAULT_CSS = """
    LearnerPane { height: 1fr; width: 1fr; }
    LearnerPane #courses { height: auto; max-height: 45%; min-height: 2; }
    LearnerPane .rule { height: 1; }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self.page: LearnerPage | None = None
        self._events: tuple[Event, ...] | None = None
        self._skills: tuple[SkillStanding, ...] | None = None
        self._section = "attempts"

    def compose(self) -> ComposeResult:
        """Head, courses, the section's name, its list."""
        yield LearnerHead()
        yield Line("above-courses")
        yield CourseTable("courses")
        yield Line("above-section")
        yield Line("sections")
        yield FigureTable(waiting="Reading …", id="section")

    def on_mount(self) -> None:
        """The cursor goes from one list to the other."""
        courses, section = self.query_one(CourseTable), self._list
        courses.below, section.above = section, courses

    @property
    def _list(self) -> FigureTable:
        return self.query_one("#section", FigureTable)

    @property
    def _screen(self) -> ConsoleScreen:
        return self.screen  # type: ignore[return-value]

    def load(self, *, membership_id: int | None = None, learner_id: int | None = None) -> None:
        """Read a person and show them."""
        if self.page is None:
            self.query_one(LearnerHead).wait("Reading …")
        session, now = self._screen.session, self._screen.now
        read = partial(learner.page, session.store, session.actor, now)
        self._screen.in_thread(partial(read, membership_id=membership_id, learner_id=learner_id), self.show, "learner")

    def show(self, page: LearnerPage) -> None:
        """Show a page; its history follows."""
        if self.page is None or self.page.member.learner_id != page.member.learner_id:
            self._events = self._skills = None
        self.page = page
        now, zone = self._screen.now, self._screen.console.facts.zone
        self.query_one(LearnerHead).tell(page, now, zone)
        courses = self.query_one(CourseTable)
        courses.tell(page, now, zone)
        courses.styles.height = min(max(len(courses.rows), 1) + 1, 9)
        self._show_section()
        self._screen.offer_keys()
        session = self._screen.session
        read = partial(learner_history.events, session.store, session.actor, page.member.id, page.member.learner_id)
        self._screen.in_thread(read, partial(self._show_history, page), "history")
        if session.actor.may(Right.ANALYTICS):
            rated = partial(learner_skills.skills, session.store, session.actor, page.member.learner_id)
            self._screen.in_thread(rated, partial(self._show_skills, page), "skills")
        self.post_message(self.Loaded(page))

    def _show_history(self, page: LearnerPage, events: tuple[Event, ...]) -> None:
        if page is self.page:
            self._events = events
            if self._section == "history":
                self._show_section()

    def _show_skills(self, page: LearnerPage, skills: tuple[SkillStanding, ...]) -> None:
        if page is self.page:
            self._skills = skills
            if self._section in ("history", "skills"):
                self._show_section()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Feedback is offered where there is some, skills to those who may see them."""
        return not parameters or self._offers(str(parameters[0]))

    def _offers(self, section: str) -> bool:
        if section == "skills":
            return self._screen.session.actor.may(Right.ANALYTICS)
        return section != "feedback" or bool(self._opinions)

    @property
    def _opinions(self) -> tuple[Opinion, ...]:
        return self.page.opinions if self.page is not None else ()

    def action_section(self, section: str) -> None:
        """Show another section."""
        self._section = section
        self._show_section()

    def _show_section(self) -> None:
        page = self.page
        if page is None:
            return
        now, zone, table = self._screen.now, self._screen.console.facts.zone, self._list
        self._title()
        if self._section == "history":
            rows = None if self._events is None else history_rows(page, self._events, self._skills or ())
            waiting = ("Reading the journal …",) if rows is None else ("Nothing is known of what happened before.",)
            table.show(rows or (), columns=history_columns(zone), empty=waiting)
        elif self._section == "skills":
            waiting = ("Reading …",) if self._skills is None else _UNRATED
            table.show(self._skills or (), columns=skill_columns(now, zone), empty=waiting)
        elif self._section == "mail":
            empty = ("No mail was sent to this person from here.",)
            table.show(page.mails, columns=mail_columns(zone), empty=empty)
        elif self._section == "feedback":
            table.show(page.opinions, columns=opinion_columns(zone), empty=("This person said nothing yet.",))
        elif self._section == "programs":
            empty = ("In no other program that you may see.",)
            table.show(page.others, columns=program_columns(now), empty=empty)
        else:
            row = self.query_one(CourseTable).current
            found = page.attempts_in(row.course_id) if row is not None and row.course_id is not None else ()
            empty = ("No attempts at this course's assessments are known; gradebooks bring them.",)
            table.show(found, columns=attempt_columns(zone), empty=empty)

    def _title(self) -> None:
        line = self.query_one("#sections", Line)
        course, summary = "", self._mail_summary()
        row = self.query_one(CourseTable).current
        room = line.size.width - self._titled("", "").cell_length
        if row is not None and room > _LEAST_COURSE:
            course = f" at {fit(row.title, min(room - 4, _MOST_COURSE)).rstrip()}"
        titled = self._titled("", course)
        if summary and titled.cell_length + len(summary) <= line.size.width:
            titled = self._titled(summary, course)
        line.show(titled)

    def _mail_summary(self) -> str:
        if self.page is None or not self.page.mails:
            return ""
        return f" ({mail_summary(self.page.mails, self._screen.now, self._screen.console.facts.zone)})"

    def _titled(self, mail: str, course: str) -> Content:
        """The sections, the open one standing out; `mail` follows the name of that of the mails, `course` that of the
        attempts while it is open."""
        parts: list[Content | tuple[str, str] | str] = [" "]
        offered = [one for one in _SECTIONS if self._section == one[0] or self._offers(one[0])]
        for position, (section, key, title) in enumerate(offered):
            parts.append("  ·  " if position else "")
            about = mail if section == "mail" else ""
            if section == self._section:
                parts.append((f"{title}{course if section == 'attempts' else about}", "bold"))
            else:
                parts += [(key, "$console-key"), (f" {title}{about}", "$console-muted")]
        return Content.assemble(*parts)

    def on_resize(self) -> None:
        """Another width, another summary of the mails."""
        if self.page is not None:
            self._title()

    @on(FigureTable.Moved, "#courses")
    def _another_course(self) -> None:
        if self._section == "attempts":
            self._show_section()

    @on(FigureTable.Opened, "#courses")
    def _into_section(self) -> None:
        self.action_section("attempts")
        self._list.focus()

    @on(FigureTable.Opened, "#section")
    def _open_program(self, message: FigureTable.Opened) -> None:
        message.stop()
        if isinstance(message.row, MemberRow):
            self.post_message(self.ProgramOpened(message.row))
        elif isinstance(message.row, Opinion) and message.row.comment:
            self._screen.say(message.row.comment)
