"""One learner on a page of their own, reached with enter from a list and left with esc to the same row."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult

from tui_admin.rules.roles import Right
from tui_admin.widgets.commands import bindings

from .base import ConsoleScreen
from .learner_pane import LearnerPane
from .learner_tables import CourseTable
from .person.acts import ACTIONS, COMMANDS, PersonActs
from .place import Place
from .styles import style


class LearnerScreen(ConsoleScreen):
    """`programs/SLUG/members/ID` shows a membership; `users/ID`, and an id under a chart's people, a learner."""

    HELP_TEXT = "One person: what puts them at risk, their courses, every attempt, mails and history."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("learner")
    OFFERS: ClassVar = COMMANDS
    BINDINGS = bindings(OFFERS)

    def body(self) -> ComposeResult:
        """The pane, alone."""
        yield LearnerPane("learner")

    def crumbs(self) -> tuple[str, ...]:
        """The way here, and the person's name once it is read."""
        page = self.query_one(LearnerPane).page
        name = page.member.name or page.member.email if page else "…"
        if self.place.tab != "programs":
            return ("Users" if self.place.tab == "users" else "Analytics", name)
        return ("Programs", page.member.program_name if page else self.place.segments[1], name)

    def on_mount(self) -> None:
        """Read the person."""
        super().on_mount()
        self.query_one(CourseTable).focus()
        self.reload()

    def reload(self) -> None:
        """Read the person again."""
        number = int(self.place.segments[-1]) if self.place.segments[-1].isdecimal() else -1
        if self.place.tab == "programs":
            self.query_one(LearnerPane).load(membership_id=number)
        else:
            self.query_one(LearnerPane).load(learner_id=number)

    def on_learner_pane_loaded(self) -> None:
        """The name is known."""
        self.locate()

    def on_learner_pane_program_opened(self, message: LearnerPane.ProgramOpened) -> None:
        """The same person in another program."""
        member = message.member
        self.console.go(Place(("programs", member.program, "members", str(member.id))))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """All that is held of a person is for organization admins."""
        return action not in ACTIONS or (self.session.actor.may(Right.ERASE) and not self.session.read_only)

    @property
    def _acts(self) -> PersonActs:
        return PersonActs(self, self.query_one(LearnerPane).page)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_new_address(self) -> None:
        """Give this person another address."""
        await self._acts.change_address()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_merge_person(self) -> None:
        """Make another record part of this one."""
        await self._acts.merge()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_export_person(self) -> None:
        """Save all that is held of this person."""
        await self._acts.export()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_erase_person(self) -> None:
        """Erase this person for good."""
        await self._acts.erase()
