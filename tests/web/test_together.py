"""Two who press at the same moment, and those who only look."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
from sqlalchemy import func, insert, select
from starlette.routing import Route

from tests.portal.mail_facts import set_up
from tui_admin.mail.links import LinkPurpose
from tui_admin.portal import journal
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports import requests
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.rules.times import DAY
from tui_admin.store.tables import enrollments, feedback, metadata

from .conftest import NOW, PUBLIC, Site

CLICKS = 6


def at_once(press: Callable[[], httpx.Response]) -> None:
    """Press a button several times at the same moment; all are answered."""
    barrier = Barrier(CLICKS)

    def wait_and_press() -> int:
        barrier.wait()
        return press().status_code

    with ThreadPoolExecutor(CLICKS) as pool:
        answers = [pool.submit(wait_and_press) for _ in range(CLICKS)]
        assert [answer.result() for answer in answers] == [200] * CLICKS


def test_of_several_clicks_at_once_one_opts_out(site: Site) -> None:
    head, path = site.head, f"/u/{site.links.token(LinkPurpose.UNSUBSCRIBE, 2, NOW + DAY)}"
    at_once(lambda: site.browser.post(path))
    assert site.head == head + 1
    assert journal.verify(site.store, site.around.ana).whole


def test_of_several_answers_at_once_one_is_kept(site: Site) -> None:
    with site.store.write() as connection:
        values = {"membership_id": 2, "course_id": 101, "completed": False, "removed": False}
        connection.execute(insert(enrollments).values(values))
    head, path = site.head, f"/feedback/{site.links.token(LinkPurpose.FEEDBACK, 2, NOW + DAY)}"
    at_once(lambda: site.browser.post(path, data={"stars-101": "4", "recommend": "9"}))
    with site.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(feedback)).scalar_one() == 2
    assert site.head == head + 1


def test_of_several_who_fetch_a_report_at_once_each_is_counted(site: Site) -> None:
    set_up(site.store, public_url=PUBLIC)
    requests.ask(site.store, site.around.bo, Asked(ReportKind.MEMBERS, "data"), Moments(NOW, NOW))
    make_next(site.store, lambda: NOW)
    path = f"/reports/{site.links.token(LinkPurpose.REPORT, 1, NOW + DAY)}"
    at_once(lambda: site.browser.post(path))
    assert requests.find(site.store, site.around.bo, 1).downloads == CLICKS


def test_whoever_only_looks_changes_nothing_anywhere(site: Site) -> None:
    set_up(site.store, public_url=PUBLIC)
    site.keep_picture("d1")
    site.set_program(banner="d1")
    requests.ask(site.store, site.around.bo, Asked(ReportKind.MEMBERS, "data"), Moments(NOW, NOW))
    make_next(site.store, lambda: NOW)

    def token(purpose: LinkPurpose, subject: int) -> str:
        return site.links.token(purpose, subject, NOW + DAY)

    paths = {
        "/style-{color}.css": "/style-7a1f5c.css",
        "/p/{slug}": "/p/data",
        "/pictures/{digest}": "/pictures/d1",
        "/join/{token}": f"/join/{token(LinkPurpose.JOIN, 4)}",
        "/u/{token}": f"/u/{token(LinkPurpose.UNSUBSCRIBE, 2)}",
        "/u/{token}/back": f"/u/{token(LinkPurpose.UNSUBSCRIBE, 2)}/back",
        "/feedback/{token}": f"/feedback/{token(LinkPurpose.FEEDBACK, 2)}",
        "/reports/{token}": f"/reports/{token(LinkPurpose.REPORT, 1)}",
    }
    routes = [route for route in site.browser.app.routes if isinstance(route, Route)]  # type: ignore[attr-defined]
    assert {route.path for route in routes if "GET" in (route.methods or ())} == set(paths)
    before = everything(site)
    for path in paths.values():
        assert [ask(path).status_code for ask in (site.browser.get, site.browser.head)] == [200, 200], path
    assert everything(site) == before


def everything(site: Site) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables."""
    with site.store.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }
