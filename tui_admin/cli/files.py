"""Files that a command names. Over SSH those of this machine are not the administrator's: only `-` is, what they pipe
in or take out."""

import select
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from ..rules.errors import BadInput, Cancelled, UsageError
from .context import Surroundings

if TYPE_CHECKING:
    from ..reports.pictures import Picture

PIPED = "-"
"""The standard input or output in the place of a file's name."""

_BLOCK = 1 << 20
_HANGS_UP_WITHIN = 0.1
"""Seconds in which sshd lets go of both directions of a lost connection."""

_STDOUT_DESCRIPTOR = 1
_STDOUT = "tui_admin.stdout"
"""Where click's shared notes say that the standard output holds a file."""


def is_remote(context: click.Context) -> bool:
    """Whether the administrator logged in over SSH."""
    around = context.find_object(Surroundings)
    return around is not None and around.login is not None


def refuse_files(command: click.Command, context: click.Context, args: Sequence[str]) -> None:
    """Over SSH refuse every file that a command's words name, before anything looks whether it is there.

    Whatever takes a file says so by its type, `click.Path`; so this one place sees them all. Raises UsageError.
    """
    takes_files = [param for param in command.get_params(context) if isinstance(param.type, click.Path | click.File)]
    if not takes_files or not is_remote(context):
        return
    given, _, _ = command.make_parser(context).parse_args(list(args))
    for param in takes_files:
        named = given.get(param.name or "")
        for value in [named] if isinstance(named, str) else named if isinstance(named, list | tuple) else []:
            _refuse(value)


def _refuse(value: str) -> None:
    if value != PIPED:
        raise UsageError(
            f"Over SSH no file of the server can be named, such as {value}: write - and pipe it, "
            "as in ssh HOST import - < report.zip, or ssh HOST members --format csv > members.csv."
        )


def read_picture(path: str) -> "Picture":
    """The picture in a file, or the one that is piped in; its name may be any value of a command.

    Raises BadInput for what is no picture, UsageError for a file named over SSH."""
    from ..reports.pictures import BYTES_LIMIT, examine

    if is_remote(click.get_current_context()):
        _refuse(path)
    return examine("picture" if path == PIPED else path, read_bytes(path, BYTES_LIMIT + 1))


def read_bytes(path: str, most: int = -1) -> bytes:
    """What a file holds, or all that is piped in; at most so many bytes. Raises BadInput where it cannot be read."""
    if path == PIPED:
        content = sys.stdin.buffer.read(most)
        _require_the_rest()
        return content
    try:
        with Path(path).open("rb") as file:
            return file.read(most)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror or error}.") from None


def read_text(path: str) -> str:
    """The same as text. Raises BadInput where it is none."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path} is no text in UTF-8.") from None


@contextmanager
def incoming(path: Path, most: int) -> Iterator[Path]:
    """The file to read: the one named, or a private copy of what is piped in, gone at the end.

    Raises BadInput where more than `most` bytes are piped in.
    """
    if str(path) != PIPED:
        yield path
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="tui-admin-") as folder:
        copy = Path(folder) / "standard input"
        with copy.open("wb") as file:
            _copy(sys.stdin.buffer, file, most)
        _require_the_rest()
        yield copy


def _copy(source: IO[bytes], target: IO[bytes], most: int) -> None:
    left = most
    while block := source.read(_BLOCK):
        left -= len(block)
        if left < 0:
            raise BadInput(f"More is piped in than may be imported ({most:,} bytes); archive_gb in the settings file.")
        target.write(block)


def _require_the_rest() -> None:
    """A connection that is lost ends what is piped in as if that were all of it; then nobody listens any more either.

    Raises Cancelled.
    """
    if not is_remote(click.get_current_context()):
        return
    time.sleep(_HANGS_UP_WITHIN)
    listener = select.poll()
    listener.register(_STDOUT_DESCRIPTOR, 0)  # 0: told of nothing but that the other end is gone
    if listener.poll(0):
        raise Cancelled("The connection was lost before all of it came in; nothing was changed.")


def take_stdout() -> None:
    """The standard output holds a file from here on; what is said goes to the standard error."""
    click.get_current_context().meta[_STDOUT] = True


def stdout_is_taken() -> bool:
    """Whether the standard output holds a file."""
    return bool(click.get_current_context().meta.get(_STDOUT))
