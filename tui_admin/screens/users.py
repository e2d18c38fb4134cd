"""Users: every learner the administrator may see, one row each, over all programs."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from pyroaring import BitMap

from tui_admin.portal import users
from tui_admin.portal.members import MemberRow
from tui_admin.portal.receipts import Subject
from tui_admin.portal.users import UserRow, UsersQuery
from tui_admin.widgets.columns import Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.text import plural

from .lists import LIST_COMMANDS, Asked
from .member_acts import MemberActs
from .paths import piped
from .people import PeopleScreen
from .place import Place
from .portal_source import PortalSource
from .saving import ask_path, write_list
from .user_columns import user_columns
from .view_acts import VIEW_COMMANDS

USER_COMMANDS = (
    Command("invite-list", "i", "invite", "Invite", "Invite from a list that names programs.", "invite", rank=6),
    Command("email", "e", "email", "E-mail", "Write a message to the marked people.", "e-mail", "e-mail", rank=4),
    Command("edit", "E", "edit", "Edit a field", "Give the marked people another value of a field.", "edit", rank=6),
    Command("save-list", "w", "save_list", "Save the list", "Save the marked rows, else all, as CSV.", "save", rank=5),
)


class UserActs(MemberActs):
    """The acts of a list whose rows are learners."""

    SUBJECT = Subject.LEARNER

    async def save(self) -> None:
        """Save the marked people, else all of the list, as a CSV file with a row for each of their memberships."""
        screen, table = self._screen, self._screen.table
        screen.bar.demand()
        path = await ask_path(screen, "users.csv", piped("users --format csv > users.csv"))
        if path is None:
            return
        source: Any = table.source
        if table.marked:
            marked = BitMap(table.marked)
            people: Iterable[UserRow] = users.rows(*self._by, marked, screen.now)
        else:
            people = users.stream(*self._by, source.query, source.now)

        def told(number: int) -> None:
            screen.call_later(screen.status.progress, "Saving", number, None, "ctrl+g stops")

        with screen.working() as stopped:
            written = await asyncio.to_thread(write_list, path, _memberships(people), told, stopped)
        screen.say(f"Saved {plural(written, 'membership')} to {path}", "success")


def _memberships(people: Iterable[UserRow]) -> Iterator[MemberRow]:
    for person in people:
        yield from person.memberships


class UsersScreen(PeopleScreen):
    """The third tab; under a chart of Analytics, whom a figure of it is about."""

    KIND = "users"
    LEARNERS = True
    OFFERS = (*LIST_COMMANDS, *USER_COMMANDS, *VIEW_COMMANDS)
    BINDINGS = bindings(OFFERS)
    HELP_TEXT = "Everybody in your programs, one row each: filter, mark, then act; enter opens a person."

    @cached_property
    def acts(self) -> UserActs:
        """What can be done with learners."""
        return UserActs(self, None)

    def crumbs(self) -> tuple[str, ...]:
        """Users, or the people behind a figure of a chart."""
        return ("Analytics", "People behind it") if self.is_behind_figure else ("Users",)

    @property
    def is_behind_figure(self) -> bool:
        """Whether these are the people behind a figure of a chart."""
        return self.place.tab != "users"

    def columns(self) -> Sequence[Column[Any]]:
        """All columns."""
        return user_columns(self.now, by_name=self.is_behind_figure)

    def source(self, asked: Asked) -> PortalSource:
        """Learners over all programs in view."""
        return PortalSource(users, self.session, UsersQuery(asked.tree, asked.sort, asked.descending), self.now)

    def empty(self) -> Sequence[str]:
        """Why nobody is listed."""
        if self.asked.text:
            return super().empty()
        return ("Nobody is in your programs yet.", ":import brings people from a report.")

    def action_invite(self) -> None:
        """Invite from a list."""
        self.console.go(Place(("users", "+invite")))
