"""What can be done with members of a list. Each act asks first, on the status line, and says what it did."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from pyroaring import BitMap, FrozenBitMap
from textual.suggester import SuggestFromList

from tui_admin.portal import contract_changes, edits, member_lists, members, removal
from tui_admin.portal.mail.audiences import Moments, Selected
from tui_admin.portal.mail.drafts import Draft
from tui_admin.portal.receipts import Receipt, Subject, Verdict
from tui_admin.portal.reports import requests
from tui_admin.rules.errors import UsageError
from tui_admin.rules.filters import ValueRequest
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural

from .lists import ListScreen
from .preview import PreviewScreen
from .saving import ask_path, write_list

_KEEP = Answer("n", "keep", safe=True)
_PREVIEW = Answer("p", "preview")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom an act is for: the marked rows, else the one under the cursor. `hidden` of them the filter hides."""

    ids: BitMap
    hidden: int = 0

    @property
    def aside(self) -> str:
        """` (4 hidden by the filter)`, or nothing."""
        return f" ({self.hidden:,} hidden by the filter)" if self.hidden else ""


class MemberActs:
    """The acts of one list of memberships. `program` is its slug, None for a list over several programs."""

    SUBJECT: ClassVar = Subject.MEMBERSHIP
    """What the list's ids number."""

    def __init__(self, screen: ListScreen, program: str | None) -> None:
        self._screen = screen
        self._program = program

    @property
    def _by(self) -> tuple[Any, Any]:
        return self._screen.session.store, self._screen.session.actor

    def chosen(self) -> Chosen:
        """Whom the next act is for. Raises UsageError where there is nobody."""
        table = self._screen.table
        if table.marked:
            return Chosen(BitMap(table.marked), table.hidden or 0)
        self._screen.bar.demand()
        if self._screen.is_behind:
            raise UsageError("The list is being read for another filter. Try again once it is here.")
        if table.current is None:
            raise UsageError("There is nobody here. space marks a row.")
        return Chosen(BitMap([table.current.id]))

    async def remove(self) -> None:
        """Remove members from their programs, after a question with exact counts."""
        self._may_write()
        chosen = self.chosen()
        now = self._screen.now
        plan = await asyncio.to_thread(removal.plan, *self._by, self._program, chosen.ids, now)
        if not plan.count:
            raise UsageError(f"Nobody to remove: {plan.verdicts.reasons()}.")
        question = f"Remove {plural(plan.count, 'member')}{chosen.aside}? frees {plural(plan.licenses, 'license')}"
        answer = await self._answered(question, (Answer("y", "remove"), Answer("m", "and tell them by mail")), plan)
        if answer == "m":
            args = (*self._by, self._program, chosen.ids, now)
            plan = await asyncio.to_thread(lambda: removal.plan(*args, exit_mail=True))
        if answer:
            await self._apply(lambda clock: removal.apply(*self._by, plan, clock))
        if answer == "m":
            self._screen.console.deliver()

    async def mail_list(self) -> None:
        """Mail a list of the program's members to oneself, as a CSV file."""
        self._may_write()
        names = list(member_lists.LISTS)
        choices = tuple(Answer(str(n), member_lists.LISTS[name][0]) for n, name in enumerate(names, start=1))
        reply = await self._screen.status.ask("Mail yourself which list?", (*choices, Answer("n", "none", safe=True)))
        if not reply.isdecimal():
            return
        asked = member_lists.ready_made(names[int(reply) - 1], self._program)
        at = Moments(self._screen.now, self._screen.session.clock())
        request = await asyncio.to_thread(requests.ask, *self._by, asked, at)
        self._screen.say(request.promise, "success")
        self._screen.console.deliver()

    async def email(self) -> None:
        """Open the wizard on a message to the chosen."""
        from .mail.messages import write_draft

        self._may_write()
        await write_draft(self._screen, Draft(Selected(FrozenBitMap(self.chosen().ids), self.SUBJECT)))

    async def edit(self) -> None:
        """Give people another value of one field."""
        self._may_write()
        chosen = self.chosen()
        words = {word: field for field, word in edits.FIELDS.items()}
        word = await self._screen.status.ask_text("Change which field?", suggester=SuggestFromList(sorted(words)))
        if word is None:
            return
        if word not in words:
            raise UsageError(f"There is no field {word!r}. Fields are {', '.join(words)}.")
        people = plural(len(chosen.ids), "person", "people")
        value = await self._screen.status.ask_text(f"{word} of {people}{chosen.aside}, - for none:")
        if value is None:
            return
        changes = {words[word]: None if value == "-" else value}
        await self._edit(chosen, changes)

    async def _edit(self, chosen: Chosen, changes: Mapping[str, str | None]) -> None:
        plan = await asyncio.to_thread(edits.plan, *self._by, chosen.ids, changes, of=self.SUBJECT)
        if not plan.count:
            raise UsageError(f"Nothing to change: {plan.verdicts.reasons()}.")
        if await self._agreed(plan.summary + ".", Answer("y", "change"), plan):
            await self._apply(lambda clock: edits.apply(*self._by, plan, clock))

    async def change_contract(self) -> None:
        """Move memberships to another contract of their program."""
        self._may_write()
        chosen = self.chosen()
        known = await asyncio.to_thread(self._screen.values, ValueRequest("contract", ""))
        suggester = SuggestFromList([name for name, _ in known], case_sensitive=False)
        name = await self._screen.status.ask_text("Move to which contract?", suggester=suggester)
        if name is None:
            return
        plan = await asyncio.to_thread(contract_changes.plan, *self._by, chosen.ids, name)
        if not plan.count:
            raise UsageError(f"Nobody to move: {plan.verdicts.reasons()}.")
        if await self._agreed(plan.summary + ".", Answer("y", "move"), plan):
            await self._apply(lambda clock: contract_changes.apply(*self._by, plan, clock))

    async def save(self) -> None:
        """Save the marked rows, else the whole list, as a CSV file."""
        screen, table = self._screen, self._screen.table
        screen.bar.demand()
        marked = BitMap(table.marked)
        path = await ask_path(screen, f"{'-'.join(('members', *([self._program] if self._program else [])))}.csv")
        if path is None:
            return
        source: Any = table.source
        people: Iterable[Any]
        if marked:
            people, total = members.rows(*self._by, marked, screen.now), len(marked)
        else:
            people, total = members.stream(*self._by, source.query, source.now), table.count[0]

        def told(number: int) -> None:
            screen.call_later(screen.status.progress, "Saving", number, total, "ctrl+g stops")

        with screen.working() as stopped:
            written = await asyncio.to_thread(write_list, path, people, told, stopped)
        screen.say(f"Saved {plural(written, 'person', 'people')} to {path}", "success")

    async def _agreed(self, question: str, answer: Answer, plan: Any) -> bool:
        return bool(await self._answered(question, (answer,), plan))

    async def _answered(self, question: str, answers: tuple[Answer, ...], plan: Any) -> str:
        """The key of the answer, empty for the safe one; the plan's rows can be looked at before."""
        while True:
            reply = await self._screen.status.ask(question, (*answers, _KEEP, _PREVIEW))
            if reply != _PREVIEW.key:
                return "" if reply == _KEEP.key else reply
            screen = self._screen
            await screen.app.push_screen_wait(PreviewScreen(screen.session, screen.place, question, plan))

    async def _apply(self, write: Callable[[int], Receipt]) -> None:
        receipt = await self._write(write)
        applied = receipt.verdicts.ids(Verdict.APPLY)
        table = self._screen.table
        if receipt.verdicts.subject is Subject.MEMBERSHIP and table.marked:
            table.set_marked(BitMap(table.marked) - applied)
        self._told(receipt)

    async def _write(self, write: Callable[[int], Receipt]) -> Receipt:
        self._screen.status.wait("Writing …")
        try:
            return await asyncio.to_thread(write, self._screen.session.clock())
        finally:
            self._screen.status.wait("")

    def _told(self, receipt: Receipt) -> None:
        reasons = receipt.verdicts.reasons()
        text = receipt.summary + (f" ({reasons})" if reasons else "")
        self._screen.say(text, "success", receipt.entry_id)
        self._screen.reload()
        self._screen.console.changed()

    def _may_write(self) -> None:
        if self._screen.session.read_only:
            raise UsageError("This console was opened with --read-only: nothing can be changed.")
