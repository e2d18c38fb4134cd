"""`people`: all that is held of one person, taken out, changed, made one or gone."""

from typing import TYPE_CHECKING, Protocol

import click

from .commands import ConsoleGroup
from .context import Context
from .options import Mode, with_context, writing_options
from .writing import Outcome, ready, write

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


def _planned(plan: _Plan, document: dict[str, object]) -> Outcome:
    return Outcome(plan.lines, {"summary": plan.summary, "lines": list(plan.lines), **document})


def _done(done: "Done", document: dict[str, object]) -> Outcome:
    return Outcome(
        (f"{done.summary}.", *done.notes),
        {"summary": done.summary, "notes": list(done.notes), "entry": done.entry_id, **document},
    )
