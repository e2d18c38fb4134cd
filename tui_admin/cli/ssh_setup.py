"""`ssh-setup`: the lines of sshd_config for administrators who log in, and whether an installation holds to them."""

import click

from .checks import show_checks
from .commands import ConsoleCommand
from .context import Context
from .options import Shape, listing_options, with_context
from .ssh import places, program

_ACCOUNT = """
# An account of its own, for administrators only; the store and its folder are its alone:
#   useradd --system --create-home --shell /bin/sh {user}
#   chown -R {user} FOLDER-OF-THE-STORE; chmod 700 FOLDER-OF-THE-STORE
#   chown root:{user} SETTINGS-FILE; chmod 640 SETTINGS-FILE
# Before any other Match in /etc/ssh/sshd_config, or in /etc/ssh/sshd_config.d/tui-admin.conf; let AcceptEnv name only
# LANG and LC_*. Then: sshd -t && systemctl reload ssh && tui-admin ssh-setup --check
"""


@click.command(
    "ssh-setup",
    cls=ConsoleCommand,
    examples=(
        "tui-admin ssh-setup --config /etc/tui-admin.toml",
        "tui-admin ssh-setup --config /etc/tui-admin.toml --check",
    ),
)
@click.option("--user", default="tui-admin", show_default=True, metavar="NAME", help="The login they share.")
@click.option("--check", is_flag=True, help="Check this installation instead; exit 1 when something is wrong.")
@listing_options
@with_context
def ssh_setup(context: Context, shape: Shape, user: str, check: bool) -> None:
    """Print or check the sshd lines of administrators."""
    from .sshd import examine, match_block

    command = asked(context)
    if not check:
        click.echo(_ACCOUNT.format(user=user).strip())
        click.echo("\n".join(match_block(user, command)))
        return
    from ..portal.keys import registered

    show_checks(examine(user, command, registered(context.store)), shape, context)


def asked(context: Context) -> list[str]:
    """The words that sshd asks for the line of a key, from anywhere."""
    store, config = places(context)
    named = [word for option, value in (("--config", config), ("--store", store)) if value for word in (option, value)]
    return [*program(), "ssh-keys", *named]
