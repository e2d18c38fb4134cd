"""What a learner sees of a program, as data."""

from datetime import UTC

import pytest
from sqlalchemy import delete, insert, update

from tests import catalogue_rows
from tests.small_organization import HOSTILE
from tui_admin.portal import program_figures, program_page
from tui_admin.portal.masthead import Picture
from tui_admin.portal.program_page import Item
from tui_admin.rules.errors import BadInput, NotAllowed
from tui_admin.store.mail import recipients
from tui_admin.store.tables import collection_items, organization, pictures, programs

from .conftest import NOW, Organization


@pytest.fixture
def filled(organization: Organization) -> Organization:
    """The organization with a catalogue and a curriculum."""
    catalogue_rows.fill(organization.store)
    return organization


def picture(around: Organization, digest: str, name: str) -> None:
    """Keep a picture."""
    values = {"digest": digest, "name": name, "media_type": "image/png", "width": 1600, "height": 400}
    with around.store.write() as connection:
        connection.execute(insert(pictures).values(content=b"png", added_at=NOW, **values))


def test_the_page_holds_what_a_learner_sees(filled: Organization) -> None:
    picture(filled, "d1", "banner.png")
    told = {"tagline": "Learn it", "url": "https://learn.example/data", "enrollment_limit": 3, "banner": "d1"}
    with filled.store.write() as connection:
        connection.execute(update(programs).where(programs.c.slug == "data").values(**told))
        connection.execute(update(organization).values(brand_color="#0B5", support_contact="help@x.example"))
    page = program_page.read(filled.store, filled.bo, "data")
    assert (page.masthead.organization, page.masthead.color, page.masthead.support) == (
        "Northwind Learning",
        "#00bb55",
        "help@x.example",
    )
    assert (page.name, page.tagline, page.url) == ("Data Foundations", "Learn it", "https://learn.example/data")
    assert (page.enrollment_limit, page.banner, page.masthead.logo) == (3, Picture("d1", "banner.png", 1600, 400), None)
    assert [(one.name, one.description) for one in page.shown] == [("Start", "Begin here."), ("Further [b]on[/b]", "")]
    statistics, path = page.collections[0].items
    assert statistics == Item("course", "Statistics with Python", "École Normale", "Intermediate", 30.0)
    assert (path.kind, path.name, path.workload_hours) == ("specialization", "Python Path", 62.5)
    assert [(one.name, one.level) for one in path.courses] == [
        ("Python for Everybody", "Beginner"),
        ("Advanced Python", "Advanced"),
        ("Statistics with Python", "Intermediate"),
    ]
    assert (page.count("course"), page.count("specialization")) == (1, 2)


def test_a_program_without_an_address_of_its_own_is_among_the_organizations_pages(filled: Organization) -> None:
    def address() -> str:
        return program_page.read(filled.store, filled.bo, "data").url

    assert address() == ""
    with filled.store.write() as connection:
        connection.execute(update(organization).values(public_url="https://learn.example"))
    assert address() == "https://learn.example/p/data"
    assert program_figures.main(filled.store, filled.bo, "data", NOW).url == address()
    with filled.store.read() as connection:
        (told,) = recipients.read(connection, [2], ("program_url",), NOW, UTC)
        assert told.columns == ([address()],)
    with filled.store.write() as connection:
        connection.execute(update(programs).values(url="https://own.example"))
    assert address() == "https://own.example"


def test_without_a_banner_of_its_own_a_program_has_the_organizations(filled: Organization) -> None:
    picture(filled, "d2", "all.png")
    with filled.store.write() as connection:
        connection.execute(update(organization).values(banner="d2", logo="gone"))
    page = program_page.read(filled.store, filled.ana, "data")
    assert page.banner is not None and page.banner.name == "all.png"
    assert page.masthead.logo is None


def test_a_collection_without_items_is_not_shown(filled: Organization) -> None:
    with filled.store.write() as connection:
        connection.execute(delete(collection_items).where(collection_items.c.collection_id == 1))
    page = program_page.read(filled.store, filled.ana, "data")
    assert (len(page.collections), [one.name for one in page.shown]) == (2, ["Further [b]on[/b]"])
    assert program_page.read(filled.store, filled.cy, "teams").shown == ()


def test_a_page_is_its_programs_administrators_and_harmless(filled: Organization) -> None:
    with filled.store.write() as connection:
        connection.execute(update(programs).values(name=HOSTILE, tagline=HOSTILE))
    page = program_page.read(filled.store, filled.bo, "data")
    assert not {"\x1b", "\u202e", "\x07"} & set(page.name + page.tagline)
    with pytest.raises(NotAllowed):
        program_page.read(filled.store, filled.bo, "teams")
    with pytest.raises(BadInput, match="no program"):
        program_page.read(filled.store, filled.ana, "nowhere")
