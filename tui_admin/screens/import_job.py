"""One import, its files staged beside the store while the screen is open."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tui_admin.portal.imports.importing import Import, open_import
from tui_admin.portal.imports.plan import ImportPlan, ImportRequest, Progress
from tui_admin.reports.readers import ReportFile
from tui_admin.reports.writers import write_refused
from tui_admin.rules.errors import BadInput
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant

from .staged_job import StagedJob


class ImportJob(StagedJob[Import]):
    """Files staged until `close`."""

    def __init__(self, store: Any, actor: Actor, request: ImportRequest, progress: Callable[[Progress], None]) -> None:
        opened = partial(open_import, store, actor, request, progress=progress)
        super().__init__(lambda cancelled: opened(cancelled=cancelled), "import")
        self.request = request

    async def stage(self) -> ImportPlan:
        """Read the files and say what applying would do. Raises a ConsoleError for files that are no reports."""
        return await self.do(lambda found: found.plan)

    async def apply(self, now: Instant) -> ImportPlan:
        """Import, in one transaction; what was done."""
        return await self.do(lambda found: found.apply(now))

    async def save_refused(self, path: Path) -> list[tuple[int, Path]]:
        """Save the refused rows, a file for each table that has some: how many, and where."""
        return await self.do(lambda found: _save_all(found.reports, path))


def _save_all(reports: Sequence[ReportFile], path: Path) -> list[tuple[int, Path]]:
    refused = [report for report in reports if report.savable]
    places = [path if not number else path.with_stem(f"{path.stem}-{number + 1}") for number in range(len(refused))]
    return [(save_repair(report, place), place) for report, place in zip(refused, places, strict=True)]


def save_repair(source: Any, path: Path) -> int:
    """Save refused rows to be repaired, in a file that is there whole or not at all; how many.

    Raises BadInput where it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            written = write_refused(stream, source)
        temporary.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        temporary.unlink(missing_ok=True)
    return written
