"""Progress on a terminal: told while somebody looks, and no reason to stop when nobody does any more."""

import os

from tui_admin.cli.context import Surroundings
from tui_admin.cli.progress import progress


def test_work_goes_on_when_its_terminal_is_gone() -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, "w", buffering=1) as terminal:
        around = Surroundings({}, iter(range(0, 10_000, 1_000)).__next__, lambda: True)
        with progress(around) as told:
            told.out = terminal
            told("reading", 1, 2)
            assert os.read(master, 100) == b"\rreading 50 %"
            os.close(master)
            told("reading", 2, 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), slave)  # or closing it would fail as well
