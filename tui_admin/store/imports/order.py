"""The files of one import, by the rows they gave: which came first, and which says the newer thing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, literal, null, true

from ...rules.times import Instant


@dataclass(frozen=True)
class Span:
    """The staged rows of one file: `first` to `last` inclusive. `present` are the staged columns that the file has."""

    file: int
    first: int
    last: int
    moment: Instant | None
    present: frozenset[str]

    def holds(self, ord: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether a row is of this file."""
        return ord.between(self.first, self.last)


class Order:
    """Files ordered by moment, then as given: where rows disagree, the later one of that order counts.

    A file of unknown moment is taken to be as new as the newest dated one of the same import.
    """

    def __init__(self, spans: Sequence[Span]) -> None:
        by_file = {span.file: span for span in spans if span.last >= span.first}
        self.spans = tuple(by_file[file] for file in sorted(by_file))
        newest = max((span.moment for span in self.spans if span.moment is not None), default=None)
        self._moments = {span.file: newest if span.moment is None else span.moment for span in self.spans}
        ranked = sorted(self.spans, key=lambda span: (self._moments[span.file] or 0, span.file))
        self._ranks = {span.file: rank for rank, span in enumerate(ranked)}
        self._shifts, start = {}, 0
        for span in ranked:
            self._shifts[span.file] = start - span.first
            start += span.last - span.first + 1
        self._as_given = ranked == list(self.spans)

    @property
    def one_moment(self) -> bool:
        """Whether all files are of the same moment."""
        return len(set(self._moments.values())) <= 1

    def moment(self, ord: ColumnElement[int]) -> ColumnElement[Instant | None]:
        """The moment of a row's file."""
        if self.one_moment:
            return cast(next(iter(self._moments.values()), None), BigInteger)
        return self._by_file(ord, lambda span: literal(self._moments[span.file]))

    def moment_of(self, file: int) -> Instant | None:
        """The moment of a file that gave rows."""
        return self._moments[file]

    def rank(self, file: int) -> int:
        """The place of a file that gave rows among the others: the newest comes last."""
        return self._ranks[file]

    def file(self, ord: ColumnElement[int]) -> ColumnElement[int]:
        """The number of a row's file."""
        return self._by_file(ord, lambda span: literal(span.file))

    def present(self, ord: ColumnElement[int], column: str, spans: Sequence[Span]) -> ColumnElement[bool] | None:
        """Whether a row's file has a column; None where all of these files have it."""
        lacking = [span.holds(ord) for span in spans if column not in span.present]
        return ~_any(lacking) if lacking else None

    def precedence(self, ord: ColumnElement[int]) -> ColumnElement[int]:
        """A row's place in the order."""
        if self._as_given:
            return ord
        return self._by_file(ord, lambda span: ord + self._shifts[span.file])

    def original(self, precedence: ColumnElement[int]) -> ColumnElement[int]:
        """The row at a place of the order."""
        if self._as_given:
            return precedence
        shifts = self._shifts
        places = [
            (precedence.between(span.first + shifts[span.file], span.last + shifts[span.file]), span)
            for span in self.spans
        ]
        return case(*((within, precedence - shifts[span.file]) for within, span in places))

    def _by_file(self, ord: ColumnElement[int], value: Callable[[Span], ColumnElement[Any]]) -> ColumnElement[Any]:
        if not self.spans:
            return null()
        values = [(span.last, value(span)) for span in self.spans]
        if len(values) == 1:
            return values[0][1]
        return case(*((ord <= last, found) for last, found in values))


def _any(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = ~true()
    for condition in conditions:
        found = found | condition
    return found
