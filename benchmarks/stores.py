"""The large stores that benchmarks run on, made once and kept in the system's folder for temporary files."""

import tempfile
from pathlib import Path
from time import perf_counter

from tui_admin import demo
from tui_admin.rules.times import parse_iso
from tui_admin.store.engine import Store

AT = parse_iso("2026-10-01T12:00:00Z")
FOLDER = Path(tempfile.gettempdir()) / "tui-admin-benchmarks"


def million(members: int = 1_000_000) -> Path:
    """The file of a demo organization of a million members with 1.5 enrollments each."""
    path = FOLDER / f"demo-{members}.db"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        start = perf_counter()
        store = Store(f"sqlite:///{draft}")
        demo.build(store, members=members, seed=1, enrollments_per_member=1.5, at=AT)
        store.close()
        draft.replace(path)
        print(f"made {path} in {perf_counter() - start:.0f} s", flush=True)
    return path
