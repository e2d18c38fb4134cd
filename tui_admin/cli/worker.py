"""`worker`: deliver mail from here, as servers do; the console starts a sender of its own where none is at work."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from ..rules.errors import UsageError
from .commands import ConsoleCommand
from .context import Context
from .options import with_context
from .output import talk, write_document
from .progress import progress

if TYPE_CHECKING:
    from ..rules.mailing import MailState


@click.command(
    cls=ConsoleCommand, examples=("tui-admin worker", "tui-admin worker --until-idle", "tui-admin worker --resume")
)
@click.option("--once", is_flag=True, help="Send what is due at this moment, then end.")
@click.option("--until-idle", is_flag=True, help="End when nothing is due; wait for a sender already at work.")
@click.option("--resume", is_flag=True, help="First let delivery go on that was paused as a whole.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
@with_context
def worker(context: Context, once: bool, until_idle: bool, resume: bool, as_json: bool) -> None:
    """Deliver mail. One sender at a time on an embedded store, any number on a shared one.

    Without options it goes on until it is stopped; SIGTERM and Ctrl-C let the mails under way end first.
    """
    from ..mail.server import mail_folder, where_mail_goes
    from ..portal.mail import delivery
    from ..worker.process import Until
    from ..worker.run import run

    if once and until_idle:
        raise UsageError("Choose one of --once and --until-idle.")
    delivery.allow(context.store, context.actor)
    if resume:
        talk(f"{delivery.resume(context.store, context.actor, context.clock)}.")
    until = Until.ONCE if once else Until.IDLE if until_idle else Until.STOPPED
    folder = mail_folder(context.store.path)
    talk(where_mail_goes(context.mail, folder))
    with progress(context.surroundings) as told:

        def tell(counts: "Mapping[MailState, int]") -> None:
            told(f"Sending: {_said(counts)}", 0, 0)

        done = run(context.store, context.mail, folder, until, clock=context.ticking, tell=talk, progress=tell)
    if as_json:
        write_document({str(state): count for state, count in done.items()})
    else:
        click.echo(f"{_said(done).capitalize()}.")


def _said(counts: "Mapping[MailState, int]") -> str:
    return ", ".join(f"{count:,} {state}" for state, count in counts.items()) or "nothing was due"
