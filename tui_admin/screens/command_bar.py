"""What is typed after `:`, and what it means: a command that acts now, a place, or a line of the command line."""

import asyncio

from tui_admin.rules.errors import UsageError
from tui_admin.widgets.commands import Live

from .base import ConsoleScreen
from .cli_words import cli_place
from .commands import CommandSuggester, find_command, place_typed
from .place import Place

Meaning = tuple[Live, str] | Place | str
"""A command with its argument; a place to go to; a sentence to say."""


async def ask_command(screen: ConsoleScreen) -> Meaning | None:
    """Ask for a command by its words; None where the person leaves. Raises UsageError for words that mean nothing."""
    live, console = screen.live(), screen.console
    places = [str(place) for place, _ in console.routes.tabs(Place(), screen.session.actor)]
    words = [item.command.typed for item in live if item.command.listed]
    text = await screen.status.ask_text(":", suggester=CommandSuggester([*words, *places]))
    if not text:
        return None
    try:
        return find_command(text, live)
    except UsageError:
        place = place_typed(text)
        if place is not None and console.routes.knows(place):
            return place
        known = await asyncio.to_thread(console.settings.words)
        led = cli_place(text, known, screen.place, screen.session.fields)
        if led is None:
            raise
        return led
