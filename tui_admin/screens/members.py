"""Members of a program: the screen people live in."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual import work

from tui_admin.portal import members
from tui_admin.portal.members import MembersQuery
from tui_admin.widgets.columns import Column
from tui_admin.widgets.commands import Command, bindings

from .commands import REPORT, ROSTER
from .lists import LIST_COMMANDS, Asked
from .member_columns import member_columns
from .people import PeopleScreen
from .place import Place
from .portal_source import PortalSource
from .session import Session
from .view_acts import VIEW_COMMANDS

if TYPE_CHECKING:
    from .member_acts import MemberActs

MEMBER_COMMANDS = (
    Command("email", "e", "email", "E-mail", "Write a message to the marked people.", "e-mail", "e-mail", rank=4),
    Command("remove", "x", "remove", "Remove members", "Remove the marked members.", "remove", rank=3),
    Command("save-list", "w", "save_list", "Save the list", "Save the marked rows, else all, as CSV.", "save", rank=5),
    Command(
        "mail-list",
        "L",
        "mail_list",
        "Mail me a list",
        "Mail yourself one of the program's lists.",
        "list by mail",
        rank=9,
    ),
    Command("edit", "E", "edit", "Edit a field", "Give the marked people another value of a field.", "edit", rank=8),
    Command(
        "change-contract", "C", "change_contract", "Change contract", "Move the marked members to a contract.", rank=8
    ),
)


class MembersScreen(PeopleScreen):
    """The members of one program, with what can be done with them."""

    KIND = "members"
    OFFERS = (*LIST_COMMANDS, *MEMBER_COMMANDS, REPORT, ROSTER, *VIEW_COMMANDS)
    BINDINGS = bindings(OFFERS)
    HELP_TEXT = (
        "Members of a program: filter, mark, then act. Invited and removed people show when the filter names them."
    )

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = self.values_of = place.segments[1]

    @cached_property
    def acts(self) -> "MemberActs":
        """Imported with the first act: opening the list does not need it."""
        from .member_acts import MemberActs

        return MemberActs(self, self.program)

    def crumbs(self) -> tuple[str, ...]:
        """Programs, and which one."""
        return ("Programs", self.console.program_name(self.program))

    def columns(self) -> Sequence[Column[Any]]:
        """All columns."""
        return member_columns(self.now, self.console.facts.zone)

    def source(self, asked: Asked) -> PortalSource:
        """Members of this program."""
        query = MembersQuery(self.program, asked.tree, asked.sort, asked.descending)
        return PortalSource(members, self.session, query, self.now)

    def empty(self) -> Sequence[str]:
        """Why nobody is listed."""
        if self.asked.text:
            return super().empty()
        return ("Nobody is a member of this program yet.", ":import brings people from a report.")

    def action_report(self) -> None:
        """A report of those whom the filter finds."""
        self.bar.demand()
        self.console.go(self.place.child("+report").filtered(self.asked.text))

    def action_roster(self) -> None:
        """Reconcile a roster."""
        self.console.go(Place(("programs", self.program, "+roster")))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_remove(self) -> None:
        """Remove the chosen."""
        await self.acts.remove()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_change_contract(self) -> None:
        """Change the contract."""
        await self.acts.change_contract()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_mail_list(self) -> None:
        """Mail oneself a list."""
        await self.acts.mail_list()
