"""The open-university data, imported once for all tests of a process; each copies the file it changes."""

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.made_once import FILE, MadeOnce
from tests.real_data import beside_oulad
from tui_admin.portal.analytics.refreshing import refresh
from tui_admin.portal.imports.importing import open_import
from tui_admin.portal.imports.plan import ImportPlan, ImportRequest
from tui_admin.portal.rights import sign_in
from tui_admin.rules.times import Instant, parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.tables import collection_items, collections, contracts, courses

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
def oulad_import(oulad_files: tuple[Path, Path], sqlite_template: Path, made_once: MadeOnce) -> tuple[Path, ImportPlan]:
    """The file of a store they were imported into, not to be changed, and the receipt."""

    def make(folder: Path) -> None:
        store = Store(f"sqlite:///{shutil.copy(sqlite_template, folder / FILE)}")
        (folder / "receipt").write_bytes(pickle.dumps(import_files(store, *oulad_files)))
        store.close()

    folder = made_once.folder("oulad", make)
    receipt: ImportPlan = pickle.loads((folder / "receipt").read_bytes())
    return folder / FILE, receipt


@pytest.fixture(scope="session")
def oulad_store(oulad_import: tuple[Path, ImportPlan]) -> Path:
    """The file of a store with the open-university data: copy it before changing it."""
    return oulad_import[0]


@pytest.fixture(scope="session")
def counted_oulad(
    oulad_store: Path, oulad_files: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """The same with hours, lessons, feedback and skills, a curriculum and a number of licenses, its charts counted;
    nobody may write to it."""
    folder = tmp_path_factory.mktemp("counted")
    store = Store(f"sqlite:///{shutil.copy(oulad_store, folder / 'store.db')}")
    import_files(store, *beside_oulad.write(oulad_files[0], folder))
    with store.write() as connection:
        offered = connection.scalars(select(courses.c.id).order_by(courses.c.id).limit(15)).all()
        connection.execute(collections.insert().values(id=1, program_id=1, position=1, name="Modules"))
        for position, course in enumerate(offered, 1):
            connection.execute(collection_items.insert().values(collection_id=1, course_id=course, position=position))
        connection.execute(update(contracts).where(contracts.c.name == "Year 2014 Contract").values(licenses=15_000))
    refresh(store, NOW)
    yield store
    store.close()
