"""`ssh-keys`: what sshd asks when somebody knocks. Nothing is imported here that it can do without."""

import sys
from pathlib import Path

import click

from ..rules.errors import UsageError
from .commands import ConsoleCommand
from .context import Context, Login
from .options import with_context

_SCRIPT = "tui-admin"

RESTRICTED = "restrict,pty"
"""sshd(8): a terminal, and none of what else a login could be used for."""


@click.command(
    "ssh-keys",
    cls=ConsoleCommand,
    examples=("tui-admin ssh-keys --config /etc/tui-admin.toml ssh-ed25519 AAAAC3Nza...",),
)
@click.argument("key_type", metavar="TYPE")
@click.argument("key", metavar="KEY")
@with_context
def ssh_keys(context: Context, key_type: str, key: str) -> None:
    """Tell sshd whom a key lets in.

    Prints one line of authorized_keys, or nothing. It is the AuthorizedKeysCommand of sshd_config, which gives it the
    key's type and its base64 (%t %k). Without --config or --store the store is that of the environment or of the own
    settings file.
    """
    from ..store.key_owner import owner

    store, config = places(context)
    found = owner(context.address, key_type, key)
    if found is not None:
        email, fingerprint = found
        click.echo(authorized(Login(fingerprint, email, store, config), key_type, key))


def places(context: Context) -> tuple[str | None, str | None]:
    """The store and the settings file as the line names them, from whichever folder it is run.

    Raises UsageError for a password, which every process of the machine could read there: it may only stand in a file.
    """
    from ..config import own_file
    from ..store.key_owner import absolute, has_password

    config = context.config_file or own_file()
    file = str(config.absolute()) if config.exists() else None
    if not has_password(context.address):
        return absolute(context.address), file
    if context.address == context.config.store:
        return None, file
    raise UsageError("The store's address holds a password, which a command line shows: put it into --config FILE.")


def authorized(login: Login, key_type: str, key: str) -> str:
    """The line of authorized_keys for a key. Raises UsageError for a name that cannot stand in one."""
    from .login import line

    command = line(program(), login)
    if not command.isprintable():
        raise UsageError("The path of the program, the store or the settings file holds what no line can.")
    quoted = command.replace('"', '\\"')
    return f'{RESTRICTED},command="{quoted}" {key_type} {key}'


def program() -> tuple[str, ...]:
    """The words that run this program from anywhere: as it was called itself, else as it is installed."""
    for script in (Path(sys.argv[0]), Path(sys.executable).with_name(_SCRIPT)):
        if script.name == _SCRIPT and script.is_absolute() and script.exists():
            return (str(script),)
    return (sys.executable, "-m", "tui_admin")
