"""Opening the console. Only here does the command line load it."""

import os
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..rules.errors import ConsoleError, UsageError
from .context import Context

DEMO_FILE = "demo.db"
"""The demo as it is without options, in the person's own data folder."""

if TYPE_CHECKING:
    from ..screens.session import ConsoleSettings, MailWay, Session


def open_console(context: Context, place: str, *, mouse: bool = True) -> None:
    """Open the console at a place, on the store and for the administrator of a context, until the person leaves it.

    The store is opened by the console itself, while its first frame is drawn. Raises UsageError without a terminal.
    """
    if not context.surroundings.interactive():
        raise UsageError("The console needs a terminal. For scripts there are commands: see tui-admin --help.")
    settings = _settings(context, place, mouse)

    from ..memory import share_one_store
    from ..terminal import prepare

    share_one_store()
    prepare(os.environ)
    from ..app import ConsoleApp

    app = ConsoleApp(lambda: _session(context), settings)
    app.run(mouse=settings.mouse)
    if app.cut_off:
        from ..screens import cut_off

        with suppress(ConsoleError):
            cut_off.keep(context.store, context.actor)
    if app.return_code:
        click.get_current_context().exit(app.return_code)


def _settings(context: Context, place: str, mouse: bool) -> "ConsoleSettings":
    from ..config import data_folder, log_file
    from ..screens.session import ConsoleSettings

    config = context.config
    return ConsoleSettings(
        folder=Path(config.folder).expanduser() if config.folder else Path.cwd(),
        log=log_file(),
        demo=data_folder() / DEMO_FILE if context.login is None else None,
        theme=config.theme,
        keymap=dict(config.keymap),
        start=place,
        mouse=mouse and config.mouse,
        limits=context.limits,
        mail=lambda: _mail_way(context),
        words=_words,
    )


def _words() -> dict[str, str]:
    from .reference import commands

    return dict(commands())


def _mail_way(context: Context) -> "MailWay":
    from ..mail.server import mail_folder, to_know_before, where_mail_goes
    from ..screens.session import MailWay
    from ..worker import background

    settings = context.mail
    folder = mail_folder(context.store.path)
    sentence, warning = where_mail_goes(settings, folder), to_know_before(settings, folder)
    start = partial(background.start, context.store, context.config_file, now=context.given_clock)
    return MailWay(sentence, warning, settings.limits, start, settings.server is None)


def _session(context: Context) -> "Session":
    from ..screens.opening import open_session

    clock = context.surroundings.clock if context.given_clock is None else lambda: context.clock
    return open_session(context.store, context.actor, clock, context.given_now, read_only=context.read_only)
