"""Being the only one at something on an embedded store."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held_alone(beside: Path) -> Iterator[bool]:
    """Hold the lock of a file while the block runs; False where another holds it. The lock is the kernel's: it ends
    with the process, however that ends."""
    beside.parent.mkdir(parents=True, exist_ok=True)
    with beside.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
