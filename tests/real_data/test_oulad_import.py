"""The open-university data in the report formats: 28,785 people, imported whole, and judged as an independent
script judges the files."""

import shutil
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.real_data.conftest import import_files
from tests.real_data.independent_triage import STATUSES, count
from tests.store.plain_triage import stored_facts, triage_facts
from tui_admin.portal.imports.plan import Counts, ImportPlan
from tui_admin.rules.times import from_datetime
from tui_admin.rules.triage import Facts, MembershipState, statuses
from tui_admin.store.engine import Store
from tui_admin.store.tables import attempts, enrollments, learners, memberships, organization, programs

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("oulad")]


def sizes(store: Store) -> list[int]:
    with store.read() as connection:
        return [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (learners, memberships, enrollments, attempts)
        ]


def test_everything_arrives(oulad_import: tuple[Path, ImportPlan]) -> None:
    path, receipt = oulad_import
    store = Store(f"sqlite:///{path}", read_only=True)
    assert sizes(store) == [28_785, 31_512, 32_593, 173_912]
    assert receipt.totals == Counts(new=31_512 + 32_593 + 173_912)
    assert [file.kind for file in receipt.files] == ["members", "usage", "specializations", "attempts"]
    assert (receipt.creates.people, receipt.creates.assessments) == (28_785, 188)
    assert [len(made) for made in (receipt.creates.programs, receipt.creates.courses)] == [4, 22]


def test_the_same_files_again_change_nothing(oulad_store: Path, oulad_files: tuple[Path, Path], tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    shutil.copy(oulad_store, path)
    store = Store(f"sqlite:///{path}")
    with store.read() as connection:
        before = [connection.execute(select(table).order_by(table.c.id)).all() for table in (learners, memberships)]
    receipt = import_files(store, *oulad_files)
    assert receipt.totals == Counts(unchanged=31_512 + 32_593 + 173_912)
    assert receipt.creates.people == 0
    with store.read() as connection:
        after = [connection.execute(select(table).order_by(table.c.id)).all() for table in (learners, memberships)]
    assert after == before
    store.close()


def test_data_as_of_is_the_newest_activity(oulad_store: Path) -> None:
    with Store(f"sqlite:///{oulad_store}", read_only=True).read() as connection:
        as_of = connection.execute(select(organization.c.data_as_of)).scalar_one()
    assert as_of == from_datetime(datetime.fromisoformat("2015-09-17T21:42:12.000Z"))


def test_the_facts_are_those_derived_from_scratch(oulad_store: Path) -> None:
    with Store(f"sqlite:///{oulad_store}", read_only=True).read() as connection:
        assert stored_facts(connection) == triage_facts(connection)


@pytest.mark.parametrize("now", ["2015-05-15T00:00:00+00:00", "2015-09-18T00:00:00+00:00"])
def test_statuses_are_those_an_independent_script_counts(
    now: str, oulad_store: Path, oulad_files: tuple[Path, Path]
) -> None:
    moment = datetime.fromisoformat(now)
    counted: dict[str, Counter[str]] = {}
    names = ("joined_at", "last_activity_at", "enrolled", "completed", "failed", "next_deadline", "missed_deadline")
    query = select(programs.c.slug, memberships.c.state, *(memberships.c[name] for name in names)).join(programs)
    with Store(f"sqlite:///{oulad_store}", read_only=True).read() as connection:
        for slug, state, *facts in connection.execute(query):
            held = statuses(
                Facts(MembershipState(state), **dict(zip(names, facts, strict=True))), from_datetime(moment)
            )
            counted.setdefault(slug, Counter()).update(status.value for status in held)
    expected = count(*oulad_files, moment)
    assert len(expected) == 4
    assert {slug: {name: found[name] for name in STATUSES} for slug, found in counted.items()} == {
        slug: {name: found[name] for name in STATUSES} for slug, found in expected.items()
    }
