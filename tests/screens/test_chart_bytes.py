"""What moving the cursor of a chart costs on the wire, at 80x24 in 24-bit color, the dearest case."""

import sys

import pytest

from tests.terminal import Terminal

PROGRAM = [sys.executable, "-m", "tests.screens.chart_program"]


@pytest.mark.parametrize(
    ("form", "shown", "key", "most"),
    [
        ("LINES", "not over yet", "\x1b[D", 320),
        ("BARS", "Statistics", "\x1b[B", 180),
        ("STACKED", "Statistics", "\x1b[B", 180),
        ("STACKED", "Statistics", "\x1b[C", 320),
    ],
)
def test_the_cursor_draws_its_lines_alone(form: str, shown: str, key: str, most: int) -> None:
    with Terminal([*PROGRAM, form]) as terminal:
        terminal.wait_for(shown)
        terminal.settle(1.0)
        assert max(terminal.key(key) for _ in range(2)) <= most
        before = terminal.received
        terminal.settle(1.0)
        assert terminal.received == before
