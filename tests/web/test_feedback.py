"""The feedback page: stars, recommendation and comment, given by the link of a mail."""

import pytest
from sqlalchemy import delete, insert, select

from tests.small_organization import HOSTILE
from tui_admin.mail.links import LinkPurpose
from tui_admin.portal import journal, learner_history
from tui_admin.portal.clock import data_as_of
from tui_admin.portal.pages.feedback import CORRECTED_WITHIN
from tui_admin.portal.person import erasing
from tui_admin.rules.times import DAY
from tui_admin.store.tables import enrollments, feedback

from .conftest import NOW, Site


@pytest.fixture
def asked(site: Site) -> Site:
    """Person 2 of the program `data` takes three courses, and left a fourth."""
    with site.store.write() as connection:
        for course, removed in ((101, False), (103, False), (104, False), (102, True)):
            values = {"membership_id": 2, "course_id": course, "completed": False, "removed": removed}
            connection.execute(insert(enrollments).values(values))
    return site


def link(site: Site, membership: int = 2, end: int | None = None) -> str:
    """The link of a mail to a member, without the host."""
    end = site.now + DAY if end is None else end
    return f"/feedback/{site.links.token(LinkPurpose.FEEDBACK, membership, end)}"


def kept(site: Site) -> list[tuple[int | None, int | None, int | None, str | None, int]]:
    """The feedback there is: course, stars, recommendation, comment, when."""
    column = feedback.c
    query = select(column.course_id, column.stars, column.recommend, column.comment, column.given_at)
    with site.store.read() as connection:
        rows = [tuple(row) for row in connection.execute(query.order_by(column.given_at, column.id))]
    return sorted(rows, key=lambda row: (row[4], row[0] or 0))


def test_it_asks_for_the_courses_a_member_takes_and_changes_nothing(asked: Site) -> None:
    head = asked.head
    page = asked.browser.get(link(asked))
    assert page.status_code == asked.browser.head(link(asked)).status_code == 200
    assert "Python for Everybody" in page.text and "Statistics with Python" in page.text
    assert "Advanced Python" not in page.text  # left
    assert "\u202e" not in page.text and HOSTILE not in page.text
    assert page.text.count("<legend") == 4 and 'name="recommend" value="10"' in page.text
    assert (asked.head, kept(asked)) == (head, [])


def test_answers_are_kept_and_what_is_not_said_is_not(asked: Site) -> None:
    before = data_as_of(asked.store)
    sent = {"stars-101": "5", "stars-103": "", "recommend": "0", "comment": "Good.\r\n\r\nMore\x00 \u202eplease\t"}
    answer = asked.browser.post(link(asked), data=sent)
    assert answer.status_code == 200 and "Thank you" in answer.text
    assert kept(asked) == [(None, None, 0, "Good.\n\nMore please", NOW), (101, 5, None, None, NOW)]
    assert data_as_of(asked.store) == before
    page = asked.browser.get(link(asked)).text
    assert 'name="stars-101" value="5" checked' in page and 'name="recommend" value="0" checked' in page
    assert "Good.\n\nMore please</textarea>" in page


def test_a_further_answer_takes_the_place_of_the_one_before_and_later_is_another(asked: Site) -> None:
    asked.browser.post(link(asked), data={"stars-101": "5", "stars-103": "2", "recommend": "9"})
    head = asked.head
    asked.browser.post(link(asked), data={"stars-101": "5", "stars-103": "2", "recommend": "9"})
    assert asked.head == head
    asked.now += DAY
    asked.browser.post(link(asked), data={"stars-101": "4", "stars-103": "", "recommend": "9"})
    assert kept(asked) == [(None, None, 9, None, NOW), (101, 4, None, None, NOW + DAY)]
    asked.now += CORRECTED_WITHIN + 1
    asked.browser.post(link(asked), data={"stars-101": "1"})
    assert kept(asked)[1:] == [(101, 4, None, None, NOW + DAY), (101, 1, None, None, asked.now)]


def test_the_journal_tells_that_not_what(asked: Site) -> None:
    asked.browser.post(link(asked), data={"stars-101": "5", "comment": "Private words"})
    (newest,) = journal.entries(asked.store, asked.around.ana, 1)
    assert (newest.actor, newest.action, newest.summary) == (
        "learner",
        "give feedback",
        "A member gave feedback on Data Foundations",
    )
    (event,) = learner_history.events(asked.store, asked.around.ana, 2, 2)
    assert event.after == {"answers": 2}
    assert journal.verify(asked.store, asked.around.ana).whole


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"stars-101": "6"}, "1 to 5 stars"),
        ({"stars-101": "0"}, "1 to 5 stars"),
        ({"stars-101": "-1"}, "one of the numbers"),
        ({"stars-101": "٣"}, "one of the numbers"),
        ({"recommend": "11"}, "from 0 to 10"),
        ({"comment": "語" * 4001}, "at most 4,000 characters, yours 4,001"),
    ],
)
def test_what_cannot_be_comes_back_with_a_sentence(asked: Site, sent: dict[str, str], said: str) -> None:
    head = asked.head
    answer = asked.browser.post(link(asked), data={"recommend": "7", **sent})
    assert answer.status_code == 422 and said in answer.text and 'role="alert"' in answer.text
    assert (asked.head, kept(asked)) == (head, [])


def test_a_comment_of_the_longest_is_taken_in_any_script_and_shown_back_when_one_more_is_not(asked: Site) -> None:
    assert asked.browser.post(link(asked), data={"comment": "語" * 4000}).status_code == 200
    assert len(kept(asked)[0][3] or "") == 4000
    assert "é" * 4001 in asked.browser.post(link(asked), data={"comment": "é" * 4001}).text
    assert asked.browser.post(link(asked), data={"comment": "x" * 70_000}).status_code == 413


def test_courses_of_others_and_fields_of_nobody_count_for_nothing(asked: Site) -> None:
    sent = {"stars-102": "5", "stars-999": "5", "stars-99999999999999999": "3", "stars-x": "9", "other": "1"}
    assert asked.browser.post(link(asked), data=sent).status_code == 200
    assert kept(asked) == []
    many = "&".join(f"a{number}=" for number in range(501))
    assert asked.browser.post(link(asked), content=many).status_code == 422


def test_a_form_without_courses_still_asks_the_rest(site: Site) -> None:
    page = site.browser.get(link(site, 5))  # removed: an exit mail may ask
    assert page.status_code == 200 and page.text.count("<legend") == 1
    site.browser.post(link(site, 5), data={"comment": "</textarea><script>"})
    assert "</textarea><script>" not in site.browser.get(link(site, 5)).text


def test_links_that_do_not_hold_are_refused_and_tell_of_nobody(asked: Site) -> None:
    head = asked.head
    ended, gone = link(asked, end=asked.now), link(asked, 999)
    invited, other = link(asked, 4), f"/feedback/{asked.links.token(LinkPurpose.UNSUBSCRIBE, 2, NOW + DAY)}"
    for path, status in ((ended, 410), (gone, 410), (invited, 404), (other, 404), ("/feedback/x", 404)):
        for answer in (asked.browser.get(path), asked.browser.post(path, data={"recommend": "1"})):
            assert answer.status_code == status and "Data Foundations" not in answer.text
    assert (asked.head, kept(asked)) == (head, [])


def test_an_erased_person_is_asked_nothing(asked: Site) -> None:
    ana = asked.around.ana
    erasing.erase(asked.store, ana, erasing.plan_erase(asked.store, ana, "person2@northwind.example"), NOW)
    assert asked.browser.get(link(asked)).status_code == asked.browser.post(link(asked)).status_code == 410


def test_a_course_that_is_gone_meanwhile_stays_out(asked: Site) -> None:
    with asked.store.write() as connection:
        connection.execute(delete(enrollments).where(enrollments.c.course_id == 101))
    asked.browser.post(link(asked), data={"stars-101": "5", "stars-103": "4"})
    assert [row[:2] for row in kept(asked)] == [(103, 4)]
