"""The console's own commands, and the ways to every command besides its key: words typed after `:`, and the palette."""

import difflib
from collections.abc import Sequence

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.suggester import Suggester

from tui_admin.rules.errors import UsageError
from tui_admin.widgets.commands import Command, Live

from .place import Place, parse_place

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")

CONSOLE_COMMANDS = (
    Command(
        "command", "colon", "command", "Type a command", "Type any command by its words.", footer="command", rank=1
    ),
    Command(
        "help", "question_mark,f1", "help", "Help", "Show the keys of this screen and the words used.", "help", rank=0
    ),
    Command("back", "escape", "up", "Back", "Go one level up."),
    Command("leave", "q", "leave", "Back, or leave", "Go one level up; on a tab, leave the console."),
    Command("palette", "ctrl+p", "command_palette", "Find a command", "Search all commands of this screen."),
    Command("copy-place", "y", "copy_place", "Copy this place", "Copy this place, filter included, to the clipboard."),
    Command("reload", "ctrl+r,f5", "reload", "Read again", "Read the data of this screen again."),
    Command("go", "", "go", "Go to a place", "Open a place such as programs/data-101/members.", argument="PLACE"),
    Command("theme", "", "theme", "Change the theme", "Use dark, light or the terminal's own colors.", argument="NAME"),
    Command("undo", "u", "screen.undo", "Undo", "Take back what you did last."),
    Command(
        "sender-address", "A", "setting('sender-address')", "Sender address", "Set the address that mail comes from."
    ),
    Command("setting", "", "setting", "Change a setting", "Change one by its name: deadline-mails.", argument="NAME"),
    Command("journal", "J", "journal", "Journal", "List what was done, with before and after."),
    Command("stop", "ctrl+g", "stop", "Stop", "Stop the work whose progress is shown; nothing of it is kept."),
    Command("quit", "ctrl+q", "quit", "Leave the console", "Leave; nothing is lost, drafts and jobs are kept."),
    *(
        Command(
            f"tab-{position}",
            str(position),
            f"tab({position})",
            f"Open the {ordinal} tab",
            "Open the tab with this number on line 2.",
            shown_keys="1 … 9",
            listed=position == 1,
        )
        for position, ordinal in enumerate(_ORDINALS, start=1)
    ),
)

AS_A_LEARNER = Command(
    "as-a-learner", "p", "page", "As a learner", "See the program as a learner sees it.", "as a learner", rank=3
)

SAVE_REFUSED = Command(
    "save-refused",
    "w",
    "save_refused",
    "Save refused rows",
    "Save the rows an import refused, to repair them.",
    "save refused",
    rank=3,
)
"""Offered by Import, and by Home after an import that refused rows."""

REPORT = Command("report", "r", "report", "Report", "Make a report of these people.", "report", "report email", rank=6)
"""Offered by a program's Main and Members."""

ROSTER = Command("reconcile", "R", "roster", "Roster", "Bring the program in line with a full list.", "roster", rank=8)
"""Offered by a program's Members and Invitations."""


def find_command(text: str, live: Sequence[Live]) -> tuple[Live, str]:
    """The command that a typed line means, and its argument: the command with the most words that begin the line.

    Raises UsageError, naming the nearest command, where there is none.
    """
    words = text.split()
    for length in range(len(words), 0, -1):
        typed = " ".join(words[:length]).casefold()
        for candidate in live:
            if candidate.command.typed == typed and (length == len(words) or candidate.command.argument):
                return candidate, text.split(maxsplit=length)[length] if length < len(words) else ""
    known = [candidate.command.typed for candidate in live]
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.5)
    raise UsageError(
        f"There is no command {text!r} here." + (f" Did you mean {near[0]!r}?" if near else " ? lists them.")
    )


def place_typed(text: str) -> Place | None:
    """The place a typed line names, where it looks like one (`users`, `programs/x/members?status:at-risk`)."""
    return None if " " in text.partition("?")[0].strip() else parse_place(text)


class CommandSuggester(Suggester):
    """Completes what is typed after `:` with the first command, then the first tab, that goes on like it."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=False)
        self._words = sorted(words)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line, or None."""
        return next((word for word in self._words if word.startswith(value) and word != value), None) if value else None


class ConsoleProvider(Provider):
    """The palette's list: the commands that would act now, with their keys."""

    @property
    def _live(self) -> list[Live]:
        from .base import ConsoleScreen

        return self.screen.live() if isinstance(self.screen, ConsoleScreen) else []

    async def discover(self) -> Hits:
        """All of them."""
        for live in self._live:
            if live.command.listed:
                yield DiscoveryHit(_entry(live), self._runner(live), help=live.command.help)

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for live in self._live:
            score = matcher.match(live.command.title)
            if score > 0 and live.command.listed:
                yield Hit(score, matcher.highlight(_entry(live)), self._runner(live), help=live.command.help)

    def _runner(self, live: Live):  # type: ignore[no-untyped-def]
        return lambda: self.app.run_worker(self.app.perform(live), exit_on_error=False)  # type: ignore[attr-defined]


def _entry(live: Live) -> str:
    return f"{live.command.title} ({live.key})" if live.key else live.command.title
