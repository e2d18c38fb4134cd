"""How a command ends when it cannot do what was asked: one sentence on stderr and an exit code, never a traceback."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO, TextIOWrapper
from pathlib import Path

import click

from ..rules.errors import ConsoleError

INTERRUPTED = 130
OUTPUT_FAILED = 74
"""`EX_IOERR` of sysexits: what was asked for could not be written to the standard output."""

UNEXPECTED = 70
"""`EX_SOFTWARE` of sysexits: a fault of the program, told apart from every promise it makes."""


def carry_out(work: Callable[[], object]) -> int:
    """Run a command and give its exit code; what went wrong is said on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        work()
        sys.stdout.flush()
        return 0
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as error:
        _tell_usage(error)
        return error.exit_code
    except ConsoleError as error:
        _tell(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("\nInterrupted.", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _let_go_of_stdout()
        return 0
    except OSError as error:
        if error.filename is not None:
            return _unexpected(error)
        click.echo(f"The output cannot be written: {error.strerror}.", err=True)
        _let_go_of_stdout()
        return OUTPUT_FAILED
    except Exception as error:
        return _unexpected(error)


def _tell(error: ConsoleError) -> None:
    from ..rules.text import clean

    for line in str(error).splitlines() or [type(error).__name__]:
        click.echo(clean(line), err=True)


def _tell_usage(error: click.ClickException) -> None:
    """As click words it; the words given may hold anything."""
    from ..rules.text import clean

    said = StringIO()
    error.show(said)
    for line in said.getvalue().splitlines():
        click.echo(clean(line), err=True)


@contextmanager
def pointing_at(expression: str) -> Iterator[None]:
    """Show where a filter expression is wrong, with a caret under the place, when the block finds that it is."""
    from ..rules.filters.errors import FilterError

    try:
        yield
    except FilterError as error:
        from ..rules.text import clean
        from .output import width_of

        shown = clean(expression)
        click.echo(f"  {shown}\n  {' ' * width_of(shown[: error.position])}{'^' * max(1, error.length)}", err=True)
        raise


def _let_go_of_stdout() -> None:
    """Nobody reads on (`| head`): keep the interpreter from complaining when it flushes at its end."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _unexpected(error: Exception) -> int:
    from ..config import log_file

    name = type(error).__name__
    try:
        path = write_down(error)
    except OSError as problem:
        said = f"and the log file {log_file()} cannot be written: {problem.strerror}"
    else:
        said = f"the details are in {path}"
    click.echo(f"Something unexpected happened ({name}); {said}.", err=True)
    return UNEXPECTED


def write_down(error: Exception) -> Path:
    """Write an unexpected error to the log file; which that is. Raises OSError."""
    import traceback

    from ..config import log_file
    from ..rules.times import format_iso
    from .context import system_clock

    path = log_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
        path.chmod(0o600)
        log.write(f"{format_iso(system_clock())} {' '.join(sys.argv[1:])}\n")
        log.writelines(traceback.format_exception(error))
    return path
