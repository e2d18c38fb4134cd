"""`tui-admin serve` as a process of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Served:
    """A process that serves at an address; `said` is what it told first."""

    process: subprocess.Popen[str]
    address: str
    said: str


@contextmanager
def served(store: str, *options: str, **environ: str) -> Iterator[Served]:
    """Serve a store on a free port until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tui_admin", "--store", store, "serve", "--port", "0", *options],
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        said = "".join(process.stderr.readline() for _ in range(2))
        found = re.search(r"http://[^;\s]+", said)
        assert found is not None, said + process.stderr.read()
        yield Served(process, found[0], said)
    finally:
        process.kill()
        process.wait()
        process.stderr.close()
