"""What all screens of a file to be judged share: it is read beside the store, what would become of every row is shown,
and only then it is done, all at once."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content

from tui_admin.portal.imports.plan import Progress
from tui_admin.rules.errors import UsageError
from tui_admin.widgets.columns import Column
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.lines import Line
from tui_admin.widgets.record_table import RecordTable
from tui_admin.widgets.rows import RowSource
from tui_admin.widgets.shares import Share, ShareTable
from tui_admin.widgets.text import shown

from .base import ConsoleScreen
from .paths import ask_files, piped
from .place import Place
from .session import Session
from .staged_job import StagedJob
from .styles import style


class StagedScreen(ConsoleScreen):
    """One file. A subclass says how it is opened, what of it is shown, and what is asked before it is done."""

    CSS_PATH: ClassVar = style("mail")
    TOPIC: ClassVar[str] = ""
    """What the work is called."""
    ASKED_FOR: ClassVar[str] = ""
    PIPED: ClassVar[str] = ""
    """The words of the command line that read it from what is piped in."""
    """The question for the path."""
    WHY_EMPTY: ClassVar[Sequence[str]] = ()
    """What stands there while no file is chosen."""
    NOTHING: ClassVar[str] = ""
    """Why nothing can be done before one is."""

    def __init__(self, session: Session, place: Place) -> None:
        super().__init__(session, place)
        self.job: StagedJob[Any] | None = None
        self.plan: Any = None
        self._part: Any = None

    # --- what a subclass says

    def columns(self) -> Sequence[Column[Any]]:
        """The columns of its rows."""
        raise NotImplementedError

    def opened(self, cancelled: Callable[[], bool]) -> AbstractContextManager[Any]:
        """The file staged, with `plan` and `apply`. Called in a thread of its own."""
        raise NotImplementedError

    def head(self) -> str:
        """What it is about."""
        raise NotImplementedError

    def detail(self) -> str:
        """A second line on that; empty for none."""
        return ""

    def parts(self) -> Sequence[Share]:
        """What becomes of the rows, by the plan."""
        raise NotImplementedError

    def rows(self, part: Any) -> RowSource[Any]:
        """The rows of a part, None for all."""
        raise NotImplementedError

    def verdict(self) -> tuple[str, bool]:
        """What the plan says, in a sentence, and whether there is anything to do."""
        raise NotImplementedError

    def whole(self, row: Any) -> str:
        """All that is said of a row."""
        raise NotImplementedError

    async def agreed(self) -> bool:
        """Ask before it is done."""
        raise NotImplementedError

    def done(self, result: Any) -> None:
        """Say what was done."""
        raise NotImplementedError

    async def look(self, job: StagedJob[Any]) -> Any:
        """The plan, and whatever else is to be shown of what is staged."""
        now = self.session.clock()
        return await job.do(lambda found: found.plan(now))

    async def choose(self, path: Path) -> None:
        """Read the file of a path."""
        raise NotImplementedError

    def beside(self) -> ComposeResult:
        """What else stands there."""
        yield from ()

    # --- the frame

    def body(self) -> ComposeResult:
        """What it is about, what becomes of the rows, the rows."""
        yield Line("staged-head")
        yield Line("staged-detail")
        yield from self.beside()
        yield ShareTable("", id="parts-of")
        yield Line("gap")
        yield RecordTable(self.columns(), markable=False, id="table")

    def on_mount(self) -> None:
        """Say what can be read here."""
        super().on_mount()
        shares, table = self.query_one(ShareTable), self.query_one(RecordTable)
        shares.below = table
        table.display = False
        shares.part((), empty=self.WHY_EMPTY)
        shares.styles.height = len(self.WHY_EMPTY)
        shares.focus()
        self.tell()

    def on_unmount(self) -> None:
        """What is staged is let go of."""
        if self.job is not None:
            self.job.close()

    @property
    def doable(self) -> bool:
        """Whether something is planned that may be done."""
        return self.plan is not None and not self.plan.applied and not self.session.read_only

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_choose(self) -> None:
        """Ask for a file and read it."""
        paths = await ask_files(self, self.ASKED_FOR, piped(self.PIPED))
        if paths is not None:
            await self.choose(paths[0])

    async def stage(self, name: str) -> None:
        """Read it, and show what would become of every row."""
        if self.job is not None:
            self.job.close()
        self.plan = None
        self.job = job = StagedJob(self.opened, self.TOPIC)
        with self.working() as stopped:
            job.cancelled = stopped
            self.status.wait(f"Reading {shown(name)} …")
            try:
                plan = await self.look(job)
            finally:
                self.status.wait("")
        self.show(plan)
        sentence, matters = self.verdict()
        self.say(sentence, "" if matters else "warning")

    def progress(self, progress: Progress) -> None:
        """Tell how far the reading is; called in the thread."""
        self.app.call_later(self.status.progress, progress.phase.capitalize(), progress.done, None, "ctrl+g stops")

    def show(self, plan: Any) -> None:
        """Show a plan, or what was done."""
        self.plan = plan
        shares, table = self.query_one(ShareTable), self.query_one(RecordTable)
        shares.part(self.parts(), empty=("There is nothing in it.",))
        table.display = True
        shares.focus()
        self.tell()
        self._list()
        self.offer_keys()

    def tell(self) -> None:
        """Draw the lines above."""
        self.query_one("#staged-head", Line).show(Content(f" {self.head()}"))
        self.query_one("#staged-detail", Line).show(Content.assemble((f" {self.detail()}", "$console-muted")))

    @on(FigureTable.Moved, "#parts-of")
    def _part_chosen(self, event: FigureTable.Moved) -> None:
        row: Share | None = event.row
        self._part = row.key if row else None
        self._list()

    def _list(self) -> None:
        if self.plan is not None:
            self.query_one(RecordTable).show(self.rows(self._part), empty=("No row of it.",))

    @on(RecordTable.RowSelected)
    def _whole_row(self) -> None:
        row = self.query_one(RecordTable).current
        if row is not None:
            self.say(self.whole(row))

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_apply(self) -> None:
        """Ask, then do it in one transaction."""
        job = self.job
        if job is None or self.plan is None or not self.plan.count:
            raise UsageError(self.NOTHING)
        if not await self.agreed():
            return
        with self.working() as stopped:
            job.cancelled = stopped
            self.status.wait("Writing …")
            try:
                now = self.session.clock()
                result = await job.do(lambda found: found.apply(now))
            finally:
                self.status.wait("")
        self.done(result)
        self.console.changed()
