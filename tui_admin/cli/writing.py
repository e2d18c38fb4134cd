"""The one way a command writes: show the plan, ask, apply, say what became of it."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast

import click

from ..rules.errors import BadInput, Cancelled, ConsoleError, StoreError, UsageError
from .context import Context
from .errors import INTERRUPTED
from .files import PIPED, stdout_is_taken, take_stdout
from .options import Mode
from .output import talk, write_document

if TYPE_CHECKING:
    from ..portal.receipts import Receipt
    from ..rules.roles import Actor
    from ..store.engine import Store


class InterruptedByPerson(ConsoleError):
    """A person pressed Ctrl-C."""

    exit_code = INTERRUPTED


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was planned or done: lines for a person, and the same as a document."""

    lines: tuple[str, ...]
    document: Mapping[str, Any] = field(default_factory=dict)


def ready(context: Context, mode: Mode) -> None:
    """Refuse at once what could only be refused later: a question nobody can answer, a store opened to read only."""
    if mode.dry_run:
        return
    if not mode.yes and not context.surroundings.interactive():
        raise UsageError("Nobody is there to answer; add --yes to do it, or --dry-run to see what would be done.")
    if context.read_only:
        raise StoreError(f"The store {context.store.label} was opened to read only; nothing was changed.")


def write(
    context: Context,
    mode: Mode,
    plan: Callable[[], Outcome],
    apply: Callable[[], Outcome],
    *,
    question: str = "Do it?",
    needed: Callable[[], bool] = lambda: True,
    typed: str = "",
) -> None:
    """Show the plan; unless it is a dry run or nothing is `needed`, ask, `apply`, and print what came of it. What
    cannot be undone is agreed to by typing `typed`.

    Raises Cancelled when the person says no, UsageError where nobody is there to be asked.
    """
    ready(context, mode)
    if mode.dry_run or not needed():
        _print(plan(), mode, applied=False)
        return
    with undisturbed(context):
        if not mode.yes:
            for line in plan().lines:
                talk(line)
            if not _agreed(question, typed):
                raise Cancelled("Nothing was changed.")
        outcome = apply()
    _print(outcome, mode, applied=True)


def _agreed(question: str, typed: str) -> bool:
    if not typed:
        return click.confirm(question, default=False, err=True)
    answer: str = click.prompt(f"Type {typed} to go on", default="", show_default=False, err=True)
    return answer.strip().casefold() == typed.casefold()


def act(context: Context, mode: Mode, do: "Callable[[Store, Actor], str]", **document: Any) -> None:
    """One small write by the administrator: `do` gives the sentence that says what it did. See `act_as`."""
    ready(context, mode)
    actor = context.actor
    act_as(context, mode, lambda store: do(store, actor), **document)


def change(
    context: Context,
    mode: Mode,
    read: "Callable[[Store, Actor, bool], str]",
    do: "Callable[[Store, Actor, str | None], str]",
    **document: Any,
) -> None:
    """One setting changed. Who is shown the plan is shown what the setting was when it was made (`read`, in words where
    its last argument is true), and `do` is told, so that what somebody else changes before the answer is not written
    over; with `--yes` nothing was seen. See `act_as`."""
    ready(context, mode)
    actor = context.actor
    seen = None if mode.yes else read(context.store, actor, False)

    def remark() -> str:
        from ..portal.conflicts import told

        return f"It is {told(read(context.store, actor, True) or None)} now."

    act_as(context, mode, lambda store: do(store, actor, seen), remark, **document)


def act_as(
    context: Context,
    mode: Mode,
    do: "Callable[[Store], str]",
    remark: Callable[[], str] | None = None,
    **document: Any,
) -> None:
    """One small write, whoever acts. Its plan is what it says when rehearsed, so that what cannot be is refused before
    anybody is asked; a `remark` is added to it. The document holds the sentence as `summary`, and `document`.
    """
    from ..store.rehearsal import Rehearsal

    ready(context, mode)

    def told(store: "Store") -> Outcome:
        summary = do(store)
        return Outcome((f"{summary}.",), {"summary": summary, **document})

    def plan() -> Outcome:
        rehearsal = Rehearsal(context.store.url)
        try:
            outcome = told(rehearsal)
            said = (*(f"Plan: {line}" for line in outcome.lines), *((remark(),) if remark else ()))
            return replace(outcome, lines=said)
        finally:
            rehearsal.close()

    write(context, mode, plan, lambda: told(context.store))


def _print(outcome: Outcome, mode: Mode, *, applied: bool) -> None:
    if mode.as_json:
        write_document({"applied": applied, **outcome.document}, err=stdout_is_taken())
        return
    from ..rules.text import clean

    for line in outcome.lines:
        click.echo(clean(line), err=stdout_is_taken())


@contextmanager
def undisturbed(context: Context) -> Iterator[None]:
    """Say truly, when a person presses Ctrl-C inside the block, whether something was changed before."""
    from ..portal.journal import newest

    before = newest(context.store)
    try:
        yield
    except (KeyboardInterrupt, click.Abort):
        if newest(context.store) == before:
            raise InterruptedByPerson("Interrupted; nothing was changed.") from None
        raise InterruptedByPerson("Interrupted, but it may have been done: see tui-admin journal list.") from None


def check_place(path: str | None) -> None:
    """Refuse before anything is written what could not be saved after."""
    if path and path != PIPED and not Path(path).absolute().parent.is_dir():
        raise BadInput(f"{path} cannot be written: there is no folder {Path(path).parent}.")


def save_receipt(context: Context, receipt: "Receipt", path: Path) -> None:
    """Save what became of each row as CSV."""
    from ..portal.receipts import COLUMNS, table
    from ..reports.writers import write_csv

    with saving(path) as stream:
        write_csv(stream, COLUMNS, table(receipt, context.store, context.actor))


@contextmanager
def saving(path: Path) -> Iterator[TextIO]:
    """A text file that is there whole or not at all: written beside its place, moved there at the end. `-` is the
    standard output, and what the command says then goes to the standard error.

    Raises BadInput where it cannot be written.
    """
    if str(path) == PIPED:
        take_stdout()
        yield sys.stdout
        return
    with _beside(path, "w", encoding="utf-8", newline="") as stream:
        yield cast(TextIO, stream)


@contextmanager
def saving_bytes(path: Path) -> Iterator[BinaryIO]:
    """The same of a file that is no text."""
    if str(path) == PIPED:
        take_stdout()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _beside(path, "wb") as stream:
        yield cast(BinaryIO, stream)


@contextmanager
def _beside(path: Path, mode: str, **how: Any) -> Iterator[Any]:
    from tempfile import NamedTemporaryFile

    try:
        with NamedTemporaryFile(mode, dir=path.parent, delete=False, **how) as stream:
            beside = Path(stream.name)
            try:
                yield stream
            except BaseException:
                beside.unlink()
                raise
        beside.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None
