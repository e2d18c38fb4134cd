"""License utilization, compared with what pandas counts from the memberships."""

from datetime import date, timedelta
from itertools import pairwise
from math import sqrt
from typing import Any

import pandas as pd

from tests.portal.analytics.hiding import are_hidden_rightly, fits
from tests.portal.analytics.skill_checks import says
from tests.portal.analytics.tables import AskedOf
from tui_admin.rules.charts import MASKED, SMALL, WITHHELD, Chart

Rows = list[dict[str, Any]]


def rows(chart: Chart) -> Rows:
    """Its rows by the keys of its columns."""
    keys = [column.key for column in chart.columns]
    return [dict(zip(keys, row.cells, strict=True)) for row in chart.rows]


class _Drawn:
    """What is drawn on one contract: by those who are asked for (`own`) and by everybody."""

    def __init__(self, asked: AskedOf, contract: Any) -> None:
        tables = asked.tables
        further = tables.frame("SELECT * FROM membership_contracts")
        drawn = set(further[further.contract_id == contract.id].membership_id)
        members = tables.members
        self.everybody = members[(members.contract_id == contract.id) | members.id.isin(drawn)]
        self.own = self.everybody[self.everybody.id.isin(asked.plain.asked)]
        self.name, self.purchased = contract.name, None if pd.isna(contract.licenses) else int(contract.licenses)
        joined, every = (found[found.state == "MEMBER"] for found in (self.own, self.everybody))
        bounds = contract.starts_on or "0", contract.ends_on or "9"
        self.is_in_force = str(bounds[0]) <= str(tables.today) <= str(bounds[1])
        self.memberships, self.holders = len(joined), set(joined.learner_id)
        self.reserved = set(self.own[self.own.state == "INVITED"].learner_id) - self.holders
        self.used = self.holders & set(every[every.enrolled > 0].learner_id)
        quiet = pd.Timestamp(tables.today - timedelta(days=90))
        self.quiet = self.used - set(every[tables.days(every.active_at) >= quiet].learner_id)

    @property
    def left(self) -> int | None:
        """Licenses that nobody holds."""
        return None if self.purchased is None else self.purchased - len(self.holders)


def _contracts(asked: AskedOf) -> list[_Drawn]:
    known = asked.tables.frame("SELECT * FROM contracts").itertuples()
    found = [_Drawn(asked, contract) for contract in known]
    is_whole = len(asked.plain.asked) == len(asked.tables.members)
    return [one for one in found if is_whole or len(one.own)]


def contracts(chart: Chart, asked: AskedOf) -> None:
    """utilization, of each contract."""
    found, told = _contracts(asked), {row["contract"]: row for row in rows(chart)}
    is_whole = len(asked.plain.asked) == len(asked.tables.members)
    assert told.keys() == {one.name for one in found}
    for one in found:
        row, held, reserved = told[one.name], len(one.holders), len(one.reserved)
        assert row["purchased"] == one.purchased
        if is_whole:
            free = None if one.left is None or not one.is_in_force else max(0, one.left - reserved)
            assert (row["occupied"], row["reserved"], row["free"]) == (held, reserved, free)
            assert row["over"] == max(0, -(one.left or 0))
            assert row["taken"] == (held / one.purchased if one.is_in_force and one.purchased else None)
        else:
            assert fits(row["occupied"], held) and row["reserved"] in (MASKED if 0 < reserved < SMALL else reserved,)
            assert not {"free", "over", "taken"} & row.keys()
        idle = held - len(one.used)
        cells = row["utilized"], row["idle"], row["occupied"]
        assert are_hidden_rightly(cells, (len(one.used), idle, held)) or (not is_whole and row["occupied"] == WITHHELD)
        assert not isinstance(row["occupied"], int) or row["occupied"] == held
        if isinstance(row.get("memberships"), int):
            assert row["memberships"] == one.memberships


def reclaim(chart: Chart, asked: AskedOf) -> None:
    """utilization, whose licenses could be freed."""
    expected = {}
    for one in _contracts(asked):
        for why, number in (
            ("never enrolled", len(one.holders - one.used)),
            ("inactive 90 days", len(one.quiet)),
        ):
            if number:
                expected[f"{why} · {one.name}"] = (number, number / len(one.holders))
    told = {row["whose"]: row for row in rows(chart)}
    assert told.keys() == expected.keys()
    for whose, (number, share) in expected.items():
        assert says(told[whose]["licenses"], number, number) and says(told[whose]["share"], share, number)


def outlook(chart: Chart, asked: AskedOf) -> None:
    """utilization, when licenses run out: of contracts in force."""
    found, today = {one.name: one for one in _contracts(asked)}, asked.tables.today
    for row in rows(chart):
        one = found[row["contract"]]
        assert row["free"] == one.left
        weekly = _weekly(asked, one, today)
        mean = sum(weekly) / len(weekly) if weekly else None
        assert row["weekly"] == (None if mean is None else round(mean, 1))
        if one.left is None or one.left <= 0 or len(weekly) < 6:
            assert (row["day"], row["earliest"], row["latest"]) == (None, None, None)
            continue
        days = [_day(one.left, weekly, side) for side in (0, 1.2816, -1.2816)]
        shown = [None if day is None else (today + timedelta(days=day)).isoformat() for day in days]
        assert [row["day"], row["earliest"], row["latest"]] == shown


def _weekly(asked: AskedOf, one: _Drawn, today: date) -> list[int]:
    """By how many the holders grew in each of the last twelve weeks, as far back as anybody is known to have joined."""
    held = one.own[one.own.state != "INVITED"]
    joined, removed = asked.tables.days(held.joined_at), asked.tables.days(held.removed_at)
    if joined.isna().all():
        return []
    weeks = min(12, (today - joined.min().date()).days // 7)
    ends = [pd.Timestamp(today - timedelta(days=7 * back)) for back in range(weeks, -1, -1)]
    is_gone = held.state == "DELETED_MEMBER"
    counts = [
        held[~(joined > end) & ~(is_gone & (removed.isna() | (removed <= end)))].learner_id.nunique() for end in ends
    ]
    return [after - before for before, after in pairwise(counts)]


def _day(free: int, weekly: list[int], side: float) -> int | None:
    """The first day within a year by which so many are taken, if weeks go on as they were, `side` spreads aside."""
    mean, n = sum(weekly) / len(weekly), len(weekly)
    spread = sqrt(sum((week - mean) ** 2 for week in weekly) / (n - 1))
    taken = ((day, mean * day / 7 + side * spread * sqrt(day / 7 + (day / 7) ** 2 / n)) for day in range(1, 366))
    return next((day for day, number in taken if number >= free), None)
