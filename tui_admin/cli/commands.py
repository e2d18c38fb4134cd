"""The classes all commands are made of: options that may stand anywhere, examples in the help, modules loaded late."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from ..rules.errors import UsageError
from .context import META
from .files import is_remote, refuse_files

_GLOBAL = ("store", "acting", "now", "config", "read_only")
_OF_THE_LOGIN = ("store", "acting", "config")
"""What the line that sshd runs says, and the client may not."""


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A moment in ISO 8601, as an `Instant`."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, context: click.Context | None) -> int:
        """The instant; in UTC where the text names no zone."""
        from ..rules.times import parse_iso

        try:
            return value if isinstance(value, int) else parse_iso(value)
        except ValueError:
            self.fail(f'"{value}" is no moment; write 2015-05-15T00:00:00Z.', param, context)


def _remember(context: click.Context, option: click.Parameter, value: object) -> None:
    if value is not None and value is not False:
        if option.name in _OF_THE_LOGIN and is_remote(context):
            raise UsageError(f"Over SSH your key says who you are and on which store: leave {option.opts[0]} away.")
        context.meta.setdefault(META, {})[option.name] = value


def _version(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        from .. import __version__

        click.echo(f"tui-admin {__version__}")
        context.exit()


def global_options() -> list[click.Option]:
    """The options that every command takes, and that may stand before the command as well; the later one counts."""

    def option(*names: str, **settings: Any) -> click.Option:
        return click.Option(names, expose_value=False, callback=_remember, **settings)

    return [
        option("--store", metavar="URL", help="The store: sqlite:///PATH or postgresql://HOST/NAME. [TUI_ADMIN_STORE]"),
        option("--as", "acting", metavar="EMAIL", help="The administrator who acts. [TUI_ADMIN_AS]"),
        option(
            "--now",
            type=Moment(),
            metavar="ISO",
            help="Judge as of this moment, in UTC. [TUI_ADMIN_NOW]",
        ),
        option("--config", metavar="FILE", help="Read settings from this file instead of your own."),
        option("--read-only", is_flag=True, help="Write nothing to the store."),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
        ),
    ]


def _own(command: click.Command, context: click.Context) -> list[click.Option]:
    shared = {*_GLOBAL, "version", "help"}
    params = (param for param in command.get_params(context) if isinstance(param, click.Option))
    return [param for param in params if param.name not in shared]


def _write_records(title: str, params: Sequence[click.Parameter], help_: tuple[click.Context, Any]) -> None:
    context, formatter = help_
    records = [record for param in params if (record := param.get_help_record(context))]
    if records:
        with formatter.section(title):
            formatter.write_dl(records)


def _write_examples(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    if examples:
        with formatter.section("Examples"):
            for example in examples:
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class ConsoleCommand(click.Command):
    """A command. Its help is the docstring of its function; `examples` are shown as they are typed."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(global_options())
        self.examples = tuple(examples)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Take the words apart, once they name nothing that is not the administrator's."""
        refuse_files(self, context, args)
        return super().parse_args(context, args)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The command's own options, then its examples; the global ones are told once, by `tui-admin --help`."""
        _write_records("Options", _own(self, context), (context, formatter))
        _write_examples(self.examples, formatter)

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Where the options are told that every command takes."""
        formatter.write("\nAlso --store, --as, --now, --config, --read-only: see tui-admin --help.\n")


class ConsoleGroup(click.Group):
    """A word with commands under it. `listing` groups do something themselves when no command follows."""

    command_class = ConsoleCommand
    group_class = type

    def __init__(self, *args: Any, examples: Sequence[str] = (), **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.params.extend(global_options())
        self.examples = tuple(examples)

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        """The command a word names; for an unknown one the nearest is named."""
        word = args[0]
        if not word.startswith("-") and self.get_command(context, word) is None:
            known = self.list_commands(context)
            near = get_close_matches(word, known, n=1)
            way_out = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}."
            context.fail(f'There is no command "{word}". {way_out}')
        return super().resolve_command(context, args)

    def invoke(self, context: click.Context) -> Any:
        """Run the command that follows, or the group itself where none does.

        An option of the group's own listing together with a command means nothing, and is refused.
        """
        if self.invoke_without_command and context._protected_args:
            for param in _own(self, context):
                source = context.get_parameter_source(param.name or "")
                if source is click.core.ParameterSource.COMMANDLINE:
                    context.fail(
                        f"{param.opts[0]} means nothing here: it does not go with {context._protected_args[0]}."
                    )
        return super().invoke(context)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The group's own options, its commands, then its examples."""
        _write_records("Options", _own(self, context), (context, formatter))
        self.format_commands(context, formatter)
        _write_examples(self.examples, formatter)

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Where the options are told that every command takes."""
        formatter.write("\nAlso --store, --as, --now, --config, --read-only: see tui-admin --help.\n")


class _Places(Mapping[str, click.Command]):
    """Commands by name, each imported when it is asked for."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = places

    def __getitem__(self, name: str) -> click.Command:
        module, _, attribute = self._places[name].partition(":")
        command: click.Command = getattr(import_module(f"{__package__}.{module}"), attribute)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class LazyGroup(ConsoleGroup):
    """The top group. `places` says where each command lives (`module:attribute`); only what runs is imported."""

    def __init__(self, *args: Any, places: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._places = _Places(places)

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands in the order they are told."""
        return list(self._places)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name, imported now."""
        return self._places.get(name)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """All options, the commands, then examples."""
        own = _own(self, context)
        _write_records("Options", own, (context, formatter))
        others = [param for param in self.get_params(context) if param not in own]
        _write_records("Options before or after any command", others, (context, formatter))
        self.format_commands(context, formatter)
        _write_examples(self.examples, formatter)

    def format_epilog(self, _context: click.Context, _formatter: click.HelpFormatter) -> None:
        """Nothing: the global options stand above."""
