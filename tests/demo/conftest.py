"""Demo organizations that tests only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.organizations import copy_of, make
from tui_admin.store.engine import Store


@pytest.fixture(scope="session")
def demo_2000(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """2,000 people with 1.5 enrollments each."""
    store = make(copy_of(sqlite_template, tmp_path_factory.mktemp("demo") / "demo.db"), 2_000)
    yield store
    store.close()


@pytest.fixture(scope="session")
def demo_20000(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """20,000 people with 1.5 enrollments each."""
    store = make(copy_of(sqlite_template, tmp_path_factory.mktemp("demo") / "demo.db"), 20_000)
    yield store
    store.close()
