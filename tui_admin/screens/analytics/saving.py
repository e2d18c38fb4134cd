"""A chart's rows as a CSV file: the values as they are, for a spreadsheet."""

import asyncio
from pathlib import Path

from tui_admin.reports.writers import write_csv
from tui_admin.rules.charts import Chart, masked
from tui_admin.widgets.text import plural

from ..base import ConsoleScreen
from ..paths import piped
from ..saving import ask_path, whole


async def save_chart(screen: ConsoleScreen, chart: Chart) -> None:
    """Ask where to, and write all rows; over SSH say what to do instead."""
    file = f"{chart.name}.csv"
    path = await ask_path(screen, file, piped(f"analytics {chart.name} --format csv > {file}"))
    if path is not None:
        written = await asyncio.to_thread(_write, path, chart)
        screen.say(f"Saved {plural(written, 'row')} to {path}", "success")


def _write(path: Path, chart: Chart) -> int:
    header = [*(column.key for column in chart.columns), "n"]
    with whole(path, "w", encoding="utf-8", newline="") as stream:
        return write_csv(stream, header, ([*row.cells, masked(row.n, row.n)] for row in chart.rows))
