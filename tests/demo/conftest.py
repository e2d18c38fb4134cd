"""Demo organizations that tests only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.organizations import made
from tests.made_once import MadeOnce
from tui_admin.store.engine import Store


@pytest.fixture(scope="session")
def demo_2000(made_once: MadeOnce, sqlite_template: Path) -> Iterator[Store]:
    """2,000 people with 1.5 enrollments each."""
    store = made(made_once, sqlite_template, 2_000)
    yield store
    store.close()


@pytest.fixture(scope="session")
def demo_20000(made_once: MadeOnce, sqlite_template: Path) -> Iterator[Store]:
    """20,000 people with 1.5 enrollments each."""
    store = made(made_once, sqlite_template, 20_000)
    yield store
    store.close()
