"""Drives a program in a real pseudo-terminal: what is on screen, and how many bytes a key costs."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import pyte


class Terminal:
    """A running program and the screen it draws. Use it as a context manager."""

    def __init__(
        self, argv: Sequence[str], columns: int = 80, rows: int = 24, environ: Mapping[str, str] | None = None
    ) -> None:
        self.received = 0
        """Bytes the program has written so far."""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        size = struct.pack("HHHH", rows, columns, 0, 0)
        settings = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", **(environ or {})}
        for name in ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
            os.environ.pop(name, None) if name not in settings else None
        self.pid, self._descriptor = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.execvpe(argv[0], list(argv), {**os.environ, **settings})
        fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, size)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def lines(self) -> list[str]:
        """What is on screen, line by line."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def text(self) -> str:
        """What is on screen."""
        return "\n".join(self.lines)

    @property
    def colors(self) -> set[str]:
        """The colors on screen, in front and behind."""
        cells = [cell for line in self._screen.buffer.values() for cell in line.values()]
        return {cell.fg for cell in cells} | {cell.bg for cell in cells}

    def wait_for(self, expected: str | Callable[[str], bool], seconds: float = 30.0) -> None:
        """Read until the screen holds a text or meets a condition; an AssertionError shows it if it never does."""
        met = (lambda text: expected in text) if isinstance(expected, str) else expected
        end = time.monotonic() + seconds
        while not met(self.text):
            if time.monotonic() > end or not self.read(0.05):
                raise AssertionError(f"{expected!r} never came on screen:\n{self.text}")

    def key(self, keys: str, quiet: float = 0.4) -> int:
        """Send keys, wait until the program has been quiet, and give the number of bytes it wrote meanwhile."""
        self.settle(quiet)
        before = self.received
        self.send(keys)
        self.settle(quiet)
        return self.received - before

    def send(self, keys: str) -> None:
        """Send keys, and wait for nothing."""
        os.write(self._descriptor, keys.encode())

    def settle(self, quiet: float = 0.4, most: float = 10.0) -> None:
        """Read until nothing has come for a while."""
        end = time.monotonic() + most
        last = time.monotonic()
        while time.monotonic() < end and time.monotonic() - last < quiet:
            before = self.received
            if not self.read(0.02):
                return
            if self.received != before:
                last = time.monotonic()

    def signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def exit_code(self, seconds: float = 10.0) -> int:
        """Wait for the program's end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the program goes on:\n" + self.text)

    def close(self) -> None:
        """End the program."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        os.close(self._descriptor)

    def read(self, seconds: float) -> bool:
        """Read once; False at the program's end."""
        if not select.select([self._descriptor], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._descriptor, 65536)
        except OSError:
            return False
        self.received += len(data)
        self._stream.feed(data)
        return bool(data)
