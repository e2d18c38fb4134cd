"""Inviting from a list: read beside the store, every row judged and shown, then invited all at once."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.suggester import SuggestFromList

from tui_admin.portal import contracts
from tui_admin.portal.import_plan import Progress
from tui_admin.portal.invite_places import Usual
from tui_admin.portal.invite_plan import InvitePlan, InviteRequest
from tui_admin.portal.invite_rows import RECEIPT
from tui_admin.portal.inviting import Inviting, open_inviting
from tui_admin.reports.people_files import TEMPLATE, Given
from tui_admin.reports.writers import write_csv
from tui_admin.rules.errors import BadInput, UsageError
from tui_admin.rules.remarks import Verdict
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.editor import Editor
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.shares import Share, ShareTable
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural, shown

from ..base import ConsoleScreen
from ..import_job import save_repair
from ..paths import PathSuggester, typed_paths
from ..place import Place
from ..saving import ask_path
from ..session import Session
from ..staged_job import StagedJob
from ..styles import style
from .invite_tables import InviteRows, row_columns, verdict_shares

_WHY_EMPTY = (
    "No list is chosen yet: o asks for a file, b takes what you paste,",
    "f is a form for one person.",
    f"A list has the columns {', '.join(TEMPLATE)};",
    "Program and Contract may stand beside them.",
    "Nobody is invited before you have seen what would become of every row.",
)


class InviteScreen(ConsoleScreen):
    """`programs/SLUG/+invite`, and `users/+invite` for lists that name the program themselves."""

    HELP_TEXT = "Invites people from a list: what would become of every row is shown first, then all are invited."
    CSS_PATH: ClassVar = style("mail")
    OFFERS: ClassVar = (
        Command("choose-list", "o", "choose", "Choose a file", "Type the path of a list.", "choose", rank=3),
        Command("paste-list", "b", "paste", "Paste a list", "Paste or type a list, header first.", "paste", rank=4),
        Command("invite-one", "f", "one", "One person", "Fill in a form for one person.", "one person", rank=4),
        Command("read-paste", "ctrl+n", "read_paste", "Read it", "Read what was pasted.", "read it", rank=0),
        Command("invite-now", "i", "apply", "Invite", "Invite those who can be, after a question.", "invite", rank=1),
        Command("switch-mail", "m", "mail", "Mail or not", "Send invitation mails or only make them.", "mail", rank=3),
        Command("save-refused-rows", "w", "repair", "Save refused", "Save refused rows to repair.", "refused", rank=2),
        Command(
            "save-receipt", "R", "receipt", "Save the receipt", "Save what becomes of each row.", "receipt", rank=5
        ),
        Command("leave-invite", "escape,q", "leave_invite", "Back", "Back; what is not invited yet is let go of."),
    )
    BINDINGS = bindings(OFFERS)

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.program = place.segments[1] if place.segments[0] == "programs" else None
        self.job: StagedJob[Inviting] | None = None
        self.plan: InvitePlan | None = None
        self._given: Given | None = None
        self._contract: str | None = None
        self._mail = True
        self._verdict: Verdict | None = None

    def body(self) -> ComposeResult:
        """Where to, the licenses, what becomes of the rows, the rows."""
        yield Line("invite-head")
        yield Line("invite-seats")
        yield Editor(id="paste")
        yield ShareTable("", id="verdicts")
        yield Line("gap")
        yield RecordTable(row_columns(places=self.program is None), markable=False, id="table")

    def crumbs(self) -> tuple[str, ...]:
        """The program, inviting."""
        return ("Programs", self.console.program_name(self.program), "Invite") if self.program else ("Users", "Invite")

    def on_mount(self) -> None:
        """Ask for a file at once."""
        super().on_mount()
        verdicts, table = self.query_one(ShareTable), self.query_one(RecordTable)
        verdicts.below = table
        self.query_one("#paste").display = table.display = False
        verdicts.part((), empty=_WHY_EMPTY)
        verdicts.styles.height = len(_WHY_EMPTY)
        verdicts.focus()
        self._tell()

    def on_unmount(self) -> None:
        """What is staged is let go of."""
        if self.job is not None:
            self.job.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        planned = self.plan is not None and not self.plan.applied
        can = {
            "apply": planned and not self.session.read_only,
            "mail": planned,
            "repair": self.plan is not None and self.plan.refused > 0,
            "receipt": self.plan is not None,
            "read_paste": self.query("#paste") and self.query_one("#paste").display,
            "one": self.program is not None and not self.session.read_only,
        }
        return bool(can.get(action, True))

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

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_choose(self) -> None:
        """Ask for a file and read it."""
        text = await self.status.ask_text("Invite from which file? (tab completes)", suggester=PathSuggester())
        if text is not None:
            await self._read(Given.file(typed_paths(text)[0]))

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
        await self._read(Given.text("what was pasted", text))

    async def _read(self, given: Given) -> None:
        if self.program is not None and not await self._contract_chosen():
            return
        self._given = given
        await self._stage()

    async def _contract_chosen(self) -> bool:
        """Whether it is known under which contract: asked for where the program draws on several."""
        args = (self.session.store, self.session.actor, self.program)
        names = [contract.name for contract in await asyncio.to_thread(contracts.listing, *args)]
        if len(names) < 2:
            return True
        question = f"Under which contract ({', '.join(names)})?"
        suggester = SuggestFromList(names, case_sensitive=False)
        self._contract = await self.status.ask_text(question, self._contract or names[0], suggester)
        return self._contract is not None

    async def _stage(self) -> None:
        if self._given is None:
            return
        if self.job is not None:
            self.job.close()
        self.plan = None
        usual, limits = Usual(self.program, self._contract), self.console.settings.limits
        request = InviteRequest(self._given, usual, self._mail, limits)
        self.job = job = StagedJob(partial(_opened, self.session, request, self._progress), "invite")
        with self.working() as stopped:
            job.cancelled = stopped
            self.status.wait(f"Reading {shown(self._given.name)} …")
            try:
                now = self.session.clock()
                plan = await job.do(lambda inviting: inviting.plan(now))
            finally:
                self.status.wait("")
        self._show(plan)
        notes = " ".join((*plan.warnings, *_unknown(plan)))
        if plan.count:
            self.say(f"{plan.summary}. Nothing is written yet: i invites {plan.count:,}. {notes}")
        else:
            self.say(f"Nobody would be invited: {plan.summary}. {notes}", "warning")

    def _progress(self, progress: Progress) -> None:
        self.app.call_later(self.status.progress, progress.phase.capitalize(), progress.done, None, "ctrl+g stops")

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_mail(self) -> None:
        """Mail the invitations, or only make them; the rows are judged again."""
        self._mail = not self._mail
        self._tell()
        await self._stage()

    # --- what is shown

    def _show(self, plan: InvitePlan) -> None:
        self.plan = plan
        verdicts, table = self.query_one(ShareTable), self.query_one(RecordTable)
        verdicts.part(verdict_shares(plan), empty=("The list has no rows.",))
        table.display = True
        verdicts.focus()
        self._tell()
        self._list()
        self.offer_keys()

    def _tell(self) -> None:
        where = self.console.program_name(self.program) if self.program else "the programs that the list names"
        name = f" · {shown(self.plan.name)}, {plural(self.plan.total, 'row')}" if self.plan else ""
        mail = "with" if self._mail else "without"
        contract = f" · {shown(self._contract)}" if self._contract else ""
        head = f" Invite into {shown(where)}{contract}{name} · {mail} invitation mails"
        self.query_one("#invite-head", Line).show(Content(head))
        seats = " · ".join(shown(str(one)) for one in self.plan.seats) if self.plan else ""
        self.query_one("#invite-seats", Line).show(Content.assemble((f" {seats}", "$console-muted")))

    @on(FigureTable.Moved, "#verdicts")
    def _verdict_chosen(self, event: FigureTable.Moved) -> None:
        row: Share | None = event.row
        self._verdict = row.key if row else None
        self._list()

    def _list(self) -> None:
        if self.plan is None or self.job is None:
            return
        chosen = None if self._verdict is None else {self._verdict}
        total = self.plan.total if self._verdict is None else self.plan.counts.get(self._verdict, 0)
        self.query_one(RecordTable).show(InviteRows(self.job, chosen, total), empty=("No row of it.",))

    @on(RecordTable.RowSelected)
    def _whole_row(self) -> None:
        row = self.query_one(RecordTable).current
        if row is not None:
            self.say(f"Line {row.line:,}: {'; '.join(told.sentence for told in row.told) or 'nothing is said of it'}")

    # --- what is done

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_apply(self) -> None:
        """Ask, then invite in one transaction."""
        job, plan = self.job, self.plan
        if job is None or plan is None or not plan.count:
            raise UsageError("There is nobody to invite: o asks for a list.")
        mailed = "with a mail each" if self._mail else "without mail"
        question = f"Invite {plural(plan.count, 'person', 'people')} {mailed}?"
        if await self.status.ask(question, (Answer("y", "invite"), Answer("n", "not yet", safe=True))) != "y":
            return
        with self.working() as stopped:
            job.cancelled = stopped
            self.status.wait("Inviting …")
            try:
                now = self.session.clock()
                done = await job.do(lambda inviting: inviting.apply(now))
            finally:
                self.status.wait("")
        self._show(done)
        saving = " · w saves the refused" if done.refused else ""
        notes = f" ({'; '.join(done.notes)})" if done.notes else ""
        self.say(f"{done.summary}{notes}{saving}", "success", done.entry)
        self.console.changed()
        if done.queued:
            self.console.deliver()

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_repair(self) -> None:
        """Save the refused rows."""
        path = await ask_path(self, "refused.csv")
        if path is not None and self.job is not None:
            saved = await self.job.do(lambda inviting: save_repair(inviting.repair(), path))
            self.say(f"Saved {plural(saved, 'refused row')} to {path}: repair and choose it again", "success")

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_receipt(self) -> None:
        """Save what became of every row, or what would."""
        path = await ask_path(self, "invited.csv")
        if path is not None and self.job is not None:
            saved = await self.job.do(lambda inviting: _save_receipt(inviting, path))
            self.say(f"Saved {plural(saved, 'row')} to {path}", "success")


def _opened(
    session: Session,
    request: InviteRequest,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> AbstractContextManager[Inviting]:
    return open_inviting(session.store, session.actor, request, progress=progress, cancelled=cancelled)


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
