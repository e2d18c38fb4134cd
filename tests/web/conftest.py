"""The pages of a small organization, asked as a browser asks them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

from tests import catalogue_rows
from tests.cli.conftest import own_folders
from tests.portal.conftest import NOW, Organization, organization
from tui_admin.mail.links import Links
from tui_admin.portal import journal
from tui_admin.store import tables
from tui_admin.store.engine import Store
from tui_admin.web.app import make_app

__all__ = ["organization", "own_folders"]

PUBLIC = "https://learn.northwind.example"


@dataclass
class Site:
    """The pages, what they are made from, and the moment it is."""

    around: Organization
    now: int = NOW

    def __post_init__(self) -> None:
        self.browser = TestClient(
            make_app(self.around.store, lambda: self.now), PUBLIC, raise_server_exceptions=False, follow_redirects=False
        )

    @property
    def store(self) -> Store:
        """The store behind them."""
        return self.around.store

    @property
    def links(self) -> Links:
        """What makes and reads the links of mails."""
        with self.store.read() as connection:
            return Links(connection.execute(select(tables.organization.c.signing_key)).scalar_one(), PUBLIC)

    @property
    def head(self) -> int:
        """The journal's newest entry: moves with every write."""
        return journal.newest(self.store)

    def set_organization(self, **values: object) -> None:
        """Change settings of the organization."""
        with self.store.write() as connection:
            connection.execute(update(tables.organization).values(**values))

    def set_program(self, **values: object) -> None:
        """Change settings of the program `data`."""
        with self.store.write() as connection:
            connection.execute(update(tables.programs).where(tables.programs.c.slug == "data").values(**values))

    def keep_picture(self, digest: str, content: bytes = b"png", media_type: str = "image/png") -> None:
        """Keep a picture, which nothing names yet."""
        values = {"digest": digest, "name": "banner.png", "media_type": media_type, "width": 1600, "height": 400}
        with self.store.write() as connection:
            connection.execute(insert(tables.pictures).values(content=content, added_at=NOW, **values))


@pytest.fixture
def site(organization: Organization) -> Iterator[Site]:
    """The pages of the small organization, with a catalogue, on both kinds of store."""
    catalogue_rows.fill(organization.store)
    site = Site(organization)
    site.set_organization(public_url=PUBLIC, support_contact="help@northwind.example", brand_color="#7a1f5c")
    yield site
    site.browser.close()
