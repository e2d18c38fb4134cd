"""What a key costs on the wire, at 80x24 in 24-bit color, the dearest case."""

import sys

from tests.terminal import Terminal

PROGRAM = [sys.executable, "-m", "tests.widgets.table_program"]


def test_keys_stay_within_their_bytes() -> None:
    with Terminal(PROGRAM) as terminal:
        terminal.wait_for("Person 0000023")
        terminal.settle(1.0)
        down = [terminal.key("\x1b[B") for _ in range(3)]
        up = terminal.key("\x1b[A")
        page = [terminal.key("\x1b[6~") for _ in range(3)]
        mark = terminal.key(" ")
        half = [terminal.key("\x1b[B") for _ in range(3)]
        end = terminal.key("\x1b[F")
        assert "Person 1000000" in terminal.lines[-1]
        assert max(*down, up, mark, *half) <= 400
        assert max(*page, end) <= 4_500


def test_an_idle_table_writes_nothing() -> None:
    with Terminal(PROGRAM) as terminal:
        terminal.wait_for("Person 0000023")
        terminal.settle(1.0)
        before = terminal.received
        terminal.settle(2.0)
        assert terminal.received == before
