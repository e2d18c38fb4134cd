"""How far long work is, told to whoever waits for it."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told in a word what is done, how much of it, and of how much (0: unknown)."""


def unheard(_word: str, _done: int, _of: int) -> None:
    """Progress that nobody looks at."""
