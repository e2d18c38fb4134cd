"""A list of settings with their values: enter changes one on the status line, what it means stands below."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.suggester import Suggester

from tui_admin.reports.pictures import BYTES_LIMIT, Picture, examine
from tui_admin.rules.errors import BadInput, UsageError
from tui_admin.widgets.columns import Cell, Column, Style
from tui_admin.widgets.figures import FigureTable
from tui_admin.widgets.status_line import StatusText
from tui_admin.widgets.text import fit

from ..base import ConsoleScreen
from ..deciding import write_seen
from ..paths import PathSuggester, piped, require_files, typed_paths
from ..place import Place
from ..styles import style

_TITLE_CELLS = 20


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting in the list. `typed` is its value as it is edited, `shown` as it is read where that differs; `opens` is
    the place where it is changed, for one that is not typed on the status line."""

    key: str
    title: str
    typed: str
    help: str
    shown: str = ""
    tone: Style = ""
    opens: Place | None = None

    @property
    def cell(self) -> Cell:
        """What stands in the list."""
        if self.shown or self.typed:
            return " ".join((self.shown or self.typed).split("\n")), self.tone
        return "not set", "muted"


def _picture(typed: str) -> Picture:
    path = typed_paths(typed)[0]
    try:
        with path.open("rb") as file:
            content = file.read(BYTES_LIMIT + 1)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from None
    return examine(path.name, content)


class NameSuggester(Suggester):
    """Completes a text with the first of some names that goes on like it, in whatever case it is typed."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=False)
        self._names = sorted(names)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole name, or None."""
        return next((name for name in self._names if name.casefold().startswith(value)), None) if value else None


class SettingsScreen(ConsoleScreen):
    """Settings in a list. A subclass reads them, and says how one is written."""

    CSS_PATH: ClassVar = style("settings")
    TABLE: ClassVar[type[FigureTable]] = FigureTable
    WAITING: ClassVar[str] = "Reading settings …"

    def body(self) -> ComposeResult:
        """The list, and what the setting under the cursor means."""
        yield self.settings_list()
        yield StatusText("about")

    def settings_list(self) -> FigureTable:
        """The list of settings."""
        columns: tuple[Column[SettingRow], ...] = (
            Column("title", "", _TITLE_CELLS, lambda row: (row.title, ""), "", priority=0),
            Column("value", "", 20, lambda row: row.cell, "", flex=1, priority=0),
        )
        return self.TABLE(columns, header=False, waiting=self.WAITING, id="settings")

    def read(self) -> object:
        """What the screen shows. Called in a thread."""
        raise NotImplementedError

    def show_read(self, found: object) -> None:
        """Show it."""
        raise NotImplementedError

    def write(self, key: str, text: str, seen: str) -> str:
        """Write a setting over what was seen of it, in a thread; the sentence that says what was done."""
        raise NotImplementedError

    def suggester(self, key: str) -> Suggester | None:
        """What completes the text of a setting."""
        return None

    def on_mount(self) -> None:
        """Read."""
        super().on_mount()
        self.query_one("#settings").focus()
        self.reload()

    def reload(self) -> None:
        """Read again; the cursor stays on its setting."""
        self.in_thread(self.read, self.show_read)

    def show_rows(self, rows: Sequence[SettingRow]) -> None:
        """Show these settings."""
        table = self.query_one("#settings", FigureTable)
        table.styles.height = len(rows)
        table.show(rows)

    def explain(self, text: str, tone: str = "muted") -> None:
        """Say below the lists what stands under the cursor."""
        about = self.query_one("#about", StatusText)
        about.show(Content.assemble((f" {fit(text, 400).rstrip()}", f"$console-{tone}")))
        about.refresh(layout=True)

    @on(FigureTable.Moved, "#settings")
    def _moved(self, message: FigureTable.Moved) -> None:
        if message.row is not None:
            self.explain(message.row.help)

    @on(FigureTable.Opened, "#settings")
    def _opened(self, message: FigureTable.Opened) -> None:
        row: SettingRow = message.row
        if row.opens is not None:
            self.console.go(row.opens)
        elif self.session.read_only:
            self.say("This console was opened with --read-only: nothing can be changed.", "error")
        else:
            self.change(row)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def change(self, row: SettingRow) -> None:
        """Change a setting."""
        await self.edit(row)

    async def edit(self, row: SettingRow) -> None:
        """Ask for another value of a setting."""
        await self.ask_and_write(row.title, row.typed, partial(self.write, row.key), self.suggester(row.key))
        self.explain(row.help)

    async def ask_picture(self, title: str, seen: str, write: Callable[[str | Picture, str], str], words: str) -> None:
        """Ask for a picture's file until one can be set; a blank path takes the picture away. Over SSH the `words` of
        the command line do it. See `ask_and_write`."""
        require_files(self, piped(words))

        async def do(path: str) -> str | None:
            given = await asyncio.to_thread(_picture, path) if path.strip() else ""
            mine = given if isinstance(given, str) else given.name
            return await write_seen(self, partial(write, given), seen, mine)

        await self._ask_until_done(f"{title} from file:", "", PathSuggester(), do)

    async def ask_and_write(
        self, title: str, value: str, write: Callable[[str, str], str], suggester: Suggester | None = None
    ) -> None:
        """Ask for a text until one can be written; what is wrong with one is said at once, and it can be mended.

        `write` is given the text and what its writer saw of the value there is."""

        async def do(text: str) -> str | None:
            return await write_seen(self, partial(write, text), value, text)

        await self._ask_until_done(f"{title}:", value, suggester, do)

    async def _ask_until_done(
        self, prompt: str, typed: str, suggester: Suggester | None, do: Callable[[str], Awaitable[str | None]]
    ) -> None:
        while (text := await self.status.ask_text(prompt, typed, suggester, blank=True)) is not None:
            try:
                said = await do(text)
            except (BadInput, UsageError) as error:
                self.explain(self.worded(str(error)), "warning")
                typed = text
                continue
            if said is not None:
                self.written(said)
            return

    def written(self, said: str) -> None:
        """Something was written: say so, and show it everywhere."""
        self.say(said, "success")
        self.console.changed()
        self.reload()
