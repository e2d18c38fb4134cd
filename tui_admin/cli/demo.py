"""`demo`: an invented organization to try everything on, in a store of its own."""

from threading import Event

import click

from ..rules.demo import ENROLLMENTS, MEMBERS, SEED
from ..rules.errors import StoreError
from ..rules.times import DAY
from .commands import ConsoleCommand
from .console import open_console
from .context import Context, own_store
from .counting import count_anew
from .options import with_context
from .output import talk
from .progress import progress
from .writing import undisturbed


@click.command(
    cls=ConsoleCommand,
    examples=(
        "tui-admin demo",
        "tui-admin demo --members 1000000",
        "tui-admin demo --store sqlite:///try.db --no-open",
    ),
)
@click.option("--members", type=click.IntRange(1), default=MEMBERS, metavar="N", help="How many people.")
@click.option("--seed", type=int, default=SEED, metavar="N", help="The same number gives the same people.")
@click.option(
    "--enrollments-per-member",
    "per_member",
    type=click.FloatRange(0, 50),
    default=ENROLLMENTS,
    metavar="X",
    help="How many courses a person is in, on average.",
)
@click.option("--no-open", is_flag=True, help="Make it, and do not open the console.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@with_context
def demo(context: Context, members: int, seed: int, per_member: float, no_open: bool, no_mouse: bool) -> None:
    """Open the console on an invented organization. Made at the first time; --store may name any empty store."""
    from ..demo import OWNER, build
    from ..portal.organization import facts

    named = context.option_address
    inner = context.elsewhere(named or own_store(_file(members, seed, per_member)), OWNER)
    try:
        if named is None and facts(inner.store).demo:
            talk(f"Using the demo made before, in {inner.store.label}.")
        else:
            if context.read_only:
                raise StoreError(f"The store {inner.store.label} was opened to read only; nothing was changed.")
            with undisturbed(inner), progress(context.surroundings) as told:
                build(
                    inner.store,
                    members=members,
                    seed=seed,
                    enrollments_per_member=per_member,
                    at=context.clock - context.clock % DAY,
                    progress=told,
                )
                count_anew(inner, told, Event())
            talk(f"Made a demo organization of {members:,} people in {inner.store.label}.")
        if not no_open:
            open_console(inner, "home", mouse=not no_mouse)
    finally:
        inner.close()


def _file(members: int, seed: int, per_member: float) -> str:
    """Each demo has a file of its own, so that none is ever thrown away for another."""
    if (members, seed, per_member) == (MEMBERS, SEED, ENROLLMENTS):
        return "demo.db"
    return f"demo-{members}x{per_member:g}-seed{seed}.db"
