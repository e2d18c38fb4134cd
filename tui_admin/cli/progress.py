"""Long work told on stderr: one line, rewritten at most twice a second, and only where a person looks at it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TextIO

from .context import Surroundings

_PAUSE = 500


@dataclass
class Progress:
    """Call it with a word, how much is done and of how much (0 where that is not known)."""

    surroundings: Surroundings
    out: TextIO
    told_at: int | None = None
    width: int = 0

    def __call__(self, word: str, done: int, total: int) -> None:
        """Tell how far the work is, unless that was told just now."""
        moment = self.surroundings.clock()
        if self.told_at is not None and 0 <= moment - self.told_at < _PAUSE:
            return
        self.told_at = moment
        self._write(f"{word} {done * 100 // total} %" if total else f"{word} ...")

    def clear(self) -> None:
        """Leave the line blank for what comes after."""
        if self.width:
            self._write("")
            self._send("\r")

    def _write(self, line: str) -> None:
        self._send("\r" + line.ljust(self.width))
        self.width = len(line)

    def _send(self, text: str) -> None:
        with suppress(OSError):  # the terminal of a lost connection; what was asked for goes on without it
            self.out.write(text)
            self.out.flush()


class Quiet(Progress):
    """Progress where nobody looks."""

    def __call__(self, word: str, done: int, total: int) -> None:
        """Say nothing."""


@contextmanager
def progress(surroundings: Surroundings) -> Iterator[Progress]:
    """A line of progress on stderr while the block works; nothing where stderr is no terminal."""
    line = (Progress if surroundings.interactive() else Quiet)(surroundings, sys.stderr)
    try:
        yield line
    finally:
        line.clear()
