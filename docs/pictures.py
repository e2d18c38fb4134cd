"""Draws the pictures of the README from the console itself, on demo data: `python docs/pictures.py`."""

import asyncio
import tempfile
from pathlib import Path

from tests.screens.console import console, press, settle
from tui_admin import demo
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store

AT = parse_iso("2026-10-01T12:00:00Z")
SIZE = (100, 28)
FOLDER = Path(__file__).parent


async def draw(store: Store, place: str, keys: tuple[str, ...], file: str) -> None:
    """Open a place, press keys, and keep what the screen shows."""
    app = console(store, FOLDER, place, demo.OWNER, AT)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, *keys)
        picture = app.export_screenshot(title="tui-admin")
        (FOLDER / file).write_text(picture, encoding="utf-8")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/demo.db")
        demo.build(store, members=20_000, seed=1, enrollments_per_member=1.5, at=AT)
        await draw(store, "home", (), "home.svg")
        marks = ("down", "down", "space", "space", "down", "space")
        await draw(store, "programs/data-foundations/members?status:at-risk", marks, "members.svg")
        store.close()


if __name__ == "__main__":
    asyncio.run(main())
