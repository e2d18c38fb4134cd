"""docs/keys.md: every key of the console, made from the commands. `tui_admin.cli.reference` prints it."""

from collections.abc import Sequence

from tui_admin.widgets.commands import Command, key_name

from .glossary import GLOSSARY

_INTRODUCTION = """# Keys and commands

Made from the commands themselves (`python -m tui_admin.cli.reference`). `?` shows the ones of the screen you are on;
`:` takes the words of the third column; the name in the last column is what a key map file calls the command."""

_HEAD = ("| key | does | typed after `:` | name |", "| --- | --- | --- | --- |")


_LINE_HEAD = ("| `tui-admin …` | does | in the console |", "| --- | --- | --- |")


def keys_page(sections: Sequence[tuple[str, Sequence[Command]]], line: Sequence[tuple[str, str]]) -> str:
    """The page: a table for each titled group of commands, the command line's words (`line`, each with its help) with
    the key that does the same, and the glossary."""
    parts = [_INTRODUCTION]
    for title, commands in sections:
        parts.append("\n".join([f"## {title}", "", *_HEAD, *(_row(command) for command in commands if command.listed)]))
    twins = {command.typed: command for _, commands in reversed(sections) for command in commands}
    told = [f"| `{words}` | {help} | {_twin(twins.get(words))} |" for words, help in line]
    parts.append("\n".join(["## Command line", "", *_LINE_HEAD, *told]))
    terms = [f"- **{term}**: {meaning}" for term, meaning in GLOSSARY]
    parts.append("\n".join(["## Words", "", *terms]))
    return "\n\n".join(parts) + "\n"


def key_text(command: Command) -> str:
    """The keys of a command as people write them."""
    return command.shown_keys or " or ".join(key_name(key) for key in command.keys.split(",") if key)


def _row(command: Command) -> str:
    keys = f"`{key_text(command)}`" if command.keys else ""
    typed = f"{command.typed} {command.argument}".strip()
    return f"| {keys} | {command.help} | `{typed}` | {command.name} |".replace("`|`", "`&#124;`")


def _twin(command: Command | None) -> str:
    if command is None:
        return ""
    return f"`{key_text(command)}`" if command.keys else f"`:{command.typed}`"


def sections() -> list[tuple[str, Sequence[Command]]]:
    """Every class of the console that offers commands, in the order a person meets them."""
    from tui_admin.widgets.figures import FigureTable
    from tui_admin.widgets.filter_bar import FilterBar
    from tui_admin.widgets.form import Form
    from tui_admin.widgets.record_table import RecordTable
    from tui_admin.widgets.text_prompt import TextPrompt
    from tui_admin.widgets.tiles import Tiles

    from .analytics.drawing.plot import PLOT_COMMANDS
    from .commands import CONSOLE_COMMANDS
    from .learner_pane import LearnerPane
    from .routes import ROUTES
    from .side import SIDE_COMMANDS

    found: list[tuple[str, Sequence[Command]]] = [
        ("Everywhere", CONSOLE_COMMANDS),
        ("Lists", RecordTable.OFFERS),
        ("Filter bar", FilterBar.OFFERS),
        ("Figures and short lists", (*FigureTable.OFFERS, *Tiles.OFFERS)),
        ("Lines of a chart", PLOT_COMMANDS),
        ("Forms", Form.OFFERS),
        ("A text on the status line", TextPrompt.OFFERS),
    ]
    for route in ROUTES:
        screen = route.load()
        if screen.OFFERS and not any(known == screen.OFFERS for _, known in found):
            found.append((route.title, screen.OFFERS))
    return [*found, ("Learner", (*LearnerPane.OFFERS, *SIDE_COMMANDS))]
