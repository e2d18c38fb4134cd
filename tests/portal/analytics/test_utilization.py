"""License utilization against plain counts of the tables, and against the people that its figures open."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import insert, select, text, update

from tests.demo.organizations import make
from tests.portal.conftest import NOW as DAY_ONE
from tests.portal.conftest import Organization
from tui_admin.portal import users
from tui_admin.portal.analytics.reading import Asked, Moments, read
from tui_admin.rules.charts import SMALL, Chart, Form
from tui_admin.rules.filters import parse
from tui_admin.rules.licenses import standing
from tui_admin.rules.times import DAY, from_datetime, to_datetime
from tui_admin.store import licenses as store_licenses
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts, membership_contracts

from . import plain
from .conftest import ADA, NOW, PEOPLE

ZONE = "Europe/Berlin"
FILTERS = ("", "-country:Germany", "-status:at-risk", "program:{program}")


def chart(store: Store, show: str = "contracts", where: str = "") -> Chart:
    return read(store, ADA, Asked("utilization", parse(where), choices={"show": show}), NOW)


def rows(found: Chart) -> list[dict[str, Any]]:
    keys = [column.key for column in found.columns]
    return [dict(zip(keys, row.cells, strict=True)) | {"opens": row.people, "n": row.n} for row in found.rows]


def names(store: Store) -> Mapping[int, str]:
    with store.read() as connection:
        return {row.id: row.name for row in connection.execute(text("SELECT id, name FROM contracts"))}


def as_of(store: Store) -> date:
    with store.read() as connection:
        moment = connection.execute(text("SELECT data_as_of FROM organization")).scalar_one()
    return pd.Timestamp(moment, unit="ms", tz="UTC").tz_convert(ZONE).date()


def people(store: Store, where: str) -> int:
    return users.count(store, ADA, users.UsersQuery(parse(where)), NOW.now)


def test_contracts_stand_as_the_license_queries_and_a_plain_count_say(counted: Store) -> None:
    with counted.read() as connection:
        held, used = store_licenses.count(connection), store_licenses.utilized(connection, None)
    joined = plain.memberships(counted).query("state == 'MEMBER'")
    by_name = {row["contract"]: row for row in rows(chart(counted))}
    assert len(by_name) == len(held)
    for id, name in names(counted).items():
        row, own = by_name[name], joined[joined.contract_id == id]
        free = held[id].free if row["standing"] == "in force" else None
        told = (row["occupied"], row["reserved"], row["purchased"], row["free"], row["over"])
        assert told == (held[id].occupied, held[id].reserved, held[id].purchased, free, held[id].over_by)
        assert row["memberships"] == len(own) and row["occupied"] == own.learner_id.nunique()
        idle = held[id].occupied - used[id]
        if 0 < idle < SMALL or 0 < used[id] < SMALL:
            assert {row["utilized"], row["idle"]} == {"<5", "≥5"} or row["utilized"] == row["idle"] == "<5"
        else:
            assert (row["utilized"], row["idle"]) == (used[id], idle)


@pytest.mark.parametrize("where", FILTERS)
@pytest.mark.parametrize("show", ["contracts", "reclaim"])
def test_every_figure_opens_exactly_its_people(counted: Store, show: str, where: str) -> None:
    program = plain.memberships(counted).program.mode()[0]
    where = where.format(program=program)
    figure = "occupied" if show == "contracts" else "licenses"
    opened = [row for row in rows(chart(counted, show, where)) if row["opens"]]
    assert opened
    for row in opened:
        assert people(counted, f"{where} {row['opens']}") == row["n"]
        assert row[figure] == row["n"]


def test_what_could_be_freed_is_idle_or_long_inactive(counted: Store) -> None:
    joined = plain.memberships(counted).query("state == 'MEMBER'")
    start = pd.Timestamp(as_of(counted) - timedelta(days=90), tz=ZONE).timestamp() * 1000
    expected = {}
    for id, own in joined.groupby("contract_id"):
        used = set(own[own.enrolled > 0].learner_id)
        recent = set(own[own.active_at >= start].learner_id)
        name = names(counted)[int(id)]
        expected[f"never enrolled · {name}"] = len(set(own.learner_id) - used)
        expected[f"inactive 90 days · {name}"] = len(used - recent)
    found = chart(counted, "reclaim")
    told = {row["whose"]: row["licenses"] for row in rows(found)}
    assert told == {key: "<5" if number < SMALL else number for key, number in expected.items() if number}
    shown = sum(number for number in told.values() if isinstance(number, int))
    assert found.title.partition(" ")[0] == f"{shown:,}" and ("<5" in told.values()) is ("or more" in found.title)


def test_the_title_says_what_it_counts_and_notes_what_columns_may_leave_out(counted: Store) -> None:
    found, some = chart(counted), chart(counted, where="country:Germany")
    told = {row["contract"]: row for row in rows(found)}
    known, unknown = [
        sum(row["occupied"] for row in told.values() if row["standing"] == "in force" and is_known(row["purchased"]))
        for is_known in (lambda number: number is not None, lambda number: number is None)
    ]
    purchased = sum(row["purchased"] or 0 for row in told.values() if row["standing"] == "in force")
    assert found.title.startswith(f"{known:,} of {purchased:,} licenses are occupied")
    assert f"; {unknown:,} more" in found.title and "where no number is set" in found.title
    over = [f"{name} is over by {row['over']:,}." for name, row in told.items() if row["over"]]
    ahead = [name for name, row in told.items() if row["standing"] == "not yet"]
    assert ahead and f"Not begun: {', '.join(ahead)}." in found.notes
    assert all(line in found.notes for line in over)
    assert some.form is Form.STACKED and f"{purchased:,}" not in some.title


def test_a_contract_named_beside_the_first_is_drawn_on_too(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(insert(membership_contracts).values(membership_id=7, position=1, contract_id=1))
    at = Moments(DAY_ONE, DAY_ONE)
    found = read(organization.store, organization.ana, Asked("utilization"), at)
    with organization.store.read() as connection:
        held = store_licenses.count(connection)
    told = {row["contract"]: (row["occupied"], row["memberships"]) for row in rows(found)}
    assert told == {"Year 1": (held[1].occupied, 5), "Year 2": (held[2].occupied, 1)}
    assert held[1].occupied == 4


def test_a_contract_that_ends_is_not_in_force_on_the_day_after(counted: Store) -> None:
    with counted.read() as connection:
        ends = max(connection.scalars(select(contracts.c.ends_on).where(contracts.c.ends_on.is_not(None))))
    later = from_datetime(datetime(ends.year, ends.month, ends.day, 12, tzinfo=UTC)) + 2 * DAY
    found = read(counted, ADA, Asked("utilization"), Moments(NOW.now, later))
    with counted.read() as connection:
        known = connection.execute(select(contracts.c.starts_on, contracts.c.ends_on)).all()
    expected = sorted(str(standing(*row, to_datetime(later).date())) for row in known)
    assert "ended" in expected
    assert sorted(str(row["standing"]) for row in rows(found)) == expected


def outlook(store: Store, clock: int) -> Chart:
    return read(store, ADA, Asked("utilization", choices={"show": "forecast"}), Moments(NOW.now, clock))


def test_the_forecast_counts_days_from_when_it_is_looked_at(counted: Store) -> None:
    today = to_datetime(NOW.clock).date()
    (soon,) = [row for row in rows(outlook(counted, NOW.clock)) if row["outlook"].startswith("in ")]
    left, first, last = ((date.fromisoformat(soon[key]) - today).days for key in ("day", "earliest", "latest"))
    assert soon["outlook"] == f"in {left} days ({first} to {last})"
    for later, said in ((left - 1, f"in 1 day (0 to {last - left + 1})"), (left, "by now")):
        (row,) = [row for row in rows(outlook(counted, NOW.clock + later * DAY)) if row["contract"] == soon["contract"]]
        assert (row["outlook"], row["day"]) == (said, soon["day"])


def test_a_contract_that_ends_before_is_not_said_to_run_out(sqlite_store: Store) -> None:
    make(sqlite_store, PEOPLE, per_member=3)
    (soon,) = [row for row in rows(outlook(sqlite_store, NOW.clock)) if row["outlook"].startswith("in ")]
    with sqlite_store.write() as connection:
        ends = date.fromisoformat(soon["day"]) - timedelta(days=1)
        connection.execute(update(contracts).where(contracts.c.name == soon["contract"]).values(ends_on=ends))
        others = contracts.c.name != soon["contract"]
        connection.execute(update(contracts).where(others).values(licenses=None))
    found = outlook(sqlite_store, NOW.clock)
    (row,) = [row for row in rows(found) if row["contract"] == soon["contract"]]
    assert (row["outlook"], row["day"]) == ("after the contract ends", soon["day"])
    assert found.title == "No contract runs out within a year, as things go"
