"""Telling removed members by mail: queued with the removal, called back with its undoing as far as it has not left."""

import pytest

from tui_admin.portal import journal, removal, undo
from tui_admin.portal.receipts import Receipt
from tui_admin.rules.errors import UsageError
from tui_admin.store.engine import Store

from .conftest import NOW, Organization
from .mail_facts import mails, set_up, settle, suppress

LATER = NOW + 5_000


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The organization, with an address that its mail comes from."""
    set_up(organization.store)
    return organization


def removed(mailing: Organization, ids: tuple[int, ...], *, exit_mail: bool = True) -> Receipt:
    plan = removal.plan(mailing.store, mailing.ana, None, ids, NOW, exit_mail=exit_mail)
    return removal.apply(mailing.store, mailing.ana, plan, NOW)


def states(store: Store) -> dict[int, str]:
    return {row["membership_id"]: row["state"] for row in mails(store)}


def test_whoever_is_removed_is_told_of_that_program(mailing: Organization) -> None:
    suppress(mailing.store, "person2@northwind.example")
    receipt = removed(mailing, (1, 2, 6, 5))
    assert states(mailing.store) == {1: "queued", 6: "queued"}  # one for each program; 5 had left before
    assert receipt.notes == ("Exit mails queued: 2; 1 left out: on the suppression list.",)
    assert {row["purpose"] for row in mails(mailing.store)} == {"exit"}
    assert (
        journal.entries(mailing.store, mailing.ana)[0].details[removal.EXIT_MESSAGE]
        == mails(mailing.store)[0]["message_id"]
    )


def test_without_the_wish_nobody_is_told(mailing: Organization) -> None:
    receipt = removed(mailing, (1, 2), exit_mail=False)
    assert (mails(mailing.store), receipt.notes) == ([], ())


def test_the_plan_says_that_they_are_told(mailing: Organization) -> None:
    plan = removal.plan(mailing.store, mailing.ana, None, (1,), NOW, exit_mail=True)
    assert plan.summary == "1 member would be removed, which frees 0 licenses, and told so by mail"


def test_it_needs_an_address_to_come_from(organization: Organization) -> None:
    with pytest.raises(UsageError, match="sender-address"):
        removal.plan(organization.store, organization.ana, None, (1,), NOW, exit_mail=True)


def test_undoing_calls_back_what_has_not_left(mailing: Organization) -> None:
    removed(mailing, (1, 2, 3, 7))
    settle(mailing.store, "sent", NOW, membership_id=1)
    settle(mailing.store, "claimed", None, membership_id=2)  # type: ignore[arg-type]  # held, and not begun
    settle(mailing.store, "inflight", None, membership_id=3)  # type: ignore[arg-type]
    receipt = undo.undo(mailing.store, mailing.ana, None, LATER)
    assert states(mailing.store) == {1: "sent", 2: "cancelled", 3: "inflight", 7: "cancelled"}
    assert (receipt.applied, receipt.notes) == (4, ("Exit mails called back: 2.",))


def test_the_mails_of_those_who_do_not_come_back_still_leave(mailing: Organization) -> None:
    removed(mailing, (1, 2))
    with mailing.store.write() as connection:
        connection.exec_driver_sql("UPDATE memberships SET removed_at = 7 WHERE id = 2")
    undo.undo(mailing.store, mailing.ana, None, LATER)
    assert states(mailing.store) == {1: "cancelled", 2: "queued"}


def test_a_failed_removal_tells_nobody(mailing: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr("tui_admin.store.journal.seal", fail)
    with pytest.raises(OSError, match="disk gone"):
        removed(mailing, (1,))
    assert mails(mailing.store) == []
