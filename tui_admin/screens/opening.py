"""Signing in at a store: what the console asks of it from then on."""

from collections.abc import Callable

from tui_admin.portal import organization, rights
from tui_admin.portal.clock import resolve_now
from tui_admin.portal.names import program_names
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant
from tui_admin.store.engine import Store

from .session import Facts, Session


def open_session(
    store: Store,
    actor: Actor,
    clock: Callable[[], Instant],
    given_now: Instant | None = None,
    *,
    read_only: bool = False,
) -> Session:
    """An administrator at a store. `clock` dates what they do; statuses are judged at `given_now` where somebody named
    it."""

    def facts() -> Facts:
        found = organization.facts(store)
        names = program_names(store, actor)
        return Facts(found.name, found.brand_color, found.zone, found.data_as_of, names)

    rights.hold_to(store, actor)
    marks = ("DEMO" if organization.facts(store).demo else "", "READ-ONLY" if read_only else "")
    return Session(
        store=store,
        actor=actor,
        now=lambda: resolve_now(store, given_now, clock()),
        clock=clock,
        facts=facts,
        mark=" · ".join(mark for mark in marks if mark),
        read_only=read_only,
    )
