"""The console, and what its own commands do on whichever screen one is."""

from textual import work

from tui_admin.frame import THEMES, ConsoleFrame
from tui_admin.rules.errors import UsageError
from tui_admin.rules.roles import Right
from tui_admin.screens.base import ConsoleScreen
from tui_admin.screens.command_bar import ask_command
from tui_admin.screens.commands import CONSOLE_COMMANDS, ConsoleProvider
from tui_admin.screens.place import Place, parse_place
from tui_admin.widgets.commands import bindings

_CLIPBOARD_LIMIT = 64_000
"""Terminals drop larger OSC 52 texts."""


class ConsoleApp(ConsoleFrame):
    """The console of one administrator."""

    OFFERS = CONSOLE_COMMANDS
    BINDINGS = bindings(CONSOLE_COMMANDS)
    COMMANDS = {ConsoleProvider}
    COMMAND_PALETTE_BINDING = "ctrl+p"

    @work(exclusive=True, group="command", exit_on_error=False)
    async def action_command(self) -> None:
        """Ask for a command by its words, and run it."""
        if not isinstance(self.screen, ConsoleScreen):
            return
        match await ask_command(self.screen):
            case Place() as place:
                await self.open_place(place)
            case str() as sentence:
                self.screen.say(sentence)
            case (found, argument):
                await self.perform(found, argument)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Settings are for those who may change them."""
        if action == "setting":
            session = self._session
            return session is not None and not session.read_only and session.actor.may(Right.SETTINGS)
        return super().check_action(action, parameters)

    @work(exclusive=True, group="act", exit_on_error=False)
    async def action_setting(self, typed: str) -> None:
        """Ask for a setting of the organization."""
        from tui_admin.screens.setting import ask_setting

        if isinstance(self.screen, ConsoleScreen):
            await ask_setting(self.screen, typed)

    def action_help(self) -> None:
        """Show the help screen."""
        from tui_admin.screens.help import HelpScreen

        if isinstance(self.screen, ConsoleScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_up(self) -> None:
        """One level up; a list one comes back to keeps its filter."""
        if isinstance(self.screen, ConsoleScreen):
            above = self.routes.above(self.screen.place, self.session.actor)
            if above is not None:
                below = [screen.place for screen in self.screen_stack if isinstance(screen, ConsoleScreen)]
                self.go(next((place for place in below if place.segments == above.segments), above))

    def action_leave(self) -> None:
        """One level up; from a tab, out of the console."""
        if isinstance(self.screen, ConsoleScreen) and self.routes.above(self.screen.place, self.session.actor):
            self.action_up()
        else:
            self.exit()

    def action_stop(self) -> None:
        """Stop long work."""
        if isinstance(self.screen, ConsoleScreen) and not self.screen.stop_work():
            self.screen.say("There is nothing to stop.")

    def action_tab(self, position: int) -> None:
        """Open a tab of line 2."""
        if isinstance(self.screen, ConsoleScreen):
            tabs = self.routes.tabs(self.screen.place, self.session.actor)
            if position <= len(tabs):
                self.go(tabs[position - 1][0])
            else:
                self.screen.say(f"There is no tab {position} here; esc goes one level up.", "error")

    def action_copy_place(self) -> None:
        """Copy the place by OSC 52, which also works over SSH."""
        if isinstance(self.screen, ConsoleScreen):
            text = str(self.screen.place)
            if len(text) > _CLIPBOARD_LIMIT:
                raise UsageError("This filter is too long for a terminal's clipboard.")
            self.copy_to_clipboard(text)
            self.screen.say(f"Sent to the terminal's clipboard: {text}")

    def action_reload(self) -> None:
        """Read the data of this screen again."""
        if isinstance(self.screen, ConsoleScreen):
            self.refresh_facts()
            self.screen.reload()

    def action_go(self, place: str) -> None:
        """Open a typed place."""
        self.go(parse_place(place))

    def action_journal(self) -> None:
        """Open the journal."""
        self.go(Place(("journal",)))

    def action_theme(self, name: str) -> None:
        """Use another theme until the console closes."""
        if name not in THEMES:
            raise UsageError(f"Themes are {', '.join(THEMES)}.")
        self.theme = THEMES[name]
        if isinstance(self.screen, ConsoleScreen):
            self.screen.say(f'Theme {name} until you leave; theme = "{name}" in the settings file keeps it.')
