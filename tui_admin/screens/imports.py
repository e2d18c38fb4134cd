"""Importing reports: files are read beside the store, what they would do is shown, and only then applied."""

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.widgets import Static

from tui_admin.portal.imports.plan import FilePlan, ImportPlan, ImportRequest, NeedsTarget, Progress
from tui_admin.rules.errors import UsageError
from tui_admin.rules.roles import Right
from tui_admin.widgets.commands import Command, bindings
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import fit, plural

from .base import ConsoleScreen
from .commands import SAVE_REFUSED
from .import_job import ImportJob
from .import_tables import Note, created, file_columns, note_columns, note_rows, told
from .paths import ask_files, piped
from .place import Place
from .refused import save_refused
from .styles import style

_MEGABYTE = 1_000_000
_WHY_EMPTY = (
    "No file is chosen yet: o asks for one.",
    "Report zips or their CSVs, gradebooks, feedback, activity, course catalogues and taxonomies can be imported.",
    "Nothing is written before you have seen what it would do.",
)


class ImportScreen(ConsoleScreen):
    """`import`: choose, look, apply."""

    HELP_TEXT = "Imports report files: shows what they would do first, then applies them all or not at all."
    CSS_PATH: ClassVar = style("imports")
    OFFERS: ClassVar = (
        Command("choose-files", "o", "choose", "Choose files", "Type the path of a report or zip.", "choose", rank=3),
        Command("apply-import", "i", "apply", "Import", "Import what is shown, after a question.", "import", rank=2),
        SAVE_REFUSED,
        Command("leave-import", "escape,q", "leave_import", "Back", "Back; what is not imported yet is let go of."),
    )
    BINDINGS = bindings(OFFERS)

    job: ImportJob | None = None
    plan: ImportPlan | None = None

    def body(self) -> ComposeResult:
        """Files, what would be created, refused rows."""
        yield FigureTable(file_columns(), anchored=True, waiting="", id="files")
        yield Static("", id="creates", markup=False)
        yield Line("gap")
        yield FigureTable(note_columns(), waiting="", id="notes")

    def crumbs(self) -> tuple[str, ...]:
        """Import."""
        return ("Import",)

    def on_mount(self) -> None:
        """Ask for a file at once."""
        super().on_mount()
        files, notes = self.query_one("#files", FigureTable), self.query_one("#notes", FigureTable)
        files.below, notes.above = notes, files
        files.show((), empty=_WHY_EMPTY)
        notes.show((), empty=("",))
        notes.display = False
        files.focus()
        self.call_after_refresh(self.action_choose)

    def action_leave_import(self) -> None:
        """To Home, or to the start while there is no organization; what came of the import is told there too."""
        self.tell_on()
        self.console.go(Place(("home",)) if self.console.facts.organization else Place(("start",)))

    def on_unmount(self) -> None:
        """What was staged is let go of, unless Home offers its refused rows."""
        if self.job is not None and self.job is not self.console.refused:
            self.job.close()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what can be done now."""
        if action == "apply":
            return self.plan is not None and not self.plan.applied and not self.session.read_only
        if action == "save_refused":
            return self.plan is not None and self.plan.totals.refused > 0
        return True

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_choose(self) -> None:
        """Ask for files, read them, and show what they would do."""
        paths = await ask_files(self, "Import which file? (tab completes)", piped("import - --yes < report.zip"))
        if paths is None:
            return
        request = ImportRequest(paths, clock=self.session.clock(), limits=self.console.settings.limits)
        try:
            await self._stage(request)
        except NeedsTarget as error:
            self.say(str(error).partition(";")[0] + ".", "warning")
            program = await self.status.ask_text("It names no program. Slug of its program:")
            course = await self.status.ask_text("ID of its course:") if program else None
            if program and course:
                await self._stage(replace(request, program=program, course=course))

    async def _stage(self, request: ImportRequest) -> None:
        if self.job is not None:
            self.job.close()
        self.console.keep_refused(None)
        self.plan = None
        self.job = ImportJob(self.session.store, self.session.actor, request, self._progress)
        with self.working() as stopped:
            self.job.cancelled = stopped
            self.status.wait(f"Reading {plural(len(request.paths), 'file')} …")
            try:
                plan = await self.job.stage()
            finally:
                self.status.wait("")
        self._show(plan)
        verdict = f"{told(plan)}. "
        if plan.matters:
            self.say(f"{verdict}Nothing is written yet: i imports this.")
        else:
            self.say(f"{verdict}There is nothing to import: all of it is in the store already.", "warning")

    def _progress(self, progress: Progress) -> None:
        self.app.call_later(self._tell_progress, progress)

    def _tell_progress(self, progress: Progress) -> None:
        if self._stop is None:
            return
        phase = progress.phase.capitalize()
        if progress.total is None:
            self.status.progress(phase, progress.done, None, "ctrl+g stops")
        else:
            done, total = (value // _MEGABYTE for value in (progress.done, progress.total))
            self.status.progress(f"{phase} (MB)", done, total, "ctrl+g stops")

    def _show(self, plan: ImportPlan) -> None:
        self.plan = plan
        files = self.query_one("#files", FigureTable)
        files.styles.height = min(len(plan.files) + 1, 9)
        files.show(plan.files, empty=("No reports are in there.",))
        sentence = created(plan.creates, applied=plan.applied)
        self.query_one("#creates", Static).update(fit(sentence, 400).rstrip())
        files.focus()
        self.offer_keys()

    @on(FigureTable.Moved, "#files")
    def _show_notes(self, message: FigureTable.Moved) -> None:
        notes, file = self.query_one("#notes", FigureTable), message.row
        notes.display = isinstance(file, FilePlan)
        if isinstance(file, FilePlan):
            notes.show(note_rows(file), empty=(f"Nothing is refused in {fit(file.name, 60).rstrip()}.",))

    @on(FigureTable.Opened, "#files")
    def _entered(self) -> None:
        if self.plan is not None and not self.plan.applied:
            self.action_apply()

    @on(FigureTable.Opened, "#notes")
    def _whole_note(self, message: FigureTable.Opened) -> None:
        note: Note = message.row
        where = f"Line {note.line:,}, {note.column} {note.value}: " if note.line is not None else ""
        self.say(where + note.reason)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_apply(self) -> None:
        """Ask, then import in one transaction."""
        job, plan = self.job, self.plan
        if job is None or plan is None or plan.applied:
            raise UsageError("There is nothing to import yet: o asks for a file.")
        answers = (Answer("y", "import"), Answer("n", "not yet", safe=True))
        if await self.status.ask(f"Import {told(plan)}?", answers) != "y":
            return
        with self.working() as stopped:
            job.cancelled = stopped
            self.status.wait("Importing …")
            try:
                receipt = await job.apply(self.session.clock())
            finally:
                self.status.wait("")
        self._show(receipt)
        if receipt.totals.refused:
            self.console.keep_refused(job)
        saving = " · w save refused" if receipt.totals.refused else ""
        sentence = f"Imported {plural(len(receipt.files), 'file')}: {told(receipt)}"
        self.say(sentence + saving, "success")
        self.console.changed()
        added = await self._count_charts()
        if added and self.session.actor.may(Right.ANALYTICS):
            self.say(sentence + saving + added, "success")

    async def _count_charts(self) -> str:
        from .analytics.recounting import follow_import

        return await follow_import(self)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_save_refused(self) -> None:
        """Save the refused rows as files to repair and import again."""
        await save_refused(self, self.job)
