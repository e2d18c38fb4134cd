"""Saving the rows that an import refused, to repair them and import again: on Import, and on Home afterwards."""

from tui_admin.rules.errors import UsageError
from tui_admin.widgets.text import plural

from .base import ConsoleScreen
from .import_job import ImportJob
from .paths import piped
from .saving import ask_path


async def save_refused(screen: ConsoleScreen, job: ImportJob | None) -> None:
    """Ask for a path and save the refused rows there. Raises UsageError where there are none."""
    if job is None:
        raise UsageError("There are no refused rows.")
    path = await ask_path(screen, "refused.csv", piped("import - --dry-run --refused - < report.zip > refused.csv"))
    if path is None:
        return
    saved = await job.save_refused(path)
    if not saved:
        raise UsageError("The rows are refused for their program, not for what they hold: nothing to repair.")
    rows, places = sum(count for count, _ in saved), ", ".join(str(place) for _, place in saved)
    screen.say(f"Saved {plural(rows, 'refused row')} to {places}", "success")
