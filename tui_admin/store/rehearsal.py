"""A store on which everything can be tried, and nothing stays."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from .engine import Store, empty_store


class Rehearsal(Store):
    """The same store, but a transaction that would be committed is undone when it ends.

    What a write would say, and what it would refuse, is so found out by doing it. An embedded store that does not
    exist yet stays so.
    """

    @contextmanager
    def write(self, *, patience: float | None = None) -> Iterator[Connection]:
        """One transaction, undone when the block ends."""
        if not self.exists:
            with empty_store() as connection:
                yield connection
            return
        with super().write(patience=patience) as connection:
            yield connection
            connection.rollback()
