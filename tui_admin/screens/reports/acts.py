"""What is done with a report: mailed to who asks, or saved as a file of this machine, whole or not at all."""

import asyncio
import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports import making, requests
from tui_admin.portal.reports.asked import Asked, Form, ReportKind
from tui_admin.portal.reports.requests import Request
from tui_admin.rules.errors import Cancelled, UsageError
from tui_admin.widgets.status_line import Answer
from tui_admin.widgets.text import plural, shown

from ..base import ConsoleScreen
from ..paths import piped
from ..saving import ask_path, whole

Result = TypeVar("Result")

_OPTIONS = {ReportKind.EMAIL: "email", ReportKind.MEMBERS: "members", ReportKind.GRADEBOOK: "gradebook"}


async def mail_report(screen: ConsoleScreen, asked: Asked) -> None:
    """Have a report made and mailed to who asks."""
    if screen.session.read_only:
        raise UsageError("This console was opened with --read-only: w saves the report here.")
    request = await asyncio.to_thread(requests.ask, screen.session.store, screen.session.actor, asked, _moments(screen))
    screen.say(f"The {request.title} will be made and mailed to {request.recipient}: Reports tells how far it is")
    screen.console.changed()
    screen.console.deliver()


async def deliver_report(screen: ConsoleScreen, title: str, asked: Asked) -> None:
    """Ask whether a report is to be mailed or saved, and do that."""
    mail = () if screen.session.read_only else (Answer("m", f"mail it to {screen.session.actor.email}"),)
    answers = (*mail, Answer("w", "save it here"), Answer("n", "neither", safe=True))
    answer = await screen.status.ask(f"{title}?", answers)
    if answer == "m":
        await mail_report(screen, asked)
    elif answer == "w":
        await save_report(screen, asked)


async def save_report(screen: ConsoleScreen, asked: Asked) -> None:
    """Make a report and save it as a file."""
    path = await ask_path(screen, _file_name(asked), piped(_words(asked)))
    if path is None:
        return
    make = partial(making.make, screen.session.store, screen.session.actor, asked, _moments(screen))
    made = await write_file(screen, path, lambda stream, told: make(stream, progress=told))
    tables = ", ".join(f"{plural(count, 'row')} of {name}" for name, count in made.rows.items())
    screen.say(f"Saved {path}: {tables}", "success")


async def save_made(screen: ConsoleScreen, request: Request) -> None:
    """Save once more the file of a report that was made."""
    requests.check_kept(request)
    path = await ask_path(screen, request.file or "report", piped(f"reports download {request.id} --out - > report"))
    if path is None:
        return
    download = partial(requests.download, screen.session.store, screen.session.actor, request.id)
    await write_file(screen, path, lambda stream, told: download(stream))
    screen.say(f"Saved the {request.title} to {path}", "success")


async def write_file(
    screen: ConsoleScreen, path: Path, write: Callable[[BinaryIO, Callable[[int], None]], Result]
) -> Result:
    """Write a file in a thread; `write` is given the stream and what tells of more rows in it. ctrl+g stops.

    Raises BadInput where it cannot be written, and Cancelled where the person stopped it.
    """
    written, over = 0, False

    def told(rows: int) -> None:
        nonlocal written
        written += rows
        if stopped():
            raise Cancelled("Saving was stopped; no file was written.")
        screen.call_later(tell)

    def tell() -> None:
        if not over:
            screen.status.progress("Saving, rows", written, None, "ctrl+g stops")

    def work() -> Result:
        with whole(path, "wb") as stream:
            return write(stream, told)

    screen.status.wait("Saving …")
    try:
        with screen.working() as stopped:
            return await asyncio.to_thread(work)
    finally:
        over = True
        screen.status.wait("")


def _moments(screen: ConsoleScreen) -> Moments:
    return Moments(screen.now, screen.session.clock())


def _file_name(asked: Asked) -> str:
    """What a file is called until somebody says otherwise: `email-report-data-101.zip`."""
    words = [requests.title(asked), *([asked.program] if asked.program else [])]
    name = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in "-".join(words))
    return f"{name}.{asked.form if asked.form is Form.XLSX or not asked.packed else 'zip'}"


def _words(asked: Asked) -> str:
    """The line of the command line that writes it."""
    words = ["report", _OPTIONS[asked.kind], "--out", "-"]
    words += ["--course", shown(asked.course)] if asked.course else []
    words += ["--program", asked.program] if asked.program else []
    words += ["--where", shown(asked.where)] if asked.where else []
    words += ["--format", "xlsx"] if asked.form is Form.XLSX else []
    return f"{shlex.join(words)} > {_file_name(asked)}"
