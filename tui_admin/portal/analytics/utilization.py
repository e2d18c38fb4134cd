"""License utilization: what is purchased, held, used and idle of each contract; whose licenses could be freed; when
they run out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from sqlalchemy import select

from ...rules.charts import (
    SMALL,
    Cell,
    Chart,
    ChartColumn,
    ChartRow,
    Choice,
    Form,
    Kind,
    masked,
    part,
)
from ...rules.filters import quote
from ...rules.forecasts import HORIZON, LEAST_WEEKS, WEEKS, Forecast, Outlook, forecast
from ...rules.licenses import Licenses, Standing, standing
from ...rules.text import clean
from ...rules.times import to_datetime
from ...store.analytics.days import number_of
from ...store.tables import contracts
from ..home import JOINED
from . import small
from .holdings import Use, use_of_contracts
from .making import Maker, Material
from .small import Sum

SHOW = Choice("show", ("contracts", "reclaim", "forecast"), "contracts")
"""All contracts; whose licenses could be given to others; when licenses run out."""

QUIET_DAYS = 90
"""Days without activity after which a license could be given to somebody else."""

_EXPLANATION = (
    "Occupied: learners joined to at least one program of the contract; one in two of its programs holds one license.",
    "Reserved: learners who are invited and hold none. Free: purchased less occupied and reserved, while the "
    "contract is in force.",
    "Utilized: occupied, and enrolled in a course under the contract. Idle: occupied and not utilized.",
    "People who were removed hold nothing.",
)
_OF_RECLAIM = (
    "Never enrolled: the idle, however new they are.",
    f"Inactive: utilized, but in the last {QUIET_DAYS} days the learner neither joined nor learned under the contract.",
    "Nobody is counted twice. Nobody is removed by this: it opens the people.",
)
_TO_FREE = (
    "To free them, remove the people: by x in the Members of a program under a filter such as contract: and "
    "status:no-enrollment or active>90d, or tui-admin remove --program SLUG --where EXPR."
)
_OF_FORECAST = (
    f"From how many more learners held a license at the end of each of the last {WEEKS} weeks.",
    "If weeks go on to differ as these did, licenses run out between the earliest and the latest day in 8 of 10 cases.",
    f"It takes {LEAST_WEEKS} weeks at least and looks a year ahead.",
    "Who joined on no known day counts as always there; of who left and came back only the last stay is known.",
)


@dataclass(frozen=True, slots=True)
class _Contract:
    """A contract with how its licenses are used."""

    name: str
    standing: Standing
    ends_on: date | None
    purchased: int | None
    use: Use

    @property
    def licenses(self) -> Licenses:
        """Its licenses by what they are taken for."""
        return Licenses(self.purchased, self.use.occupied, self.use.reserved)

    @property
    def idle(self) -> int:
        """Licenses that are occupied and not utilized."""
        return self.use.occupied - self.use.utilized

    @property
    def under(self) -> str:
        """The filter for its members."""
        return f"contract:{quote(self.name)} {JOINED}"

    def used(self, material: Material) -> str:
        """The filter for those who hold a license and use it; beside another one under whichever membership."""
        use = f"{self.under} enrolled>0"
        return f"{self.under} -(-({use}))" if material.asked is not None else use

    @property
    def unused(self) -> str:
        """The filter for those who hold a license and do not use it."""
        return f"{self.under} -({self.under} enrolled>0)"

    def promised(self, material: Material) -> str:
        """The filter for those who are invited and hold no license."""
        return f"contract:{quote(self.name)} status:invited -({material.of_these(self.under)})"


def make(material: Material) -> Chart:
    """The chart that is chosen."""
    found = list(_contracts(material))
    if not found:
        return _chart(material, "No contract yet: tui-admin contracts create makes one", Form.TABLE, (), [], [])
    return _SHOWN[material.chosen["show"]](material, found)


# --- counting


def _contracts(material: Material) -> Iterator[_Contract]:
    counted = None if material.asked is None else material.asked.memberships
    cutoff = number_of(_cutoff(material))
    used = use_of_contracts(material.columns, counted, cutoff, _week_ends(material), material.check)
    known = material.connection.execute(select(contracts).order_by(contracts.c.name)).all()
    order = {Standing.IN_FORCE: 0, Standing.AHEAD: 1, Standing.ENDED: 2}
    today = to_datetime(material.clock, material.zone).date()
    standings = {row.id: standing(row.starts_on, row.ends_on, today) for row in known}
    for row in sorted(known, key=lambda row: order[standings[row.id]]):
        if row.id in used or material.asked is None:
            yield _Contract(row.name, standings[row.id], row.ends_on, row.licenses, used.get(row.id, Use()))


def _week_ends(material: Material) -> list[int]:
    """The days with which each of the last weeks ends, and the one before the first of them."""
    return [number_of(_today(material)) - 7 * back for back in range(WEEKS, -1, -1)]


def _cutoff(material: Material) -> date:
    """The day from which on somebody must have joined or learned not to be quiet."""
    return _today(material) - timedelta(days=QUIET_DAYS)


def _today(material: Material) -> date:
    return material.today or to_datetime(material.columns.version.made_at, material.zone).date()


# --- all contracts

_COLUMNS = (
    ChartColumn("contract", "Contract", Kind.TEXT),
    ChartColumn("utilized", "Utilized", Kind.COUNT, drawn=True, apart=True),
    ChartColumn("idle", "Idle", Kind.COUNT, drawn=True, apart=True),
    ChartColumn("reserved", "Reserved", Kind.COUNT, drawn=True, apart=True),
    ChartColumn("free", "Free", Kind.COUNT, drawn=True, apart=True),
    ChartColumn("occupied", "Occupied", Kind.COUNT),
    ChartColumn("purchased", "Purchased", Kind.COUNT),
    ChartColumn("over", "Over by", Kind.COUNT),
)
_MEMBERSHIPS = ChartColumn("memberships", "Memberships", Kind.COUNT)
_STANDING = ChartColumn("standing", "Standing", Kind.TEXT)


def _all(material: Material, found: Sequence[_Contract]) -> Chart:
    differs = any(one.use.memberships != one.use.occupied for one in found)
    stands = any(one.standing is not Standing.IN_FORCE for one in found)
    columns = (*_COLUMNS, *([_MEMBERSHIPS] if differs else []), *([_STANDING] if stands else []))
    rows = []
    for one in found:
        cells = _cells(one, is_asked=material.asked is not None)
        occupied = small.number(cells["occupied"])
        cells["memberships"] = cells["occupied"] if occupied is None else one.use.memberships
        cells["standing"] = str(one.standing)
        people = one.under if occupied is not None and occupied >= SMALL else None
        parts = (
            part(one.used(material), cells["utilized"], one.use.utilized),
            part(one.unused, cells["idle"], one.idle),
            part(one.promised(material), cells["reserved"], one.use.reserved),
            None,
        )
        rows.append(ChartRow(tuple(cells[column.key] for column in columns), occupied, people, parts=parts))
    notes = [*_beside_the_figures(found, is_asked=material.asked is not None), *small.note(rows)]
    if differs:
        notes.append("Memberships outnumber occupied licenses where one person is in several programs of a contract.")
    if material.asked is None:
        return _chart(material, _title(found), Form.GAUGE, columns, rows, notes)
    notes.append("Only people whom the filter finds count; purchased licenses are those of the whole contract.")
    return _chart(material, _title_of_some(found), Form.STACKED, columns, rows, notes)


def _beside_the_figures(found: Sequence[_Contract], *, is_asked: bool) -> Iterator[str]:
    """What of contracts is to be known beside their figures, and may stand in columns that do not fit."""
    if not is_asked:
        for one in found:
            if one.licenses.over_by:
                yield f"{clean(one.name)} is over by {one.licenses.over_by:,}."
    for word, stands in (("Ended", Standing.ENDED), ("Not begun", Standing.AHEAD)):
        if names := [clean(one.name) for one in found if one.standing is stands]:
            yield f"{word}: {', '.join(names)}."
    if unknown := [clean(one.name) for one in found if one.purchased is None]:
        yield f"Number of licenses not set: {', '.join(unknown)}."


def _cells(one: _Contract, *, is_asked: bool) -> dict[str, Cell]:
    """The figures of a contract. Utilized and idle add up to the occupied. What is occupied and reserved is masked only
    of people whom a filter picks, of whom what is purchased and free says nothing: else these are the contract's
    licenses, and what is free tells them."""
    held, use = one.licenses, one.use
    numbers = (use.utilized, one.idle, use.occupied)
    told = small.cells(numbers, [Sum(2, (0, 1))], fixed=() if is_asked else (2,))
    cells = {"contract": clean(one.name), **dict(zip(("utilized", "idle", "occupied"), told, strict=True))}
    cells["reserved"] = masked(held.reserved, held.reserved) if is_asked else held.reserved
    is_free = not is_asked and one.standing is Standing.IN_FORCE
    cells |= {"free": held.free if is_free else None, "purchased": held.purchased}
    cells["over"] = None if is_asked else held.over_by
    return cells


def _title(found: Sequence[_Contract]) -> str:
    current = [one for one in found if one.standing is Standing.IN_FORCE]
    known = [one for one in current if one.purchased is not None]
    unknown = [one for one in current if one.purchased is None]
    if not current:
        return "No contract is in force today"
    if not known:
        return f"{_occupied(unknown)} licenses are occupied{_idle(unknown)}"
    purchased = sum(one.purchased or 0 for one in known)
    more = f"; {_occupied(unknown)} more{_idle(unknown)} where no number is set" if unknown else ""
    return f"{_occupied(known)} of {purchased:,} licenses are occupied{_idle(known)}{more}"


def _title_of_some(found: Sequence[_Contract]) -> str:
    """The title where a filter chooses people: what is purchased is no measure of theirs."""
    current = [one for one in found if one.standing is Standing.IN_FORCE]
    if any(small.number(_cells(one, is_asked=True)["occupied"]) is None for one in current):
        return "Whom the filter finds occupy licenses, of some contracts too few to be told"
    return f"Whom the filter finds occupy {_occupied(current)} licenses{_idle(current)}"


def _occupied(some: Sequence[_Contract]) -> str:
    return f"{sum(one.use.occupied for one in some):,}"


def _idle(some: Sequence[_Contract]) -> str:
    """How many of these are idle, where that tells of nobody."""
    idle = sum(one.idle for one in some)
    is_told = idle and not any(0 < one.idle < SMALL or 0 < one.use.utilized < SMALL for one in some)
    return f", {idle:,} of them idle" if is_told else ""


# --- whose could be freed


def _reclaim(material: Material, found: Sequence[_Contract]) -> Chart:
    columns = (
        ChartColumn("whose", "Whose", Kind.TEXT),
        ChartColumn("licenses", "Licenses", Kind.COUNT, drawn=True),
        ChartColumn("share", "Of the occupied", Kind.SHARE),
    )
    rows = []
    for one in found:
        told = (
            ("never enrolled", one.idle, one.unused),
            (f"inactive {QUIET_DAYS} days", one.use.quiet, _quiet_people(material, one)),
        )
        for why, number, expression in told:
            if number:
                cell = masked(number, number)
                share = cell if isinstance(cell, str) else number / one.use.occupied
                opens = None if isinstance(cell, str) else expression
                rows.append(ChartRow((f"{why} · {clean(one.name)}", cell, share), number, opens))
    told_of = [row.cells[1] for row in rows if isinstance(row.cells[1], int)]
    at_least = " or more" if len(told_of) < len(rows) else ""
    title = f"{sum(told_of):,}{at_least} licenses could be freed" if rows else "No license could be freed"
    notes = [*([_TO_FREE] if rows else []), *small.note(rows)]
    return _chart(material, title, Form.BARS, columns, rows, notes, explanation=(*_EXPLANATION, *_OF_RECLAIM))


def _quiet_people(material: Material, one: _Contract) -> str:
    day = _cutoff(material).isoformat()
    return f"{one.used(material)} -({one.under} (active>={day} or joined>={day}))"


# --- when they run out


def _ahead(material: Material, found: Sequence[_Contract]) -> Chart:
    columns = (
        ChartColumn("contract", "Contract", Kind.TEXT),
        ChartColumn("free", "Not occupied", Kind.COUNT),
        ChartColumn("weekly", "A week adds", Kind.NUMBER, drawn=True),
        ChartColumn("outlook", "Runs out", Kind.TEXT),
        ChartColumn("day", "Likeliest", Kind.DAY),
        ChartColumn("earliest", "Earliest", Kind.DAY),
        ChartColumn("latest", "Latest", Kind.DAY),
        ChartColumn("ends", "Contract ends", Kind.DAY),
    )
    current = [one for one in found if one.standing is Standing.IN_FORCE]
    few = [one for one in current if material.asked is not None and 0 < one.use.occupied < SMALL]
    told = [(one, _forecast(one, _today(material))) for one in current if one not in few]
    rows = [
        ChartRow(
            _forecast_cells(one, ahead, _today(material)),
            one.use.occupied,
            one.under if one.use.occupied >= SMALL else None,
        )
        for one, ahead in told
    ]
    days = {one.name: ahead.day for one, ahead in told if ahead.day is not None}
    title = "No contract runs out within a year, as things go"
    if days:
        name = min(days, key=lambda name: days[name])
        when = _today(material) + timedelta(days=days[name])
        title = f"{clean(name)} has no license left" if not days[name] else f"{clean(name)} runs out first: {when}"
    notes = ["Likeliest or latest days that are missing are more than a year ahead."] if days else []
    for word, outlook in (("No license left", Outlook.NONE_LEFT), ("No number of licenses set", Outlook.NO_LIMIT)):
        if names := [clean(one.name) for one, ahead in told if ahead.outlook is outlook]:
            notes.insert(0, f"{word}: {', '.join(names)}.")
    if material.asked is not None:
        notes.append("Only people whom the filter finds count: what others take is not foreseen.")
    if few:
        notes.append(f"Contracts that fewer than {SMALL} of these people hold a license of are left out.")
    return _chart(material, title, Form.TABLE, columns, rows, notes, explanation=(*_EXPLANATION, *_OF_FORECAST))


def _forecast(one: _Contract, today: date) -> Forecast:
    """From how the holders grew in each of the last weeks, as far back as anybody is known to have joined."""
    first = one.use.first_day
    weeks = 0 if first is None else min(WEEKS, max((number_of(today) - first) // 7, 0))
    growth = [after - before for before, after in pairwise(one.use.held[WEEKS - weeks :])]
    return forecast(None if one.purchased is None else one.purchased - one.use.occupied, growth)


def _forecast_cells(one: _Contract, ahead: Forecast, today: date) -> tuple[Cell, ...]:
    def day(days: int | None) -> str | None:
        return None if days is None else (today + timedelta(days=days)).isoformat()

    left = None if one.purchased is None else one.purchased - one.use.occupied
    weekly = None if ahead.weekly is None else round(ahead.weekly, 1)
    none_left = ahead.outlook is Outlook.NONE_LEFT
    days = (None, None, None) if none_left else (day(ahead.day), day(ahead.earliest), day(ahead.latest))
    ends = None if one.ends_on is None else one.ends_on.isoformat()
    return clean(one.name), left, weekly, _said(ahead, one, today), *days, ends


def _said(ahead: Forecast, one: _Contract, today: date) -> str:
    if ahead.outlook is not Outlook.DAY:
        return str(ahead.outlook)
    assert ahead.day is not None and ahead.day <= HORIZON
    when = today + timedelta(days=ahead.day)
    return "after the contract ends" if one.ends_on is not None and one.ends_on < when else f"in {ahead.day} days"


# --- what all share


def _chart(
    material: Material,
    title: str,
    form: Form,
    columns: Sequence[ChartColumn],
    rows: Sequence[ChartRow],
    notes: Sequence[str],
    *,
    explanation: Sequence[str] = _EXPLANATION,
) -> Chart:
    people = int(material.learners.sum())
    return Chart("utilization", title, form, columns, rows, people, material.as_of, explanation, notes)


_SHOWN: Mapping[str, Callable[[Material, Sequence[_Contract]], Chart]] = {
    "contracts": _all,
    "reclaim": _reclaim,
    "forecast": _ahead,
}

CHARTS = {"utilization": Maker("utilization", "License utilization", make, (SHOW,), has_dates=False, is_of_a_day=True)}
