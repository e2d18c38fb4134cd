"""Invitations that are not answered: the list, mailing them again, withdrawing them."""

import pytest
from sqlalchemy import update

from tui_admin.portal import journal, undo
from tui_admin.portal.inviting import invitation_acts, invitations
from tui_admin.portal.inviting.invitations import pending
from tui_admin.portal.receipts import Verdict
from tui_admin.rules.errors import NotAllowed, UsageError
from tui_admin.rules.filters import parse
from tui_admin.rules.leaving_out import LeftOut
from tui_admin.rules.mailing import MailState
from tui_admin.rules.times import DAY, HOUR, MINUTE, Instant
from tui_admin.store.tables import contracts, outbox

from .conftest import NOW, Organization
from .invite_lists import HEADER, change_membership, invite, people, request
from .mail_facts import mails, set_up, settle, suppress

LATER = NOW + DAY


@pytest.fixture
def inviting(organization: Organization) -> Organization:
    """Two invited just now, with mail, beside one of long ago (membership 4) and one to another program (8)."""
    set_up(organization.store)
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=100))
    invite(organization, request(HEADER + "Jo Li,jo@x.example,7\nAnn Ray,ann@x.example,\n", mail=True))
    return organization


def ids(organization: Organization) -> dict[str, int]:
    return {key.partition("@")[0]: row["id"] for key, row in people(organization.store).items()}


def verdicts(plan: invitation_acts.InvitationPlan) -> dict[str, list[int]]:
    return {f"{group.verdict}: {group.reason}": sorted(group.ids) for group in plan.verdicts.groups}


def test_the_list_shows_who_is_pending_and_how_far_their_mail_got(inviting: Organization) -> None:
    store, ana = inviting.store, inviting.ana
    settle(store, "sent", NOW + MINUTE, address="jo@x.example")
    with store.write() as connection:
        failed = update(outbox).where(outbox.c.address == "ann@x.example")
        connection.execute(failed.values(state="failed", last_text="550 no such user \x1b[31m"))
    change_membership(store, 4, invited_at=NOW - DAY)
    rows = {row.name: row for row in invitations.page(store, ana, pending("data"), LATER, 0, 50)}
    assert list(rows) == ["Ann Ray", "Jo Li", "Person 4"]
    jo, ann, old = rows["Jo Li"], rows["Ann Ray"], rows["Person 4"]
    assert (jo.email, jo.external_id, jo.contract, jo.statuses) == ("jo@x.example", "7", "Year 1", ("invited",))
    assert (jo.invited_at, jo.invited_by, jo.sent, jo.last_sent_at) == (NOW, "ana@northwind.example", 1, NOW)
    assert (jo.delivery, ann.delivery, old.delivery) == (MailState.SENT, MailState.FAILED, None)
    assert (ann.reply, old.invited_by, old.sent) == ("550 no such user \ufffd[31m", "", 0)


def test_the_list_is_filtered_sorted_and_counted_like_any_other(inviting: Organization) -> None:
    store, ana = inviting.store, inviting.ana
    change_membership(store, 4, invited_at=NOW - 40 * DAY)
    everybody = pending()
    assert invitations.count(store, ana, everybody, LATER) == 4
    assert invitations.count(store, ana, pending("data", parse("invited>30d")), LATER) == 1
    assert invitations.count(store, ana, pending("data", parse("status:enrolled")), LATER) == 0
    order = [
        row.name for row in invitations.page(store, ana, pending("data", sort="name", descending=False), NOW, 0, 9)
    ]
    assert order == ["Ann Ray", "Jo Li", "Person 4"]
    for sort in ("sent", "last-sent"):
        found = invitations.page(store, ana, pending("data", sort=sort, descending=False), NOW, 0, 9)
        assert found[0].name == "Person 4"
        query = pending("data", sort=sort)
        assert [invitations.position(store, ana, query, NOW, row.id) for row in found] == [2, 1, 0]
    assert {row.name for row in invitations.stream(store, ana, everybody, NOW)} == {*order, "Person 7"}
    assert [row.name for row in invitations.rows(store, inviting.bo, (8, 4), NOW)] == ["Person 4"]
    assert invitations.count(store, inviting.bo, everybody, NOW) == 3


def test_mailing_again_counts_and_leaves_alone_who_was_mailed_just_now(inviting: Organization) -> None:
    store, ana, known = inviting.store, inviting.ana, ids(inviting)
    settle(store, "sent", NOW, address="jo@x.example")
    suppress(store, "person4@northwind.example", "bounced")
    asked = [known["jo"], known["ann"], 4, 8, 1, 5, 99]
    soon = invitation_acts.plan_resend(store, ana, "data", asked, NOW + HOUR - 1)
    assert verdicts(soon) == {
        f"skip: {invitation_acts.JUST_MAILED}": [known["jo"]],
        f"skip: {invitation_acts.ON_ITS_WAY}": [known["ann"]],
        f"skip: {invitation_acts.JOINED}": [1],
        f"skip: {invitation_acts.GONE}": [5],
        f"refuse: {LeftOut.BOUNCED}": [4],
        f"refuse: {invitation_acts.ELSEWHERE}": [8],
        f"refuse: {invitation_acts.NOT_THERE}": [99],
    }
    plan = invitation_acts.plan_resend(store, ana, "data", asked, NOW + HOUR)
    assert plan.summary.startswith("1 invitation would be mailed again (1 skipped: ")
    receipt = invitation_acts.apply(store, ana, plan, NOW + HOUR)
    assert (receipt.applied, receipt.summary) == (1, "Mailed 1 invitation again")
    assert [mail["state"] for mail in mails(store, address="jo@x.example")] == ["sent", "queued"]
    row = people(store)["jo@x.example 1"]
    assert (row["invitations_sent"], row["last_sent_at"], row["invited_at"]) == (2, NOW + HOUR, NOW)
    again = invitation_acts.apply(store, ana, plan, NOW + HOUR)
    assert (again.applied, again.entry_id) == (0, None)
    assert len(mails(store, address="jo@x.example")) == 2
    entry = journal.entry(store, ana, receipt.entry_id or 0)
    assert (entry.action, entry.row_count, entry.program_id) == (invitation_acts.RESEND, 1, 1)
    with pytest.raises(UsageError, match="cannot be undone"):
        undo.undo(store, ana, receipt.entry_id, LATER)


def test_each_program_mails_its_own_invitations(inviting: Organization) -> None:
    store, ana = inviting.store, inviting.ana
    plan = invitation_acts.plan_resend(store, ana, None, pending(filter=parse("email:person")), LATER)
    assert invitation_acts.apply(store, ana, plan, LATER).applied == 2
    queued = [mail for mail in mails(store) if mail["header_date"] == LATER]
    assert [mail["membership_id"] for mail in queued] == [4, 8]
    assert len({mail["message_id"] for mail in queued}) == 2


def test_without_a_sender_nothing_is_counted(organization: Organization) -> None:
    plan = invitation_acts.plan_resend(organization.store, organization.ana, "data", (4,), NOW)
    with pytest.raises(UsageError, match="sender-address"):
        invitation_acts.apply(organization.store, organization.ana, plan, NOW)
    assert people(organization.store)["person4@northwind.example 1"]["invitations_sent"] == 0


def withdraw(organization: Organization, *rows: int, at: Instant = LATER) -> invitation_acts.Receipt:
    store, ana = organization.store, organization.ana
    return invitation_acts.apply(store, ana, invitation_acts.plan_withdraw(store, ana, "data", rows, at), at)


def test_withdrawing_keeps_history_and_stops_the_mails(inviting: Organization) -> None:
    store, known = inviting.store, ids(inviting)
    settle(store, "inflight", None, address="ann@x.example")  # type: ignore[arg-type]
    plan = invitation_acts.plan_withdraw(store, inviting.ana, "data", (known["jo"], known["ann"], 1, 8), LATER)
    assert plan.summary == (
        "2 invitations would be withdrawn (1 skipped: joined already; 1 refused: not of this program)"
    )
    receipt = invitation_acts.apply(store, inviting.ana, plan, LATER)
    assert (receipt.applied, receipt.summary, receipt.notes) == (
        2,
        "Withdrew 2 invitations",
        ("1 mail not sent any more",),
    )
    found = people(store)
    for key in ("jo@x.example 1", "ann@x.example 1"):
        assert (found[key]["state"], found[key]["removed_at"], found[key]["invited_at"]) == (
            "DELETED_MEMBER",
            LATER,
            NOW,
        )
    assert {mail["address"]: mail["state"] for mail in mails(store)} == {
        "jo@x.example": "cancelled",
        "ann@x.example": "inflight",
    }
    assert withdraw(inviting, known["jo"]).applied == 0


def test_who_joined_since_the_plan_is_left_alone(inviting: Organization) -> None:
    store, known = inviting.store, ids(inviting)
    plan = invitation_acts.plan_withdraw(store, inviting.ana, "data", (known["jo"], known["ann"]), NOW)
    change_membership(store, known["jo"], state="MEMBER", joined_at=LATER)
    receipt = invitation_acts.apply(store, inviting.ana, plan, LATER)
    assert {group.reason: sorted(group.ids) for group in receipt.verdicts.groups} == {
        "": [known["ann"]],
        invitation_acts.MEANWHILE: [known["jo"]],
    }
    assert people(store)["jo@x.example 1"]["state"] == "MEMBER"


def test_undo_brings_invitations_back_while_there_are_licenses(inviting: Organization) -> None:
    store, known = inviting.store, ids(inviting)
    withdraw(inviting, known["jo"], known["ann"], 4)
    with store.write() as connection:  # three are occupied
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=5))
    receipt = undo.undo(store, inviting.ana, None, LATER)
    found = {group.reason: sorted(group.ids) for group in receipt.verdicts.groups}
    assert found == {"": [4, known["jo"]], "contract Year 1 has no free license": [known["ann"]]}
    row = people(store)["jo@x.example 1"]
    assert (row["state"], row["removed_at"]) == ("INVITED", None)
    assert {mail["state"] for mail in mails(store)} == {"cancelled"}, "mails that were stopped stay so"


def test_a_program_admin_acts_within_their_program(inviting: Organization) -> None:
    store, bo = inviting.store, inviting.bo
    plan = invitation_acts.plan_withdraw(store, bo, None, (4, 8), NOW)
    assert verdicts(plan) == {"apply: ": [4], f"refuse: {invitation_acts.NOT_THERE}": [8]}
    assert [row.name for row in plan.rows(store, bo)] == ["Person 4", None]
    for act in (invitation_acts.plan_withdraw, invitation_acts.plan_resend):
        with pytest.raises(NotAllowed, match="teams"):
            act(store, bo, "teams", (8,), NOW)
    assert invitation_acts.apply(store, bo, plan, NOW).verdicts.count(Verdict.APPLY) == 1
