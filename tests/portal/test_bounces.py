"""Bounces imported: what comes back is marked, who is gone is suppressed, what anybody could write is not believed."""

from pathlib import Path

import pytest
from pyroaring import BitMap

from tests.mail.notices import away, dsn, qmail
from tui_admin.portal import administrators, journal, receipts, rights, undo
from tui_admin.portal.mail import bounces, suppressions
from tui_admin.portal.mail.bounces import Fate
from tui_admin.portal.mail.mailing import mail_members
from tui_admin.rules.errors import NotAllowed
from tui_admin.rules.leaving_out import LeftOut
from tui_admin.rules.mailing import MailState, Purpose

from .conftest import NOW, Organization
from .mail_facts import mails, set_up, settle

FIRST, SECOND, THIRD = (f"person{number}@northwind.example" for number in (1, 2, 3))
LATER = NOW + 1_000


@pytest.fixture
def mailed(organization: Organization) -> Organization:
    """Reminders to three members, sent."""
    set_up(organization.store)
    with organization.store.write() as connection:
        mail_members(connection, organization.ana, Purpose.REMINDER, BitMap([1, 2, 3]), NOW)
    settle(organization.store, "sent", NOW)
    return organization


def ids(mailed: Organization) -> dict[str, str]:
    """The Message-ID of the mail to each address."""
    return {row["address"]: row["header_id"] for row in mails(mailed.store)}


def planned(mailed: Organization, folder: Path, *notices: bytes, by_address: bool = False) -> bounces.BouncePlan:
    returned = folder / "returned"
    returned.mkdir(exist_ok=True)
    for number, content in enumerate(notices):
        (returned / f"{number}.eml").write_bytes(content)
    return bounces.plan(mailed.store, mailed.ana, returned, by_address=by_address)


def fates(plan: bounces.BouncePlan) -> dict[str, str]:
    return {row.place: row.fate.name for row in plan.rows}


def applied(mailed: Organization, plan: bounces.BouncePlan) -> tuple[int, int]:
    done = bounces.apply(mailed.store, mailed.ana, plan, LATER)
    return done.bounced, done.suppressed


def states(mailed: Organization) -> dict[str, str]:
    return {row["address"]: row["state"] for row in mails(mailed.store)}


def suppressed(mailed: Organization) -> dict[str, str | None]:
    return {row.email: row.detail for row in suppressions.listing(mailed.store, mailed.ana)}


def test_who_is_gone_is_suppressed_and_who_is_full_is_not(mailed: Organization, tmp_path: Path) -> None:
    of = ids(mailed)
    plan = planned(
        mailed,
        tmp_path,
        dsn(FIRST.upper(), header_id=of[FIRST], said="550 5.1.1 unknown"),
        dsn(SECOND, header_id=of[SECOND], status="5.2.2"),
        qmail(THIRD, "Remote host said: 550 5.7.1 policy", of[THIRD]),
    )
    assert fates(plan) == {"0.eml": "NOBODY", "1.eml": "FAILED", "2.eml": "FAILED"}
    assert set(states(mailed).values()) == {"sent"}
    assert applied(mailed, plan) == (3, 1)
    assert set(states(mailed).values()) == {"bounced"}
    assert suppressed(mailed) == {FIRST: "5.1.1 smtp; 550 5.1.1 unknown"}
    first, second, _ = mails(mailed.store)
    assert (first["final_at"], first["last_enhanced"]) == (NOW, "5.1.1")
    assert (second["last_enhanced"], second["last_text"]) == ("5.2.2", "5.2.2")
    with mailed.store.write() as connection:
        left = mail_members(connection, mailed.ana, Purpose.INVITATION, BitMap([1]), LATER).left_out
    assert set(left) <= {LeftOut.INVITED_ONLY, LeftOut.BOUNCED}


def test_the_same_again_changes_nothing_even_once_taken_off_the_list(mailed: Organization, tmp_path: Path) -> None:
    notice = dsn(FIRST, header_id=ids(mailed)[FIRST])
    first = planned(mailed, tmp_path, notice, notice)
    assert sorted(fates(first).values()) == ["KNOWN", "NOBODY"]
    assert applied(mailed, first) == (1, 1)
    before = journal.newest(mailed.store)
    assert applied(mailed, first) == (0, 0)
    assert planned(mailed, tmp_path, notice, notice).count == 0
    assert journal.newest(mailed.store) == before
    suppressions.remove(mailed.store, mailed.ana, FIRST, LATER)
    assert applied(mailed, planned(mailed, tmp_path, notice)) == (0, 0)
    assert suppressed(mailed) == {}


def test_what_is_forged_or_of_others_is_ignored(mailed: Organization, tmp_path: Path) -> None:
    mine = ids(mailed)[FIRST]
    message, number, guard = mine.partition("@")[0].split(".")
    guessed = f"{message}.{number}.{'0' * len(guard)}@{mine.partition('@')[2]}"
    other = "<20260501.abc@mail.elsewhere.example>"
    for believing in (False, True):
        plan = planned(
            mailed, tmp_path, dsn(FIRST, header_id=guessed), dsn(FIRST, header_id=other), by_address=believing
        )
        assert set(fates(plan).values()) == {"STRANGE"}
        assert applied(mailed, plan) == (0, 0)
    assert set(states(mailed).values()) == {"sent"} and suppressed(mailed) == {}


def test_a_reader_cannot_have_another_address_suppressed(mailed: Organization, tmp_path: Path) -> None:
    plan = planned(mailed, tmp_path, dsn(SECOND, header_id=ids(mailed)[FIRST]))
    assert fates(plan) == {"0.eml": "ELSEWHERE"}
    assert applied(mailed, plan) == (1, 0)
    assert states(mailed) == {FIRST: "bounced", SECOND: "sent", THIRD: "sent"}


def test_what_names_no_mail_is_believed_only_if_so_wished(mailed: Organization, tmp_path: Path) -> None:
    notices = dsn(FIRST), dsn("stranger@x.example"), dsn(SECOND, status="5.7.1")
    plan = planned(mailed, tmp_path, *notices)
    assert fates(plan) == {"0.eml": "UNPROVEN", "1.eml": "STRANGER", "2.eml": "UNPROVEN"}
    assert applied(mailed, plan) == (0, 0)
    plan = planned(mailed, tmp_path, *notices, by_address=True)
    assert fates(plan) == {"0.eml": "NOBODY", "1.eml": "STRANGER", "2.eml": "UNPROVEN"}
    assert applied(mailed, plan) == (0, 1)
    assert list(suppressed(mailed)) == [FIRST]
    assert fates(planned(mailed, tmp_path, dsn(FIRST), by_address=True))["0.eml"] == "KNOWN"


def test_delays_and_answers_of_people_change_nothing(mailed: Organization, tmp_path: Path) -> None:
    of = ids(mailed)
    late = dsn(FIRST, header_id=of[FIRST], action="delayed", status="4.4.1")
    plan = planned(mailed, tmp_path, late, away(of[SECOND]), b"Subject: Re: Your courses\n\nThanks\n")
    assert fates(plan) == {"0.eml": "DELAYED", "1.eml": "AUTOMATIC", "2.eml": "UNCLASSIFIED"}
    assert applied(mailed, plan) == (0, 0)
    gone = dsn(FIRST, header_id=of[FIRST])
    assert applied(mailed, planned(mailed, tmp_path, late, gone)) == (1, 1)


def test_a_bounce_proves_that_a_mail_in_doubt_left(mailed: Organization, tmp_path: Path) -> None:
    of = ids(mailed)
    settle(mailed.store, str(MailState.UNKNOWN), NOW, address=FIRST)
    settle(mailed.store, str(MailState.QUEUED), NOW, address=SECOND)
    plan = planned(mailed, tmp_path, dsn(FIRST, header_id=of[FIRST]), dsn(SECOND, header_id=of[SECOND]))
    assert fates(plan) == {"0.eml": "NOBODY", "1.eml": "KNOWN"}
    assert applied(mailed, plan) == (1, 1)
    assert states(mailed)[FIRST] == "bounced"


def test_what_changed_since_the_plan_is_left_alone(mailed: Organization, tmp_path: Path) -> None:
    plan = planned(mailed, tmp_path, dsn(FIRST, header_id=ids(mailed)[FIRST]))
    settle(mailed.store, str(MailState.QUEUED), NOW)
    assert applied(mailed, plan) == (0, 0)
    assert suppressed(mailed) == {}


def test_it_is_journaled_with_the_mails_beside_it(mailed: Organization, tmp_path: Path) -> None:
    plan = planned(mailed, tmp_path, dsn(FIRST, header_id=ids(mailed)[FIRST]))
    done = bounces.apply(mailed.store, mailed.ana, plan, LATER)
    assert done.entry_id is not None
    entry = journal.entry(mailed.store, mailed.ana, done.entry_id)
    assert entry is not None and entry.row_count == 1
    assert entry.summary == "Imported bounces: 1 mail came back; 1 address put on the suppression list"
    assert entry.details == {"suppressed": [FIRST]}
    assert journal.verify(mailed.store, mailed.ana).whole


def test_rows_are_counted_by_fate(mailed: Organization, tmp_path: Path) -> None:
    of = ids(mailed)
    plan = planned(
        mailed, tmp_path, dsn(FIRST, header_id=of[FIRST]), dsn(SECOND, header_id=of[SECOND]), away(of[THIRD])
    )
    assert plan.counts == {Fate.NOBODY: 2, Fate.AUTOMATIC: 1}
    assert (plan.notices, plan.count) == (3, 2)


def test_it_is_undone_to_what_it_was(mailed: Organization, tmp_path: Path) -> None:
    of = ids(mailed)
    settle(mailed.store, str(MailState.UNKNOWN), NOW, address=SECOND)
    before = mails(mailed.store)
    notices = (dsn(FIRST, header_id=of[FIRST]), dsn(SECOND, header_id=of[SECOND], status="5.2.2"))
    plan = planned(mailed, tmp_path, *notices)
    assert applied(mailed, plan) == (2, 1)
    receipt = undo.undo(mailed.store, mailed.ana, None, LATER + 1)
    assert (receipt.applied, receipt.notes) == (2, ("1 address taken off the suppression list.",))
    assert mails(mailed.store) == before and suppressed(mailed) == {}
    rows = [row[1] for row in receipts.table(receipt, mailed.store, mailed.ana)]
    assert rows == [FIRST, SECOND]
    assert applied(mailed, planned(mailed, tmp_path, *notices)) == (2, 1)
    assert journal.verify(mailed.store, mailed.ana).whole


def test_what_changed_since_stays_when_it_is_undone(mailed: Organization, tmp_path: Path) -> None:
    of = ids(mailed)
    applied(mailed, planned(mailed, tmp_path, *(dsn(address, header_id=of[address]) for address in (FIRST, SECOND))))
    suppressions.remove(mailed.store, mailed.ana, FIRST, LATER + 1)
    suppressions.add(mailed.store, mailed.ana, FIRST, LATER + 2, reason="asked us")
    settle(mailed.store, str(MailState.SENT), LATER + 3, address=SECOND)
    entry = next(one for one in journal.entries(mailed.store, mailed.ana) if one.action == bounces.ACTION)
    receipt = undo.undo(mailed.store, mailed.ana, entry.id, LATER + 4)
    assert receipt.verdicts.reasons() == "1 skipped: changed since, left as it is"
    assert receipt.notes == ("1 address taken off the suppression list.", "1 address changed since, left alone.")
    assert states(mailed) == dict.fromkeys((FIRST, SECOND, THIRD), "sent")
    assert suppressed(mailed) == {FIRST: "asked us"}


def test_an_address_believed_for_itself_is_taken_off_again(mailed: Organization, tmp_path: Path) -> None:
    assert applied(mailed, planned(mailed, tmp_path, dsn(FIRST), by_address=True)) == (0, 1)
    receipt = undo.undo(mailed.store, mailed.ana, None, LATER + 1)
    assert receipt.entry_id is not None and suppressed(mailed) == {}


def test_who_may_not_change_the_list_any_more_may_not_undo(mailed: Organization, tmp_path: Path) -> None:
    administrators.add(mailed.store, mailed.ana, "fay@northwind.example", NOW)
    fay = rights.sign_in(mailed.store, "fay@northwind.example")
    plan = planned(mailed, tmp_path, dsn(FIRST, header_id=ids(mailed)[FIRST]))
    bounces.apply(mailed.store, fay, plan, LATER)
    administrators.remove(mailed.store, mailed.ana, fay.email, LATER)
    administrators.add(mailed.store, mailed.ana, fay.email, LATER, programs=("data",))
    with pytest.raises(NotAllowed):
        undo.undo(mailed.store, rights.sign_in(mailed.store, fay.email), None, LATER + 1)
    assert list(suppressed(mailed)) == [FIRST]
