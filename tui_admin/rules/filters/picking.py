"""Values of a field chosen from a list, as a term of an expression: the expression stays the one truth."""

from .tree import All, And, Named, Node, conjunction


def picked(node: Node, field: str) -> tuple[str, ...]:
    """The values that an expression asks of a field, where everybody it finds must have one of them."""
    return next((part.values for part in _parts(node) if isinstance(part, Named) and part.field == field), ())


def with_picked(node: Node, field: str, values: tuple[str, ...]) -> Node:
    """The expression that asks for one of these values of the field instead, for none where there are no values; its
    other terms stay."""
    kept = [part for part in _parts(node) if not _asks(part, field)]
    place = next((n for n, part in enumerate(_parts(node)) if _asks(part, field)), len(kept))
    if values:
        kept.insert(place, Named(field, values))
    return conjunction(tuple(kept)) if kept else All()


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, All):
        return ()
    return node.parts if isinstance(node, And) else (node,)


def _asks(part: Node, field: str) -> bool:
    return isinstance(part, Named) and part.field == field
