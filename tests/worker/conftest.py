"""The harness of the fault suite, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.harness import Post
from tui_admin.store.engine import Store


@pytest.fixture
def post(store: Store, tmp_path: Path) -> Iterator[Post]:
    """An organization's mail, on either database."""
    yield from _opened(Post(store, tmp_path))


@pytest.fixture
def sqlite_post(sqlite_store: Store, tmp_path: Path) -> Iterator[Post]:
    """The same on SQLite."""
    yield from _opened(Post(sqlite_store, tmp_path))


@pytest.fixture
def postgres_post(postgres_store: Store, tmp_path: Path) -> Iterator[Post]:
    """The same on PostgreSQL."""
    yield from _opened(Post(postgres_store, tmp_path))


def _opened(post: Post) -> Iterator[Post]:
    try:
        yield post
    finally:
        post.close()
