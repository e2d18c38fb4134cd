"""The suppression list: who is put on it and taken off, and what it stops."""

from itertools import pairwise

import pytest
from pyroaring import BitMap

from tui_admin.portal import journal, undo
from tui_admin.portal.mail import suppressions
from tui_admin.portal.mail.mailing import mail_members
from tui_admin.rules.errors import BadInput, UsageError
from tui_admin.rules.leaving_out import LeftOut
from tui_admin.rules.mailing import Purpose

from .conftest import NOW, Organization
from .mail_facts import set_up, suppress


def emails(organization: Organization) -> list[str]:
    return [row.email for row in suppressions.listing(organization.store, organization.ana)]


def test_an_address_is_compared_in_its_canonical_form(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    said = suppressions.add(store, ana, " Person1@NORTHWIND.Example", NOW, reason="asked by telephone")
    assert said == "Put person1@northwind.example on the suppression list"
    (row,) = suppressions.listing(store, ana)
    assert (row.email, row.reason, row.detail) == ("person1@northwind.example", "added", "asked by telephone")
    assert (row.added_at, row.added_by) == (NOW, ana.email)
    assert suppressions.remove(store, ana, "PERSON1@northwind.example", NOW).endswith("off the suppression list")
    assert emails(organization) == [] and suppressions.count(store, ana) == 0


def test_nothing_goes_to_it_until_it_is_taken_off(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    set_up(store)
    suppressions.add(store, ana, "person1@northwind.example", NOW)

    def left_out() -> object:
        with store.write() as connection:
            return dict(mail_members(connection, ana, Purpose.REMINDER, BitMap([1]), NOW).left_out)

    assert left_out() == {LeftOut.SUPPRESSED: BitMap([1])}
    suppressions.remove(store, ana, "person1@northwind.example", NOW)
    assert left_out() == {}


def test_what_would_change_nothing_says_so_and_is_not_journaled(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    suppress(store, "old@x.example", "bounced")
    before = journal.newest(store)
    said = suppressions.add(store, ana, "old@x.example", NOW, reason="again")
    assert said == "old@x.example is on the suppression list already (bounced)"
    with pytest.raises(UsageError, match="not on the suppression list"):
        suppressions.remove(store, ana, "other@x.example", NOW)
    assert journal.newest(store) == before
    assert [row.detail for row in suppressions.listing(store, ana)] == [None]


@pytest.mark.parametrize(
    ("email", "reason", "said"),
    [
        ("nobody", "", "no e-mail address"),
        ("a@x.example", "a\x1b[31m", "cannot be shown"),
        ("a@x.example", "a" * 501, "at most 500"),
    ],
)
def test_what_cannot_be_is_refused(organization: Organization, email: str, reason: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        suppressions.add(organization.store, organization.ana, email, NOW, reason=reason)
    assert emails(organization) == []


def test_each_act_is_journaled_with_before_and_after(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    suppressions.add(store, ana, "a@x.example", NOW, reason="asked")
    suppressions.remove(store, ana, "a@x.example", NOW, reason="came back")
    entry = {"email": "a@x.example", "reason": "added", "detail": "asked"}
    newest, before = list(journal.entries(store, ana))[:2]
    assert (before.action, before.details["before"], before.details["after"]) == ("suppress address", None, entry)
    assert (newest.action, newest.details["before"], newest.details["after"]) == ("unsuppress address", entry, None)
    assert newest.details["why"] == "came back"
    assert journal.verify(store, ana).whole


def test_the_newest_comes_first(organization: Organization) -> None:
    for number in range(3):
        suppressions.add(organization.store, organization.ana, f"a{number}@x.example", NOW + number)
    moments = [row.added_at for row in suppressions.listing(organization.store, organization.ana)]
    assert all(later > earlier for later, earlier in pairwise(moments))


def test_acts_on_the_list_are_undone_unless_somebody_did_another_since(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    suppressions.add(store, ana, "a@x.example", NOW, reason="asked")
    (was,) = suppressions.listing(store, ana)
    suppressions.remove(store, ana, "a@x.example", NOW + 1)
    assert undo.undo(store, ana, None, NOW + 2).notes == ("1 address back on the suppression list.",)
    assert list(suppressions.listing(store, ana)) == [was]
    assert undo.undo(store, ana, None, NOW + 3).notes == ("1 address taken off the suppression list.",)
    assert emails(organization) == []
    suppressions.add(store, ana, "b@x.example", NOW + 4)
    put_on = undo.last_undoable(store, ana)
    suppressions.remove(store, ana, "b@x.example", NOW + 5)
    suppressions.add(store, ana, "b@x.example", NOW + 6)
    receipt = undo.undo(store, ana, put_on.id if put_on else None, NOW + 7)
    assert receipt.entry_id is None and emails(organization) == ["b@x.example"]
    assert journal.verify(store, ana).whole
