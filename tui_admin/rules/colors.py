"""Colors as `#rrggbb`, and whether one can be read on another (WCAG 2.2, 1.4.3)."""

import re

READABLE = 4.5
"""The contrast that text needs."""

WHITE, BLACK = "#ffffff", "#000000"

_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})").fullmatch
_STEPS = 20


def parse(text: str) -> str | None:
    """The color of `#rrggbb` or `#rgb`, with or without the `#`, in any case; None for anything else."""
    match = _HEX(text.strip().lower())
    if match is None:
        return None
    digits = match[1]
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(digit * 2 for digit in digits)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colors, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: str, background: str) -> str:
    """`color`, moved towards white or black in small steps until its contrast with the background is 4.5:1."""
    towards = text_on(background)
    steps = (_blend(color, towards, step / _STEPS) for step in range(_STEPS))
    return next((found for found in steps if contrast(found, background) >= READABLE), towards)


def text_on(background: str) -> str:
    """White or black, white where both can be read: at least one always can."""
    return WHITE if contrast(WHITE, background) >= READABLE else BLACK


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _blend(color: str, towards: str, share: float) -> str:
    mixed = (int(a + (b - a) * share) for a, b in zip(_channels(color), _channels(towards), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _luminance(color: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
