"""One learner on a page of their own, reached with enter from a list and left with esc to the same row."""

from typing import ClassVar

from textual.app import ComposeResult

from .base import ConsoleScreen
from .learner_pane import LearnerPane
from .learner_tables import CourseTable
from .place import Place
from .styles import style


class LearnerScreen(ConsoleScreen):
    """`programs/SLUG/members/ID` shows a membership, `users/ID` a learner."""

    HELP_TEXT = "One person: what puts them at risk, their courses, every attempt, mails and history."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("learner")

    def body(self) -> ComposeResult:
        """The pane, alone."""
        yield LearnerPane("learner")

    def crumbs(self) -> tuple[str, ...]:
        """The way here, and the person's name once it is read."""
        page = self.query_one(LearnerPane).page
        name = page.member.name or page.member.email if page else "…"
        if self.place.tab == "users":
            return ("Users", name)
        return ("Programs", page.member.program_name if page else self.place.segments[1], name)

    def on_mount(self) -> None:
        """Read the person."""
        super().on_mount()
        self.query_one(CourseTable).focus()
        self.reload()

    def reload(self) -> None:
        """Read the person again."""
        number = int(self.place.segments[-1]) if self.place.segments[-1].isdecimal() else -1
        if self.place.tab == "users":
            self.query_one(LearnerPane).load(learner_id=number)
        else:
            self.query_one(LearnerPane).load(membership_id=number)

    def on_learner_pane_loaded(self) -> None:
        """The name is known."""
        self.locate()

    def on_learner_pane_program_opened(self, message: LearnerPane.ProgramOpened) -> None:
        """The same person in another program."""
        member = message.member
        self.console.go(Place(("programs", member.program, "members", str(member.id))))
