"""Skills rated from the open-university data: as the plain model rates them, and as well foreseen as published."""

import shutil
from pathlib import Path

import pytest

from tests.portal.ratings.plain_ratings import alike, plain, stored
from tests.real_data.conftest import NOW
from tui_admin.portal.ratings import rating, validating
from tui_admin.portal.rights import sign_in
from tui_admin.store.engine import Store

pytestmark = [pytest.mark.real_data, pytest.mark.xdist_group("oulad")]


def test_who_passes_is_foreseen(oulad_store: Path) -> None:
    store = Store(f"sqlite:///{oulad_store}", read_only=True)
    found = validating.validate(store, sign_in(store, None))
    store.close()
    assert found.raw.n > 85_000
    assert found.calibrated.auc is not None and 0.855 <= found.calibrated.auc <= 0.87
    assert found.calibrated.log_loss <= 0.165 < found.raw.log_loss
    assert found.error < 0.02


def test_every_rating_is_that_of_the_plain_model(oulad_store: Path, tmp_path: Path) -> None:
    path = tmp_path / "rated.db"
    shutil.copy(oulad_store, path)
    store = Store(f"sqlite:///{path}")
    run = rating.rate(store, NOW)
    with store.read() as connection:
        found, expected = stored(connection), plain(connection)
    store.close()
    assert run is not None and run.attempts == sum(n for _, n in expected["learners"].values())
    for name, rows in expected.items():
        assert found[name].keys() == rows.keys()
        assert [key for key, row in rows.items() if not alike(found[name][key], row)] == [], name
