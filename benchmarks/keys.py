"""Bytes that a key costs at 80x24, and how long it takes to be drawn, on the list of a million members."""

import sys
from time import perf_counter, sleep

from benchmarks.figures import p95, say
from benchmarks.start import PLACE, console
from tests.terminal import Terminal

DOWN, PAGE_DOWN = "\x1b[B", "\x1b[6~"
PRESSES = 60


def latency(terminal: Terminal, key: str) -> float:
    """Milliseconds from a key to the first byte that answers it."""
    terminal.settle(0.1)
    before, start = terminal.received, perf_counter()
    terminal.send(key)
    while terminal.received == before:
        terminal.read(0.001)
    return (perf_counter() - start) * 1e3


def main() -> None:
    with Terminal(console("--at", PLACE)) as terminal:
        terminal.wait_for("▸")
        terminal.settle(1.0)
        downs = [terminal.key(DOWN, quiet=0.15) for _ in range(12)]
        say("cursor down, most within the page", max(downs[:12]), "bytes", 400, 300)
        spans = [latency(terminal, DOWN) if step % 12 else latency(terminal, "\x1b[H") for step in range(PRESSES)]
        say("cursor down, p95", p95(spans), "ms", 16)
        pages = [terminal.key(PAGE_DOWN) for _ in range(12)]
        say("page down, most", max(pages), "bytes", 4_500)
        terminal.settle(1.0)
        before = terminal.received
        sleep(3)
        terminal.settle(0.2)
        say("idle for three seconds", terminal.received - before, "bytes", 0)


if __name__ == "__main__":
    sys.exit(main())
