"""Results that are found once, for what repeats."""

from collections.abc import Callable, Hashable
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_REMEMBERED = 20_000


class Memory(dict[K, V]):
    """Results by what they were found for; forgets all when full, so that it never grows."""

    def __init__(self, find: Callable[[K], V]) -> None:
        self._find = find

    def __missing__(self, key: K) -> V:
        result = self._find(key)
        if len(self) >= _REMEMBERED:
            self.clear()
        self[key] = result
        return result
