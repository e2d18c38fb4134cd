"""Charts as JSON: how they are kept in the store and told to scripts."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ...rules.charts import Chart, ChartColumn, ChartRow, Choice, Form, Kind


def packed(chart: Chart) -> str:
    """A chart as text."""
    return json.dumps(asdict(chart), ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Chart:
    """The chart of such a text."""
    told: dict[str, Any] = json.loads(text)
    told |= {
        "form": Form(told["form"]),
        "columns": tuple(_column(column) for column in told["columns"]),
        "rows": tuple(_row(row) for row in told["rows"]),
        "choices": tuple(Choice(**{**choice, "values": tuple(choice["values"])}) for choice in told["choices"]),
        "explanation": tuple(told["explanation"]),
        "notes": tuple(told["notes"]),
    }
    return Chart(**told)


def _row(told: Mapping[str, Any]) -> ChartRow:
    return ChartRow(**{**told, "cells": tuple(told["cells"]), "parts": tuple(told.get("parts", ()))})


def _column(told: Mapping[str, Any]) -> ChartColumn:
    return ChartColumn(**{**told, "kind": Kind(told["kind"]), "steps": tuple(told.get("steps", ()))})
