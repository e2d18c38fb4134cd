"""From the command to the first member row at a million members, against the first paint of a bare Textual app; and
the console's peak memory after a walk through its lists."""

import compileall
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import tui_admin
from benchmarks.figures import median, say
from benchmarks.stores import million
from tests.terminal import Terminal

RUNS = 9
PLACE = "programs/data-foundations/members"
BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("first line")

Bare().run()
"""


def first_seen(argv: list[str], text: str) -> float:
    """Seconds until a text stands on the screen."""
    start = perf_counter()
    with Terminal(argv) as terminal:
        terminal.wait_for(text)
        return perf_counter() - start


def console(*arguments: str) -> list[str]:
    """The command line of the console on the million members."""
    return [sys.executable, "-m", "tui_admin", "--store", f"sqlite:///{million()}", *arguments]


def peak_megabytes(pid: int) -> float:
    """The most memory a process has held."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024


def main() -> None:
    compileall.compile_dir(Path(tui_admin.__file__).parent, quiet=1)  # as an installed program is
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "bare.py"
        program.write_text(BARE)
        first_seen(console("--at", PLACE), "▸")
        bare, rows = [], []
        for _ in range(RUNS):
            bare.append(first_seen([sys.executable, str(program)], "first line"))
            rows.append(first_seen(console("--at", PLACE), "▸"))
    ratio = median(rows) / median(bare)
    say("first member row", ratio, "x bare app", 3.0, 2.0, f"{median(rows):.3f} s against {median(bare):.3f} s")
    with Terminal(console("--at", PLACE)) as terminal:
        terminal.wait_for("▸")
        for key in ("\x1b[F", "\x1b[H", "/", *"anna example", "\r", "*", "1", "2", "3"):
            terminal.key(key)
            terminal.settle()
        say("peak memory after a walk", peak_megabytes(terminal.pid), "MB", 120)


if __name__ == "__main__":
    main()
