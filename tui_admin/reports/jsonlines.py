"""JSON Lines: one object a line, its names those of the columns.

An object may hold others: a course its `Assessments`, a specialization its `Courses` (objects, or their ids in order).
Each such list is a table of its own, whose records carry on from the object around them, and so is each kind of object
where a catalogue's file holds several.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache, partial
from itertools import islice

from tui_admin.reports.archives import NotAReport, Source
from tui_admin.reports.decoding import SAMPLE, Encoding, Warn, sniff, text_lines
from tui_admin.reports.headers import normalised
from tui_admin.reports.tables import Block, Refusal, Table

Object = dict[str, object]

_plain = lru_cache(1_024)(normalised)
"""Objects have few names, over and over."""

_LOOKED_AT = 50_000
"""Objects whose names make the headers."""

_COURSE_ID, _SPECIALIZATION = ("course id",), ("specialization slug", "specialization", "university", "partner")
_INNER: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "assessments": ("assessments", _COURSE_ID, "Assessment ID"),
    "courses": ("specializations", _SPECIALIZATION, "Course ID"),
}
"""Names of lists whose items are records: their table, what they take from the object around them, and what an item is
that is no object itself."""

_KINDS = {
    "assessments": ("assessment id", "assessment", "assessment name"),
    "specializations": ("specialization slug", "specialization"),
    "taxonomy": ("skill",),
}
"""The table of an object that has one of these names and stands for itself; any other is a record of the first."""


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(_text(item).replace(";", ",") for item in value)
    if isinstance(value, dict):  # a skill: its name stands before its relevance
        return ":".join(map(_text, sorted(value.values(), key=lambda one: isinstance(one, int | float))))
    return str(value)


def _records(found: Object) -> Iterator[tuple[str, Object]]:
    """The records of an object, each with the name of its table; that of the object itself is blank."""
    names = {_plain(name): name for name in found}
    plain = dict(found)
    inner = [name for name in _INNER if name in names and isinstance(found[names[name]], list)]
    for name in inner:
        part, taken, id_name = _INNER[name]
        items = plain.pop(names[name])
        around = {names[own]: found[names[own]] for own in taken if own in names}
        assert isinstance(items, list)
        if not items and name == "courses":  # it would not be told of otherwise
            yield part, {**around, id_name: ""}
        for place, item in enumerate(items, 1):
            own = item if isinstance(item, dict) else {id_name: item}
            placed = {"Position": place} if part == "specializations" and not _has(own, "position") else {}
            yield part, {**around, **placed, **own}
    if "courses" not in inner and plain:
        alone = "email" not in names and "e-mail" not in names
        yield next((part for part, told in _KINDS.items() if alone and names.keys() & set(told)), ""), plain


def _has(found: Object, name: str) -> bool:
    return any(_plain(own) == name for own in found)


class JsonLinesTable:
    """Objects as records; a name that an object lacks is a blank cell, a list is joined by `; `.

    `part` is which of the file's tables it is. The first of them is given all `parts`, and tells of lines that hold no
    object or one of none of these.
    """

    above: tuple[str, ...] = ()

    def __init__(
        self, opened: Callable[[], Iterator[str]], part: str, header: list[str], parts: Collection[str], warn: Warn
    ) -> None:
        self._opened, self._part, self._parts, self._warn = opened, part, parts, warn
        self.header = tuple(header)
        self._names = tuple(map(_plain, header))

    def blocks(self, size: int) -> Iterator[Block]:
        """See `Table.blocks`."""
        text = enumerate(self._opened(), 1)
        while some := list(islice(text, size)):
            kept: list[int] = []
            block = Block(kept, [])
            for line, content in some:
                found = _object(content)
                for part, record in [("", found)] if isinstance(found, str) else _records(found):
                    if isinstance(record, str):
                        self._break(block, line, content, record)
                    elif part == self._part:
                        kept.append(line)
                        block.rows.append(self._cells(record))
                    elif self._parts and part not in self._parts:
                        self._break(block, line, content, "is of another kind than the objects before; put it first")
            yield block

    def _break(self, block: Block, line: int, content: str, reason: str) -> None:
        if self._parts:
            block.broken.append(Refusal(line, "", content.strip()[:100], reason, (content.strip(),)))

    def _cells(self, record: Object) -> list[str]:
        told = {_plain(name): value for name, value in record.items()}
        for extra in told.keys() - set(self._names):
            self._warn(f"{extra} was left out: no object near the start of the file has it")
        return [_text(told.get(name)) for name in self._names]


def _object(line: str) -> Object | str:
    """The object of a line, an empty one for a blank line, or what is wrong with it."""
    if not line.strip():
        return {}
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"is no JSON object: {error}"
    return found if isinstance(found, dict) else "is no JSON object"


def open_json_lines(source: Source, warn: Warn) -> list[tuple[str, Table]]:
    """The tables of a file whose first character is `{`, each with a name. Raises BadInput where no line holds an
    object."""
    with source.open() as stream:
        encoding = sniff(stream.read(SAMPLE))
    headers: dict[str, dict[str, str]] = {}
    for line in islice(_lines(source, encoding, lambda _: None), _LOOKED_AT):
        found = _object(line)
        if isinstance(found, dict):
            for part, record in _records(found):
                header = headers.setdefault(part, {})
                for name in record:
                    header.setdefault(_plain(name), name)
    if not headers:
        raise NotAReport(f"{source.name}: looks like JSON but is not JSON Lines; write one object a line")
    opened, parts = partial(_lines, source, encoding, warn), sorted(headers)
    tables: list[tuple[str, Table]] = []
    for part in parts:
        name = f"{source.name} ({part})" if part and len(parts) > 1 else source.name
        leads = parts if part == parts[0] else ()
        tables.append((name, JsonLinesTable(opened, part, list(headers[part].values()), leads, warn)))
    return tables


def _lines(source: Source, encoding: Encoding, warn: Warn) -> Iterator[str]:
    with source.open() as stream:
        yield from text_lines(stream, encoding, source.name, warn)
