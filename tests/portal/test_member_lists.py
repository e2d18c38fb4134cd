"""The lists of members that are there for the asking: the right people, under the name that a person chose."""

import csv
import io
import json

import pytest
from sqlalchemy import update

from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.member_lists import LISTS, called, ready_made
from tui_admin.portal.reports import requests
from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.rules.errors import BadInput
from tui_admin.store.tables import learners, memberships

from .conftest import NOW, Organization
from .mail_facts import mails, set_up

AT = Moments(NOW, NOW)


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The organization, with mail set up; in `data`, person 2 is in a course and person 3, who is called a formula,
    completed one."""
    set_up(organization.store)
    with organization.store.write() as connection:
        for row, values in ((2, {"enrolled": 1}), (3, {"enrolled": 1, "completed": 1})):
            connection.execute(update(memberships).where(memberships.c.id == row).values(**values))
        connection.execute(update(learners).where(learners.c.id == 3).values(name="=1+1"))
    return organization


@pytest.mark.parametrize(
    ("name", "person"), [("no-enrollment", "Person 1"), ("none-completed", "Person 2"), ("completed", "'=1+1")]
)
def test_each_list_names_whom_it_says(mailing: Organization, name: str, person: str) -> None:
    requests.ask(mailing.store, mailing.bo, ready_made(name, "data"), AT)
    make_next(mailing.store, lambda: NOW)
    (mail,) = mails(mailing.store)
    assert [row["Name"] for row in csv.DictReader(io.StringIO(mail["attachment"].decode()))] == [person]
    fields = json.loads(mail["fields"])
    assert (fields["list"], fields["people"], fields["program"]) == (LISTS[name][0], "1", "Data Foundations")


def test_what_is_no_list_is_refused_and_others_are_called_by_their_filter() -> None:
    with pytest.raises(BadInput, match="nearest is 'completed'"):
        ready_made("complete", "data")
    assert (called("city:Győr"), called("")) == ("city:Győr", "all members")
