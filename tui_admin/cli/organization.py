"""`init` and `settings`: the organization itself."""

from collections.abc import Iterator
from typing import Any

import click

from .commands import ConsoleCommand, ConsoleGroup
from .context import Context
from .files import read_picture
from .options import Mode, Shape, listing_options, with_context, writing_options
from .output import Column, Listing, show
from .writing import act_as, change

_COLUMNS = (Column("key", title="Setting"), Column("value"))


@click.command(cls=ConsoleCommand, examples=("tui-admin init --org 'Northwind Learning' --admin ana@example.com",))
@click.option("--org", "name", required=True, metavar="NAME", help="What the organization is called.")
@click.option("--admin", "email", required=True, metavar="EMAIL", help="Its first organization admin.")
@writing_options
@with_context
def init(context: Context, mode: Mode, name: str, email: str) -> None:
    """Create the organization and its first administrator. The store must be empty."""
    from ..portal.organization import initialise

    def do(store: Any) -> str:
        actor = initialise(store, name, email, context.clock)
        return f"Created {name.strip()} with {actor.email} as its organization admin"

    act_as(context, mode, do, name=name.strip(), admin=email)


@click.group(cls=ConsoleGroup)
def settings() -> None:
    """The organization's settings."""


@settings.command("show", examples=("tui-admin settings show --format json",))
@listing_options
@with_context
def show_settings(context: Context, shape: Shape) -> None:
    """List every setting with its value."""
    from ..portal.settings import show as portal_show

    def rows() -> Iterator[dict[str, Any]]:
        found = portal_show(context.store, context.actor, tell=True)
        return ({"key": key, "value": value} for key, value in found.items())

    show(Listing(_COLUMNS, rows), shape.form, shape.count, context)


@settings.command(
    "set",
    examples=(
        "tui-admin settings set time-zone Europe/Berlin",
        "tui-admin settings set brand-color '#1c4f9c'",
        "tui-admin settings set sender-address learning@example.com",
        "tui-admin settings set deadline-mails 3",
        "tui-admin settings set unsubscribe-url 'https://example.com/stop/{token}'",
    ),
)
@click.argument("key")
@click.argument("value")
@writing_options
@with_context
def set_value(context: Context, mode: Mode, key: str, value: str) -> None:
    """Change a setting. A blank VALUE takes away what need not be set.

    \b
    KEY is one of:
      name                what the organization is called
      time-zone           in which days begin, such as Europe/Berlin
      public-url          where the learner-facing pages are, https://…
      support-contact     whom to ask: an address, a page or a sentence
      removed-learners    whether reports keep or hide them
      report-retention    days that made reports are kept, 1 to 3650
      brand-color         #rrggbb, for the console and for mails
      logo                a picture: a file, or - for the standard input
      banner              the same, wide
      sender-name         who mails come from; without it the organization
      sender-address      the address mails come from
      reply-to            the address answers go to; without it the sender's
      unsubscribe-url     a page of your own for it, https://…{token}…
      quiet-period        days in which nobody gets a second reminder, 0 to 365
      deadline-mails      days before a deadline that members are reminded, 1 to 90; off
      license-alerts      mails when 75, 90 and 100 % of a contract's licenses are taken: on or off
      skill-parameters    what skills are rated by; skills tune finds them
      default-invitation  what invitations say, in Markdown with {{ fields }}
    """
    from ..portal import settings as portal

    given = read_picture(value) if portal.named(key).picture and value.strip() else value

    def read(store: Any, actor: Any, tell: bool) -> str:
        return portal.show(store, actor, tell=tell)[key] or ""

    def do(store: Any, actor: Any, seen: str | None) -> str:
        return portal.change(store, actor, key, given, context.clock, seen=seen)

    change(context, mode, read, do, key=key)
