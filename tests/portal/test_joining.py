"""Joining by the link of an invitation: once, under the right contract, never past its licenses, welcomed by mail."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from tests.store.plain_triage import stored_facts, stored_totals, triage_facts
from tests.store.plain_triage import totals as added_up
from tui_admin.mail.links import CONFIRMING_ENDS, JOINING_ENDS, LinkEnded, LinkPurpose, Links
from tui_admin.portal import home, journal, learner_history, masthead, removal, undo
from tui_admin.portal.inviting import invitation_acts
from tui_admin.portal.organization import facts
from tui_admin.portal.pages import joining
from tui_admin.portal.pages.admitting import State
from tui_admin.portal.pages.joining import Joined, Offer
from tui_admin.portal.pages.occupancy import Occupancy
from tui_admin.rules.errors import BadInput
from tui_admin.rules.times import DAY, HOUR
from tui_admin.store.engine import Store
from tui_admin.store.tables import (
    contracts,
    learners,
    membership_contracts,
    memberships,
    messages,
    organization,
    program_contracts,
    programs,
)

from .conftest import NOW, Organization
from .invite_lists import HEADER, invite, request
from .mail_facts import mails, set_up, settle, suppress
from .report_files import Importer, member

INVITED = 4
"""The membership of person 4, invited to `data` under contract 1, which 3 of 5 licenses are occupied of."""


@pytest.fixture
def invited(organization: Organization) -> Organization:
    """The small organization with a key, whose invitation is an hour old."""
    with organization.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.state == "INVITED").values(invited_at=NOW - HOUR))
    set_up(organization.store)
    return organization


def token(membership: int, made: int = NOW - HOUR) -> str:
    return Links("key").token(LinkPurpose.JOIN, membership, made + JOINING_ENDS)


def look(store: Store, membership: int = INVITED) -> Offer:
    return joining.look(store, token(membership), NOW, Occupancy())


def join(store: Store, membership: int = INVITED, now: int = NOW) -> Joined:
    return joining.join(store, token(membership), now, Occupancy())


def row(store: Store, membership: int = INVITED) -> dict[str, object]:
    with store.read() as connection:
        query = select(memberships).where(memberships.c.id == membership)
        return dict(connection.execute(query).mappings().one())


def change(store: Store, table: object, id: int, **values: object) -> None:
    with store.write() as connection:
        connection.execute(update(table).where(table.c.id == id).values(**values))  # type: ignore[attr-defined]


def head(store: Store) -> int:
    return journal.newest(store)


def test_a_link_offers_the_program_and_changes_nothing(invited: Organization) -> None:
    store = invited.store
    change(store, programs, 1, tagline="Learn it")
    before = head(store), row(store)
    offer = look(store)
    assert offer == Offer(
        State.OPEN, "A place is kept for you.", "data", "Data Foundations", "Learn it", masthead.read(store)
    )
    assert (head(store), row(store)) == before


def test_joining_makes_a_member_welcomes_and_journals(invited: Organization) -> None:
    store = invited.store
    data_as_of = facts(store).data_as_of
    joined = join(store)
    assert (joined.is_new, joined.offer.state, joined.offer.program) == (True, State.JOINED, "Data Foundations")
    now = row(store)
    assert (now["state"], now["joined_at"], now["active_at"], now["contract_id"]) == ("MEMBER", NOW, NOW, 1)
    (mail,) = mails(store)
    assert (mail["purpose"], mail["membership_id"], mail["address"]) == (
        "program-welcome",
        INVITED,
        "person4@northwind.example",
    )
    entry = journal.entries(store, invited.ana, 1)[0]
    assert (entry.actor, entry.action, entry.summary) == ("learner", "join program", "1 person joined Data Foundations")
    (event,) = learner_history.events(store, invited.ana, INVITED, 4)
    assert event.before == {"state": "INVITED", "joined_at": None, "contract_id": 1}
    assert event.after == {"state": "MEMBER", "joined_at": NOW, "contract_id": 1}
    assert journal.verify(store, invited.ana).whole
    assert facts(store).data_as_of == data_as_of
    with store.read() as connection:
        assert stored_facts(connection) == triage_facts(connection)
        assert stored_totals(connection) == added_up(connection)


def test_homes_funnel_moves(invited: Organization) -> None:
    before = home.overview(invited.store, invited.ana, NOW).funnel
    join(invited.store)
    after = home.overview(invited.store, invited.ana, NOW).funnel
    assert (after.invited, after.joined) == (before.invited, before.joined + 1)


def test_joining_twice_says_so_and_changes_nothing(invited: Organization) -> None:
    join(invited.store)
    before = head(invited.store), row(invited.store)
    again = join(invited.store, now=NOW + 1)
    assert (again.is_new, again.offer.state) == (False, State.JOINED)
    assert "already" in again.offer.said
    assert (head(invited.store), row(invited.store)) == before
    assert len(mails(invited.store)) == 1


def test_one_link_twice_in_one_transaction_joins_once(invited: Organization) -> None:
    tokens = [token(INVITED), "not.ours", token(INVITED), token(8)]
    first, wrong, second, other = joining.join_all(invited.store, tokens, NOW, Occupancy())
    assert isinstance(wrong, BadInput)
    assert [one.is_new for one in (first, second, other) if isinstance(one, Joined)] == [True, False, True]
    assert len(mails(invited.store)) == 2
    assert [entry.action for entry in journal.entries(invited.store, invited.ana, 2)] == ["join program"] * 2


def test_beside_a_link_of_an_earlier_invitation_the_present_one_joins(invited: Organization) -> None:
    tokens = [token(INVITED, NOW - 2 * HOUR), token(INVITED)]
    found = joining.join_all(invited.store, tokens, NOW, Occupancy())
    told = [(one.offer.state, one.is_new) for one in found if isinstance(one, Joined)]
    assert told == [(State.GONE, False), (State.JOINED, True)]


@pytest.mark.parametrize(
    ("made_for", "made", "error", "said"),
    [
        (LinkPurpose.JOIN, NOW - JOINING_ENDS, LinkEnded, "has ended"),
        (LinkPurpose.CONFIRM, NOW - CONFIRMING_ENDS, LinkEnded, "has ended. Ask for another"),
        (LinkPurpose.UNSUBSCRIBE, NOW, BadInput, "made to unsubscribe, not to join"),
    ],
)
def test_other_links_do_not_join(
    invited: Organization, made_for: LinkPurpose, made: int, error: type[Exception], said: str
) -> None:
    lasts = {LinkPurpose.CONFIRM: CONFIRMING_ENDS}.get(made_for, JOINING_ENDS)
    other = Links("key").token(made_for, INVITED, made + lasts)
    for act in (joining.look, joining.join):
        with pytest.raises(error, match=said):
            act(invited.store, other, NOW, Occupancy())
    assert row(invited.store)["state"] == "INVITED"


# --- who was removed, or invited again


def withdraw(organization: Organization) -> int | None:
    plan = invitation_acts.plan_withdraw(organization.store, organization.ana, "data", [INVITED], NOW)
    return invitation_acts.apply(organization.store, organization.ana, plan, NOW).entry_id


def test_a_withdrawn_invitation_lets_nobody_in_until_it_is_taken_back(invited: Organization) -> None:
    entry = withdraw(invited)
    assert (look(invited.store).state, look(invited.store).program) == (State.GONE, "")
    assert not join(invited.store).is_new
    assert row(invited.store)["state"] == "DELETED_MEMBER"
    undo.undo(invited.store, invited.ana, entry, NOW)
    assert join(invited.store).is_new


def test_a_used_link_brings_nobody_back_who_was_removed(invited: Organization) -> None:
    join(invited.store)
    plan = removal.plan(invited.store, invited.ana, "data", [INVITED], NOW)
    receipt = removal.apply(invited.store, invited.ana, plan, NOW)
    assert join(invited.store).offer.state is State.GONE
    assert row(invited.store)["state"] == "DELETED_MEMBER"
    undo.undo(invited.store, invited.ana, receipt.entry_id, NOW)
    assert row(invited.store)["state"] == "MEMBER"
    assert join(invited.store).offer.state is State.JOINED


def test_only_the_link_of_the_present_invitation_lets_in(invited: Organization) -> None:
    withdraw(invited)
    assert invite(invited, request(HEADER + "Person 4,person4@northwind.example,\n")).count == 1
    assert row(invited.store)["invited_at"] == NOW
    assert look(invited.store).state is State.GONE
    assert not join(invited.store).is_new
    assert joining.join(invited.store, token(INVITED, NOW), NOW, Occupancy()).is_new


def test_an_erased_person_and_a_membership_that_is_not_there_are_gone(invited: Organization) -> None:
    change(invited.store, learners, 4, erased_at=NOW)
    assert look(invited.store) == look(invited.store, 999)
    assert look(invited.store).state is State.GONE


def test_a_report_that_dates_an_invitation_later_ends_none_of_its_links(invited: Organization, tmp_path: Path) -> None:
    change(invited.store, memberships, INVITED, invited_by="ana@northwind.example")
    importer = Importer(invited.store, invited.ana, tmp_path)
    for dated, kept in (("2026-05-01T10:00:00.000Z", NOW - 2 * HOUR), ("2026-05-01T11:30:00.000Z", NOW - 2 * HOUR)):
        said = {"Member State": "INVITED", "Join Date": "", "Contract(s)": "Year 1", "Invitation Date": dated}
        importer([member("person4@northwind.example", **said)])
        assert row(invited.store)["invited_at"] == kept
        assert look(invited.store).state is State.OPEN


# --- licenses


def test_a_full_contract_lets_nobody_in_and_says_what_helps(invited: Organization) -> None:
    store, occupancy = invited.store, Occupancy()
    change(store, contracts, 1, licenses=3)
    before = head(store)
    for _ in range(2):
        joined = joining.join(store, token(INVITED), NOW, occupancy)
        assert (joined.is_new, joined.offer.state) == (False, State.FULL)
        assert "ask for a place" in joined.offer.said
    assert joining.look(store, token(INVITED), NOW, occupancy).state is State.FULL
    assert (head(store), row(store)["state"], mails(store)) == (before, "INVITED", [])
    plan = removal.plan(store, invited.ana, "data", [2], NOW)
    removal.apply(store, invited.ana, plan, NOW)
    assert joining.join(store, token(INVITED), NOW, occupancy).is_new


def test_the_last_license_goes_to_the_first_of_one_transaction(invited: Organization) -> None:
    store, occupancy = invited.store, Occupancy()
    change(store, contracts, 1, licenses=4)
    change(store, memberships, 8, contract_id=1)
    tokens = [token(8), token(INVITED)]
    found = joining.join_all(store, tokens, NOW, occupancy)
    assert [one.is_new for one in found if isinstance(one, Joined)] == [True, False]
    assert joining.look(store, token(INVITED), NOW, occupancy).state is State.FULL
    again = joining.join_all(store, tokens, NOW, occupancy)
    assert [one.offer.state for one in again if isinstance(one, Joined)] == [State.JOINED, State.FULL]


def test_somebody_in_two_programs_of_a_contract_holds_one_license(invited: Organization) -> None:
    store, occupancy = invited.store, Occupancy()
    change(store, contracts, 1, licenses=3)
    change(store, memberships, 8, contract_id=1, learner_id=2)
    assert joining.join(store, token(8), NOW, occupancy).is_new
    assert joining.join(store, token(INVITED), NOW, occupancy).offer.state is State.FULL
    change(store, contracts, 1, licenses=4)
    assert joining.join(store, token(INVITED), NOW, occupancy).is_new


def test_unknown_licenses_are_no_cap(invited: Organization) -> None:
    assert join(invited.store, 8).is_new
    assert row(invited.store, 8)["contract_id"] == 2


def test_a_further_contract_must_have_a_license_too(invited: Organization) -> None:
    store, occupancy = invited.store, Occupancy()
    with store.write() as connection:
        connection.execute(insert(membership_contracts).values(membership_id=8, position=1, contract_id=1))
    change(store, contracts, 1, licenses=3)
    assert joining.join(store, token(8), NOW, occupancy).offer.state is State.FULL
    change(store, contracts, 1, licenses=4)
    assert joining.join(store, token(8), NOW, occupancy).is_new
    assert joining.join(store, token(INVITED), NOW, occupancy).offer.state is State.FULL


def test_an_invitation_without_a_contract_takes_the_first_that_has_room(invited: Organization) -> None:
    store = invited.store
    with store.write() as connection:
        connection.execute(insert(contracts).values(id=3, name="Year 3", licenses=9, created_at=NOW))
        connection.execute(delete(program_contracts).where(program_contracts.c.program_id == 1))
        link = [{"program_id": 1, "contract_id": id, "position": at} for at, id in enumerate((3, 1, 2))]
        connection.execute(insert(program_contracts), link)
        connection.execute(update(memberships).where(memberships.c.id == INVITED).values(contract_id=None))
        connection.execute(update(contracts).where(contracts.c.id == 3).values(ends_on=date(2026, 4, 30)))
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=3))
    assert join(store).is_new
    assert row(store)["contract_id"] == 2


def test_a_program_without_contracts_has_places_for_all(invited: Organization) -> None:
    with invited.store.write() as connection:
        connection.execute(delete(program_contracts))
        connection.execute(update(memberships).where(memberships.c.id == INVITED).values(contract_id=None))
    assert join(invited.store).is_new
    assert row(invited.store)["contract_id"] is None


@pytest.mark.parametrize(
    ("first", "last", "state", "said"),
    [
        (date(2026, 5, 1), date(2026, 5, 1), State.OPEN, "A place is kept for you."),
        (date(2026, 5, 2), None, State.AHEAD, "This program opens on 2 May 2026."),
        (None, date(2026, 4, 30), State.ENDED, "This program ended on 30 April 2026"),
    ],
)
def test_a_contract_lets_in_on_its_days_only(
    invited: Organization, first: date | None, last: date | None, state: State, said: str
) -> None:
    change(invited.store, contracts, 1, starts_on=first, ends_on=last)
    offer = look(invited.store)
    assert offer.state is state and offer.said.startswith(said)
    assert join(invited.store).is_new is (state is State.OPEN)


def test_joining_stands_against_older_reports_only(invited: Organization, tmp_path: Path) -> None:
    person, importer = "person4@northwind.example", Importer(invited.store, invited.ana, tmp_path)
    said = member(person, **{"Member State": "INVITED", "Program Slug": "data", "Join Date": ""})
    join(invited.store)
    importer([said], name="Export 2026-05-01 11-59-59 UTC")
    assert row(invited.store)["state"] == "MEMBER"
    importer([said], name="Export 2026-05-02 00-00-00 UTC")
    assert row(invited.store)["state"] == "INVITED"


def test_undoing_the_invitation_leaves_whoever_joined_since(invited: Organization) -> None:
    plan = invite(invited, request(HEADER + "New,new@x.example,\n"))
    with invited.store.read() as connection:
        new = connection.execute(select(memberships.c.id).order_by(memberships.c.id.desc()).limit(1)).scalar_one()
    assert joining.join(invited.store, token(new, NOW), NOW, Occupancy()).is_new
    assert undo.undo(invited.store, invited.ana, plan.entry, NOW).applied == 0
    assert row(invited.store, new)["state"] == "MEMBER"


# --- welcome mails


def test_a_welcome_leads_to_the_programs_own_address_else_to_our_page_of_it(invited: Organization) -> None:
    store = invited.store
    change(store, organization, 1, public_url="https://learn.northwind.example")
    change(store, programs, 2, url="https://lms.example/teams")
    join(store)
    join(store, 8)
    links = [json.loads(mail["fields"])["program_url"] for mail in mails(store)]
    assert links == ["https://learn.northwind.example/p/data", "https://lms.example/teams"]


def test_welcome_mails_of_a_day_are_one_message(invited: Organization) -> None:
    store = invited.store
    change(store, memberships, 8, program_id=1, contract_id=1)
    join(store)
    (first,) = mails(store)
    settle(store, "sent", NOW)
    change(store, messages, first["message_id"], state="sent", finished_at=NOW)
    join(store, 8, NOW + HOUR)
    _, second = mails(store)
    assert second["message_id"] == first["message_id"]
    assert second["header_id"] != first["header_id"]
    with store.read() as connection:
        (message,) = connection.execute(select(messages)).all()
    assert (message.state, message.finished_at, message.created_by) == ("sending", None, "learner")


def test_who_joins_anew_is_welcomed_anew(invited: Organization) -> None:
    store = invited.store
    join(store)
    change(store, memberships, INVITED, state="INVITED")
    join(store, now=NOW + HOUR)
    assert len({mail["message_id"] for mail in mails(store)}) == len(mails(store)) == 2


def test_a_welcome_of_another_day_or_in_another_name_is_another_message(invited: Organization) -> None:
    store = invited.store
    for membership in (8, 5):
        values = {"program_id": 1, "contract_id": 2, "state": "INVITED", "invited_at": NOW - HOUR}
        change(store, memberships, membership, **values)
    join(store)
    join(store, 8, NOW + DAY)
    change(store, organization, 1, name="Southwind")
    join(store, 5, NOW + DAY + 1)
    assert len({mail["message_id"] for mail in mails(store)}) == 3


def test_nobody_is_written_to_who_must_not_be_and_an_opt_out_stops_no_welcome(invited: Organization) -> None:
    store = invited.store
    suppress(store, "person4@northwind.example")
    change(store, learners, 7, opted_out=True)
    assert join(store).is_new and mails(store) == []
    assert join(store, 8).is_new and len(mails(store)) == 1
    with store.read() as connection:
        assert len(connection.execute(select(messages.c.id)).all()) == 1


def test_an_invitation_that_waits_is_not_mailed_any_more_once_it_is_answered(invited: Organization) -> None:
    store = invited.store
    plan = invitation_acts.plan_resend(store, invited.ana, None, [INVITED, 8], NOW)
    invitation_acts.apply(store, invited.ana, plan, NOW)
    join(store)
    found = {(mail["membership_id"], mail["purpose"]): mail["state"] for mail in mails(store)}
    assert found == {
        (INVITED, "invitation"): "cancelled",
        (8, "invitation"): "queued",
        (INVITED, "program-welcome"): "queued",
    }


def test_without_a_sender_address_people_join_unwelcomed(invited: Organization) -> None:
    change(invited.store, organization, 1, sender_address=None)
    assert join(invited.store).is_new
    assert mails(invited.store) == []


def test_names_of_programs_are_made_harmless(invited: Organization) -> None:
    change(invited.store, programs, 1, name="Data\x1b[31m")
    assert "\x1b" not in look(invited.store).program
    join(invited.store)
    assert "\x1b" not in journal.entries(invited.store, invited.ana, 1)[0].summary
