"""What the filter bar of charts offers, and the filter that finds the people behind a figure."""

from datetime import date

from tui_admin.rules.filters import FIELDS, Field, Kind, format_filter, parse
from tui_admin.rules.filters.days import Typed
from tui_admin.rules.filters.fields import Fields
from tui_admin.rules.filters.tree import beside

_MONTHS = 24
"""Months that are offered to be completed, the newest first."""


def bar_fields(today: date) -> Fields:
    """The fields of the filter language, and the two of days, for which months are offered."""
    last = today.year * 12 + today.month - 1
    months = tuple((f"{month // 12}-{month % 12 + 1:02d}", "") for month in range(last, last - _MONTHS, -1))
    days = (("from", "the first day that counts, or month"), ("to", "the last day that counts, or month"))
    return {**FIELDS, **{name: Field(name, Kind.CHOICE, help, months) for name, help in days}}


def people_filter(asked: Typed, people: str) -> str:
    """The filter that finds the people behind a figure: those of the chart's filter whom its row names, which is told
    first. What each of the two asks about a skill stays a question of its own."""
    return format_filter(beside(parse(people), asked.where))
