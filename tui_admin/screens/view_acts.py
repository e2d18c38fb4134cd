"""Saved views of a list: open one by name, or save what is shown under a new name."""

import asyncio

from textual.suggester import SuggestFromList

from tui_admin.portal import views
from tui_admin.rules.errors import UsageError
from tui_admin.widgets.commands import Command

from .lists import ListScreen

VIEW_COMMANDS = (
    Command("views", "V", "views", "Views", "Open a saved view, or save this one by a new name.", "views", rank=7),
    Command("forget-view", "", "forget_view", "Forget a view", "Forget a saved view.", "", "view forget", "NAME"),
)


class ViewActs:
    """The saved views of one list."""

    def __init__(self, screen: ListScreen) -> None:
        self._screen = screen

    async def choose(self) -> None:
        """Ask for a name: one that is known opens its view, a new one saves what is shown."""
        screen = self._screen
        store, actor = screen.session.store, screen.session.actor
        known = {view.name: view for view in await asyncio.to_thread(views.views, store, actor, screen.KIND)}
        prompt = f"View ({', '.join(known)}), or a new name to save this one:" if known else "Save this view as:"
        name = await screen.status.ask_text(prompt, suggester=SuggestFromList(sorted(known), case_sensitive=False))
        if name is None:
            return
        if name in known:
            screen.show_view(known[name])
            screen.say(f"View {name}")
            return
        if screen.session.read_only:
            raise UsageError("This console was opened with --read-only: a view cannot be saved.")
        screen.bar.demand()
        asked = screen.asked
        view = views.View(name, asked.text, asked.sort, asked.descending, tuple(sorted(screen.table.chosen)))
        saved = await asyncio.to_thread(views.save, store, actor, screen.KIND, view)
        screen.say(f"Saved view {saved.name}; V opens it, :view forget {saved.name} takes it away.", "success")

    async def forget(self, name: str) -> None:
        """Forget a view."""
        session = self._screen.session
        await asyncio.to_thread(views.remove, session.store, session.actor, self._screen.KIND, name)
        self._screen.say(f"Forgot view {name}")
