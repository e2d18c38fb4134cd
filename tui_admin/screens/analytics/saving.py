"""A chart's rows as a CSV file: the values as they are, for a spreadsheet."""

import asyncio
import shlex
from collections.abc import Mapping
from pathlib import Path

from tui_admin.reports.writers import write_csv
from tui_admin.rules.charts import Chart, plain
from tui_admin.rules.filters import All, format_filter
from tui_admin.rules.filters.days import Typed
from tui_admin.widgets.text import plural

from ..base import ConsoleScreen
from ..paths import piped
from ..saving import ask_path, whole


async def save_chart(screen: ConsoleScreen, chart: Chart, asked: Typed, chosen: Mapping[str, str]) -> None:
    """Ask where to, and write all rows; over SSH say what to do instead."""
    file = f"{chart.name}.csv"
    path = await ask_path(screen, file, piped(f"{_command(chart.name, asked, chosen)} > {file}"))
    if path is not None:
        written = await asyncio.to_thread(_write, path, chart)
        screen.say(f"Saved {plural(written, 'row')} to {path}", "success")


def _command(name: str, asked: Typed, chosen: Mapping[str, str]) -> str:
    """The words of the command line that print what is seen, as a shell hands them to another one."""
    words = ["analytics", name]
    if not isinstance(asked.where, All):
        words += ["--where", format_filter(asked.where)]
    for option, day in (("--from", asked.since), ("--to", asked.until)):
        words += [option, str(day)] if day else []
    for choice, value in chosen.items():
        words += ["--choose", f"{choice}={value}"]
    words += ["--format", "csv"]
    plain, quoted = " ".join(words), shlex.join(words)
    return plain if plain == quoted else shlex.quote(quoted)


def _write(path: Path, chart: Chart) -> int:
    with whole(path, "w", encoding="utf-8", newline="") as stream:
        return write_csv(stream, *plain(chart))
