"""Benchmark files: JSON and CSV say the same; whatever is damaged, hostile or on another scale is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.benchmark_samples import METHOD, as_csv, as_json, document, row
from tui_admin.reports.benchmark_files import BenchmarkFile, checksum, read_benchmark, read_document
from tui_admin.reports.limits import Limits
from tui_admin.rules.benchmarks import Group
from tui_admin.rules.errors import BadInput


def read(path: Path) -> BenchmarkFile:
    return read_benchmark(path, path.name, Limits())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_and_json_say_the_same(tmp_path: Path, delimiter: str) -> None:
    whole = document(row(), row("SQL", country="Canada", mean=1), row(industry="", n_orgs=7))
    told = read(as_json(tmp_path / "a.json", whole))
    again = read(as_csv(tmp_path / "a.csv", whole, delimiter))
    assert told.benchmark == again.benchmark and told.digest == again.digest == whole["checksum"]
    assert [entry.group for entry in told.benchmark.entries] == [Group("Banking"), Group("Banking", "Canada"), Group()]
    assert told.benchmark.entries[0].points == ((0.05, -1.0), (0.25, -0.2), (0.5, 0.0), (0.75, 0.4), (0.95, 1.2))
    assert not told.refusals


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n_orgs": 1, "n_learners": 900}, "not enough peers"),
        ({"n_orgs": 3}, "not enough peers"),
        ({"n_learners": 199}, "too few learners"),
        ({"mean": 312.0}, "another scale"),
        ({"p50": 250}, "another scale"),
        ({"p75": -0.5}, "p75 is below the point before it"),
        ({"sd": -1}, "sd is below 0"),
        ({"mean": "high"}, "mean is no number"),
        ({"mean": True}, "mean is no number"),
        ({"n_orgs": 4.5}, "n_orgs is no whole number"),
        ({"n_orgs": None}, "n_orgs is no whole number"),
        ({"skill": ""}, "names no skill"),
        ({"skill": "Py\x1b[31mthon"}, "that can be shown"),
        ({"industry": "x" * 300}, "at most 200"),
        ({"industry": ["a"]}, "no text"),
        ({"learner": "Ann"}, "nothing that a row holds"),
    ],
)
def test_a_row_that_cannot_be_is_refused_and_the_others_are_taken(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    found = read(as_json(tmp_path / "a.json", document(row("SQL"), {**row(), **change})))
    assert [entry.skill for entry in found.benchmark.entries] == ["SQL"]
    (refused,) = found.refusals
    assert refused.where == "row 2" and reason in refused.reason
    with pytest.raises(BadInput, match="holds no row that can be compared with"):
        read(as_json(tmp_path / "b.json", document({**row(), **change})))


def test_half_a_character_can_be_read_and_kept(tmp_path: Path) -> None:
    """JSON may escape one; no encoding has it."""
    found = read(as_json(tmp_path / "b.json", document(row(), row("\udfff"), note={"by": "\ud800"})))
    assert [one.reason[:15] for one in found.refusals] == ["skill is no tex"]
    assert found.content.encode() and read_document(found.content) == found.benchmark


def test_a_row_that_stands_twice_counts_once(tmp_path: Path) -> None:
    found = read(as_csv(tmp_path / "a.csv", document(row(), row("PYTHON", mean=0.3), row(industry="Retail"))))
    assert [entry.mean for entry in found.benchmark.entries] == [0.1, 0.1]
    assert [(one.where, one.reason) for one in found.refusals] == [("line 3", "stands twice for Banking")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema_version": 2}, "schema version 2"),
        ({"schema_version": "\x1b[2J"}, "schema version"),
        ({"publisher": ""}, "does not say its publisher"),
        ({"publisher": "a\nb"}, "publisher is no text"),
        ({"method": 7}, "method is no text"),
        ({"as_of": "31.03.2026"}, "as_of is no day"),
        ({"as_of": "2026-02-30"}, "as_of is no day"),
        ({"anchors": "C1"}, "no list of assessment ids"),
        ({"anchors": ["C1", "\ud800"]}, "no list of assessment ids"),
        ({"anchors": ["\0"]}, "no list of assessment ids"),
        ({"rows": []}, "holds no row"),
        ({"rows": [7, None, "x"]}, "is no object"),
    ],
)
def test_what_a_whole_file_cannot_be(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    whole = {**document(), **change}
    with pytest.raises(BadInput, match=said) as caught:
        read(as_json(tmp_path / "a.json", whole | {"checksum": checksum(whole)}))
    assert "\x1b" not in str(caught.value)


def test_a_changed_file_is_damaged(tmp_path: Path) -> None:
    whole = document()
    whole["rows"][0]["p95"] = 1.3
    with pytest.raises(BadInput, match="checksum is not that of what it says"):
        read(as_json(tmp_path / "a.json", whole))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty|no row|no column|no table"),
        (b"{", "no JSON document"),
        (b"[1, 2]", 'no list "rows"'),
        (b'{"rows": 7}', 'no list "rows"'),
        (b'{"rows": [], "rows": []}', "stands twice"),
        (b'{"rows": [NaN]}', "NaN is no number"),
        (b'{"rows": [{"mean": 1%s}]}' % (b"0" * 400), "a number of 401 digits"),
        (b"[" * 100_000, "no JSON document"),
        (b'{"rows": [], "publisher": "\xff"}', "no JSON document"),
        (b"skill,mean\nPython,1\n", "no column schema_version"),
        (b"<html><body>gone</body></html>", "."),
        (b"\x00\x01\x02\x03" * 50, "."),
    ],
)
def test_what_is_no_benchmark_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=said):
        read(path)


def test_lines_that_say_different_things_of_the_file_are_no_file(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", document(row(), row("SQL")))
    text = path.read_text().splitlines()
    text[2] = text[2].replace("2026-03-31", "2026-04-30")
    path.write_text("\n".join(text))
    with pytest.raises(BadInput, match="line 3 says another as_of"):
        read(path)


def test_a_mark_and_blank_lines_do_not_matter(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", document())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"\r\n\r\n")
    assert read(path).benchmark.method == METHOD
    as_json(path, document())
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read(path).benchmark.method == METHOD
    assert json.loads(read(path).content)["publisher"] == "Peers e.V."


def test_the_example_of_the_documentation_is_a_benchmark(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    path = tmp_path / "example.json"
    path.write_text(text.partition("```json\n")[2].partition("```")[0], encoding="utf-8")
    found = read(path)
    assert found.benchmark.method == METHOD and not found.refusals
