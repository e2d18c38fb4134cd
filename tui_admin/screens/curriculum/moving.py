"""What a key moves: things in an order, one step up or down, as the portal is told of it."""

from collections.abc import Collection, Sequence

from tui_admin.rules.positions import Spot


def shifted(ids: Sequence[int], moving: Collection[int], step: int) -> tuple[list[int], list[int], Spot] | None:
    """Some things one step up (-1) or down (1): the new order, the things that move in their order, and the spot they
    move to. Several come together first. None where they stand at that end already."""
    block = [thing for thing in ids if thing in moving]
    rest = [thing for thing in ids if thing not in moving]
    if not block or not rest:
        return None
    edge = ids.index(block[0] if step < 0 else block[-1])
    passed = sum(thing not in moving for thing in ids[:edge])
    index = min(max(passed + step, 0), len(rest))
    order = [*rest[:index], *block, *rest[index:]]
    if order == list(ids):
        return None
    beside = Spot(after=rest[index - 1]) if (step > 0 and index) or index == len(rest) else Spot(before=rest[index])
    return order, block, beside
