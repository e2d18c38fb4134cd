"""Benchmark files as publishers write them."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tui_admin.reports.benchmark_files import checksum
from tui_admin.rules.benchmarks import method
from tui_admin.rules.skills.parameters import Parameters

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
