"""`tui-admin`: the word everything starts with. Without a command it opens the console."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from ..rules.errors import NotAllowed
from .commands import LazyGroup
from .context import Context
from .errors import carry_out
from .files import is_remote
from .options import with_context

_COMPLETION = "_TUI_ADMIN_COMPLETE"

PLACES = {
    "init": "organization:init",
    "demo": "demo:demo",
    "import": "importing:import_files",
    "programs": "programs:programs",
    "members": "people:members",
    "users": "people:users",
    "people": "person:people",
    "contracts": "contracts:contracts",
    "admins": "admins:admins",
    "catalogue": "catalogue:catalogue",
    "curriculum": "curriculum:curriculum",
    "settings": "organization:settings",
    "invite": "inviting:invite",
    "invite-template": "inviting:invite_template",
    "invitations": "invitations:invitations",
    "roster": "roster:roster",
    "remove": "removal:remove",
    "undo": "removal:undo",
    "journal": "journal:journal",
    "report": "reports:report",
    "reports": "report_history:reports",
    "analytics": "analytics:analytics",
    "benchmark": "benchmarks:benchmark",
    "suppress": "suppressions:suppress",
    "bounces": "bounces:bounces",
    "mail": "mail:mail",
    "worker": "worker:worker",
    "serve": "serve:serve",
    "message": "messages:message",
    "messages": "messages:messages",
    "outbox": "messages:outbox",
    "skills": "skills:skills",
    "backup": "upkeep:backup",
    "restore": "upkeep:restore",
    "doctor": "upkeep:doctor",
    "ssh-keys": "ssh:ssh_keys",
    "ssh-setup": "ssh_setup:ssh_setup",
}

AT_THE_MACHINE = frozenset({"init", "demo", "worker", "serve", "backup", "restore", "ssh-keys", "ssh-setup"})
"""What is for whoever runs the server, and not done over SSH: it makes, copies or replaces whole stores, or keeps a
process of the login's going."""


class Root(LazyGroup):
    """The program itself: every ending becomes an exit code here."""

    def list_commands(self, context: click.Context) -> list[str]:
        """The commands in the order they are told; over SSH those that are done there."""
        known = super().list_commands(context)
        return [name for name in known if name not in AT_THE_MACHINE] if is_remote(context) else known

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command of a name. Raises NotAllowed over SSH for what is for the machine itself."""
        if name in AT_THE_MACHINE and is_remote(context):
            raise NotAllowed(f"{name} is not done over SSH: whoever runs the server does it there.")
        return super().get_command(context, name)

    def main(  # type: ignore[override]  # click's own overloads tell apart a mode that is not offered here
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> Any:
        """Run the arguments (those of the process unless given) and leave with the exit code."""
        name = prog_name or self.name or ""
        if _COMPLETION in os.environ:
            return super().main(args, name, _COMPLETION, **extra)
        given = list(sys.argv[1:] if args is None else args)

        def run() -> None:
            with self.make_context(name, given, **extra) as context:
                self.invoke(context)

        raise SystemExit(carry_out(run))


@click.command(
    "tui-admin",
    cls=Root,
    places=PLACES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=(
        "tui-admin demo",
        "tui-admin import email-report.zip gradebooks.zip",
        "tui-admin members --program data-101 --where 'status:at-risk active>14d' --format csv",
        "tui-admin --at 'programs/data-101/members?status:at-risk'",
    ),
)
@click.option("--at", "place", metavar="PLACE", help="Open the console at this place, copied by a key in it.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@with_context
def root(context: Context, place: str | None, no_mouse: bool) -> None:
    """Run an organization's learning programs. Without a command it opens the console."""
    if click.get_current_context().invoked_subcommand is None:
        from .console import open_console

        open_console(context, place or "home", mouse=not no_mouse)


def main() -> None:
    """Run the program."""
    root.main()
