"""What data may hold, and how to look at what is drawn."""

import unicodedata
from typing import Any

from textual.app import App

from tests.widgets.synthetic import HOSTILE

__all__ = ["HOSTILE", "controls", "lines"]


def lines(app: App[Any]) -> list[str]:
    """What is on screen, line by line."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


def controls(app: App[Any]) -> list[str]:
    """The control and format characters on screen."""
    return [char for line in lines(app) for char in line if unicodedata.category(char) in ("Cc", "Cf")]
