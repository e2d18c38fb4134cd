"""Permissions: who may do what, within which programs, and the keys that sign them in over SSH."""

import asyncio
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal import administrators, keys
from tui_admin.portal.administrators import Administrator
from tui_admin.portal.keys import Key
from tui_admin.rules.addresses import canonical
from tui_admin.rules.errors import UsageError
from tui_admin.rules.roles import Role
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import shown

from .base import ConsoleScreen
from .permission_tables import Listed, ListSuggester, administrator_columns, key_columns, listed, told
from .styles import style

_NO_KEYS = ("No key signs them in over SSH.", "r registers one: paste the line of a file that ends in .pub.")
_WRITING = ("add", "programs", "everything", "add_key", "remove")


class PermissionsScreen(ConsoleScreen):
    """`permissions`: administrators above, the keys of the one under the cursor below."""

    HELP_TEXT = "Who may do what: organization admins everything, program admins their programs; and their SSH keys."
    FOLLOWS = True
    CSS_PATH: ClassVar = style("permissions")
    OFFERS: ClassVar = (
        Command(
            "add-administrator",
            "a",
            "add",
            "Add an administrator",
            "Let somebody act, by any e-mail address.",
            "add",
            rank=2,
        ),
        Command(
            "choose-programs",
            "p",
            "programs",
            "Choose programs",
            "Choose the programs of this program admin.",
            "programs",
            rank=2,
        ),
        Command(
            "give-everything",
            "o",
            "everything",
            "Make organization admin",
            "Make this program admin an organization admin.",
            "all rights",
        ),
        Command(
            "add-key", "r", "add_key", "Register a key", "Register a public key of this administrator.", "key", rank=2
        ),
        Command(
            "take-rights",
            "x",
            "remove",
            "Remove",
            "Remove the administrator or key under the cursor.",
            "remove",
            rank=3,
        ),
    )
    BINDINGS = bindings(OFFERS)

    def body(self) -> ComposeResult:
        """Administrators above keys."""
        columns = administrator_columns(self.session.clock(), self.console.program_name)
        yield FigureTable(
            columns, anchored=True, waiting="Reading …", identity=attrgetter("email"), id="administrators"
        )
        yield Line("keys-of")
        yield FigureTable(
            key_columns(self.session.clock(), self.console.facts.zone),
            waiting="",
            identity=attrgetter("fingerprint"),
            id="owned",
        )

    def crumbs(self) -> tuple[str, ...]:
        """Permissions."""
        return ("Permissions",)

    def on_mount(self) -> None:
        """Read."""
        super().on_mount()
        people, owned = self._people, self._owned
        people.below, owned.above = owned, people
        people.focus()
        self.reload()

    def reload(self) -> None:
        """Read again."""
        self.in_thread(partial(listed, self.session.store, self.session.actor), self._show)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is written to a store opened to read only; programs are chosen for those who have single ones."""
        if action in _WRITING and self.session.read_only:
            return False
        if action in ("programs", "everything") and self.is_mounted:
            current: Listed | None = self._people.current
            return current is not None and current.role is Role.PROGRAM
        return True

    @property
    def _people(self) -> FigureTable:
        return self.query_one("#administrators", FigureTable)

    @property
    def _owned(self) -> FigureTable:
        return self.query_one("#owned", FigureTable)

    @property
    def _chosen(self) -> Listed:
        found: Listed | None = self._people.current
        if found is None:
            raise UsageError("There is no administrator here. a adds one.")
        return found

    def _show(self, rows: list[Listed]) -> None:
        self._people.styles.height = len(rows) + 1
        self._people.show(rows, empty=("There is no administrator.", "a adds one."))

    @on(FigureTable.Moved, "#administrators")
    def _of_another(self, event: FigureTable.Moved) -> None:
        row: Listed | None = event.row
        whose = "" if row is None else f" Keys of {row.email}"
        self.query_one("#keys-of", Line).show(Content.assemble((whose, "$console-muted")))
        self._owned.show(() if row is None else row.keys, empty=_NO_KEYS)
        self.offer_keys()

    @on(FigureTable.Opened, "#administrators")
    def _whole(self, event: FigureTable.Opened) -> None:
        row: Listed = event.row
        self.say(f"{row.email}: {told(row)}, added by {row.administrator.added_by}")

    @on(FigureTable.Opened, "#owned")
    def _whole_key(self, event: FigureTable.Opened) -> None:
        key: Key = event.row
        self.say(f"{key.type} {key.fingerprint} {key.comment}")

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_add(self) -> None:
        """Ask for an address and for what they may do, show it as it is compared, and add them."""
        typed = await self.status.ask_text("Add whom? Their e-mail address:")
        if typed is None:
            return
        address = canonical(typed)
        answers = (Answer("o", "organization admin"), Answer("p", "single programs"), Answer("n", "nobody", safe=True))
        answer = await self.status.ask(f"{shown(address)} is to be", answers)
        if answer == "n":
            return
        chosen = await self._ask_programs(address, ()) if answer == "p" else ()
        if chosen is None:
            return
        what = f"program admin of {', '.join(chosen)}" if chosen else "organization admin, with all rights"
        if await self._agreed(f"Make {shown(address)} {shown(what)}?", "add"):
            await self._write(partial(administrators.add, email=typed, programs=chosen))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_programs(self) -> None:
        """Ask for the programs of the program admin under the cursor."""
        row = self._chosen
        chosen = await self._ask_programs(row.email, row.programs)
        if chosen is None:
            return
        if await self._agreed(f"{shown(row.email)}: {shown(_changes(row.administrator, chosen))}?", "change"):
            assign = partial(administrators.assign, email=row.email, programs=chosen, seen=row.programs)
            await self._write(assign)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_everything(self) -> None:
        """Make the program admin under the cursor an organization admin."""
        row = self._chosen
        if await self._agreed(f"Make {shown(row.email)} organization admin, with all rights?", "give all rights"):
            await self._write(partial(administrators.add, email=row.email))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_add_key(self) -> None:
        """Ask for the line of a public key of the administrator under the cursor."""
        row = self._chosen
        line = await self.status.ask_text(f"Public key of {shown(row.email)} (paste its line):")
        if line is not None:
            await self._write(partial(keys.add, email=row.email, content=line))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_remove(self) -> None:
        """Remove the key under the cursor, or else the administrator."""
        row, key = self._chosen, self._owned.current
        if self._owned.has_focus and key is not None:
            if await self._agreed(f"Remove the key {shown(key.label)} of {shown(row.email)}?", "remove"):
                await self._write(partial(keys.remove, fingerprint=key.fingerprint))
        elif await self._agreed(f"Remove {shown(row.email)}, {shown(told(row))}?", "remove"):
            await self._write(partial(administrators.remove, email=row.email))

    async def _ask_programs(self, address: str, now: tuple[str, ...]) -> tuple[str, ...] | None:
        """Slugs with blanks between them, those of now offered; None where the person would rather not."""
        slugs = tuple(self.console.facts.programs)
        typed = await self.status.ask_text(f"Programs of {shown(address)}:", " ".join(now), ListSuggester(slugs))
        return None if typed is None else tuple(dict.fromkeys(typed.replace(",", " ").split()))

    async def _agreed(self, question: str, doing: str) -> bool:
        return await self.status.ask(question, (Answer("y", doing), Answer("n", "leave it", safe=True))) == "y"

    async def _write(self, act: Callable[..., str]) -> None:
        session = self.session
        self.say(await asyncio.to_thread(act, session.store, session.actor, now=session.clock()), "success")
        self.reload()
        self.console.changed()


def _changes(before: Administrator, after: tuple[str, ...]) -> str:
    given = [slug for slug in after if slug not in before.programs]
    taken = [slug for slug in before.programs if slug not in after]
    parts = [f"{word} {', '.join(slugs)}" for word, slugs in (("give", given), ("take away", taken)) if slugs]
    return "; ".join(parts) or "change nothing"
