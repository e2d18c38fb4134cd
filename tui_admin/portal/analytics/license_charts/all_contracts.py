"""What is purchased, held, used and idle of each contract."""

from collections.abc import Iterator, Sequence

from ....rules.charts import SMALL, Cell, Chart, ChartColumn, ChartRow, Form, Kind, masked, part
from ....rules.licenses import STEPS, Standing
from ....rules.text import clean
from .. import small
from ..making import Material
from ..small import Sum
from .contracts import Contract, chart

_USED = (
    ChartColumn("contract", "Contract", Kind.TEXT),
    ChartColumn("utilized", "Utilized", Kind.COUNT, drawn=True, apart=True),
    ChartColumn("idle", "Idle", Kind.COUNT, drawn=True, apart=True),
    ChartColumn("reserved", "Reserved", Kind.COUNT, drawn=True, apart=True),
)
_HELD = (
    ChartColumn("occupied", "Occupied", Kind.COUNT),
    ChartColumn("purchased", "Purchased", Kind.COUNT),
)
_OF_SOME = (*_USED, *_HELD)
"""Where a filter picks people, what they hold says nothing of what is free."""
_OF_ALL = (
    *_USED,
    ChartColumn("free", "Free", Kind.COUNT, drawn=True, apart=True),
    ChartColumn("taken", "Taken", Kind.SHARE, steps=STEPS),
    *_HELD,
    ChartColumn("over", "Over by", Kind.COUNT),
)
_MEMBERSHIPS = ChartColumn("memberships", "Memberships", Kind.COUNT)
_STANDING = ChartColumn("standing", "Standing", Kind.TEXT)


def make(material: Material, found: Sequence[Contract]) -> Chart:
    """The chart of these contracts."""
    differs = any(one.use.memberships != one.use.occupied for one in found)
    stands = any(one.standing is not Standing.IN_FORCE for one in found)
    told = _OF_ALL if material.asked is None else _OF_SOME
    columns = (*told, *([_MEMBERSHIPS] if differs else []), *([_STANDING] if stands else []))
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
            *((None,) if material.asked is None else ()),
        )
        rows.append(ChartRow(tuple(cells[column.key] for column in columns), occupied, people, parts=parts))
    notes = [*_beside_the_figures(found, is_asked=material.asked is not None), *small.note(rows)]
    if differs:
        notes.append("Memberships outnumber occupied licenses where one person is in several programs of a contract.")
    if material.asked is None:
        return chart(material, _title(found), Form.GAUGE, columns, rows, notes)
    notes.append("Only people whom the filter finds count; purchased licenses are those of the whole contract.")
    return chart(material, _title_of_some(found), Form.STACKED, columns, rows, notes)


def _beside_the_figures(found: Sequence[Contract], *, is_asked: bool) -> Iterator[str]:
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


def _cells(one: Contract, *, is_asked: bool) -> dict[str, Cell]:
    """The figures of a contract. Utilized and idle add up to the occupied. What is occupied and reserved is masked only
    of people whom a filter picks, of whom what is purchased and free says nothing: else these are the contract's
    licenses, and what is free tells them."""
    held, use = one.licenses, one.use
    numbers = (use.utilized, one.idle, use.occupied)
    told = small.cells(numbers, [Sum(2, (0, 1))], fixed=() if is_asked else (2,))
    cells = {"contract": clean(one.name), **dict(zip(("utilized", "idle", "occupied"), told, strict=True))}
    cells["reserved"] = masked(held.reserved, held.reserved) if is_asked else held.reserved
    is_current = not is_asked and one.standing is Standing.IN_FORCE
    cells |= {"free": held.free if is_current else None, "purchased": held.purchased}
    cells["taken"] = held.share if is_current and one.purchased else None
    cells["over"] = held.over_by
    return cells


def _title(found: Sequence[Contract]) -> str:
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


def _title_of_some(found: Sequence[Contract]) -> str:
    """The title where a filter chooses people: what is purchased is no measure of theirs."""
    current = [one for one in found if one.standing is Standing.IN_FORCE]
    if any(small.number(_cells(one, is_asked=True)["occupied"]) is None for one in current):
        return "Whom the filter finds occupy licenses, of some contracts too few to be told"
    return f"Whom the filter finds occupy {_occupied(current)} licenses{_idle(current)}"


def _occupied(some: Sequence[Contract]) -> str:
    return f"{sum(one.use.occupied for one in some):,}"


def _idle(some: Sequence[Contract]) -> str:
    """How many of these are idle, where that tells of nobody."""
    idle = sum(one.idle for one in some)
    is_told = idle and not any(0 < one.idle < SMALL or 0 < one.use.utilized < SMALL for one in some)
    return f", {idle:,} of them idle" if is_told else ""
