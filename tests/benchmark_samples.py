"""Benchmark files as publishers write them."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui_admin.portal import benchmarks
from tui_admin.reports.benchmark_files import checksum, read_benchmark
from tui_admin.reports.limits import Limits
from tui_admin.rules.benchmarks import method
from tui_admin.rules.roles import Actor
from tui_admin.rules.skills.parameters import Parameters
from tui_admin.rules.times import Instant
from tui_admin.store.engine import Store

METHOD = method(str(Parameters()))
POINTS = {"p5": -1.0, "p25": -0.2, "p50": 0.0, "p75": 0.4, "p95": 1.2}


def row(skill: str = "Python", **other: Any) -> dict[str, Any]:
    """A row of a file."""
    return (
        {"industry": "Banking", "skill": skill, "n_orgs": 40, "n_learners": 4_000, "mean": 0.1, "sd": 0.5}
        | POINTS
        | other
    )


def document(*rows: Mapping[str, Any], **other: Any) -> dict[str, Any]:
    """A whole file, with its checksum unless another is given."""
    told = {"schema_version": 1, "publisher": "Peers e.V.", "method": METHOD, "as_of": "2026-03-31"}
    told |= {"rows": list(rows) or [row()]} | other
    return {"checksum": checksum(told), **told}


def as_json(path: Path, content: object) -> Path:
    """Write a file as JSON."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def as_csv(path: Path, content: Mapping[str, Any], delimiter: str = ",") -> Path:
    """Write it as CSV."""
    whole = {key: content[key] for key in ("schema_version", "publisher", "method", "as_of", "checksum")}
    names = list(dict.fromkeys(key for one in content["rows"] for key in one))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, (*whole, *names), delimiter=delimiter)
        writer.writeheader()
        writer.writerows({**whole, **one} for one in content["rows"])
    return path


def imported(store: Store, actor: Actor, path: Path, content: Mapping[str, Any], at: Instant) -> None:
    """Import it, by way of a file."""
    file = read_benchmark(as_json(path, content), path.name, Limits())
    benchmarks.apply(store, actor, benchmarks.plan(store, actor, file, at), at)


def of_two_days(skills: list[str], first: str, second: str) -> list[dict[str, Any]]:
    """Benchmarks of one group as of two days: of the first skill of 40 companies, of the next of 8, of no others."""
    told = []
    for day, up in ((first, 0.0), (second, 0.25)):
        points = {"p5": -1.5 + up, "p50": -0.1 + up, "p95": 1.5 + up}
        rows = (row(skills[0], mean=up, **points), row(skills[1], n_orgs=8, **points))
        told.append(document(*rows, as_of=day))
    return told
