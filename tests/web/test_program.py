"""The program page: what the preview shows, for everybody who has the address."""

from html.parser import HTMLParser

import pytest

from tests.small_organization import HOSTILE
from tui_admin.portal import program_page

from .conftest import Site


class Texts(HTMLParser):
    """What a page says, and its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data.strip())


def test_the_page_says_all_that_the_preview_does(site: Site) -> None:
    site.keep_picture("d1")
    site.set_program(tagline="Learn it", enrollment_limit=3, banner="d1")
    answer = site.browser.get("/p/data")
    assert answer.status_code == 200
    page = Texts(answer.text)
    preview = program_page.read(site.store, site.around.bo, "data")
    wanted = [preview.masthead.organization, preview.name, preview.tagline, "You may take up to 3 courses."]
    for collection in preview.shown:
        wanted.append(collection.name)
        for item in collection.items:
            told = [text for one in (item, *item.courses) for text in (one.name, one.partner, one.level)]
            wanted += [text for text in told if text]
    assert [text for text in wanted if text not in page.said] == []
    assert ("img", "/pictures/d1") in [(tag, values.get("src")) for tag, values in page.tags]
    assert sum(tag == "details" for tag, _ in page.tags) == preview.count("specialization")


def test_a_program_without_courses_says_so(site: Site) -> None:
    assert "There are no courses here yet." in site.browser.get("/p/teams").text


@pytest.mark.parametrize("slug", ["nope", "DATA", "data%00", "data%0d%0aX-Evil:1", "..%2fdata", "d" * 9000, "data'--"])
def test_an_unknown_program_is_not_there_and_nothing_more_is_told(site: Site, slug: str) -> None:
    answer = site.browser.get(f"/p/{slug}")
    assert answer.status_code == 404
    assert "X-Evil" not in answer.headers
    assert "There is no such page" in answer.text and "Data Foundations" not in answer.text


def test_hostile_names_stay_text(site: Site) -> None:
    bad = '<script>alert(1)</script>\u202e" onload=x'
    site.set_organization(name=bad, support_contact=bad, brand_color="red;}</style>")
    site.set_program(name=HOSTILE + bad, tagline="<img src=x>{{ 7*7 }}")
    page = site.browser.get("/p/data").text
    assert "<script" not in page and "<img src=x" not in page and "49" not in page
    assert "\u202e" not in page and "\x1b" not in page
    assert "&lt;script&gt;" in page and "{{ 7*7 }}" in page
    assert 'href="/style-1c4f9c.css"' in page


def test_only_pictures_in_use_are_shown_and_kept_for_good(site: Site) -> None:
    site.keep_picture("d1", b"bytes", "image/jpeg")
    site.keep_picture("d2")
    assert site.browser.get("/pictures/d1").status_code == 404
    site.set_program(banner="d1")
    answer = site.browser.get("/pictures/d1")
    assert (answer.status_code, answer.content) == (200, b"bytes")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    for other in ("d2", "d1%00", "..%2fd1", "nope"):
        assert site.browser.get(f"/pictures/{other}").status_code == 404


def test_the_style_is_in_the_organizations_color_where_text_can_be_read(site: Site) -> None:
    page = site.browser.get("/p/data").text
    assert 'href="/style-7a1f5c.css"' in page
    style = site.browser.get("/style-7a1f5c.css")
    assert style.headers["Content-Type"].startswith("text/css") and "--brand: #7a1f5c" in style.text
    pale = site.browser.get("/style-ffff99.css").text
    assert "--on-brand: #000000" in pale and "--link: #727244; --paper: #ffffff" in " ".join(pale.split())
    for color in ("red", "7a1f5", "7a1f5c1", "%7b%7bx%7d%7d", "7A1F5C"):
        assert site.browser.get(f"/style-{color}.css").status_code == 404
