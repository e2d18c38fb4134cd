"""Lists of members mailed to whoever asks: the right people, in a file that opens, to nobody who may not read them."""

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import update

from tui_admin.portal import journal, member_lists
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.member_lists import LISTS, List, ready_made
from tui_admin.portal.members import MembersQuery
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, memberships

from .conftest import NOW, Organization
from .mail_facts import mails, set_up

AT = Moments(NOW, NOW)


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The organization, with mail set up; in `data`, person 2 is in a course and person 3 completed one."""
    set_up(organization.store)
    with organization.store.write() as connection:
        for row, values in ((2, {"enrolled": 1}), (3, {"enrolled": 1, "completed": 1})):
            connection.execute(update(memberships).where(memberships.c.id == row).values(**values))
    return organization


def listed(store: Store) -> list[str]:
    """The names in the file of the newest mail."""
    row = mails(store)[-1]
    content = row["attachment"]
    if row["attachment_name"] == "members.zip":
        content = zipfile.ZipFile(io.BytesIO(content)).read("members.csv")
    return [line["Name"] for line in csv.DictReader(io.StringIO(content.decode("utf-8")))]


@pytest.mark.parametrize(
    ("name", "people"),
    [("no-enrollment", ["Person 1"]), ("none-completed", ["Person 2"]), ("completed", ["Person 3"])],
)
def test_each_list_names_whom_it_says(mailing: Organization, name: str, people: list[str]) -> None:
    store, ana = mailing.store, mailing.ana
    said = member_lists.mail(store, ana, ready_made(name, "data"), AT)
    assert said == f"Queued the list “{LISTS[name][0]}” (1) to ana@northwind.example"
    assert listed(store) == people
    (row,) = mails(store)
    assert (row["address"], row["purpose"], row["attachment_name"]) == (ana.email, "list", "members.csv")
    assert json.loads(row["fields"]) == {"list": LISTS[name][0], "people": "1", "program": "Data Foundations"}
    assert (journal.entries(store, ana)[0].action, journal.entries(store, ana)[0].program_id) == ("mail list", 1)


def test_a_program_admin_gets_their_own_people(mailing: Organization) -> None:
    store, bo = mailing.store, mailing.bo
    member_lists.mail(store, bo, ready_made("no-enrollment", None), AT)
    assert listed(store) == ["Person 1"]
    assert json.loads(mails(store)[0]["fields"])["program"] == "your programs"
    with pytest.raises(NotAllowed):
        member_lists.mail(store, bo, ready_made("completed", "teams"), AT)


def test_only_administrators_who_may_see_the_people_are_mailed_them(mailing: Organization) -> None:
    store, ana = mailing.store, mailing.ana
    asked = ready_made("completed", "data")
    member_lists.mail(store, ana, asked, AT, "Bo@northwind.example")
    assert mails(store)[0]["address"] == mailing.bo.email
    with pytest.raises(BadInput, match="no administrator"):
        member_lists.mail(store, ana, asked, AT, "eve@x.example")
    with pytest.raises(BadInput, match="may not see these people"):
        member_lists.mail(store, ana, asked, AT, mailing.cy.email)
    assert len(mails(store)) == 1


def test_a_large_list_is_zipped_and_one_too_large_refused(
    mailing: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, ana = mailing.store, mailing.ana
    monkeypatch.setattr(member_lists, "ZIPPED_FROM", 300)
    everybody = List(MembersQuery("data"), "all members")
    for _ in range(2):
        member_lists.mail(store, ana, everybody, AT)
    first, second = mails(store)
    assert (first["attachment_name"], first["attachment"]) == ("members.zip", second["attachment"])
    assert sorted(listed(store)) == [f"Person {number}" for number in range(1, 6)]
    monkeypatch.setattr(member_lists, "LARGEST", 100)
    with pytest.raises(BadInput, match="too large to be mailed"):
        member_lists.mail(store, ana, everybody, AT)


def test_a_name_runs_in_no_spreadsheet(mailing: Organization) -> None:
    with mailing.store.write() as connection:
        connection.execute(update(learners).where(learners.c.id == 3).values(name="=1+1"))
    member_lists.mail(mailing.store, mailing.ana, ready_made("completed", "data"), AT)
    assert listed(mailing.store) == ["'=1+1"]


def test_what_cannot_be_mailed_is_refused(organization: Organization) -> None:
    with pytest.raises(UsageError, match="sender-address"):
        member_lists.mail(organization.store, organization.ana, ready_made("completed", "data"), AT)
    with pytest.raises(BadInput, match="nearest is 'completed'"):
        ready_made("complete", "data")
