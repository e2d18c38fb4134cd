"""Saving a list as a CSV file: asked for on the status line, written in a thread, whole or not at all."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tui_admin.reports.cells import moment
from tui_admin.reports.writers import Value, write_csv
from tui_admin.rules.errors import BadInput, Cancelled
from tui_admin.widgets.status_line import Answer

from .base import ConsoleScreen
from .paths import piped, require_files

_TELL_EVERY = 2_000

LIST_HEADER = (
    *("Name", "Email", "External Id", "Program", "State", "Statuses", "At Risk Reason", "Enrolled", "Completed"),
    *("Contract", "Invited", "Joined", "Last Activity", "Manager Name", "Manager Email", "Job Title", "Job Type"),
    *("Business Unit", "Business Unit 2", "City", "Country", "Region"),
)


def list_row(member: Any) -> tuple[Value, ...]:
    """A member as a row under `LIST_HEADER`."""
    return (
        *(member.name, member.email, member.external_id, member.program, member.state, " ".join(member.statuses)),
        *(member.reason, member.enrolled, member.completed, member.contract, moment(member.invited_at)),
        *(moment(member.joined_at), moment(member.last_activity_at), member.manager_name, member.manager_email),
        *(member.job_title, member.job_type, member.business_unit, member.business_unit_2, member.city),
        *(member.country, member.region),
    )


async def ask_path(
    screen: ConsoleScreen,
    name: str,
    instead: str = piped("members --format csv > members.csv"),
    *,
    replaces: bool = True,
) -> Path | None:
    """Ask where to save, offering a name in the folder of the settings; None where the person would rather not. Over
    SSH say what to do `instead`. What is written only where no file is, and refused otherwise, `replaces` none."""
    require_files(screen, instead)
    offered = screen.console.settings.folder / name
    text = await screen.status.ask_text("Save as", str(offered))
    if text is None:
        return None
    path = Path(text).expanduser()
    if path.is_dir():
        path = path / name
    if replaces and path.exists():
        answers = (Answer("y", "replace it"), Answer("n", "keep it", safe=True))
        if await screen.status.ask(f"{path} is there already. Replace it?", answers) != "y":
            return None
    return path


def write_list(path: Path, members: Iterable[Any], told: Callable[[int], None], stopped: Callable[[], bool]) -> int:
    """Write members to a file, which appears only when it is whole; `told` hears how far it is. The number of rows.

    Raises BadInput where the file cannot be written, Cancelled where `stopped` says so.
    """

    def rows() -> Iterator[tuple[Value, ...]]:
        for number, member in enumerate(members, start=1):
            if number % _TELL_EVERY == 0:
                told(number)
                if stopped():
                    raise Cancelled("Saving was stopped; no file was written.")
            yield list_row(member)

    with whole(path, "w", encoding="utf-8", newline="") as stream:
        return write_csv(stream, LIST_HEADER, rows())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file that is no text, whole or not at all. Raises BadInput where it cannot be written."""
    with whole(path, "wb") as stream:
        stream.write(content)


@contextmanager
def whole(path: Path, mode: str, **how: Any) -> Iterator[Any]:
    """A file beside its place, which takes that when the block ends. Raises BadInput where it cannot be written."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open(mode, **how) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        temporary.unlink(missing_ok=True)
