"""Joining on the pages: by the link of an invitation, or by asking for one with the invited address."""

import re
from collections.abc import Callable
from email import policy
from email.parser import BytesParser
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import select, update

from tests.portal.mail_facts import mails, set_up
from tui_admin.mail.links import LinkPurpose
from tui_admin.mail.settings import MailSettings
from tui_admin.portal import journal
from tui_admin.rules.times import DAY, HOUR, MINUTE
from tui_admin.store.tables import contracts, memberships, programs
from tui_admin.worker.process import Until
from tui_admin.worker.run import run

from .conftest import NOW, PUBLIC, Site
from .test_program import Texts


@pytest.fixture
def inviting(site: Site) -> Site:
    """The pages, with mail set up, and the invitation of person 4 to `data` an hour old."""
    set_up(site.store)
    with site.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.state == "INVITED").values(invited_at=NOW - HOUR))
    return site


def link(site: Site, membership: int = 4, end: int = NOW + 90 * DAY) -> str:
    """The link of an invitation, without the host."""
    return f"/join/{site.links.token(LinkPurpose.JOIN, membership, end)}"


def state(site: Site, membership: int = 4) -> str:
    with site.store.read() as connection:
        return connection.execute(select(memberships.c.state).where(memberships.c.id == membership)).scalar_one()


def test_opening_the_link_shows_the_program_and_changes_nothing(inviting: Site) -> None:
    inviting.set_program(tagline="Learn it")
    head = inviting.head
    for ask in (inviting.browser.get, inviting.browser.head):
        assert ask(link(inviting)).status_code == 200
    page = Texts(inviting.browser.get(link(inviting)).text)
    assert {"Join Data Foundations", "Learn it"} <= set(page.said) and "A place is kept for you." in page.said
    assert ("form", {"method": "post", "action": link(inviting)}) in page.tags
    assert sum(tag == "button" for tag, _ in page.tags) == 1
    assert (inviting.head, state(inviting)) == (head, "INVITED")


def test_the_button_joins_once_and_leads_on(inviting: Site) -> None:
    answer = inviting.browser.post(link(inviting))
    page = Texts(answer.text)
    assert answer.status_code == 200 and "Welcome to Data Foundations" in page.said
    assert ("a", {"href": "/p/data"}) in page.tags
    assert state(inviting) == "MEMBER"
    head = inviting.head
    for ask in (inviting.browser.post, inviting.browser.get):
        again = ask(link(inviting))
        assert again.status_code == 200 and "You have joined this program already." in again.text
        assert "<button" not in again.text
    assert (inviting.head, len(mails(inviting.store))) == (head, 1)


def test_a_full_program_says_whom_to_ask(inviting: Site) -> None:
    with inviting.store.write() as connection:
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=3))
    for ask, status in ((inviting.browser.get, 200), (inviting.browser.post, 409)):
        answer = ask(link(inviting))
        assert answer.status_code == status
        assert "Data Foundations is full" in answer.text and "Your invitation stays good" in answer.text
        assert 'href="mailto:help@northwind.example"' in answer.text and "<button" not in answer.text
    assert state(inviting) == "INVITED"


def test_an_invitation_that_is_gone_names_no_program(inviting: Site) -> None:
    for path in (link(inviting, 5), link(inviting, 4_711)):
        for ask in (inviting.browser.get, inviting.browser.post):
            answer = ask(path)
            assert answer.status_code == 410 and "This invitation has ended" in answer.text
            assert "Data Foundations" not in answer.text
    assert state(inviting, 5) == "DELETED_MEMBER"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (lambda site: link(site, end=NOW), 410),
        (lambda site: link(site)[:-2], 404),
        (lambda site: "/join/4", 404),
        (lambda site: f"/join/{site.links.token(LinkPurpose.UNSUBSCRIBE, 4, NOW + DAY)}", 404),
        (lambda site: f"{link(site)}%0d%0aX-Evil:1", 404),
        (lambda site: f"{link(site)}/../..%2f..", 404),
    ],
)
def test_links_that_are_no_good_let_nobody_in(inviting: Site, path: Callable[[Site], str], status: int) -> None:
    head = inviting.head
    for ask in (inviting.browser.get, inviting.browser.post):
        answer = ask(path(inviting))
        assert answer.status_code == status and "X-Evil" not in answer.headers
    assert (inviting.head, state(inviting)) == (head, "INVITED")


def test_while_somebody_else_writes_nobody_is_let_in_and_everybody_told_to_try_again(inviting: Site) -> None:
    inviting.store.patience = 0.1
    with inviting.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 4).values(reported_enrolled=0))
        answer = inviting.browser.post(link(inviting))
        assert answer.status_code == 503 and "nothing was changed" in answer.text
        assert inviting.browser.get(link(inviting)).status_code == 200
    assert inviting.browser.post(link(inviting)).status_code == 200


# --- by the program's page

_SAID = "If this address is invited, we have sent a mail with a link."


def ask(site: Site, address: str, mails_then: int) -> str:
    """Ask for a link on the page; what it answers, once the mails are queued that must be by then."""
    with site.browser as browser:
        answer = browser.post("/p/data/join", data={"address": address})
        end = monotonic() + (10 if len(mails(site.store)) < mails_then else 0.3)
        while len(mails(site.store)) < mails_then and monotonic() < end:
            sleep(0.01)
    assert (answer.status_code, len(mails(site.store))) == (200, mails_then)
    return re.sub(r"\s+", " ", answer.text)


def test_the_program_page_has_a_form_where_mails_can_be_sent(inviting: Site) -> None:
    page = inviting.browser.get("/p/data").text
    assert 'action="/p/data/join"' in page and '<label for="address">' in page
    set_up(inviting.store, sender_address=None)
    assert "<form" not in inviting.browser.get("/p/data").text


def test_the_invited_address_gets_a_link_and_others_the_same_answer(inviting: Site) -> None:
    invited = ask(inviting, " Person4@Northwind.example ", 1)
    assert _SAID in invited
    (mail,) = mails(inviting.store)
    assert (mail["purpose"], mail["address"], mail["membership_id"]) == ("confirmation", "person4@northwind.example", 4)
    head = inviting.head
    for other in ("nobody@northwind.example", "person1@northwind.example", "person5@northwind.example"):
        assert ask(inviting, other, 1) == invited
    assert inviting.head == head
    newest = journal.entries(inviting.store, inviting.around.ana, 1)[0]
    assert newest.actor == "learner" and "person" not in newest.summary.replace("An invited person", "")


def test_the_link_that_was_asked_for_joins_within_a_day(inviting: Site, tmp_path: Path) -> None:
    ask(inviting, "person4@northwind.example", 1)
    run(inviting.store, MailSettings(), tmp_path, Until.IDLE, clock=lambda: inviting.now, tell=print)
    (file,) = (tmp_path / "new").iterdir()
    sent = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    text = sent.get_body(("plain",))
    assert text is not None and sent["To"] == "Person 4 <person4@northwind.example>"
    (path,) = set(re.findall(rf"{PUBLIC}(/join/\S+)", text.get_content()))
    inviting.now += DAY
    ended = inviting.browser.post(path)
    assert (ended.status_code, state(inviting)) == (410, "INVITED") and "Ask for another" in ended.text
    inviting.now -= 1
    assert (inviting.browser.post(path).status_code, state(inviting)) == (200, "MEMBER")


def test_an_address_gets_one_link_within_some_minutes(inviting: Site) -> None:
    ask(inviting, "person4@northwind.example", 1)
    ask(inviting, "person4@northwind.example", 1)
    inviting.now += 11 * MINUTE
    ask(inviting, "person4@northwind.example", 2)


def test_what_is_no_address_is_said_and_kept(inviting: Site) -> None:
    answer = inviting.browser.post("/p/data/join", data={"address": '"><b>me'})
    assert answer.status_code == 422
    assert "This is no e-mail address." in answer.text and 'value="&#34;&gt;&lt;b&gt;me"' in answer.text


def test_asking_for_a_program_that_is_not_there_says_so(inviting: Site) -> None:
    assert inviting.browser.post("/p/nope/join", data={"address": "a@x.example"}).status_code == 404
    assert inviting.browser.get("/p/data/join").status_code == 405


def test_hostile_names_stay_text(inviting: Site) -> None:
    with inviting.store.write() as connection:
        connection.execute(update(programs).values(name="<script>x</script>\u202e"))
    page = inviting.browser.get(link(inviting)).text
    assert "<script" not in page and "\u202e" not in page and "&lt;script&gt;" in page
