"""From a header to what the file is: kind, variant, which column holds which field, and what is missing."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tui_admin.reports.archives import NotAReport
from tui_admin.reports.columns import NAMES, OWN, Kind
from tui_admin.reports.layouts import DEGREE, LAYOUTS, VARIANTS, Layout
from tui_admin.rules.errors import BadInput

_FILLER = re.compile(r"[\s_*#\"“”\u200b\ufeff]+")
_DEGREE_COLUMN = re.compile(
    r"(original assessment grade|assessment grade override|submission time \(utc\)|item weighting \(percentage\)"
    r"|points scored|points total possible): *(.+?)(?: *\(passing threshold: ([\d.,]+)\))?",
    re.IGNORECASE,
).fullmatch
_EVERY_NAME = frozenset(name for names in NAMES.values() for name in names)
_REFUSED = {
    Kind.INVITATIONS: "this is a list of people to invite, not a report; give it to `tui-admin invite`",
    Kind.BOUNCES: "this is a list of bounced addresses, not a report; give it to `tui-admin bounces import`",
}
_SAMPLES = (
    "Name, Email, Course ID, Overall Progress, Program Slug (usage) or Email, Program Slug, Member State (members)"
)


# What a wide gradebook's columns hold, as `Scores.columns` calls it.
_DEGREE_PARTS = {
    "original assessment grade": "percent",
    "assessment grade override": "percent override",
    "submission time (utc)": "submitted",
    "item weighting (percentage)": "percent weight",
    "points scored": "points scored",
    "points total possible": "points possible",
}


@dataclass(frozen=True)
class Scores:
    """The columns of one assessment in a wide gradebook: `percent`, `percent override`, `percent weight`, `submitted`,
    `points scored`, `points possible` -> column; `passing` in percent."""

    name: str
    columns: Mapping[str, int]
    passing: float | None = None


@dataclass(frozen=True)
class Header:
    """What a header says. `fields`: field -> column; `unknown`: columns that no field takes; `repeated`: columns left
    out because an earlier one holds the same field; `scores`: the assessments of a gradebook."""

    kind: Kind
    variant: str
    layout: Layout
    fields: Mapping[str, int]
    unknown: tuple[str, ...]
    repeated: tuple[str, ...]
    scores: tuple[Scores, ...] = ()


def normalised(name: str) -> str:
    """A column name without case, asterisks, number signs, underscores, and with single plain spaces."""
    return _FILLER.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


def recognise(cells: Sequence[str]) -> int:
    """How many cells of a record are names of columns that any kind of report has."""
    return sum(normalised(cell) in _EVERY_NAME or bool(_DEGREE_COLUMN(cell.strip())) for cell in cells)


def _fits(layout: Layout, names: frozenset[str]) -> bool:
    return layout.all_of <= names and (not layout.any_of or bool(layout.any_of & names)) and not layout.none_of & names


def _told(names: frozenset[str]) -> frozenset[str]:
    """The names, and the beginnings of names that go on with an assessment's."""
    return names | {name.split(":")[0] + ":" for name in names if ":" in name}


def read_header(file: str, header: Sequence[str]) -> Header:
    """What a file with this header is. Raises BadInput, naming the file and what was expected, for a header of no
    known kind, of a kind that is not imported here, and for one that lacks a column that the kind needs."""
    names = [normalised(cell) for cell in header]
    layout = next((layout for layout in LAYOUTS if _fits(layout, _told(frozenset(names)))), None)
    if layout is None:
        raise NotAReport(_unrecognised(file, header, names))
    if layout.kind in _REFUSED:
        raise NotAReport(f"{file}: {_REFUSED[layout.kind]}")
    return _mapped(file, layout, header, names)


def _mapped(file: str, layout: Layout, header: Sequence[str], names: list[str]) -> Header:
    fields: dict[str, int] = {}
    unknown: list[str] = []
    repeated: list[str] = []
    spare: list[int] = []
    for index, name in enumerate(names):
        field = NAMES[layout.kind].get(name)
        if field is None:
            if name and name not in OWN:
                spare.append(index)
        elif field in fields:
            repeated.append(header[index].strip())
        else:
            fields[field] = index
    _refuse_missing(file, layout, fields)
    scores: tuple[Scores, ...] = ()
    if layout.variant == DEGREE:
        scores, spare = _degree_scores(header, spare)
    elif layout.kind is Kind.GRADEBOOK and layout.variant == "ours":
        scores = tuple(Scores(header[index].strip(), {"percent": index}) for index in spare)
        spare = []
    unknown = [header[index].strip() for index in spare]
    variant = layout.variant or _variant(layout.kind, frozenset(names))
    return Header(layout.kind, variant, layout, fields, tuple(unknown), tuple(repeated), scores)


def _variant(kind: Kind, names: frozenset[str]) -> str:
    markers = VARIANTS.get(kind, (("ours", ""),))
    return next(variant for variant, marker in markers if not marker or marker in names)


def _degree_scores(header: Sequence[str], spare: list[int]) -> tuple[tuple[Scores, ...], list[int]]:
    columns: dict[str, dict[str, int]] = {}
    passing: dict[str, float] = {}
    left = []
    for index in spare:
        match = _DEGREE_COLUMN(header[index].strip())
        if not match:
            left.append(index)
            continue
        what, assessment, threshold = match.groups()
        columns.setdefault(assessment, {}).setdefault(_DEGREE_PARTS[what.lower()], index)
        if threshold:
            share = float(threshold.replace(",", "."))
            passing[assessment] = round(share * 100 if share <= 1 else share, 2)
    return tuple(Scores(name, found, passing.get(name)) for name, found in columns.items()), left


def title(kind: Kind, group: Sequence[str]) -> str:
    """How a report's header calls a group of fields: `Course ID or Course Slug`."""
    titles = []
    for field in group:
        name = next(name for name, known in NAMES[kind].items() if known == field)
        titles.append(name.title().replace(" Id", " ID"))
    return " or ".join(titles)


def _refuse_missing(file: str, layout: Layout, fields: Mapping[str, int]) -> None:
    missing = [title(layout.kind, group) for group in layout.needed() if not fields.keys() & set(group)]
    if missing:
        raise BadInput(f"{file}: looks like a {layout.kind} report, but has no column {', '.join(missing)}")


def _unrecognised(file: str, header: Sequence[str], names: list[str]) -> str:
    shown = ", ".join(cell.strip()[:40] for cell in header[:6] if cell.strip())
    known = {kind: sum(name in columns for name in names) for kind, columns in NAMES.items()}
    nearest = max(known, key=lambda kind: known[kind])
    sentence = f"{file}: this is no report; its first columns are {shown or 'blank'}. "
    if known[nearest] > 2 and (lacking := _lacking(nearest, frozenset(names))):
        return sentence + f"It is nearest to a {nearest} report, but lacks {lacking}"
    return sentence + f"A report begins with a header, such as {_SAMPLES}"


def _lacking(kind: Kind, names: frozenset[str]) -> str:
    """The columns by which a kind of report is told that a header does not have, for the variant that lacks fewest.

    Empty where it has all of them, and others that this kind never has.
    """

    def lacking(layout: Layout) -> list[str]:
        one_of = [] if layout.any_of & names else [" or ".join(sorted(layout.any_of))]
        return [*sorted(layout.all_of - names), *filter(None, one_of)]

    found = min((lacking(layout) for layout in LAYOUTS if layout.kind is kind), key=len)
    return ", ".join(name.title().replace(" Id", " ID").replace(" Or ", " or ") for name in found)
