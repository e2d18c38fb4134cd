"""The raw tables of a store as pandas reads them, and of them what is about those whom a chart is asked for."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from tests.portal.analytics.plain import frame
from tests.portal.analytics.plain_skills import Plain, Who
from tui_admin.store.engine import Store

_OF_MEMBER = "m.learner_id, m.program_id, m.state, p.name AS program FROM {0} f JOIN memberships m"
_OF_MEMBER += " ON m.id = f.membership_id JOIN programs p ON p.id = m.program_id"


class Tables:
    """All of them, read once; days are those of the organization's time zone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.read() as connection:
            self.plain = Plain(connection)
        (organization,) = frame(store, "SELECT time_zone, data_as_of FROM organization").itertuples(index=False)
        self.zone = organization.time_zone
        self.today = self.days(pd.Series([organization.data_as_of]))[0].date()

    def frame(self, query: str) -> pd.DataFrame:
        """The rows of a query."""
        return frame(self._store, query)

    def days(self, moments: "pd.Series[int]") -> "pd.Series[pd.Timestamp]":
        """The days of moments."""
        known = pd.to_datetime(pd.to_numeric(moments), unit="ms", utc=True)
        return known.dt.tz_convert(self.zone).dt.tz_localize(None).dt.floor("D")

    @cached_property
    def members(self) -> pd.DataFrame:
        """Memberships."""
        return self.frame("SELECT m.*, l.business_unit FROM memberships m JOIN learners l ON l.id = m.learner_id")

    @cached_property
    def enrollments(self) -> pd.DataFrame:
        """Enrollments with their member; `day` and `end` are the days of beginning and of completion."""
        found = self.frame(f"SELECT f.*, {_OF_MEMBER.format('enrollments')}")
        return found.assign(day=self.days(found.enrolled_at), end=self.days(found.completed_at))

    @cached_property
    def activity(self) -> pd.DataFrame:
        """Activity with its member and hours."""
        found = self.frame(f"SELECT f.*, {_OF_MEMBER.format('activity')}")
        return found.assign(day=pd.to_datetime(found.day), hours=found.minutes / 60)

    @cached_property
    def feedback(self) -> pd.DataFrame:
        """Feedback with its member, the oldest first."""
        names = "f.*, c.name AS course, "
        found = self.frame(f"SELECT {names}{_OF_MEMBER.format('feedback')} LEFT JOIN courses c ON c.id = f.course_id")
        found = found.sort_values(["given_at", "id"])
        return found.assign(day=self.days(found.given_at), month=self.days(found.given_at).dt.strftime("%Y-%m-01"))

    def asked(self, who: Who, since: date | None = None, until: date | None = None) -> "AskedOf":
        """What is about some of the memberships, and about days from one to another (both included)."""
        return AskedOf(self, self.plain.of(who), since, until)


@dataclass(frozen=True)
class AskedOf:
    """Of the tables what is about those who are asked for; `plain` tells of their skills."""

    tables: Tables
    plain: Plain
    since: date | None
    until: date | None

    @property
    def today(self) -> date:
        """The last day that is looked at."""
        return min(self.tables.today, self.until or self.tables.today)

    @property
    def is_dated(self) -> bool:
        """Whether not all days are looked at."""
        return bool(self.since or self.until)

    @property
    def beginning(self) -> Plain:
        """The skills of those of them who began a course within the days."""
        days = {name: day for name, day in (("since", self.since), ("until", self.until)) if day}
        return self.plain.beginning(**days) if days else self.plain

    def counted(self, found: pd.DataFrame, *, removed: bool = False) -> pd.DataFrame:
        """The facts of those who count: without removed ones, unless they are asked for."""
        return found[found.membership_id.isin(self.plain.asked if removed else self.plain.counted)]

    def within(self, days: "pd.Series[pd.Timestamp]") -> "pd.Series[bool]":
        """Which days are known and looked at."""
        first, last = pd.Timestamp(self.since or date(1970, 1, 2)), pd.Timestamp(self.until or date(2149, 1, 1))
        return days.between(first, last)
