"""Places in an order in which some stand equal."""

from collections.abc import Iterable, Iterator


def shared_ranks(keys: Iterable[object]) -> Iterator[int]:
    """The rank of each of some keys, best first: equal ones that follow each other share the first's (1, 2, 2, 4)."""
    rank, last = 0, object()
    for place, key in enumerate(keys, 1):
        if key != last:
            rank, last = place, key
        yield rank
