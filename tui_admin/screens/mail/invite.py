"""Inviting from a list: read beside the store, every row judged and shown, then invited all at once."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult

from tui_admin.portal.inviting.inviting import Inviting, open_inviting
from tui_admin.portal.inviting.plan import InvitePlan
from tui_admin.portal.inviting.rows import RECEIPT
from tui_admin.reports.people_files import TEMPLATE, Given
from tui_admin.reports.writers import write_csv
from tui_admin.rules.errors import BadInput
from tui_admin.widgets.columns import Column
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.editor import Editor
from tui_admin.widgets.shares import Share, ShareTable
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural, shown

from ..paths import piped
from ..place import Place
from ..saving import ask_path
from .invite_tables import InviteRows, row_columns, verdict_shares
from .people_list import CHOOSE_LIST, SAVE_REFUSED_ROWS, SWITCH_MAIL, PeopleListScreen


class InviteScreen(PeopleListScreen):
    """`programs/SLUG/+invite`, and `users/+invite` for lists that name the program themselves."""

    HELP_TEXT = "Invites people from a list: what would become of every row is shown first, then all are invited."
    TOPIC = "invite"
    ASKED_FOR = "Invite from which file? (tab completes)"
    PIPED = "invite - --program SLUG < people.csv"
    NOTHING = "There is nobody to invite: o asks for a list."
    WHY_EMPTY = (
        "No list is chosen yet: o asks for a file, b takes what you paste,",
        "f is a form for one person.",
        f"A list has the columns {', '.join(TEMPLATE)};",
        "Program and Contract may stand beside them.",
        "Nobody is invited before you have seen what would become of every row.",
    )
    OFFERS: ClassVar = (
        CHOOSE_LIST,
        Command("paste-list", "b", "paste", "Paste a list", "Paste or type a list, header first.", "paste", rank=4),
        Command("invite-one", "f", "one", "One person", "Fill in a form for one person.", "one person", rank=4),
        Command("read-paste", "ctrl+n", "read_paste", "Read it", "Read what was pasted.", "read it", rank=0),
        Command("invite-now", "i", "apply", "Invite", "Invite those who can be, after a question.", "invite", rank=1),
        SWITCH_MAIL,
        SAVE_REFUSED_ROWS,
        Command(
            "save-receipt", "R", "receipt", "Save the receipt", "Save what becomes of each row.", "receipt", rank=5
        ),
        Command("leave-invite", "escape,q", "leave_invite", "Back", "Back; what is not invited yet is let go of."),
    )
    BINDINGS = bindings(OFFERS)

    plan: InvitePlan | None

    def beside(self) -> ComposeResult:
        """What is pasted."""
        yield Editor(id="paste")

    def crumbs(self) -> tuple[str, ...]:
        """The program, inviting."""
        return ("Programs", self.console.program_name(self.program), "Invite") if self.program else ("Users", "Invite")

    def on_mount(self) -> None:
        """Nothing is pasted yet."""
        super().on_mount()
        self.query_one("#paste").display = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        can = {
            "receipt": self.plan is not None,
            "read_paste": self.query("#paste") and self.query_one("#paste").display,
            "one": self.program is not None and not self.session.read_only,
        }
        known = self.can(action)
        return bool(can.get(action, True)) if known is None else known

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.plan.refused if self.plan else 0

    def action_leave_invite(self) -> None:
        """Out of what is being pasted; else back to where one came from."""
        if self.query_one("#paste").display:
            self._show_paste(False)
        else:
            self.console.go(Place(self.place.segments[:-1]))

    def action_one(self) -> None:
        """The form for one person."""
        self.console.go(Place((*self.place.segments[:-1], "+person")))

    # --- the list

    def action_paste(self) -> None:
        """Open a field to paste into."""
        self._show_paste(True)

    def _show_paste(self, paste: bool) -> None:
        editor = self.query_one(Editor)
        editor.display = paste
        self.query_one(ShareTable).display = not paste
        if paste:
            editor.value = editor.value or ",".join(TEMPLATE) + "\n"
            editor.move_cursor(editor.document.end)
        (editor if paste else self.query_one(ShareTable)).focus()
        self.call_after_refresh(self.offer_keys)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_read_paste(self) -> None:
        """Read what was pasted."""
        text = self.query_one(Editor).value
        self._show_paste(False)
        await self.read(Given.text("what was pasted", text))

    def opened(self, cancelled: Callable[[], bool]) -> AbstractContextManager[Inviting]:
        """The list staged."""
        by = (self.session.store, self.session.actor)
        return open_inviting(*by, self.request, progress=self.progress, cancelled=cancelled)

    # --- what is shown

    def columns(self) -> Sequence[Column[Any]]:
        """The columns of the list."""
        return row_columns(places=self.program is None)

    def head(self) -> str:
        """Where to, from what, with mail or without."""
        where = self.console.program_name(self.into) if self.into else "the programs that the list names"
        name = f" · {shown(self.plan.name)}, {plural(self.plan.total, 'row')}" if self.plan else ""
        contract = f" · {shown(self.contract)}" if self.contract else ""
        return f"Invite into {shown(where)}{contract}{name} · {self.mailed} invitation mails"

    def parts(self) -> Sequence[Share]:
        """The rows by verdict."""
        return verdict_shares(self.plan) if self.plan else ()

    def rows(self, part: Any) -> InviteRows:
        """The rows that got a verdict."""
        assert self.plan is not None and self.job is not None
        total = self.plan.total if part is None else self.plan.counts.get(part, 0)
        return InviteRows(self.job, None if part is None else {part}, total)

    def verdict(self) -> tuple[str, bool]:
        """How many would be invited, and what else to know."""
        assert self.plan is not None
        notes = " ".join((*self.plan.warnings, *_unknown(self.plan)))
        if self.plan.count:
            return f"{self.plan.summary}. Nothing is written yet: i invites {self.plan.count:,}. {notes}", True
        return f"Nobody would be invited: {self.plan.summary}. {notes}", False

    def whole(self, row: Any) -> str:
        """All that is said of a row."""
        return f"Line {row.line:,}: {'; '.join(told.sentence for told in row.told) or 'nothing is said of it'}"

    # --- what is done

    async def agreed(self) -> bool:
        """Ask, with or without mail."""
        assert self.plan is not None
        mailed = "with a mail each" if self.mailing else "without mail"
        question = f"Invite {plural(self.plan.count, 'person', 'people')} {mailed}?"
        if self.mailing:
            question = (await asyncio.to_thread(lambda: self.console.mail)).asked(question)
        return await self.status.ask(question, (Answer("y", "invite"), Answer("n", "not yet", safe=True))) == "y"

    def done(self, result: Any) -> None:
        """Say who was invited, and mail."""
        self.show(result)
        saving = " · w saves the refused" if result.refused else ""
        notes = f" ({'; '.join(result.notes)})" if result.notes else ""
        self.say(f"{result.summary}{notes}{saving}", "success", result.entry)
        if result.queued:
            self.console.deliver()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_receipt(self) -> None:
        """Save what became of every row, or what would."""
        path = await ask_path(self, "invited.csv", piped("invite - --receipt - < people.csv > invited.csv"))
        if path is not None and self.job is not None:
            saved = await self.job.do(lambda inviting: _save_receipt(inviting, path))
            self.say(f"Saved {plural(saved, 'row')} to {path}", "success")


def _unknown(plan: InvitePlan) -> tuple[str, ...]:
    return (f"Columns passed over: {', '.join(plan.unknown_columns)}.",) if plan.unknown_columns else ()


def _save_receipt(inviting: Inviting, path: Path) -> int:
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            written = write_csv(stream, RECEIPT, inviting.receipt())
        temporary.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        temporary.unlink(missing_ok=True)
    return written
