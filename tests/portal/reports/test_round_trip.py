"""An exported report that is imported into an empty store is exported from there byte for byte."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.demo.organizations import AT as DEMO_AT
from tests.portal.report_files import Importer
from tests.portal.reports.conftest import ADMIN, HOSTILE, as_bytes, tables
from tui_admin import demo
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.rights import sign_in
from tui_admin.reports.values import line
from tui_admin.store.engine import Store
from tui_admin.store.tables import administrators, learners

EMAIL = Asked(ReportKind.EMAIL)


def again(importer: Importer, asked: Asked, further: Store) -> tuple[bytes, bytes]:
    """A report, and the same from a store into which it was imported."""
    first = as_bytes(importer.store, importer.actor, asked)
    path = importer.folder / "exported.zip"
    path.write_bytes(first)
    actor = sign_in(further, ADMIN)
    receipt = Importer(further, actor, importer.folder)(path)
    assert receipt.totals.refused == 0
    return first, as_bytes(further, actor, asked)


def test_hostile_names_go_round(reported: Importer, empty_store: Callable[[], Store]) -> None:
    first, second = again(reported, EMAIL, empty_store())
    assert tables(second) == tables(first)
    assert second == first
    for name in HOSTILE.values():  # what reading takes for damage, a NUL, it leaves out
        assert (line(name.replace("\0", "")) or "").replace('"', '""') in tables(first)["member-report.csv"]


def test_names_that_no_reader_let_in_go_round(reported: Importer, empty_store: Callable[[], Store]) -> None:
    names = ["two\nlines", "  =1", "\ttab", "#N/A", "\x1b[31m", "a;b,c", "'' =1"]
    names += ["a\0b"] if reported.store.dialect == "sqlite" else []  # PostgreSQL holds none
    with reported.store.write() as connection:
        for id, name in zip(reported.all(learners, "id"), names, strict=False):
            values = {"name": name, "city": name, "external_id": name}
            connection.execute(update(learners).where(learners.c.id == id).values(values))
    first, second = again(reported, EMAIL, empty_store())
    assert tables(second) == tables(first)


@pytest.mark.parametrize("of", ["the report alone", "the whole"])
def test_a_gradebook_goes_round(reported: Importer, empty_store: Callable[[], Store], of: str) -> None:
    further = empty_store()
    if of == "the whole":
        again(reported, EMAIL, further)
    first, second = again(reported, Asked(ReportKind.GRADEBOOK, course="STAT"), further)
    if of == "the whole":
        assert tables(second) == tables(first)
        assert second == first
    else:  # what a course's grades do not tell, such as the grades of usage, is not there
        assert tables(second)["assessment_attempts.csv"] == tables(first)["assessment_attempts.csv"]


def test_a_demo_goes_round(store: Store, empty_store: Callable[[], Store], tmp_path: Path) -> None:
    demo.build(store, members=300, seed=3, enrollments_per_member=2, at=DEMO_AT)
    with store.read() as connection:
        of_all = select(administrators.c.email).where(administrators.c.role == "organization")
        address = connection.scalars(of_all.order_by(administrators.c.id)).first()
        importer = Importer(store, sign_in(store, address), tmp_path)
    further = empty_store()
    first, second = again(importer, EMAIL, further)
    assert tables(second) == tables(first)
    assert second == first
