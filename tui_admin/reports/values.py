"""Cells to values: one converter per kind of column. `column` takes many cells fast and raises ValueError where one
of them must be looked at alone; `one` takes a single cell and raises ValueError saying why it is refused."""

import re
from collections.abc import Callable, Sequence
from typing import Generic, Protocol, TypeVar

from tui_admin.reports.memory import Memory
from tui_admin.rules.addresses import canonical, canonical_all
from tui_admin.rules.errors import BadInput
from tui_admin.rules.text import clean

T = TypeVar("T")

LONGEST_TEXT = 10_000
_MOST = 1_000_000_000
"""Things that are counted; what any database has room for."""
_GUARDED = re.compile(r"'+ *[=+\-@\t\r]").match
_MARKED = ("'", "#")
_ERRORS = frozenset(("#N/A", "#REF!", "#NAME?", "#VALUE!", "#NULL!", "#DIV/0!", "#NUM!"))
_UNKNOWN = frozenset(("", "?", "-", "n/a", "#n/a", "na", "nan", "null", "none", "#ref!", "#div/0!", "#value!"))
_YES = frozenset(("yes", "y", "true", "t", "1", "1.0"))
_NO = frozenset(("no", "n", "false", "f", "0", "0.0"))
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?").fullmatch
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([,. '\u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?").fullmatch
_STATES = {
    "INVITED": "INVITED",
    "INVITED_EMAIL_NOT_VERIFIED": "INVITED",
    "WHITELISTED": "INVITED",
    "MEMBER": "MEMBER",
    "DELETED_MEMBER": "DELETED_MEMBER",
    "NOT_MEMBER": "DELETED_MEMBER",
}


class Converter(Protocol[T]):
    """See the module's docstring."""

    def column(self, values: Sequence[str]) -> list[T]: ...

    def one(self, value: str) -> T: ...


class Repeating(Generic[T]):
    """A column whose values repeat: slugs, names of courses, profile fields, yes and no."""

    def __init__(self, convert: Callable[[str], T]) -> None:
        self._memory: Memory[str, T] = Memory(convert)
        self.one = convert

    def column(self, values: Sequence[str]) -> list[T]:
        if values and values[0] == values[-1] and values.count(values[0]) == len(values):
            return [self._memory[values[0]]] * len(values)
        return list(map(self._memory.__getitem__, values))


class Addresses:
    """A column of e-mail addresses, in canonical form."""

    def column(self, values: Sequence[str]) -> list[str]:
        found = canonical_all(values)
        return list(map(self.one, values)) if found is None else found

    def one(self, value: str) -> str:
        try:
            return canonical(value if value[:1] != "'" else unguarded(value))
        except BadInput as error:
            raise ValueError(str(error)) from error


class Texts:
    """A column of text that seldom repeats: names, external ids, comments."""

    def column(self, values: Sequence[str]) -> list[str | None]:
        if as_they_are(values, _MARKED):
            return [v or None for v in values]
        # A printable cell of ordinary length holds nothing that `text` would take out, except at its ends.
        return [
            v.strip() or None if v.isprintable() and v[:1] not in _MARKED and len(v) <= LONGEST_TEXT else text(v)
            for v in values
        ]

    def one(self, value: str) -> str | None:
        return text(value)


def as_they_are(values: Sequence[str], marks: Sequence[str]) -> bool:
    """Whether `text` would take nothing out of any of these cells, and none begins with a mark, told by looking at all
    of them at once."""
    lines = "\n".join(("", *values, ""))
    touched = (" \n", "\n ", *("\n" + mark for mark in marks))
    if any(one in lines for one in touched) or max(map(len, values), default=0) > LONGEST_TEXT:
        return False
    return "".join(values).isprintable()


def unguarded(value: str) -> str:
    """A cell without the `'` that keeps a spreadsheet from running it as a formula."""
    return value[1:] if value.startswith("'") and _GUARDED(value) else value


def text(value: str) -> str | None:
    """One harmless line; blank, or a spreadsheet's error such as #N/A, is None. Longer than 10,000 is refused."""
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"is longer than {LONGEST_TEXT:,} characters; shorten it")
    return line(unguarded(value))


def line(value: str) -> str | None:
    """The same of a text that is in no cell, however long it is."""
    found = clean(value.strip()).strip()
    return None if found.startswith("#") and found.upper() in _ERRORS else found or None


def yes_no(value: str) -> bool | None:
    """Yes, No and how spreadsheets write them; blank is unknown."""
    word = unguarded(value).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word in _UNKNOWN:
        return None
    raise ValueError("is neither Yes nor No")


def number(value: str) -> float | None:
    """A number with a decimal point or comma, at most two decimals kept; unknown is None."""
    word = unguarded(value).strip().removesuffix("%").rstrip()
    if _PLAIN(word):
        return round(float(word), 2) + 0.0
    if word.lower() in _UNKNOWN:
        return None
    return round(separated(word), 2) + 0.0


def separated(word: str) -> float:
    """`57,73`, `1.234,56`, `1,234.56`, `1 234,5`; a lone group of three digits may be either and is refused."""
    marks = [mark for mark in word if not mark.isdigit() and mark not in "+-"]
    if len(marks) == 1 and marks[0] == "," and _PLAIN(word.replace(",", ".")):
        if _GROUPED(word) and not word.lstrip("+-").startswith("0"):
            raise ValueError("may have a decimal comma or a comma between thousands; write it without the comma")
        return float(word.replace(",", "."))
    if _GROUPED(word):
        point = marks[-1] if len(set(marks)) > 1 else ""
        whole = "".join(mark for mark in word if mark.isdigit() or mark in {"+", "-", point})
        return float(whole.replace(point, ".") if point else whole)
    raise ValueError("is no number")


def within(low: float, high: float) -> Callable[[str], float | None]:
    """A converter of numbers from `low` to `high`, both included."""

    def convert(value: str) -> float | None:
        found = number(value)
        if found is not None and not low <= found <= high:
            raise ValueError(f"is not between {low:g} and {high:g}")
        return found

    return convert


def count(value: str) -> int | None:
    """A whole number of things, none of them negative."""
    found = number(value)
    if found is None:
        return None
    if found > _MOST:
        raise ValueError(f"is more than {_MOST:,}")
    if found < 0 or found != int(found):
        raise ValueError("is no count")
    return int(found)


def is_fraction(values: Sequence[str], *, expected: bool = False) -> bool:
    """Whether a column of shares runs from 0 to 1 rather than to 100: nothing in the sample is above 1 and something
    lies between. A column of nothing but 0 and 1 is as `expected`; a `%` settles it."""
    found = []
    for value in values:
        if "%" in value:
            return False
        try:
            share = number(value)
        except ValueError:
            continue
        if share is not None:
            found.append(share)
    if not found:
        return expected
    return max(found) <= 1 and (expected or any(0 < share < 1 for share in found))


def percent(*, fraction: bool) -> Callable[[str], float | None]:
    """A converter to percent from 0 to 100, of a column that runs to 1 if `fraction`."""
    plain = within(0, 100)

    def scaled(value: str) -> float | None:
        if "%" in value:
            return plain(value)
        word = unguarded(value).strip().replace(",", ".")
        share = float(word) if _PLAIN(word) else number(value)
        if share is None:
            return None
        if not 0 <= share <= 1:
            raise ValueError("is not between 0 and 1, though the column runs from 0 to 1")
        return round(share * 100, 2)

    return scaled if fraction else plain


def state(value: str) -> str:
    """The membership state nearest to what the report says."""
    try:
        return _STATES[value.strip().upper().replace(" ", "_")]
    except KeyError:
        raise ValueError("is no member state; known are INVITED, MEMBER and DELETED_MEMBER") from None


def state_raw(value: str) -> str | None:
    """What the report says where it is none of the three states."""
    return None if state(value) == value.strip().upper().replace(" ", "_") else text(value)


def listed(value: str) -> str | None:
    """Names separated by `;`, each once, joined by `; `."""
    names = (text(part) for part in (text(value) or "").split(";"))
    return "; ".join(dict.fromkeys(name for name in names if name)) or None


def programs(value: str) -> tuple[str, ...] | None:
    """Names of programs, one per `;`, `|` or line; a comma may be part of a name."""
    names = listed(re.sub(r"[|\r\n]+", ";", value))
    return tuple(names.split("; ")) if names else None


def skills(value: str) -> tuple[tuple[str, float | None], ...]:
    """`name:relevance; name:relevance` as pairs, relevance from 0 to 1; a name without one has None. What follows the
    last colon is the relevance, so that a name may hold others."""
    found: dict[str, float | None] = {}
    for part in (listed(value) or "").split("; "):
        name, _, relevance = map(str.strip, part.rpartition(":") if ":" in part else (part, "", ""))
        if not name:
            if relevance:
                raise ValueError(f"names no skill before the relevance {relevance}")
            continue
        share = _relevance(name, relevance)
        if found.setdefault(name, share) != share:
            raise ValueError(f"names the skill {name} twice")
    return tuple(found.items())


def _relevance(skill: str, word: str) -> float | None:
    try:
        found = round(float(word), 4) if _PLAIN(word) else number(word)
    except ValueError:
        raise ValueError(f"holds {skill}:{word}; after the last colon stands a relevance from 0 to 1") from None
    if found is not None and not 0 <= found <= 1:
        raise ValueError(f"gives {skill} the relevance {word}; it runs from 0 to 1")
    return found


def whole_within(low: int, high: int) -> Callable[[str], int | None]:
    """A converter of whole numbers from `low` to `high`, both included."""

    def convert(value: str) -> int | None:
        found = count(value)
        if found is not None and not low <= found <= high:
            raise ValueError(f"is not between {low} and {high}")
        return found

    return convert
