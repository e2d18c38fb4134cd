"""Unsubscribing: one click of a mail client, the page's button, and the way back."""

import pytest
from sqlalchemy import select, update

from tui_admin.mail.links import LinkPurpose, Links
from tui_admin.portal import journal, learner_history, members
from tui_admin.portal.clock import data_as_of
from tui_admin.portal.members import MembersQuery
from tui_admin.portal.person import erasing, merging
from tui_admin.rules.filters import parse
from tui_admin.rules.times import DAY
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners

from .conftest import NOW, Site

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def link(site: Site, person: int = 2, end: int = NOW + DAY) -> str:
    """The link of a mail to a person, without the host."""
    return f"/u/{site.links.token(LinkPurpose.UNSUBSCRIBE, person, end)}"


def wants_none(site: Site, person: int = 2) -> tuple[bool, int | None]:
    """Whether a person opted out, and when."""
    with site.store.read() as connection:
        query = select(learners.c.opted_out, learners.c.opted_out_at).where(learners.c.id == person)
        row = connection.execute(query).one()
    return row.opted_out, row.opted_out_at


def test_opening_the_link_changes_nothing(site: Site) -> None:
    head = site.head
    for ask in (site.browser.get, site.browser.head):
        for path in (link(site), link(site) + "/back"):
            assert ask(path).status_code == 200
    page = site.browser.get(link(site)).text
    assert "<b>p***@n***</b>" in page and "person2" not in page and "<button>Unsubscribe</button>" in page
    assert (site.head, wants_none(site)) == (head, (False, None))


@pytest.mark.parametrize("how", ["form", "multipart", "empty"])
def test_a_mail_clients_one_click_is_enough_and_twice_is_once(site: Site, how: str) -> None:
    sent = {"form": {"data": ONE_CLICK}, "multipart": {"files": {"List-Unsubscribe": (None, "One-Click")}}}.get(how, {})
    head, before = site.head, data_as_of(site.store)
    answer = site.browser.post(link(site), **sent)
    assert answer.status_code == 200 and "You are unsubscribed" in answer.text
    assert not {"Set-Cookie", "Location"} & answer.headers.keys()
    assert wants_none(site) == (True, NOW)
    site.now += DAY - 1
    assert site.browser.post(link(site), **sent).status_code == 200
    assert (wants_none(site), site.head, data_as_of(site.store)) == ((True, NOW), head + 1, before)


def test_the_page_has_a_way_back(site: Site) -> None:
    site.browser.post(link(site))
    page = site.browser.get(link(site)).text
    assert "You are unsubscribed" in page and f'action="{link(site)}/back"' in page
    answer = site.browser.post(link(site) + "/back")
    assert answer.status_code == 200 and "You get mail again" in answer.text
    assert wants_none(site) == (False, None)


def test_the_journal_says_that_a_learner_did_it_and_holds(site: Site) -> None:
    site.browser.post(link(site))
    site.browser.post(link(site) + "/back")
    back, out = journal.entries(site.store, site.around.ana, 2)
    assert [(one.actor, one.action, one.row_count) for one in (out, back)] == [
        ("learner", "opt out of mail", 1),
        ("learner", "opt in to mail", 1),
    ]
    assert journal.verify(site.store, site.around.ana).whole
    assert "person2" not in out.summary
    events = learner_history.events(site.store, site.around.ana, 2, 2)
    assert [(one.action, one.after) for one in events] == [
        ("opt in to mail", {"opted_out": False, "opted_out_at": None}),
        ("opt out of mail", {"opted_out": True, "opted_out_at": NOW}),
    ]


def test_administrators_find_who_opted_out(site: Site) -> None:
    site.browser.post(link(site))
    found = members.page(site.store, site.around.bo, MembersQuery("data", parse("opted-out:yes")), NOW, 0, 9)
    assert [(row.email, row.opted_out) for row in found] == [("person2@northwind.example", True)]


def test_links_of_a_merged_record_are_followed_to_whom_it_went_into(site: Site) -> None:
    old = link(site, 2)
    ana = site.around.ana
    plan = merging.plan_merge(site.store, ana, "person6@northwind.example", "person2@northwind.example", NOW)
    merging.merge(site.store, ana, plan, NOW)
    site.browser.post(old)
    assert wants_none(site, 6)[0]


def refused(site: Site, path: str) -> tuple[int, int]:
    """What is answered to opening a link and to its button; neither changes anything nor tells of anybody."""
    head, states = site.head, []
    for answer in (site.browser.get(path), site.browser.post(path, data=ONE_CLICK), site.browser.post(path + "/back")):
        assert "***" not in answer.text and "This link " in answer.text
        states.append(answer.status_code)
    assert site.head == head and states[1] == states[2]
    return states[0], states[1]


def test_an_erased_persons_link_and_one_of_nobody_have_ended_alike(site: Site) -> None:
    old = link(site, 2)
    ana = site.around.ana
    erasing.erase(site.store, ana, erasing.plan_erase(site.store, ana, "person2@northwind.example"), NOW)
    assert refused(site, old) == refused(site, link(site, 999)) == (410, 410)
    assert site.browser.get(old).text == site.browser.get(link(site, 999)).text


def test_while_others_write_pages_are_shown_and_an_opt_out_is_put_off(site: Site) -> None:
    other = Store(site.store.url)
    site.store.patience = 0.1
    with other.write() as connection:
        connection.execute(update(learners).values(city="Ghent"))
        assert site.browser.get(link(site)).status_code == 200
        answer = site.browser.post(link(site), data=ONE_CLICK)
        assert (answer.status_code, "One moment, please" in answer.text) == (503, True)
    assert site.browser.post(link(site), data=ONE_CLICK).status_code == 200
    other.close()


def test_changed_ended_and_foreign_links_are_refused(site: Site) -> None:
    good = link(site)
    assert refused(site, link(site, end=NOW)) == (410, 410)
    for purpose in (LinkPurpose.JOIN, LinkPurpose.FEEDBACK, LinkPurpose.REPORT):
        assert refused(site, f"/u/{site.links.token(purpose, 2, NOW + DAY)}") == (404, 404)
    guessed = Links("another key").token(LinkPurpose.UNSUBSCRIBE, 2, NOW + DAY)
    changed = (
        good[:-2],
        good[:6] + "X" + good[7:],
        f"/u/{guessed}",
        "/u/2",
        "/u/x",
        "/u/%00",
        "/u/" + "a" * 9000,
    )
    assert {refused(site, path) for path in changed} == {(404, 404)}
