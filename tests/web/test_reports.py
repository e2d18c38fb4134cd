"""Report links: a page that says what it is, the file by a button, both counted and ended."""

import csv
import io

import pytest
from sqlalchemy import select

from tests.portal.mail_facts import mails, set_up
from tui_admin.mail.links import LinkPurpose, Links
from tui_admin.portal import administrators, journal
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports import requests
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.portal.reports.posting import LINK_ENDS
from tui_admin.store import report_requests
from tui_admin.store.tables import report_parts

from .conftest import NOW, PUBLIC, Site


@pytest.fixture
def asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A report of the program `data`, made for bo, too large for a mail, in many pieces."""
    monkeypatch.setattr("tui_admin.portal.reports.posting.LARGEST_ATTACHED", 100)
    monkeypatch.setattr(report_requests, "BLOCK", 100)
    set_up(site.store, public_url=PUBLIC)
    requests.ask(site.store, site.around.bo, Asked(ReportKind.MEMBERS, "data"), Moments(NOW, NOW))
    make_next(site.store, lambda: NOW)
    return site


def link(site: Site) -> str:
    """The link of the report's mail, without the host."""
    (mail,) = mails(site.store)
    return PUBLIC.join(mail["fields"].split(PUBLIC)[1:]).partition('"')[0]


def downloads(site: Site) -> tuple[int, int | None]:
    """How often the report was fetched, and when last, as the history says."""
    (request,) = requests.history(site.store, site.around.bo)
    return request.downloads, request.downloaded_at


def test_the_page_says_what_it_is_and_counts_nothing(asked: Site) -> None:
    head = asked.head
    page = asked.browser.get(link(asked))
    assert (page.status_code, asked.browser.head(link(asked)).status_code) == (200, 200)
    assert "Member report" in page.text and "member-report.csv" in page.text and "b***@n***" in page.text
    assert "bo@northwind" not in page.text and "person1@" not in page.text and "1 May 2026, 12:00" in page.text
    assert (asked.head, downloads(asked)) == (head, (0, None))


def test_the_button_gives_the_whole_file_and_every_time_is_counted(asked: Site) -> None:
    asked.now += 5
    answer = asked.browser.post(link(asked))
    kept = io.BytesIO()
    requests.download(asked.store, asked.around.bo, 1, kept)
    assert answer.status_code == 200 and answer.content == kept.getvalue()
    assert len(list(csv.reader(io.StringIO(answer.text)))) == 6
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    named = answer.headers["Content-Disposition"]
    assert named == "attachment; filename=\"member-report.csv\"; filename*=UTF-8''member-report.csv"
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Cache-Control"] == "no-store"
    assert downloads(asked) == (1, asked.now)
    asked.now += 5
    asked.browser.post(link(asked))
    assert downloads(asked) == (2, asked.now)
    (newest,) = journal.entries(asked.store, asked.around.ana, 1)
    assert (newest.actor, newest.action) == ("link holder", "fetch report")
    assert newest.summary == "The member report mailed to bo@northwind.example was fetched by its link"
    assert newest.details == {"request": 1, "download": 2}


def test_it_is_sent_in_pieces_none_of_which_keeps_a_connection(asked: Site) -> None:
    with asked.store.read() as connection:
        assert len(connection.scalars(select(report_parts.c.block)).all()) > 3
    with asked.browser.stream("POST", link(asked)) as answer:
        parts = list(answer.iter_raw())
    assert len(parts) > 3
    assert asked.store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_no_name_of_a_file_breaks_out_of_its_header(asked: Site) -> None:
    with asked.store.write() as connection:
        report_requests.change(connection, 1, file='é";\r\nX-Evil: 1/../b.zip')
    answer = asked.browser.post(link(asked))
    assert answer.status_code == 200 and "X-Evil" not in answer.headers
    plain, _, whole = answer.headers["Content-Disposition"].removeprefix("attachment; ").partition("; ")
    assert plain == 'filename="_____X-Evil__1_.._b.zip"'
    assert whole == "filename*=UTF-8''%C3%A9%22%3B%0D%0AX-Evil%3A%201%2F..%2Fb.zip"
    assert answer.headers["Content-Type"] == "application/zip"


def refused(site: Site, path: str) -> set[int]:
    """What is answered to the page and to the button; neither tells what the report is."""
    head, answers = site.head, (site.browser.get(path), site.browser.post(path))
    assert not any("ember report" in answer.text or "***" in answer.text for answer in answers)
    assert site.head == head
    return {answer.status_code for answer in answers}


def test_after_a_day_the_link_has_ended(asked: Site) -> None:
    asked.now += LINK_ENDS - 1
    assert asked.browser.get(link(asked)).status_code == 200
    asked.now += 1
    assert refused(asked, link(asked)) == {410}


def test_a_report_that_is_no_longer_kept_has_ended(asked: Site) -> None:
    with asked.store.write() as connection:
        report_requests.drop_files(connection, "No longer kept.")
    assert refused(asked, link(asked)) == {410}


def test_whoever_lost_the_right_to_see_it_cannot_fetch_it_by_the_link(asked: Site) -> None:
    administrators.remove(asked.store, asked.around.ana, "bo@northwind.example", NOW)
    assert refused(asked, link(asked)) == {410}


def test_other_links_lead_to_no_report(asked: Site) -> None:
    end = NOW + LINK_ENDS
    assert refused(asked, f"/reports/{asked.links.token(LinkPurpose.REPORT, 999, end)}") == {410}
    assert refused(asked, f"/reports/{asked.links.token(LinkPurpose.UNSUBSCRIBE, 1, end)}") == {404}
    assert refused(asked, f"/reports/{Links('other').token(LinkPurpose.REPORT, 1, end)}") == {404}
    assert refused(asked, "/reports/1") == {404}
