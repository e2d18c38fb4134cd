"""Typed paths: completed from the disk, and read as people write them."""

import shlex
from pathlib import Path

from textual.suggester import Suggester

from tui_admin.rules.errors import BadInput


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
