"""`tui-admin`: the word everything starts with. Without a command it opens the console."""

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from .commands import LazyGroup
from .context import Context
from .errors import carry_out
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
    "settings": "organization:settings",
    "invite": "inviting:invite",
    "invite-template": "inviting:invite_template",
    "invitations": "invitations:invitations",
    "roster": "roster:roster",
    "remove": "removal:remove",
    "undo": "removal:undo",
    "journal": "journal:journal",
    "report": "reports:report",
    "suppress": "suppressions:suppress",
    "bounces": "bounces:bounces",
    "mail": "mail:mail",
    "worker": "worker:worker",
    "message": "messages:message",
    "messages": "messages:messages",
    "outbox": "messages:outbox",
    "backup": "upkeep:backup",
    "restore": "upkeep:restore",
    "doctor": "upkeep:doctor",
}


class Root(LazyGroup):
    """The program itself: every ending becomes an exit code here."""

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
