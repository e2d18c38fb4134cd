"""The help screen: the keys of the screen one came from, and the portal's words."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from tui_admin.widgets.commands import Live, key_name
from tui_admin.widgets.text import fit

from .base import ConsoleScreen
from .glossary import GLOSSARY

_KEY_CELLS = 12
_TERM_CELLS = 15


class HelpScreen(Screen[None]):
    """One page; esc, q or ? leave it."""

    CSS = """
    HelpScreen { background: $background; color: $console-text; }
    HelpScreen VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    HelpScreen #help-foot { height: 1; color: $console-muted; padding: 0 1; }
    """
    BINDINGS: ClassVar = [Binding("escape,q,question_mark,f1", "dismiss", "Close", show=False)]

    def __init__(self, of: ConsoleScreen, support: str = "") -> None:
        super().__init__()
        self._page = help_page(of.help_text(), of.live())
        self._support = support

    def compose(self) -> ComposeResult:
        """The page and how to leave it."""
        with VerticalScroll():
            yield Static(self._page)
        support = f" · help from {self._support}" if self._support else ""
        yield Static(Content(f"esc leaves · arrows scroll{support}"), id="help-foot")


def help_page(purpose: str, live: list[Live]) -> Content:
    """Keys with their sentences, as they are bound now, then the glossary."""
    parts: list[Content | tuple[str, str] | str] = [(purpose + "\n\n", "")] if purpose else []
    parts.append(("Keys\n", "bold $console-place"))
    seen: set[str] = set()
    for item in live:
        command = item.command
        if command.name in seen or not command.listed:
            continue
        seen.add(command.name)
        keys = command.shown_keys or " ".join(dict.fromkeys(key_name(key) for key in item.keys)) or f":{command.typed}"
        parts += [(fit(keys, _KEY_CELLS), "bold $console-key"), f" {command.help}\n"]
    parts.append(("\nWords\n", "bold $console-place"))
    for term, meaning in GLOSSARY:
        parts += [(fit(term, _TERM_CELLS), "bold"), f" {meaning}\n"]
    return Content.assemble(*parts)
