"""The open-university data, imported once for all tests of a process; each copies the file it changes."""

import shutil
from pathlib import Path

import pytest

from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import ImportPlan, ImportRequest
from tui_admin.portal.rights import sign_in
from tui_admin.rules.times import Instant, parse_iso
from tui_admin.store.engine import Store

NOW: Instant = parse_iso("2026-01-01T00:00:00Z")


def import_files(store: Store, *paths: Path) -> ImportPlan:
    """Import without looking."""
    with open_import(store, sign_in(store, None), ImportRequest(paths), create=True) as found:
        return found.apply(NOW)


@pytest.fixture(scope="session")
def oulad_files(shared_data: Path) -> tuple[Path, Path]:
    """The e-mail report and the gradebooks."""
    return shared_data / "oulad" / "email-report.zip", shared_data / "oulad" / "gradebooks.zip"


@pytest.fixture(scope="session")
def oulad_import(
    oulad_files: tuple[Path, Path], sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ImportPlan]:
    """The file of a store they were imported into, not to be changed, and the receipt."""
    path = tmp_path_factory.mktemp("oulad") / "store.db"
    shutil.copy(sqlite_template, path)
    store = Store(f"sqlite:///{path}")
    receipt = import_files(store, *oulad_files)
    store.close()
    return path, receipt


@pytest.fixture(scope="session")
def oulad_store(oulad_import: tuple[Path, ImportPlan]) -> Path:
    """The file of a store with the open-university data: copy it before changing it."""
    return oulad_import[0]
