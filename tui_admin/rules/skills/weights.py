"""How much each skill of a course counts. Apart from the model, so that who asks for this alone loads no arrays."""

from collections.abc import Sequence


def weights(relevances: Sequence[float]) -> list[float]:
    """The weights of a course's skills by their relevances; alike where none has any."""
    total = sum(relevances)
    return [value / total for value in relevances] if total > 0 else [1 / len(relevances)] * len(relevances)
