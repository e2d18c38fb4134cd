"""What moving the cursor of a chart costs on the wire, at 80x24 in 24-bit color, the dearest case."""

import sys
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tui_admin.store.engine import Store

PROGRAM = [sys.executable, "-m", "tests.screens.chart_program"]


@pytest.mark.parametrize(
    ("form", "shown", "key", "most"),
    [
        ("LINES", "not whole", "\x1b[D", 320),
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


def test_the_focus_and_another_tab_draw_the_screen_no_more_often_than_needed(
    small_store: Store, tmp_path: Path
) -> None:
    program = [sys.executable, "-m", "tui_admin", "--store", f"sqlite:///{small_store.path}"]
    program += ["--as", "ana@northwind.example", "--at", "analytics/activity"]
    with Terminal(program, environ={"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}) as terminal:
        terminal.wait_for("Completed")
        terminal.settle(1.5)
        assert terminal.key("/", 0.8) <= 1_500
        terminal.key("country:Canada", 1.5)
        assert terminal.key("\r", 0.8) <= 1_800
        assert terminal.key("6", 1.5) <= 10_000
        assert terminal.key("n", 1.5) <= 4_000
