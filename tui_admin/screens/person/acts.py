"""The acts on one person: each shows its plan, asks on the status line, and says what it did."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tui_admin.portal.learner import LearnerPage
from tui_admin.portal.person import addresses, erasing, exporting, merging
from tui_admin.portal.person.acts import Done
from tui_admin.rules.errors import UsageError
from tui_admin.store.member_rows import MemberRow
from tui_admin.widgets.commands import Command
from tui_admin.widgets.status_line import Answer

from ..base import ConsoleScreen
from ..paths import piped
from ..saving import ask_path, write_bytes
from .picking import PersonPickScreen
from .plan import PlanScreen


def _command(act: str, key: str, title: str, help: str) -> Command:
    name = f"{act}-person"
    return Command(name, key, name.replace("-", "_"), title, help, words=f"people {act}", rank=9)


COMMANDS = (
    Command(
        *("new-address", "N", "new_address", "Change the address", "Give this person another address."),
        words="people change-address",
        rank=9,
    ),
    _command("merge", "M", "Merge another record", "Make another record part of this one."),
    _command("export", "O", "Export all that is held", "Save all that is held of this person."),
    _command("erase", "X", "Erase this person", "Erase this person for good."),
)
"""Offered on a person's page to organization admins."""

ACTIONS = frozenset(command.action for command in COMMANDS)

_KEEP, _PLAN = Answer("n", "keep", safe=True), Answer("p", "plan")
_EXPORT_PIPED = piped("people export EMAIL --out - > person.zip")


class PersonActs:
    """The acts on the person of a page."""

    def __init__(self, screen: ConsoleScreen, page: LearnerPage | None) -> None:
        if page is None or not page.member.email:
            raise UsageError("Nothing is held here that could be changed: the person was erased, or is not read yet.")
        self._screen = screen
        self._member: MemberRow = page.member

    @property
    def _by(self) -> tuple[Any, Any]:
        return self._screen.session.store, self._screen.session.actor

    async def change_address(self) -> None:
        """Give the person another address."""
        new = await self._screen.status.ask_text(f"New address of {self._member.name or self._member.email}:")
        if new is None:
            return
        plan = await asyncio.to_thread(addresses.plan_change, *self._by, self._member.email, new)
        if await self._agreed(f"{plan.summary}.", Answer("y", "change"), plan.lines):
            await self._do(lambda clock: addresses.change(*self._by, plan, clock), undoable=True)

    async def merge(self) -> None:
        """Make another record, which is looked for, part of this one."""
        screen, member = self._screen, self._member
        picking: Any = PersonPickScreen(screen.session, screen.place, member.learner_id, member.name or member.email)
        other = await screen.app.push_screen_wait(picking)
        if other is None:
            return
        clock = screen.session.clock()
        plan = await asyncio.to_thread(merging.plan_merge, *self._by, member.email, other, clock)
        if await self._agreed(f"{plan.summary}.", Answer("y", "merge"), plan.lines):
            await self._do(lambda clock: merging.merge(*self._by, plan, clock), undoable=True)

    async def export(self) -> None:
        """Save all that is held of the person as a zip."""
        path = await ask_path(self._screen, f"person-{self._member.learner_id}.zip", _EXPORT_PIPED)
        if path is None:
            return
        args = (*self._by, self._member.email, self._screen.session.clock())
        exported = await asyncio.to_thread(lambda: exporting.export(*args, self._tell))
        await asyncio.to_thread(write_bytes, path, exported.content)
        self._screen.say(f"Saved all that is held of {self._member.name or self._member.email} to {path}", "success")

    async def erase(self) -> None:
        """Erase the person, once their address was typed."""
        email = self._member.email
        plan = await asyncio.to_thread(lambda: erasing.plan_erase(*self._by, email, self._tell))
        await self._show(plan.lines)
        typed = await self._screen.status.ask_text(f"This cannot be undone. Type {plan.person.email} to erase:")
        if typed is None or typed.casefold() != plan.person.email.casefold():
            raise UsageError("Nothing was erased: the address was not typed.")
        await self._do(lambda clock: erasing.erase(*self._by, plan, clock), undoable=False)

    def _tell(self, done: int, total: int) -> None:
        screen = self._screen
        screen.app.call_from_thread(screen.status.progress, "Searching the journal", done, total)

    async def _agreed(self, question: str, answer: Answer, lines: Sequence[str]) -> bool:
        while (reply := await self._screen.status.ask(question, (answer, _KEEP, _PLAN))) == _PLAN.key:
            await self._show(lines)
        return reply == answer.key

    async def _show(self, lines: Sequence[str]) -> None:
        screen = self._screen
        await screen.app.push_screen_wait(PlanScreen(screen.session, screen.place, lines))

    async def _do(self, write: Any, *, undoable: bool) -> None:
        screen = self._screen
        screen.status.wait("Writing …")
        try:
            done: Done = await asyncio.to_thread(write, screen.session.clock())
        finally:
            screen.status.wait("")
        said = f"{done.summary}. {' '.join(done.notes)}" if done.notes else done.summary
        screen.say(said, "success", done.entry_id if undoable else None)
        screen.reload()
        screen.console.changed()
