"""`people`: all that is held of one person, taken out, changed, made one or gone."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from .commands import ConsoleGroup
from .context import Context
from .options import Mode, with_context, writing_options
from .output import talk
from .progress import progress
from .writing import Outcome, act, check_place, ready, saving_bytes, write

if TYPE_CHECKING:
    from ..portal.person.acts import Done


class _Plan(Protocol):
    """What an act on one person would do, a sentence a line; the first says it all."""

    @property
    def summary(self) -> str: ...
    @property
    def lines(self) -> tuple[str, ...]: ...


@click.group(cls=ConsoleGroup)
def people() -> None:
    """All that is held of one person."""


@people.command(
    "change-address",
    examples=("tui-admin people change-address ana@old.example ana@new.example",),
)
@click.argument("old")
@click.argument("new")
@writing_options
@with_context
def change_address(context: Context, mode: Mode, old: str, new: str) -> None:
    """Give a person another address. The former one stays theirs; undo gives it back."""
    from ..portal.person import addresses

    ready(context, mode)
    store, actor = context.store, context.actor
    plan = addresses.plan_change(store, actor, old, new)
    document = {"learner": plan.person.id, "before": plan.person.email, "after": plan.email}

    def apply() -> Outcome:
        return _done(addresses.change(store, actor, plan, context.clock), document)

    write(context, mode, lambda: _planned(plan, document), apply, question=f"Change the address to {plan.shown}?")


@people.command(
    examples=("tui-admin people merge ana@example.com ana.li@example.com --dry-run",),
)
@click.argument("keep")
@click.argument("other")
@writing_options
@with_context
def merge(context: Context, mode: Mode, keep: str, other: str) -> None:
    """Make two records of one person one. OTHER goes into KEEP; undo parts them again."""
    from ..portal.person import merging

    ready(context, mode)
    store, actor = context.store, context.actor
    plan = merging.plan_merge(store, actor, keep, other, context.clock)
    document: dict[str, object] = {"kept": plan.kept.id, "merged": plan.other.id}

    def apply() -> Outcome:
        return _done(merging.merge(store, actor, plan, context.clock), document)

    write(context, mode, lambda: _planned(plan, document), apply, question=f"Merge {plan.other.email} away?")


@people.command(
    examples=(
        "tui-admin people export ana@example.com --out ana.zip",
        "tui-admin people export ana@example.com --out - > ana.zip",
    ),
)
@click.argument("email")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Where the zip goes; - is standard output.",
)
@click.option("--dry-run", is_flag=True, help="Show what is held and write nothing.")
@with_context
def export(context: Context, email: str, out: str, dry_run: bool) -> None:
    """Write all that is held of a person as a zip. The journal notes it."""
    from ..portal.person import exporting

    ready(context, Mode(yes=True, dry_run=dry_run, as_json=False))
    store, actor = context.store, context.actor
    check_place(out)
    if dry_run:
        for line in exporting.plan_export(store, actor, email).lines:
            click.echo(line)
        return
    with progress(context.surroundings) as told:
        exported = exporting.export(store, actor, email, context.clock, partial(told, "Searching the journal"))
    with saving_bytes(Path(out)) as stream:
        stream.write(exported.content)
    talk(f"{exported.done.summary}.")


@people.command(
    examples=("tui-admin people erase ana@example.com --dry-run", "tui-admin people erase ana@example.com"),
)
@click.argument("email")
@writing_options
@with_context
def erase(context: Context, mode: Mode, email: str) -> None:
    """Erase a person for good. A nameless record keeps the counts true."""
    from ..portal.person import erasing

    ready(context, mode)
    store, actor = context.store, context.actor
    with progress(context.surroundings) as told:
        plan = erasing.plan_erase(store, actor, email, partial(told, "Searching the journal"))
    document: dict[str, object] = {"learner": plan.who.id, "stays": dict(plan.stays), "redacted": len(plan.entries)}

    def apply() -> Outcome:
        return _done(erasing.erase(store, actor, plan, context.clock), document)

    write(context, mode, lambda: _planned(plan, document), apply, typed=plan.person.email)


@people.command(examples=("tui-admin people readmit ana@example.com",))
@click.argument("email")
@writing_options
@with_context
def readmit(context: Context, mode: Mode, email: str) -> None:
    """Let an erased person's address in again. Nothing that was erased comes back."""
    from ..portal.person import erasing

    act(context, mode, lambda store, actor: erasing.readmit(store, actor, email, context.clock))


@people.command(examples=("tui-admin people unlist ana@example.com",))
@click.argument("email")
@writing_options
@with_context
def unlist(context: Context, mode: Mode, email: str) -> None:
    """Leave a person out of leaderboards, as they asked."""
    from ..portal.person import listing

    act(context, mode, lambda store, actor: listing.unlist(store, actor, email, context.clock))


@people.command(examples=("tui-admin people relist ana@example.com",))
@click.argument("email")
@writing_options
@with_context
def relist(context: Context, mode: Mode, email: str) -> None:
    """Let leaderboards name a person again."""
    from ..portal.person import listing

    act(context, mode, lambda store, actor: listing.relist(store, actor, email, context.clock))


def _planned(plan: _Plan, document: dict[str, object]) -> Outcome:
    return Outcome(plan.lines, {"summary": plan.summary, "lines": list(plan.lines), **document})


def _done(done: "Done", document: dict[str, object]) -> Outcome:
    return Outcome(
        (f"{done.summary}.", *done.notes),
        {"summary": done.summary, "notes": list(done.notes), "entry": done.entry_id, **document},
    )
