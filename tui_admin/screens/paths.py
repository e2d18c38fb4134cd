"""Files of this machine: asked for by their paths, completed from the disk, read as people write them. Over SSH they
are not the administrator's, and none is asked for."""

import shlex
from pathlib import Path

from textual.suggester import Suggester

from tui_admin.rules.errors import BadInput, UsageError

from .base import ConsoleScreen


class PathSuggester(Suggester):
    """Completes the last path typed with the first entry that goes on like it; folders end in a slash."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line, or None."""
        typed = value.rpartition(" ")[2]
        folder, _, start = typed.rpartition("/")
        if not typed:
            return None
        place = Path(f"{folder}/" if "/" in typed else ".").expanduser()
        try:
            found = sorted(entry for entry in place.iterdir() if entry.name.startswith(start))
        except OSError:
            return None
        for entry in found:
            if entry.name.startswith(".") and not start:
                continue
            rest = entry.name[len(start) :] + ("/" if entry.is_dir() else "")
            if rest:
                return value + rest
        return None


def typed_paths(text: str) -> list[Path]:
    """The files a line names: the whole line where there is such a file, else words, quoted where they hold blanks.

    Raises BadInput for a quote that is not closed, and for files that are not there.
    """
    whole = Path(text.strip()).expanduser()
    if whole.exists():
        return [whole]
    try:
        paths = [Path(word).expanduser() for word in shlex.split(text)]
    except ValueError:
        raise BadInput("A quote is not closed.") from None
    missing = [path for path in paths if not path.exists()]
    if missing or not paths:
        raise BadInput(f"There is no file {missing[0] if missing else text}.")
    return paths


def require_files(screen: ConsoleScreen, instead: str) -> None:
    """Raise UsageError where the administrator logged in over SSH; `instead` is a sentence: what they do there."""
    if screen.session.actor.key is not None:
        raise UsageError(f"Over SSH the console opens no files. {instead}")


def piped(words: str) -> str:
    """The sentence that such words of the command line do it."""
    return f"On your machine: ssh HOST {words}"


async def ask_files(screen: ConsoleScreen, question: str, instead: str) -> list[Path] | None:
    """Ask for files that are there; None where the person would rather not. Over SSH say what to do `instead`."""
    require_files(screen, instead)
    text = await screen.status.ask_text(question, suggester=PathSuggester())
    return None if text is None else typed_paths(text)
