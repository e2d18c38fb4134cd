"""A program as a learner sees it, drawn in the terminal."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from tui_admin.portal import program_page
from tui_admin.portal.program_page import ProgramPage
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.reading import Reading

from .base import ConsoleScreen
from .page_lines import page_content
from .place import Place
from .session import Session


class ProgramPageScreen(ConsoleScreen):
    """`programs/SLUG/page`, and below the Curriculum tab, to which one goes back from there."""

    HELP_TEXT = "The program as a learner sees it: banner, name, tagline, collections, courses."
    FOLLOWS = True
    AUTO_FOCUS = "Reading"
    OFFERS: ClassVar = (Command("leave-page", "escape,q,p", "up", "Back", "Back to the tab before.", "back", rank=0),)
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1]
        self._page: ProgramPage | None = None

    def crumbs(self) -> tuple[str, ...]:
        """The program, and that this is what learners see."""
        return ("Programs", self.console.program_name(self.program), "As a learner")

    def body(self) -> ComposeResult:
        """The page, scrolled."""
        with Reading():
            yield Static("", id="page", markup=False)

    def on_mount(self) -> None:
        """Read it."""
        super().on_mount()
        self.reload()

    def reload(self) -> None:
        """Read it again; one stays where one has scrolled to."""
        self.in_thread(partial(program_page.read, self.session.store, self.session.actor, self.program), self._show)

    def on_resize(self) -> None:
        """Another width, other lines."""
        if self._page is not None:
            self._show(self._page)

    def action_up(self) -> None:
        """Back to the tab one came from."""
        self.console.go(self.place.parent)

    def _show(self, page: ProgramPage) -> None:
        self._page = page
        width = self.query_one(Reading).scrollable_content_region.width
        self.query_one("#page", Static).update(page_content(page, width))
