"""What tests of faults share: the command line in this process and in processes of its own."""

import os
import subprocess
import sys
from typing import Any

from tests.cli.conftest import Console, console, northwind, own_folders
from tests.portal.conftest import importer, organization

__all__ = ["Console", "console", "importer", "northwind", "organization", "own_folders", "run", "start"]


PROGRAM = [sys.executable, "-m", "tui_admin"]
"""The words that run the program as a process of its own."""


def start(*words: str, **how: Any) -> "subprocess.Popen[str]":
    """Run the program in a process group of its own, with nobody there to answer."""
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return subprocess.Popen(
        [*PROGRAM, *words], stdin=subprocess.DEVNULL, start_new_session=True, env=dict(os.environ), **(told | how)
    )


def run(*words: str, **how: Any) -> "subprocess.CompletedProcess[str]":
    """Run the program, and wait for its end."""
    process = start(*words, **how)
    out, err = process.communicate(timeout=120)
    return subprocess.CompletedProcess(words, process.returncode, out, err)
