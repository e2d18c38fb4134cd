"""Inviting a list: what is written, mailed, journaled, told and taken back."""

import io
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from tui_admin.portal import journal, program_settings, undo
from tui_admin.portal.inviting.inviting import open_inviting
from tui_admin.portal.inviting.plan import InviteRequest
from tui_admin.portal.inviting.rows import RECEIPT
from tui_admin.portal.inviting.writing import ACTION
from tui_admin.reports.people_files import Given
from tui_admin.reports.writers import write_refused
from tui_admin.rules.errors import Cancelled, Conflict, NotAllowed
from tui_admin.rules.remarks import Verdict
from tui_admin.rules.times import DAY
from tui_admin.store.tables import administrator_programs, contracts, learners

from .conftest import NOW, Organization
from .invite_lists import HEADER, change_membership, invite, opened, people, request, verdicts
from .mail_facts import mails, set_up, suppress

LATER = NOW + DAY


@pytest.fixture(autouse=True)
def licenses_to_spare(organization: Organization) -> None:
    """Seats are another matter."""
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=100))


TWO = HEADER + "Jo Li,Jo@X.example,00417\nPerson 5,person5@northwind.example,\n"


def test_people_and_memberships_are_made_and_former_ones_come_back(organization: Organization) -> None:
    store = organization.store
    done = invite(organization, request(TWO))
    assert (done.applied, done.count, done.queued, done.summary) == (True, 2, 0, "2 invited (1 with warnings)")
    found = people(store)
    new, back = found["jo@x.example 1"], found["person5@northwind.example 1"]
    for row in (new, back):
        assert (row["state"], row["invited_at"], row["invited_by"]) == ("INVITED", NOW, "ana@northwind.example")
        assert (row["removed_at"], row["contract_id"], row["invitations_sent"]) == (None, 1, 0)
    assert (new["name"], new["external_id"], new["search_key"]) == ("Jo Li", "00417", "jo li\x1fjo@x.example")
    assert (new["joined_at"], back["joined_at"]) == (None, NOW - 90 * DAY), "history stays"
    assert back["id"] == 5
    with store.read() as connection:
        person = connection.execute(select(learners).where(learners.c.email == "jo@x.example")).one()
    assert (person.email_shown, person.moment, person.opted_out) == ("Jo@X.example", NOW, False)
    entry = journal.entry(store, organization.ana, done.entry or 0)
    assert (entry.action, entry.row_count, entry.program_id) == (ACTION, 2, 1)
    assert entry.summary == "Invited 2 people from list.csv"


def test_the_mails_wait_in_the_outbox_from_the_same_moment_on(organization: Organization) -> None:
    store = organization.store
    set_up(store)
    done = invite(organization, request(TWO, mail=True))
    assert (done.queued, done.notes) == (2, ())
    found = people(store)
    assert {mail["membership_id"] for mail in mails(store, purpose="invitation")} == {
        found["jo@x.example 1"]["id"],
        5,
    }
    assert [mail["state"] for mail in mails(store)] == ["queued", "queued"]
    assert (found["jo@x.example 1"]["invitations_sent"], found["jo@x.example 1"]["last_sent_at"]) == (1, NOW)


def test_each_program_writes_its_own_invitation(organization: Organization) -> None:
    set_up(organization.store)
    rows = "Jo Li,jo@x.example,,data,\nJo Li,jo@x.example,,teams,Year 2\n"
    content = "Full Name,Email,External ID,Program,Contract\n" + rows
    assert invite(organization, request(content, None, mail=True)).queued == 2
    assert len({mail["message_id"] for mail in mails(organization.store)}) == 2


def test_who_lacks_what_the_text_needs_is_invited_and_not_mailed(organization: Organization) -> None:
    set_up(organization.store)
    program_settings.change(organization.store, organization.ana, "data", "invitation-body", "Come to {{ city }}.", NOW)
    done = invite(organization, request(TWO, mail=True))
    assert (done.count, done.queued, done.notes) == (2, 0, ("not mailed: 2 no city, which the text needs",))
    assert people(organization.store)["jo@x.example 1"]["invitations_sent"] == 0


def test_without_an_address_to_send_from_they_are_invited_and_not_mailed(organization: Organization) -> None:
    with opened(organization, request(TWO, mail=True)) as found:
        assert "sender-address" in found.plan(NOW).warnings[0]
        done = found.apply(NOW)
    assert (done.count, done.queued) == (2, 0)
    assert done.warnings[0].startswith("nobody is mailed yet. Mail needs an address it comes from: ")
    assert done.warnings[0].endswith("; then: tui-admin invitations resend")
    assert mails(organization.store) == []
    assert people(organization.store)["jo@x.example 1"]["invitations_sent"] == 0


def test_a_suppressed_address_is_invited_without_mail_only(organization: Organization) -> None:
    set_up(organization.store)
    suppress(organization.store, "jo@x.example")
    assert verdicts(organization, request(TWO, mail=True))[2] is Verdict.REFUSED
    assert invite(organization, request(TWO)).count == 2


def test_the_same_list_twice_invites_nobody_twice(organization: Organization) -> None:
    with opened(organization, request(TWO)) as found:
        assert found.apply(NOW).count == 2
        again = found.apply(NOW)
        assert (again.count, again.entry) == (0, None)
    before = people(organization.store)
    done = invite(organization, request(TWO), at=LATER)
    assert (done.summary, done.entry) == ("0 invited, 2 already invited", None)
    assert people(organization.store) == before


def test_a_plan_writes_nothing(organization: Organization) -> None:
    before = people(organization.store)
    with opened(organization, request(TWO)) as found:
        plan = found.plan(NOW)
        assert (plan.applied, plan.summary) == (False, "2 would be invited (1 with warnings)")
    assert people(organization.store) == before
    assert journal.entries(organization.store, organization.ana)[0].action != ACTION


def test_rows_are_paged_by_verdict(organization: Organization) -> None:
    rows = "".join(f"P,p{n}@x.example,\n" if n % 2 else f"P,nobody{n},\n" for n in range(10))
    with opened(organization, request(HEADER + rows)) as found:
        found.plan(NOW)
        assert [row.line for row in found.page(None, 8, 5)] == [10, 11]
        assert [row.line for row in found.page({Verdict.REFUSED}, 1, 2)] == [4, 6]
        assert [row.line for row in found.rows({Verdict.INVITE})] == [3, 5, 7, 9, 11]


HOSTILE = (
    "Cost Centre,Full Name,Email,External ID\n"
    "7,Jo Li,jo@x.example,00417\n"
    "7,Ann Ray,,\n"
    '7,"=HYPERLINK(""x"")",ann@x.example,\n'
    "8,Person 1,person1@northwind.example,\n"
    "7,Bo\n"
    "7,Jo Li,jo@x.example,00417\n"
    "7,Cy,cy@x.example,#REF!\n"
)


def test_a_receipt_names_every_row(organization: Organization) -> None:
    with opened(organization, request(HOSTILE)) as found:
        found.apply(NOW)
        assert RECEIPT[0] == "Line"
        assert list(found.receipt()) == [
            ("2", "jo@x.example", "Jo Li", "00417", "data", "Year 1", "invited", ""),
            ("3", "", "Ann Ray", "", "data", "Year 1", "refused", "Email is empty"),
            (
                *("4", "ann@x.example", '=HYPERLINK("x")', "", "data", "Year 1", "invited with warnings"),
                'Full Name «=HYPERLINK("x")» begins like a formula',
            ),
            (
                *("5", "person1@northwind.example", "Person 1", "", "data", "Year 1", "already a member"),
                "already a member",
            ),
            ("6", "7 Bo", "", "", "data", "Year 1", "refused", "has 2 fields, the header has 4"),
            ("7", "jo@x.example", "Jo Li", "00417", "data", "Year 1", "repeated", "same as line 2"),
            (
                *("8", "cy@x.example", "Cy", "#REF!", "data", "Year 1", "refused"),
                "External ID «#REF!» is a spreadsheet's error, not an id",
            ),
        ]


def test_the_repaired_rows_invite_exactly_the_rest(organization: Organization) -> None:
    with opened(organization, request(HOSTILE)) as found:
        done = found.apply(NOW)
        saved = io.StringIO(newline="")
        assert write_refused(saved, found.repair()) == done.refused == 3
    assert saved.getvalue().splitlines() == [
        "Cost Centre,Full Name,Email,External ID,Reason",
        "7,Ann Ray,,,line 3: Email is empty",
        '7,Bo,,,"line 6: has 2 fields, the header has 4"',
        '7,Cy,cy@x.example,#REF!,"line 8: External ID «#REF!» is a spreadsheet\'s error, not an id"',
    ]
    repaired = (
        saved.getvalue()
        .replace("Ann Ray,,", "Ann Ray,ray@x.example,")
        .replace("Bo,,", "Bo,bo@x.example,")
        .replace("#REF!,", ",")
    )
    before = set(people(organization.store))
    again = invite(organization, request(repaired))
    assert (again.count, again.total, again.unknown_columns) == (3, 3, ("Cost Centre",))
    assert set(people(organization.store)) - before == {"ray@x.example 1", "bo@x.example 1", "cy@x.example 1"}


def test_a_file_changed_after_the_plan_is_refused(organization: Organization, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(TWO)
    before = people(organization.store)
    with opened(organization, request(path)) as found:
        found.plan(NOW)
        path.write_text(TWO + "Bo,bo@x.example,\n")
        with pytest.raises(Conflict, match=r"list.csv was changed since it was read; nothing was done"):
            found.apply(NOW)
        path.unlink()
        with pytest.raises(Conflict):
            found.apply(NOW)
    assert people(organization.store) == before


def test_what_changed_since_the_plan_is_judged_again(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=5))
    with opened(organization, request(HEADER + "A,a@x.example,\nB,b@x.example,\n")) as found:
        assert found.plan(NOW).counts == {Verdict.INVITE: 1, Verdict.REFUSED: 1}  # one license is free
        invite(organization, request(HEADER + "A,a@x.example,\n"))
        done = found.apply(NOW)
        assert done.counts == {Verdict.INVITED: 1, Verdict.REFUSED: 1}
        assert [row.verdict for row in found.rows()] == [Verdict.INVITED, Verdict.REFUSED]


def test_a_plan_does_not_outlive_the_right(organization: Organization) -> None:
    with opened(organization, request(TWO), organization.bo) as found:
        found.plan(NOW)
        with organization.store.write() as connection:
            connection.execute(update(administrator_programs).values(program_id=2))
        with pytest.raises(NotAllowed, match="rights were changed"):
            found.apply(NOW)


def test_undo_withdraws_who_has_not_joined_and_stops_their_mails(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    set_up(store)
    before = people(store)
    invite(organization, request(TWO + "Bo Ek,bo@x.example,\n", mail=True))
    joined = people(store)["bo@x.example 1"]["id"]
    change_membership(store, joined, state="MEMBER", joined_at=LATER)
    receipt = undo.undo(store, ana, None, LATER)
    assert (receipt.applied, receipt.skipped) == (2, 1)
    found = people(store)
    assert (found["jo@x.example 1"]["state"], found["jo@x.example 1"]["removed_at"]) == ("DELETED_MEMBER", LATER)
    former = found["person5@northwind.example 1"]
    assert former == {**before["person5@northwind.example 1"], "invitations_sent": 1, "last_sent_at": NOW}
    assert found["bo@x.example 1"]["state"] == "MEMBER"
    assert {mail["address"]: mail["state"] for mail in mails(store)} == {
        "jo@x.example": "cancelled",
        "person5@northwind.example": "cancelled",
        "bo@x.example": "queued",
    }
    assert journal.verify(store, ana).whole
    again = invite(organization, request(TWO))
    assert (again.count, again.counts[Verdict.WARNED]) == (2, 2), "they come back with history"


def test_who_stops_it_changes_nothing(organization: Organization) -> None:
    store, ana, before = organization.store, organization.ana, people(organization.store)
    stopped = False
    with open_inviting(store, ana, request(TWO), cancelled=lambda: stopped) as found:
        found.plan(NOW)
        stopped = True
        with pytest.raises(Cancelled, match="nothing was changed"):
            found.apply(NOW)
    with (
        pytest.raises(Cancelled, match="nothing was changed"),
        open_inviting(store, ana, request(TWO), cancelled=lambda: True),
    ):
        pass
    assert people(store) == before


def test_progress_counts_rows(organization: Organization) -> None:
    told: list[int] = []
    asked = request(HEADER + "".join(f"P,p{n}@x.example,\n" for n in range(5_003)))
    with open_inviting(
        organization.store, organization.ana, asked, progress=lambda step: told.append(step.done)
    ) as found:
        assert told == [5_000, 5_003]
        assert found.plan(NOW).total == 5_003


def test_a_list_beyond_ten_thousand_rows_is_invited_whole(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=None))
    asked = request(HEADER + "".join(f"P,p{n}@x.example,\n" for n in range(10_050)) + "P,p7@X.example,\n")
    done = invite(organization, asked)
    assert (done.count, done.total, done.counts[Verdict.REPEATED]) == (10_050, 10_051, 1)
    invited = [row["email"] for row in people(organization.store).values() if row["state"] == "INVITED"]
    assert sum(email.endswith("@x.example") for email in invited) == 10_050


def test_one_person_goes_the_same_way(organization: Organization) -> None:
    given = Given.person("Jo, Li", ' jo@x.example"', "00417\n")
    with open_inviting(organization.store, organization.ana, InviteRequest(given, request("").usual, False)) as found:
        plan = found.plan(NOW)
        assert (plan.name, plan.refused) == ("the form", 1)
        (row,) = found.rows()
        assert (row.name, row.external_id) == ("Jo, Li", "00417")
    given = Given.person("Jo, Li", "jo@x.example", "00417")
    assert invite(organization, InviteRequest(given, request("").usual, False)).count == 1
    assert people(organization.store)["jo@x.example 1"]["name"] == "Jo, Li"


def test_a_failed_invitation_leaves_nothing(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(organization.store)
    before = people(organization.store)

    def fail(*_: object) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr("tui_admin.store.journal.seal", fail)
    with pytest.raises(OSError, match="disk gone"):
        invite(organization, request(TWO, mail=True))
    assert people(organization.store) == before
    assert mails(organization.store) == []
    with organization.store.read() as connection:
        assert connection.execute(select(func.count()).select_from(learners)).scalar_one() == 8
