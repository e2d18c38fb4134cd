"""One import in a thread of its own: the screen gives it orders and awaits what came of them."""

import asyncio
import queue
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from tui_admin.portal.import_plan import ImportPlan, ImportRequest, Progress
from tui_admin.portal.imports import Import, open_import
from tui_admin.reports.readers import ReportFile
from tui_admin.reports.writers import write_refused
from tui_admin.rules.errors import BadInput
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant

Result = TypeVar("Result")
Order = tuple[Callable[[Import], Any], "asyncio.Future[Any]"]


class ImportJob:
    """Files staged beside the store until `close`. All of it happens in one thread, because what is staged belongs to
    one connection; `cancelled` is asked there while it works."""

    def __init__(self, store: Any, actor: Actor, request: ImportRequest, progress: Callable[[Progress], None]) -> None:
        self.request = request
        self.cancelled: Callable[[], bool] = lambda: False
        self._store, self._actor, self._progress = store, actor, progress
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._thread = Thread(target=self._run, name="import", daemon=True)

    @property
    def running(self) -> bool:
        """Whether files are still staged or at work."""
        return self._thread.is_alive()

    async def stage(self) -> ImportPlan:
        """Read the files and say what applying would do. Raises a ConsoleError for files that are no reports."""
        self._thread.start()
        return await self._do(lambda found: found.plan)

    async def apply(self, now: Instant) -> ImportPlan:
        """Import, in one transaction; what was done."""
        return await self._do(lambda found: found.apply(now))

    async def save_refused(self, path: Path) -> list[tuple[int, Path]]:
        """Save the refused rows, a file for each table that has some: how many, and where."""
        return await self._do(lambda found: _save_all(found.reports, path))

    def close(self) -> None:
        """Let go of what is staged, now or as soon as the work at hand stops."""
        self._closed = True
        self._orders.put(None)

    async def _do(self, function: Callable[[Import], Result]) -> Result:
        future: asyncio.Future[Result] = self._loop.create_future()
        self._orders.put((function, future))
        return await future

    def _run(self) -> None:
        order = self._orders.get()
        try:
            with open_import(
                self._store, self._actor, self.request, progress=self._progress, cancelled=self._stopped
            ) as found:
                while order is not None:
                    self._carry_out(order, found)
                    order = self._orders.get()
        except BaseException as error:
            # Whoever waits hears of it; without anybody waiting the thread was told to close.
            while order is not None:
                self._answer(order[1].set_exception, order[1], error)
                order = None if self._orders.empty() else self._orders.get()

    def _stopped(self) -> bool:
        return self._closed or self.cancelled()

    def _carry_out(self, order: Order, found: Import) -> None:
        function, future = order
        try:
            result = function(found)
        except Exception as error:
            self._answer(future.set_exception, future, error)
        else:
            self._answer(future.set_result, future, result)

    def _answer(self, settle: Callable[[Any], None], future: "asyncio.Future[Any]", value: Any) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: None if future.done() else settle(value))


def _save_all(reports: Sequence[ReportFile], path: Path) -> list[tuple[int, Path]]:
    refused = [report for report in reports if report.refused]
    places = [path if not number else path.with_stem(f"{path.stem}-{number + 1}") for number in range(len(refused))]
    return [(_save(report, place), place) for report, place in zip(refused, places, strict=True)]


def _save(report: ReportFile, path: Path) -> int:
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("w", encoding="utf-8", newline="") as stream:
            written = write_refused(stream, report)
        temporary.replace(path)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        temporary.unlink(missing_ok=True)
    return written
