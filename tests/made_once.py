"""What takes long to make and is the same for every test is made once for all processes of a run, and copied."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

FILE = "store.db"
"""The name of a store's file in a folder made once."""


class MadeOnce:
    """Folders by name. Every process gets a copy of its own, so that nobody sees what another does to it."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        own = factory.getbasetemp()
        self._factory = factory
        self._shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made-once"
        self._shared.mkdir(exist_ok=True)

    def folder(self, name: str, make: Callable[[Path], object]) -> Path:
        """A copy of the folder of this name; whoever asks first makes it, the others wait for it meanwhile."""
        made = self._shared / name
        with (self._shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                begun = self._shared / f"{name}.begun"
                shutil.rmtree(begun, ignore_errors=True)
                begun.mkdir()
                make(begun)
                begun.rename(made)
        return Path(shutil.copytree(made, self._factory.mktemp(name), dirs_exist_ok=True))
