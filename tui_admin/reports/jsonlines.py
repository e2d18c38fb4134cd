"""JSON Lines: one object a line, its names those of the columns."""

import json
from collections.abc import Iterator
from itertools import islice

from tui_admin.reports.archives import NotAReport, Source
from tui_admin.reports.decoding import SAMPLE, Encoding, Warn, sniff, text_lines
from tui_admin.reports.tables import Block, Refusal

_LOOKED_AT = 5_000  # objects whose names make the header


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    if isinstance(value, dict):
        return ":".join(map(_text, value.values()))
    return str(value)


class JsonLinesTable:
    """Objects as records; a name that an object lacks is a blank cell, a list is joined by `; `."""

    above: tuple[str, ...] = ()

    def __init__(self, source: Source, encoding: Encoding, header: list[str], warn: Warn) -> None:
        self._source, self._encoding, self._warn = source, encoding, warn
        self.header = tuple(header)

    def blocks(self, size: int) -> Iterator[Block]:
        """See `Table.blocks`."""
        known = set(self.header)
        with self._source.open() as stream:
            text = enumerate(text_lines(stream, self._encoding, self._source.name, self._warn), 1)
            while part := list(islice(text, size)):
                kept: list[int] = []
                block = Block(kept, [])
                for line, content in part:
                    found = _object(content)
                    if isinstance(found, str):
                        block.broken.append(Refusal(line, "", content.strip()[:100], found, (content.strip(),)))
                    elif found:
                        for extra in found.keys() - known:
                            self._warn(f"{extra} was left out: no object near the start of the file has it")
                        kept.append(line)
                        block.rows.append([_text(found.get(name)) for name in self.header])
                yield block


def _object(line: str) -> dict[str, object] | str:
    """The object of a line, an empty one for a blank line, or what is wrong with it."""
    if not line.strip():
        return {}
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"is no JSON object: {error}"
    return found if isinstance(found, dict) else "is no JSON object"


def open_json_lines(source: Source, warn: Warn) -> JsonLinesTable:
    """A file whose first character is `{`. Raises BadInput where no line holds an object."""
    with source.open() as stream:
        encoding = sniff(stream.read(SAMPLE))
    names: dict[str, None] = {}
    with source.open() as stream:
        for line in islice(text_lines(stream, encoding, source.name, lambda _: None), _LOOKED_AT):
            found = _object(line)
            if isinstance(found, dict):
                names.update(dict.fromkeys(found))
    if not names:
        raise NotAReport(f"{source.name}: looks like JSON but is not JSON Lines; write one object a line")
    return JsonLinesTable(source, encoding, list(names), warn)
