"""`mail test`: whether mail leaves."""

import click

from .commands import ConsoleGroup
from .context import Context
from .options import with_context
from .output import write_document


@click.group(cls=ConsoleGroup)
def mail() -> None:
    """The mail server."""


@mail.command("test", examples=("tui-admin mail test", "tui-admin mail test --to ana@example.com"))
@click.option("--to", metavar="EMAIL", help="Send a test mail to this address as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@with_context
def test(context: Context, to: str | None, as_json: bool) -> None:
    """Connect to the mail server and show what it says.

    Each step is shown with its answer, signing in included.

    The server is set by TUI_ADMIN_SMTP_URL or server under [mail] in the settings file: smtp+starttls://USER@HOST,
    smtps://USER@HOST, or smtp://localhost. The password comes from the credential tui-admin-smtp of a systemd unit,
    a credential_file, the keyring (tui-admin:HOST), or TUI_ADMIN_SMTP_PASSWORD; a token from token_command.

    Limits under [mail]: connections, per_connection, per_second, per_minute, per_day. Known without being set: Exchange
    Online takes 3 connections, 30 mails a minute, 10,000 a day; Gmail 2,000 a day. More: docs/mail.md.
    """
    from ..mail.server import mail_folder, where_mail_goes
    from ..portal.mail.check import check_mail
    from ..portal.mail.delivery import allow

    settings, folder = context.mail, mail_folder(context.store.path)
    steps: list[dict[str, str]] = []
    allow(context.store, context.actor)
    if not as_json:
        click.echo(where_mail_goes(settings, folder))

    def heard(phase: str, answer: str) -> None:
        steps.append({"step": str(phase), "answer": answer})
        if not as_json:
            click.echo(f"{phase:<8} {answer}")

    said = check_mail(context.store, context.actor, settings, folder, to, context.clock, heard)
    if as_json:
        write_document({"way": where_mail_goes(settings, folder), "steps": steps, "result": said})
    else:
        click.echo(said)
