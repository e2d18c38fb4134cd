"""Figures as blocks: bars with eighths of a cell, and sparklines."""

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEVELS = "▁▂▃▄▅▆▇█"


def bar(share: float, width: int, track: str = " ") -> str:
    """A bar `width` cells long, filled to `share` (0 to 1) in steps of an eighth of a cell.

    Anything above nothing shows at least one eighth, and anything below the whole leaves one open, so that a bar never
    claims none or all where some are.
    """
    eighths = round(min(max(share, 0.0), 1.0) * width * 8)
    if share > 0:
        eighths = max(eighths, 1)
    if share < 1:
        eighths = min(eighths, width * 8 - 1)
    whole, rest = divmod(max(eighths, 0), 8)
    filled = "█" * whole + (_EIGHTHS[rest] if rest else "")
    return filled + track * (width - len(filled))


def sparkline(values: Sequence[float], width: int) -> str:
    """The course of `values` in `width` cells, from zero to the largest; several values in one cell are averaged."""
    if not values or width <= 0:
        return ""
    size = min(width, len(values))
    means = []
    for cell in range(size):
        part = values[cell * len(values) // size : (cell + 1) * len(values) // size]
        means.append(sum(part) / len(part))
    top = max(means)
    if top <= 0:
        return _LEVELS[0] * size
    return "".join(_LEVELS[min(7, max(0, round(mean / top * 7)))] for mean in means)


def percent(share: float) -> str:
    """`62 %`; never `0 %` for some nor `100 %` for not quite all."""
    whole = round(share * 100)
    if share > 0 and whole == 0:
        return "<1 %"
    if share < 1 and whole == 100:
        return ">99 %"
    return f"{whole} %"
