"""docs/keys.md whole: the console's keys, and the words of the command line. `python -m tui_admin.cli.reference` prints
it."""

from collections.abc import Iterator

import click

from .main import root


def commands(group: click.Group = root, words: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Every command's words, as typed after `tui-admin`, with what its help says in one line."""
    context = click.Context(group, info_name="tui-admin")
    for word in group.list_commands(context):
        command = group.get_command(context, word)
        if command is None or command.hidden:
            continue
        yield " ".join((*words, word)), command.get_short_help_str(limit=200)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, word))


def page() -> str:
    """docs/keys.md."""
    from ..screens.keys import keys_page, sections

    return keys_page(sections(), list(commands()))


if __name__ == "__main__":
    click.echo(page(), nl=False)
