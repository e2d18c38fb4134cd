"""When licenses run out, as things go."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from ....rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Form, Kind
from ....rules.forecasts import HORIZON, LEAST_WEEKS, WEEKS, Forecast, Outlook, forecast
from ....rules.licenses import Standing
from ....rules.text import clean
from ....rules.times import to_datetime
from ....store.analytics.days import number_of
from ..making import Material
from .contracts import EXPLANATION, Contract, chart, today

_EXPLANATION = (
    f"From how many more learners held a license at the end of each of the last {WEEKS} weeks.",
    "If weeks go on to differ as these did, licenses run out between the earliest and the latest day (in days: the "
    "brackets) in 8 of 10 cases.",
    f"It takes {LEAST_WEEKS} weeks at least and looks a year ahead.",
    "Who joined on no known day counts as always there; of who left and came back only the last stay is known.",
)


def make(material: Material, found: Sequence[Contract]) -> Chart:
    """The chart of these contracts."""
    columns = (
        ChartColumn("contract", "Contract", Kind.TEXT),
        ChartColumn("free", "Not occupied", Kind.COUNT),
        ChartColumn("weekly", "A week adds", Kind.NUMBER, drawn=True),
        ChartColumn("outlook", "Runs out", Kind.BAND),
        ChartColumn("day", "Likeliest", Kind.DAY),
        ChartColumn("earliest", "Earliest", Kind.DAY),
        ChartColumn("latest", "Latest", Kind.DAY),
        ChartColumn("ends", "Contract ends", Kind.DAY),
    )
    current = [one for one in found if one.standing is Standing.IN_FORCE]
    few = [one for one in current if material.asked is not None and 0 < one.use.occupied < SMALL]
    told = [(one, _forecast(one, today(material))) for one in current if one not in few]
    rows = [
        ChartRow(
            _forecast_cells(one, ahead, material),
            one.use.occupied,
            one.under if one.use.occupied >= SMALL else None,
        )
        for one, ahead in told
    ]
    days = {
        one.name: ahead.day
        for one, ahead in told
        if ahead.day is not None and not _ends_before(one, today(material) + timedelta(days=ahead.day))
    }
    title = "No contract runs out within a year, as things go"
    if days:
        name = min(days, key=lambda name: days[name])
        when = today(material) + timedelta(days=days[name])
        title = f"{clean(name)} has no license left" if not days[name] else f"{clean(name)} runs out first: {when}"
    notes = ["Likeliest or latest days that are missing are more than a year ahead."] if days else []
    for word, outlook in (("No license left", Outlook.NONE_LEFT), ("No number of licenses set", Outlook.NO_LIMIT)):
        if names := [clean(one.name) for one, ahead in told if ahead.outlook is outlook]:
            notes.insert(0, f"{word}: {', '.join(names)}.")
    if material.asked is not None:
        notes.append("Only people whom the filter finds count: what others take is not foreseen.")
    if few:
        notes.append(f"Contracts that fewer than {SMALL} of these people hold a license of are left out.")
    return chart(material, title, Form.TABLE, columns, rows, notes, explanation=(*EXPLANATION, *_EXPLANATION))


def _forecast(one: Contract, newest: date) -> Forecast:
    """From how the holders grew in each of the last weeks, as far back as anybody is known to have joined."""
    first = one.use.first_day
    weeks = 0 if first is None else min(WEEKS, max((number_of(newest) - first) // 7, 0))
    growth = [after - before for before, after in pairwise(one.use.held[WEEKS - weeks :])]
    return forecast(one.left, growth)


def _forecast_cells(one: Contract, ahead: Forecast, material: Material) -> tuple[Cell, ...]:
    newest = today(material)

    def day(days: int | None) -> str | None:
        return None if days is None else (newest + timedelta(days=days)).isoformat()

    weekly = None if ahead.weekly is None else round(ahead.weekly, 1)
    none_left = ahead.outlook is Outlook.NONE_LEFT
    days = (None, None, None) if none_left else (day(ahead.day), day(ahead.earliest), day(ahead.latest))
    ends = None if one.ends_on is None else one.ends_on.isoformat()
    return clean(one.name), one.left, weekly, _said(ahead, one, material), *days, ends


def _said(ahead: Forecast, one: Contract, material: Material) -> str:
    """In so many days from when it is looked at, and the earliest and latest of them: facts may be older than that."""
    if ahead.outlook is not Outlook.DAY:
        return str(ahead.outlook)
    assert ahead.day is not None and ahead.day <= HORIZON
    when = today(material) + timedelta(days=ahead.day)
    if _ends_before(one, when):
        return "after the contract ends"
    days = (when - to_datetime(material.clock, material.zone).date()).days
    if days <= 0:
        return "by now"
    first, last = (None if one is None else max(one - ahead.day + days, 0) for one in (ahead.earliest, ahead.latest))
    return f"in {days} day{'' if days == 1 else 's'} ({first} to {'?' if last is None else last})"


def _ends_before(one: Contract, day: date) -> bool:
    return one.ends_on is not None and one.ends_on < day
