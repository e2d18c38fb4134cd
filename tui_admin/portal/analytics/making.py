"""What the makers of charts share: what they are given, and how they say what they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, tzinfo
from functools import cached_property

from sqlalchemy import Connection

from ...rules.charts import Chart, Choice
from ...rules.filters import All, Node, format_filter, parse
from ...rules.filters.tree import beside
from ...rules.times import Instant, to_datetime
from ...rules.triage import MembershipState
from ...store.analytics.columns import Bools, Columns, Numbers
from ...store.analytics.days import LAST, number_of
from ..home import COUNTED
from .masks import Mask, everybody, without

REMOVED = Choice("removed", ("no", "yes"), "no")
"""The choice of charts that leave removed memberships out unless they are asked for."""


@dataclass(frozen=True)
class Material:
    """What a chart is made from.

    `columns` are the facts and `connection` is the store at the same moment, for names. `where` is the filter, `asked`
    whom it leaves (None: everybody), `since` and `until` are the first and the last day, both included, where they are
    given. `chosen` holds a value for each of the maker's choices. `as_of` is the newest fact, or when the facts were
    counted if one claims to be of later; days are those of `zone`.
    `clock` is the moment it is looked at. `check` is to be called between blocks of long work: it raises where a person
    stopped it.
    """

    columns: Columns
    asked: Mask | None
    since: date | None
    until: date | None
    chosen: Mapping[str, str]
    zone: tzinfo
    as_of: Instant | None
    clock: Instant
    check: Callable[[], None]
    where: Node = field(default_factory=All)

    @property
    def connection(self) -> Connection:
        """The store, for names."""
        return self.columns.connection

    @cached_property
    def mask(self) -> Mask:
        """Who counts: whom the filter leaves, without removed memberships unless the choice `removed` wants them (a
        chart without that choice leaves them out)."""
        found = self.asked or everybody(self.columns)
        if self.chosen.get("removed") == "yes":
            return found
        return without(self.columns, found, MembershipState.DELETED_MEMBER)

    @property
    def standing(self) -> str:
        """The filter that finds who counts as the choice `removed` says, to stand beside what else is asked."""
        return f"{COUNTED},removed" if self.chosen.get("removed") == "yes" else COUNTED

    @cached_property
    def members(self) -> Bools:
        """Yes for each membership, by position, that counts."""
        return self.mask.memberships

    @cached_property
    def learners(self) -> Bools:
        """Yes for each learner, by position, with a membership that counts."""
        return self.mask.learners

    def of_these(self, terms: str) -> str:
        """The terms and the filter beside them: where something is negated, it is of those whom the filter leaves."""
        return format_filter(beside(self.where, parse(terms)))

    @property
    def first(self) -> int:
        """The number of the first day that counts."""
        return 1 if self.since is None else number_of(self.since)

    @property
    def last(self) -> int:
        """The number of the last day that counts."""
        return LAST if self.until is None else number_of(self.until)

    def holds(self, days: Numbers) -> Bools:
        """Which of some days, by number, count; of days that are not known none does."""
        return (days >= self.first) & (days <= self.last)

    @property
    def is_dated(self) -> bool:
        """Whether a first or a last day is given."""
        return self.since is not None or self.until is not None

    @property
    def today(self) -> date | None:
        """The day of the newest fact: a bucket that ends after it is unfinished."""
        return None if self.as_of is None else to_datetime(self.as_of, self.zone).date()

    def is_unfinished(self, start: date, end: date) -> bool:
        """Whether a bucket of so many days is not over, or the days that count begin or end within it."""
        begins_within = self.since is not None and start < self.since <= end
        ends_within = self.until is not None and start <= self.until < end
        return begins_within or ends_within or (self.today is not None and self.today <= end)

    @property
    def end(self) -> date | None:
        """The last day of which anything is shown: the last that counts, or that of the newest fact."""
        return self.until or self.today

    @property
    def newest(self) -> int:
        """Its number: what claims to be of later is shown by no chart over time."""
        return self.last if self.end is None else number_of(self.end)


def unfinished_note(material: Material, word: str) -> str:
    """What it means that weeks or months, called so, are marked as unfinished."""
    if material.is_dated:
        return f"A {word} that is marked is not over, or cut by the days asked for."
    return f"The last {word} is not over."


@dataclass(frozen=True, slots=True)
class Maker:
    """A chart of the registry: its name, what it is called in a list of charts, how it is made, and its choices, each
    with what it is unless chosen otherwise. A choice without values takes any text. `has_dates` says whether from and
    to mean anything to it; `is_kept` whether its answer is kept while nothing is chosen and nothing left out,
    `is_of_a_day` that it holds on the day it was made alone; `is_masked` whether it shows nothing about too few people:
    one that names people does."""

    name: str
    title: str
    make: Callable[[Material], Chart]
    choices: tuple[Choice, ...] = ()
    has_dates: bool = True
    is_kept: bool = True
    is_of_a_day: bool = False
    is_masked: bool = True
