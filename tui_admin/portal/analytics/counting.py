"""One chart, counted from columns: by its maker, and with what all charts have in common."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from ...rules.charts import SMALL, Chart, Choice, Form
from ...rules.errors import BadInput
from ...rules.filters import All, Node
from ...rules.times import Instant, to_datetime
from ...store.analytics.columns import Columns
from ...store.analytics.versions import Version
from ...store.tables import memberships, organization
from . import small
from .making import Maker, Material
from .masks import Mask

NOT_COUNTED = "Not counted yet"
"""The title of every chart before anything is counted."""

_NO_DATA = "No people yet"
_IMPORT = "Import report files: tui-admin import FILE, or the key for it in the console."
_NOBODY = "The filter leaves nobody"
_UNKNOWN = "Nothing is known of these days"
_TOO_FEW = "Fewer people than that could be told apart; widen the filter or the dates."


def chart_of(
    maker: Maker,
    columns: Columns,
    chosen: Mapping[str, str],
    *,
    where: Node | None = None,
    asked: Mask | None = None,
    since: date | None = None,
    until: date | None = None,
    clock: Instant | None = None,
    check: Callable[[], None] = lambda: None,
) -> Chart:
    """The chart; `where` is a filter and `asked` whom it leaves, `clock` the moment it is looked at (None: when its
    facts were counted). Raises BadInput for a choice that it does not have."""
    choices = _choices(maker, chosen)
    zone, as_of = ZoneInfo(columns.version.time_zone), _as_of(columns.version)
    material = Material(
        columns,
        asked,
        since,
        until if until is None or as_of is None else min(until, to_datetime(as_of, zone).date()),
        {choice.name: choice.chosen for choice in choices},
        zone,
        as_of,
        columns.version.made_at if clock is None else clock,
        check,
        where or All(),
    )
    made = _too_few(maker, material) or _too_late(maker, material) or maker.make(material)
    return replace(
        made,
        columns=tuple(made.columns),
        rows=tuple(small.untold(row) if maker.is_masked else row for row in made.rows),
        n=small.shown_n(made.n) if maker.is_masked else made.n,
        explanation=tuple(made.explanation),
        notes=tuple(made.notes),
        choices=tuple(made.choices) or choices,
        demo=_is_demo(columns.connection),
    )


def _as_of(version: Version) -> Instant | None:
    """The moment of the newest fact: none is of later than it was counted, whatever it says. Where nothing was ever
    imported, it is when it was counted; None where nothing was."""
    if not version.id:
        return None
    return version.made_at if version.data_as_of is None else min(version.data_as_of, version.made_at)


def _choices(maker: Maker, chosen: Mapping[str, str]) -> tuple[Choice, ...]:
    known = {choice.name: choice for choice in maker.choices}
    for name, value in chosen.items():
        if name not in known:
            names = ", ".join(known) or "none"
            raise BadInput(f"{maker.name} has nothing to choose called {name!r}. Known: {names}.")
        values = known[name].values
        if values and value not in values:
            raise BadInput(f"{name} is one of {', '.join(values)}, not {value!r}.")
    return tuple(replace(choice, chosen=chosen.get(choice.name, choice.chosen)) for choice in maker.choices)


def _too_few(maker: Maker, material: Material) -> Chart | None:
    """What is shown instead of a chart about nobody, or about so few that any figure would be of somebody."""
    people = int(material.learners.sum())
    is_counted = material.columns.version.id > 0
    if people >= SMALL or (is_counted and not maker.is_masked):
        return None
    title, *notes = _instead(people, material)
    return Chart(maker.name, title, Form.TABLE, (), (), people, material.as_of, notes=notes)


def _too_late(maker: Maker, material: Material) -> Chart | None:
    """What is shown instead of a chart of days that are still to come."""
    if material.since is None or material.today is None or material.since <= material.today:
        return None
    note = f"The newest fact is of {material.today}: choose days up to then, or import newer reports."
    return Chart(maker.name, _UNKNOWN, Form.TABLE, (), (), 0, material.as_of, notes=(note,))


def _instead(people: int, material: Material) -> tuple[str, ...]:
    if people:
        return small.TITLE, _TOO_FEW
    if material.asked and material.columns.version.id:
        return (_NOBODY,)
    has_people = material.connection.execute(select(memberships.c.id).limit(1)).first() is not None
    return (NOT_COUNTED,) if has_people else (_NO_DATA, _IMPORT)


def _is_demo(connection: Connection) -> bool:
    return bool(connection.execute(select(organization.c.demo)).scalar_one_or_none())
