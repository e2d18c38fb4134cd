"""The pages in a real browser, without scripts: from the mail of an invitation on, at the width of a phone and of a
desk."""

import socket
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html import unescape
from pathlib import Path
from re import findall

import pytest
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from tests import catalogue_rows
from tests.cli.conftest import Console, northwind
from tests.portal.conftest import NOW, Organization
from tests.portal.mail_facts import SENDER
from tui_admin.mail.links import LinkPurpose, Links
from tui_admin.mail.server import mail_folder
from tui_admin.portal import home
from tui_admin.rules.colors import READABLE, contrast
from tui_admin.rules.times import DAY, format_iso
from tui_admin.store import tables
from tui_admin.store.engine import Store
from tui_admin.store.tables import enrollments, feedback
from tui_admin.web.app import make_app

from .chromium import Browser, chromium
from .serving import served

__all__ = ["northwind"]

LETTER = """---
subject: Hello
audience: custom
where: email:newcomer@
---
Go on in {{ program }}. What do you think of it? [Tell us]({{ feedback_url }})
"""
WIDTHS = (320, 390, 1280)
SMALLEST_TARGET = 44
"""Pixels that what one presses has at least."""


def mail(console: Console, organization: Organization) -> EmailMessage:
    """Send what waits; the newest mail to the newcomer."""
    console("worker", "--until-idle")
    folder = mail_folder(organization.store.path) / "new"
    found = [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in folder.iterdir()]
    mine = [one for one in found if one["To"].addresses[0].addr_spec == "newcomer@northwind.example"]
    return max(mine, key=lambda one: (one["Date"].datetime, "Hello" in one["Subject"]))


def link(mail: EmailMessage, part: str) -> str:
    """The link of a mail's page that holds a part."""
    page = mail.get_body(("html",))
    assert page is not None
    return next(unescape(href) for href in findall(r'href="([^"]+)"', page.get_content()) if part in href)


def look(browser: Browser, name: str, folder: Path) -> None:
    """See to it that nobody has to scroll sideways or to press something tiny, and draw the page."""
    for width in WIDTHS:
        browser.size(width)
        assert browser.width <= width, (name, width)
        browser.picture(folder / f"{name}-{width}.png")
    assert min(browser.heights("button, input[type=email], summary, .choices label"), default=99) >= SMALLEST_TARGET


def funnel(organization: Organization) -> tuple[int, int]:
    """People invited and people joined, as Home counts them."""
    found = home.overview(organization.store, organization.ana, NOW).funnel
    return found.invited, found.joined


def test_from_the_invitation_to_having_joined_and_back_again(
    northwind: Console, organization: Organization, tmp_path: Path
) -> None:
    catalogue_rows.fill(organization.store)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    for key, value in (
        ("sender-address", SENDER),
        ("public-url", f"http://127.0.0.1:{port}"),
        ("brand-color", "#7a1f5c"),
    ):
        northwind("settings", "set", key, value, "--yes")
    people, letter = tmp_path / "people.csv", tmp_path / "letter.md"
    people.write_text("Full Name,Email,External ID\nNew Comer,newcomer@northwind.example,\n")
    letter.write_text(LETTER)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    northwind("invite", str(people), "--program", "data", "--contract", "Year 1")
    invited, joined = funnel(organization)
    who = ("--as", "ana@northwind.example", "--now", format_iso(NOW))
    with chromium(tmp_path / "profile") as browser, served(northwind.store, *who, "--port", port):
        browser.open(link(mail(northwind, organization), "/join/"))
        look(browser, "invitation", pictures)
        assert "Join Data Foundations" in browser.text and funnel(organization) == (invited, joined)

        browser.send("form button")
        look(browser, "joined", pictures)
        assert "You have joined" in browser.text and funnel(organization) == (invited, joined + 1)

        browser.send("main a")
        browser.press("summary")
        look(browser, "program", pictures)
        assert (
            "Data Foundations" in browser.text and "Advanced Python" in browser.text and "details open" in browser.text
        )

        northwind("message", "send", str(letter), "--yes")
        newest = mail(northwind, organization)
        browser.open(newest["List-Unsubscribe"].strip("<>"))
        look(browser, "unsubscribe", pictures)
        browser.send("form button")
        look(browser, "unsubscribed", pictures)
        assert "You are unsubscribed" in browser.text
        assert northwind.count("members", "--program", "data", "--where", "opted-out:yes") == 1

        browser.send("form button")
        assert "You get mail again" in browser.text
        assert northwind.count("members", "--program", "data", "--where", "opted-out:yes") == 0

        browser.open(link(newest, "/feedback/"))
        browser.press("input[name=recommend][value='9']")
        browser.type("textarea", "Well done.")
        look(browser, "feedback", pictures)
        browser.send("form button")
        assert "Thank you" in browser.text
    assert all(picture.stat().st_size > 2_000 for picture in pictures.iterdir())


def test_everything_is_done_by_keyboard_alone(northwind: Console, organization: Organization, tmp_path: Path) -> None:
    catalogue_rows.fill(organization.store)
    with organization.store.write() as connection:
        values = {"membership_id": 2, "course_id": 103, "completed": False, "removed": False}
        connection.execute(insert(enrollments).values(values))
        key = connection.execute(select(tables.organization.c.signing_key)).scalar_one()
    token = Links(key).token(LinkPurpose.FEEDBACK, 2, NOW + DAY)
    who = ("--as", "ana@northwind.example", "--now", format_iso(NOW))
    with chromium(tmp_path / "profile") as browser, served(northwind.store, *who) as serving:
        browser.open(f"{serving.address}/p/data")
        for _ in range(2):  # past the link that skips the head
            browser.key("Tab")
        browser.key("Enter", "\r")
        assert "details open" in browser.text

        browser.open(f"{serving.address}/feedback/{token}")
        for _ in range(2):  # to "No answer", which is what is chosen
            browser.key("Tab")
        browser.key("ArrowRight")  # comes round to the first star
        browser.key("ArrowRight")
        browser.key("Tab")
        browser.key("ArrowRight")
        browser.key("Tab")
        browser.key("Tab")
        browser.send_by_key("Enter")
        assert "Thank you" in browser.text
    with organization.store.read() as connection:
        rows = connection.execute(select(feedback.c.course_id, feedback.c.stars, feedback.c.recommend)).all()
    assert sorted(map(tuple, rows), key=repr) == [(103, 2, None), (None, None, 0)]


def test_a_page_stays_narrow_whatever_it_holds(northwind: Console, organization: Organization, tmp_path: Path) -> None:
    catalogue_rows.fill(organization.store)
    wide = "Wide" * 60
    northwind("programs", "set", "data", "name", wide, "--yes")
    northwind("programs", "set", "data", "tagline", f"{wide} مرحبا 日本語", "--yes")
    northwind("settings", "set", "support-contact", f"{wide}@northwind.example", "--yes")
    with chromium(tmp_path / "profile") as browser, served(northwind.store, "--as", "ana@northwind.example") as serving:
        browser.open(f"{serving.address}/p/data")
        look(browser, "wide", tmp_path)


@pytest.mark.parametrize("color", ["#7a1f5c", "#ffff99", "#000000", "#ffffff"])
def test_text_can_be_read_in_every_color_and_in_the_dark(color: str) -> None:
    style = TestClient(make_app(Store("sqlite:///none.db"), lambda: NOW)).get(f"/style-{color[1:]}.css").text
    light, dark = (dict(findall(r"--([a-z-]+): (#[0-9a-f]{6})", part)) for part in style.split("@media")[:2])
    for found in (light, light | dark):
        pairs = [("text", "paper"), ("quiet", "paper"), ("quiet", "ground"), ("link", "paper"), ("on-brand", "brand")]
        assert [pair for pair in pairs if contrast(found[pair[0]], found[pair[1]]) < READABLE] == []
        assert contrast(found["field"], found["paper"]) >= 3
