"""A benchmark as a file, JSON or CSV: read with every fault named, and the aggregates of one's own written.

JSON is one document: `{"schema_version": 1, "publisher", "method", "as_of", "anchors": [...], "rows": [...],
"checksum"}`. A row holds `industry`, `country`, `size`, `skill`, `n_orgs`, `n_learners`, `mean`, `sd` and points, as
`p5`, `p50` and `p95`. CSV has a line for each row, with what holds for the whole file in each of them (anchors, with a
semicolon between, in any).

The checksum is the SHA-256 of the document without it, as JSON with sorted keys and no blanks, blank values left out,
ratings (`mean`, `sd`, points) written with a decimal point.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import chain, pairwise, repeat
from math import isfinite
from pathlib import Path
from typing import Any, TextIO

from tui_admin.reports.archives import Source, open_sources
from tui_admin.reports.limits import Limits
from tui_admin.reports.opening import tables_in
from tui_admin.reports.values import unguarded
from tui_admin.reports.writers import write_csv
from tui_admin.rules.benchmarks import FARTHEST, LEAST_LEARNERS, LEAST_OTHERS, Benchmark, Entry, Group
from tui_admin.rules.errors import BadInput
from tui_admin.rules.text import clean

SCHEMA = 1
"""The version of the format that is read and written."""

LARGEST = 16 << 20
"""Bytes of a file, which is read whole."""

_LONGEST = 200
"""Characters of a name."""

_OF_FILE = ("schema_version", "publisher", "method", "as_of", "checksum")
_ANCHORS = "anchors"
_BETWEEN = ";"
"""What stands between the anchors in a cell of CSV."""
_NUMBERS = ("n_orgs", "n_learners", "mean", "sd")
_OF_ROW = ("industry", "country", "size", "skill", *_NUMBERS, "se")
_POINT = re.compile(r"p([1-9][0-9]?)", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,12}", re.ASCII)
_DAY = re.compile(r"(?:19|20|21)\d\d-\d\d-\d\d", re.ASCII)
_MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: where it stands, what of it, and why."""

    where: str
    value: str
    reason: str


@dataclass(slots=True)
class BenchmarkFile:
    """What was read, and the rows that were refused; `digest` is the checksum of what the file says, `content` all of
    it as one JSON document."""

    benchmark: Benchmark
    digest: str
    content: str
    refusals: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


_MOST_DIGITS = 18


class _Fault(Exception):
    """Why a row is not taken, and what of it."""

    def __init__(self, value: object, reason: str) -> None:
        self.value, self.reason = str(value)[:80], reason


def read_benchmark(path: Path, name: str, limits: Limits) -> BenchmarkFile:
    """The benchmark in a file, called `name` to the person. Raises BadInput for what is none, or is damaged."""
    warnings: list[str] = []
    with ExitStack() as stack:
        sources, _ = open_sources([path], stack, limits)
        if len(sources) != 1:
            raise BadInput(f"{name}: holds {len(sources)} files; give one benchmark.")
        document, places = _json(sources[0], name) or _table(sources[0], name, limits, warnings)
    return _read(document, places, name, warnings)


def read_document(text: str) -> Benchmark:
    """The benchmark of a document that was read before, as `BenchmarkFile.content` has it."""
    document = json.loads(text)
    return _read(document, [""] * len(document["rows"]), "a benchmark", []).benchmark


def _read(document: Mapping[str, Any], places: Sequence[str], name: str, warnings: list[str]) -> BenchmarkFile:
    digest = checksum(document)
    _check_whole(document, digest, name)
    entries, refusals = _entries(document["rows"], places)
    if not entries:
        reasons = f" ({refusals[0].where}: {refusals[0].reason})" if refusals else ""
        raise BadInput(f"{name}: holds no row that can be compared with{reasons}.")
    anchors = document.get("anchors", [])
    if not isinstance(anchors, list) or not all(map(_is_text, anchors)):
        raise BadInput(f'{name}: "anchors" is no list of assessment ids.')
    benchmark = Benchmark(
        _word(document["publisher"], "publisher", name),
        _word(document["method"], "method", name),
        _day(document["as_of"], name),
        tuple(entries),
        tuple(anchors),
    )
    # Written with ASCII alone: half a character, as JSON may escape it, is in no encoding.
    return BenchmarkFile(benchmark, digest, json.dumps(document), refusals, warnings)


def checksum(document: Mapping[str, Any]) -> str:
    """The checksum of a document."""
    whole = {key: value for key, value in document.items() if key != "checksum" and value}
    rows = [_plain(row) if isinstance(row, dict) else row for row in document.get("rows", ())]
    written = json.dumps({**whole, "rows": rows}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with blank values left out, and ratings as floats however they were written."""
    told = {key: value for key, value in row.items() if value is not None and value != ""}
    return {key: float(value) if _is_rating(key) and type(value) is int else value for key, value in told.items()}


def _is_rating(key: str) -> bool:
    return key in ("mean", "sd", "se") or _POINT.fullmatch(key) is not None


# --- what files hold


def _json(source: Source, name: str) -> tuple[dict[str, Any], list[str]] | None:
    with source.open() as stream:
        content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise BadInput(f"{name}: a benchmark has at most {LARGEST >> 20} MiB.")
    if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        document = json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number, parse_int=_whole
        )
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: is no JSON document: {clean(str(error))[:200]}.") from None
    if not isinstance(document, dict) or not isinstance(document.get("rows"), list):
        raise BadInput(f'{name}: has no list "rows"; a benchmark is one document with them.')
    return document, [f"row {number:,}" for number in range(1, len(document["rows"]) + 1)]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits is none")
    return int(digits)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _table(source: Source, name: str, limits: Limits, warnings: list[str]) -> tuple[dict[str, Any], list[str]]:
    tables = tables_in(source, limits, _known, warnings.append)
    if len(tables) != 1:
        raise BadInput(f"{name}: holds {len(tables)} tables; give one benchmark.")
    ((_, table),) = tables
    header = [cell.strip().casefold() for cell in table.header]
    columns = {cell: place for place, cell in enumerate(header) if _is_column(cell)}
    if len(columns) < sum(map(_is_column, header)):
        raise BadInput(f"{name}: has a column twice.")
    if missing := [column for column in (*_OF_FILE, "skill", *_NUMBERS[:3]) if column not in columns]:
        raise BadInput(f"{name}: has no column {' and no '.join(missing)}.")
    rows: list[dict[str, Any]] = []
    places: list[str] = []
    anchors: list[str] = []
    whole: dict[str, str] = {}
    for block in table.blocks(5_000):
        if block.broken:
            raise BadInput(f"{name}: line {block.broken[0].line:,} {block.broken[0].reason}.")
        for line, cells in zip(block.lines, block.rows, strict=True):
            said = {column: unguarded(cells[place]).strip() for column, place in columns.items()}
            if not any(said.values()):
                continue
            of_file = {key: said.pop(key) for key in _OF_FILE}
            anchors += filter(None, said.pop(_ANCHORS, "").split(_BETWEEN))
            if whole and of_file != whole:
                key = next(key for key in _OF_FILE if of_file[key] != whole[key])
                raise BadInput(f"{name}: line {line:,} says another {key} than the lines before.")
            whole = of_file
            rows.append({key: _told(key, value) for key, value in said.items() if value})
            places.append(f"line {line:,}")
    if not rows:
        raise BadInput(f"{name}: holds no rows.")
    version = _told("schema_version", whole["schema_version"])
    return {**whole, "schema_version": version, _ANCHORS: anchors, "rows": rows}, places


def _is_column(cell: str) -> bool:
    return cell in (*_OF_FILE, _ANCHORS, *_OF_ROW) or _POINT.fullmatch(cell) is not None


def _known(cells: Sequence[str]) -> int:
    return sum(_is_column(cell.strip().casefold()) for cell in cells)


def _told(key: str, text: str) -> str | int | float:
    """A cell as JSON has it: a number where its column holds numbers and it is one."""
    if key in ("schema_version", "n_orgs", "n_learners"):
        return int(text) if _COUNT.fullmatch(text) else text
    if _is_rating(key):
        try:
            return float(text)
        except ValueError:
            return text
    return text


# --- checks


def _check_whole(document: Mapping[str, Any], digest: str, name: str) -> None:
    if document.get("schema_version") != SCHEMA:
        said = clean(str(document.get("schema_version", "none")))[:40]
        raise BadInput(f"{name}: is of schema version {said}; this program reads version {SCHEMA}.")
    if missing := [key for key in _OF_FILE if not document.get(key)]:
        raise BadInput(f"{name}: does not say its {' and its '.join(missing)}.")
    if document["checksum"] != digest:
        raise BadInput(f"{name}: its checksum is not that of what it says: it was changed or cut on the way.")
    if len(document["rows"]) > _MOST_ROWS:
        raise BadInput(f"{name}: a benchmark has at most {_MOST_ROWS:,} rows.")


def _word(value: object, what: str, name: str) -> str:
    if not isinstance(value, str) or not _is_text(value) or not 0 < len(value.strip()) <= _LONGEST:
        raise BadInput(f"{name}: its {what} is no text of at most {_LONGEST} characters that can be shown.")
    return value.strip()


def _is_text(value: object) -> bool:
    """Whether it is a text that can be shown, and kept by any database."""
    return isinstance(value, str) and clean(value) == value


def _day(value: object, name: str) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise BadInput(f"{name}: as_of is no day; write 2026-01-31.")


def _entries(rows: Iterable[Any], places: Iterable[str]) -> tuple[list[Entry], list[Refused]]:
    entries: dict[tuple[Group, str], Entry] = {}
    refusals: list[Refused] = []
    for row, where in zip(rows, places, strict=True):
        try:
            entry = _entry(row)
            key = (entry.group, entry.skill.casefold())
            if key in entries:
                raise _Fault(entry.skill, f"stands twice for {entry.group}")
            entries[key] = entry
        except _Fault as fault:
            refusals.append(Refused(where, fault.value, fault.reason))
    return list(entries.values()), refusals


def _entry(row: Any) -> Entry:
    if not isinstance(row, dict):
        raise _Fault(row, "is no object")
    if unknown := [key for key in row if key not in _OF_ROW and not _POINT.fullmatch(key)]:
        raise _Fault(unknown[0], "is nothing that a row holds")
    group = Group(*(_name(row, key) for key in ("industry", "country", "size")))
    skill = _name(row, "skill")
    if not skill:
        raise _Fault("", "names no skill")
    companies, learners = _count(row, "n_orgs"), _count(row, "n_learners")
    if companies < LEAST_OTHERS:
        raise _Fault(companies, f"not enough peers: a group has at least {LEAST_OTHERS} companies")
    if learners < companies * LEAST_LEARNERS:
        raise _Fault(learners, f"too few learners: each company has at least {LEAST_LEARNERS}")
    mean, spread = _rating(row, "mean"), _rating(row, "sd")
    if spread < 0:
        raise _Fault(spread, "sd is below 0")
    return Entry(group, skill, companies, learners, mean, spread, _points(row))


def _points(row: Mapping[str, Any]) -> tuple[tuple[float, float], ...]:
    numbers = sorted(int(match[1]) for key in row if (match := _POINT.fullmatch(key)))
    if len(numbers) < 2:
        raise _Fault("", "has fewer than two points, such as p25 and p75")
    points = tuple((number / 100, _rating(row, f"p{number}")) for number in numbers)
    for (_, before), (share, after) in pairwise(points):
        if after < before:
            raise _Fault(after, f"p{share * 100:.0f} is below the point before it")
    return points


def _name(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key) or ""
    if not isinstance(value, str) or not is_name(value):
        raise _Fault(value, f"{key} {NO_NAME}")
    return value.strip()


NO_NAME = f"is no text of at most {_LONGEST} characters that can be shown"


def is_name(value: str) -> bool:
    """Whether a row may call a skill, an industry, a country or a size so."""
    return len(value) <= _LONGEST and _is_text(value)


def _count(row: Mapping[str, Any], key: str) -> int:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**12:
        raise _Fault(value, f"{key} is no whole number")
    return value


def _rating(row: Mapping[str, Any], key: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise _Fault(value, f"{key} is no number")
    if abs(value) > FARTHEST:
        raise _Fault(value, f"{key} is on another scale: ratings lie between -{FARTHEST:g} and {FARTHEST:g}")
    return float(value)


# --- one's own


def document_of(
    publisher: str, method: str, as_of: date, rows: Sequence[Mapping[str, Any]], anchors: Sequence[str]
) -> dict[str, Any]:
    """What is handed to others, with its checksum."""
    whole = {"publisher": publisher, "method": method, "as_of": as_of.isoformat()}
    document = {"schema_version": SCHEMA, **whole, "anchors": list(anchors), "rows": list(rows)}
    return {**document, "checksum": checksum(document)}


def write_json(stream: TextIO, document: Mapping[str, Any]) -> None:
    """Write a document."""
    json.dump(document, stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def write_table(stream: TextIO, document: Mapping[str, Any], columns: Sequence[str]) -> None:
    """Write the rows of a document as CSV, with what holds for all of them in each; the anchors stand in the first."""
    whole = [document[key] for key in _OF_FILE]
    anchors = chain([_BETWEEN.join(document[_ANCHORS])], repeat(""))
    header = (*_OF_FILE, _ANCHORS, *columns)
    rows = (
        [*whole, linked, *(row[column] for column in columns)]
        for row, linked in zip(document["rows"], anchors, strict=False)
    )
    write_csv(stream, header, rows)
