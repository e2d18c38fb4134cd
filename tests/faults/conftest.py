"""What tests of faults share: the command line in this process and in processes of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Console, console, northwind, own_folders
from tests.portal.conftest import organization

__all__ = ["Console", "console", "northwind", "organization", "own_folders", "tui_admin"]


@pytest.fixture
def tui_admin(own_folders: Path) -> list[str]:
    """The words that run the program as a process of its own."""
    return [sys.executable, "-m", "tui_admin"]


def run(*words: str, **how: object) -> subprocess.CompletedProcess[str]:
    """Run the program, and wait for its end."""
    return subprocess.run(
        [sys.executable, "-m", "tui_admin", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        env=dict(os.environ),
        stdin=subprocess.DEVNULL,
        **how,  # type: ignore[call-overload]
    )
