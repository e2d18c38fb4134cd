"""A text longer than the screen, read by key."""

from typing import ClassVar

from textual.containers import VerticalScroll

from .commands import Command, bindings


class Reading(VerticalScroll, can_focus=True):
    """Scrolled by the arrows and by screenfuls."""

    OFFERS: ClassVar = (
        Command("read-on", "pagedown,space", "page_down", "Read on", "A screenful further.", "read on", rank=4),
        Command("read-back", "pageup", "page_up", "Read back", "A screenful back.", "back a page", rank=6),
    )
    BINDINGS = bindings(OFFERS)
    DEFAULT_CSS = """
    Reading {
        height: 1fr;
        width: 1fr;
        background: $background;
        padding: 0 1;
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
    }
    """
