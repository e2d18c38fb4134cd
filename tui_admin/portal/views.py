"""Saved views: a filter, an order and a choice of columns that an administrator gave a name, on one screen."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select

from ..rules.errors import BadInput
from ..rules.filters import known_to, parse
from ..rules.roles import Actor, Right
from ..rules.text import clean
from ..store.engine import Store
from ..store.tables import saved_views
from .rights import renewed

NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class View:
    """A view: `expression` in the filter language, `columns` by key (empty for the usual ones)."""

    name: str
    expression: str
    sort: str = "name"
    descending: bool = False
    columns: tuple[str, ...] = ()


def views(store: Store, actor: Actor, screen: str) -> list[View]:
    """The administrator's own views of a screen, by name."""
    actor.require(Right.READ)
    query = select(saved_views).where(saved_views.c.owner == actor.email, saved_views.c.screen == screen)
    with store.read() as connection:
        return [_view(row) for row in connection.execute(query.order_by(saved_views.c.name))]


def save(store: Store, actor: Actor, screen: str, view: View) -> View:
    """Keep a view under its name, in place of one of the same name. Only its owner sees it.

    Raises BadInput for a name that is blank or too long, FilterError for an expression that cannot be followed.
    """
    actor.require(Right.READ)
    name = clean(view.name).strip()
    if not 0 < len(name) <= NAME_LIMIT:
        raise BadInput(f"A view's name has 1 to {NAME_LIMIT} characters.")
    parse(view.expression, known_to(actor))
    with store.write() as connection:
        renewed(connection, actor)
        connection.execute(delete(saved_views).where(*_is(actor, screen, name)))
        values = {
            "owner": actor.email,
            "screen": screen,
            "name": name,
            "expression": view.expression,
            "sort": ("-" if view.descending else "") + view.sort,
            "columns": json.dumps(view.columns),
        }
        connection.execute(insert(saved_views).values(values))
    return View(name, view.expression, view.sort, view.descending, view.columns)


def remove(store: Store, actor: Actor, screen: str, name: str) -> None:
    """Forget a view. Raises BadInput where there is none of that name."""
    actor.require(Right.READ)
    with store.write() as connection:
        renewed(connection, actor)
        if not connection.execute(delete(saved_views).where(*_is(actor, screen, name.strip()))).rowcount:
            raise BadInput(f"There is no view called {clean(name)!r} here.")


def _is(actor: Actor, screen: str, name: str) -> tuple[ColumnElement[bool], ...]:
    return saved_views.c.owner == actor.email, saved_views.c.screen == screen, saved_views.c.name == name


def _view(row: Row[Any]) -> View:
    sort = row.sort or "name"
    columns = tuple(json.loads(row.columns)) if row.columns else ()
    return View(clean(row.name), row.expression, sort.removeprefix("-"), sort.startswith("-"), columns)
