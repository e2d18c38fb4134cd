"""Bad input of invitation files, state: what the store knows of a row's person, program and contract."""

from datetime import date

import pytest
from sqlalchemy import delete, insert, update

from tui_admin.portal.inviting.places import Untold
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.rules.remarks import Remark, Verdict
from tui_admin.store.tables import (
    contracts,
    learner_addresses,
    outbox,
    program_contracts,
)

from .conftest import NOW, Organization
from .invite_lists import HEADER, change_learner, change_membership, judged, request, verdicts
from .mail_facts import suppress


@pytest.fixture(autouse=True)
def licenses_to_spare(organization: Organization) -> None:
    """Seats are another matter."""
    with organization.store.write() as connection:
        connection.execute(update(contracts).values(licenses=100))


PROGRAMS = "Full Name,Email,External ID,Program,Contract\n"


def told(organization: Organization, *rows: str, **asked: object) -> list[tuple[Verdict, str]]:
    """Verdict and reasons of rows under the template's header."""
    found = judged(organization, request(HEADER + "".join(row + "\n" for row in rows), **asked))  # type: ignore[arg-type]
    return [(row.verdict, row.reason) for row in found.values()]


def test_who_is_known_in_which_state(organization: Organization) -> None:
    assert told(
        organization,
        "Person 1,person1@northwind.example,",
        "Person 4,PERSON4@northwind.example,",
        "Person 5,person5@northwind.example,",
        "Person 6,person6@northwind.example,",
        "Person 7,person7@northwind.example,",
        "New One,new@northwind.example,",
    ) == [
        (Verdict.MEMBER, "already a member"),
        (Verdict.INVITED, "already invited"),
        (Verdict.WARNED, "was removed from the program before; comes back with history"),
        (Verdict.INVITE, ""),
        (Verdict.WARNED, "has not answered the invitation to Leading Teams yet"),
        (Verdict.INVITE, ""),
    ]


def test_an_invitation_counts_whatever_became_of_it(organization: Organization) -> None:
    change_membership(organization.store, 4, state_raw="INVITED_EMAIL_NOT_VERIFIED", invited_at=NOW - 10**11)
    assert told(organization, "Person 4,person4@northwind.example,") == [(Verdict.INVITED, "already invited")]


def test_an_invitation_under_another_contract_is_told(organization: Organization) -> None:
    content = PROGRAMS + "Person 7,person7@northwind.example,,teams,Year 1\n"
    (row,) = judged(organization, request(content, None)).values()
    assert row.verdict is Verdict.INVITED
    assert row.reason == "already invited; Contract «Year 1» is not that of the invitation, which is Year 2"


def test_rows_of_one_list_that_speak_of_one_person(organization: Organization) -> None:
    assert told(
        organization,
        "Jo Li,jo@x.example,1",
        "Jo Li,jo@x.example,1",
        "JO LI,JO@X.EXAMPLE,",
        "Joe Lee,jo@x.example,1",
        "Jo Li,jo@x.example,2",
        "Ann Ray,jose\u0301@x.example,",
        "Ann Ray,jos\u00e9@x.example,",
        "Bo Ek,bo@x.example,1",
    ) == [
        (Verdict.INVITE, ""),
        (Verdict.REPEATED, "same as line 2"),
        (Verdict.REPEATED, "same as line 2"),
        (
            Verdict.REFUSED,
            "Full Name «Joe Lee» the same address stands on line 2 with another name; keep one",
        ),
        (
            Verdict.REFUSED,
            "External ID «2» the same address stands on line 2 with another external id; keep one",
        ),
        (Verdict.WARNED, "Email «josé@x.example» has letters before the @ that not every mail server takes"),
        (Verdict.REPEATED, "same as line 7"),
        (Verdict.WARNED, "External ID «1» stands on line 2 too, with another address: maybe the same person"),
    ]


def test_addresses_that_may_reach_one_mailbox_are_told(organization: Organization) -> None:
    change_learner(organization.store, 1, email="an.n@gmail.com", email_shown="an.n@gmail.com")
    found = judged(
        organization,
        request(
            HEADER + "A,j.o@gmail.com,\nB,jo@googlemail.com,\nC,ann@gmail.com,\nD,other@gmail.com,\nE,jo+x@x.example,\n"
        ),
    )
    assert [row.reason for row in found.values()] == [
        "Email «j.o@gmail.com» may be the same person as jo@googlemail.com",
        "Email «jo@googlemail.com» may be the same person as j.o@gmail.com",
        "Email «ann@gmail.com» may be the same person as an.n@gmail.com",
        "",
        "Email «jo+x@x.example» may be the same person as jo@x.example",
    ]


def test_a_known_person_stays_as_they_are_known(organization: Organization) -> None:
    change_learner(organization.store, 6, external_id="00417")
    assert told(
        organization,
        "Person Six,person6@northwind.example,417",
        "person 6,person6@northwind.example,00417",
        "Person 7,person7@northwind.example,8",
        "Jo Li,jo@x.example,00417",
    )[0] == (
        Verdict.WARNED,
        "Full Name «Person Six» is known as Person 6, which stays; External ID «417» is known as 00417, which stays",
    )
    alone = told(organization, "Person 7,person7@northwind.example,8", "Jo Li,jo@x.example,00417")
    assert alone[0][1].startswith("External ID «8» the person is known without one")
    assert alone[1] == (
        Verdict.WARNED,
        "External ID «00417» belongs to Person 6 <person6@northwind.example>: maybe the same person",
    )


def test_a_former_address_is_refused_with_the_present_one(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(insert(learner_addresses).values(learner_id=6, email="old6@x.example", until=NOW))
    asked = request(HEADER + "Person 6,old6@x.example,\n")
    (row,) = judged(organization, asked).values()
    assert row.verdict is Verdict.REFUSED
    assert row.reason == (
        "Email «old6@x.example» is a former address of somebody, now person6@northwind.example: invite the present one"
    )
    (row,) = judged(organization, asked, organization.bo).values()
    assert (row.verdict, "person6" in row.reason) == (Verdict.REFUSED, False)


def test_where_no_mail_goes(organization: Organization) -> None:
    store = organization.store
    suppress(store, "bad@x.example", "bounced")
    change_learner(store, 6, opted_out=True)
    with store.write() as connection:
        for number, state in ((1, "sent"), (2, "bounced")):
            mail = {"id": number, "learner_id": 7, "purpose": "custom", "dedupe_key": number, "state": state}
            mail |= {"address": "person7@northwind.example", "header_id": number, "header_date": NOW, "attempts": 1}
            connection.execute(insert(outbox).values({**mail, "dedupe_key": str(number), "header_id": str(number)}))
    rows = "Bad,bad@x.example,\nPerson 6,person6@northwind.example,\nPerson 7,person7@northwind.example,\n"
    with_mail = judged(organization, request(HEADER + rows, mail=True))
    without = judged(organization, request(HEADER + rows))
    assert [row.verdict for row in with_mail.values()] == [Verdict.REFUSED, Verdict.WARNED, Verdict.WARNED]
    assert [row.verdict for row in without.values()] == [Verdict.WARNED] * 3
    assert "is on the suppression list (bounced)" in with_mail[2].reason
    assert "opted out of messages; an invitation is sent all the same" in with_mail[3].reason
    assert "the last mail to it bounced" in with_mail[4].reason


def test_the_rows_may_name_program_and_contract(organization: Organization) -> None:
    rows = (
        ",a@x.example,,data,",
        ",b@x.example,,Leading teams,Year 2",
        ",c@x.example,,TEAMS,year 1",
        ",d@x.example,,dada,",
        ",e@x.example,,teams,",
        ",f@x.example,,data,Year 2",
        ",g@x.example,,,",
        ",h@x.example,,teams,Yaer 2",
    )
    content = PROGRAMS + "".join(f"Jo Li{row}\n" for row in rows)
    found = judged(organization, request(content, None))
    assert [(row.program, row.contract, row.reason) for row in found.values()] == [
        ("data", "Year 1", ""),
        ("teams", "Year 2", ""),
        ("teams", "Year 1", ""),
        ("", "", "Program «dada» is no program; the nearest is 'data'"),
        ("teams", "", "Contract must be named, the program draws on several: Year 1, Year 2"),
        ("data", "", "Contract «Year 2» is no contract of the program; the nearest is 'Year 1'"),
        ("", "", "Program is empty: say which program"),
        ("teams", "", "Contract «Yaer 2» is no contract of the program; the nearest is 'Year 2'"),
    ]
    usual = judged(organization, request(content, "teams", "Year 2"))
    assert (usual[8].program, usual[8].contract, usual[8].verdict) == ("teams", "Year 2", Verdict.INVITE)
    assert usual[2].reason.startswith("Contract «Year 2» is no contract of the program")


def test_one_person_may_be_invited_to_two_programs_at_once(organization: Organization) -> None:
    rows = "Jo Li,jo@x.example,,data,\nJo Li,jo@x.example,,teams,Year 1\nJo Li,jo@x.example,,teams,Year 2\n"
    found = judged(organization, request(PROGRAMS + rows, None))
    assert [row.verdict for row in found.values()] == [Verdict.INVITE, Verdict.INVITE, Verdict.REFUSED]
    assert found[4].reason == "Contract «Year 2» the same person stands on line 3 under another contract; keep one"


def test_a_contract_has_its_days(organization: Organization) -> None:
    asked = request(HEADER + "Jo Li,jo@x.example,\n")
    for first, last, verdict, reason in (
        (date(2026, 1, 1), date(2026, 5, 1), Verdict.INVITE, ""),
        (None, date(2026, 4, 30), Verdict.REFUSED, "Contract «Year 1» ended on 30 Apr 2026"),
        (date(2026, 5, 2), None, Verdict.WARNED, "Contract «Year 1» begins on 2 May 2026"),
    ):
        with organization.store.write() as connection:
            connection.execute(update(contracts).where(contracts.c.id == 1).values(starts_on=first, ends_on=last))
        (row,) = judged(organization, asked).values()
        assert (row.verdict, row.reason) == (verdict, reason)


def test_only_contracts_in_force_are_to_choose_from(organization: Organization) -> None:
    asked = request(HEADER + "Jo Li,jo@x.example,\n", "teams")
    with pytest.raises(Untold) as untold:
        judged(organization, asked)
    assert (untold.value.key, untold.value.choices) == ("contract", ("Year 1", "Year 2"))
    for first, last in ((None, date(2026, 4, 30)), (date(2026, 5, 2), None)):
        with organization.store.write() as connection:
            connection.execute(update(contracts).where(contracts.c.id == 1).values(starts_on=first, ends_on=last))
        for one in (asked, request(PROGRAMS + "Jo Li,jo@x.example,,teams,\n", None)):
            (row,) = judged(organization, one).values()
            assert (row.contract, row.verdict) == ("Year 2", Verdict.INVITE)


def test_the_programs_to_choose_from_are_the_administrators(organization: Organization) -> None:
    for actor, choices in ((organization.ana, {"data", "teams"}), (organization.bo, {"data"})):
        with pytest.raises(Untold) as untold:
            judged(organization, request(HEADER + "Jo,jo@x.example,\n", None), actor)
        assert (untold.value.key, set(untold.value.choices)) == ("program", choices)


def test_a_program_without_contract_needs_none(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(delete(program_contracts).where(program_contracts.c.program_id == 1))
    (row,) = judged(organization, request(HEADER + "Jo Li,jo@x.example,\n")).values()
    assert (row.program, row.contract, row.verdict) == ("data", "", Verdict.INVITE)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        (request(HEADER + "Jo,jo@x.example,\n", None), UsageError, "--program SLUG, or a column Program"),
        (
            request(HEADER + "Jo,jo@x.example,\n", "teams"),
            UsageError,
            r"several contracts \(Year 1, Year 2\): add --con",
        ),
        (request(HEADER + "Jo,jo@x.example,\n", "dada"), BadInput, "nearest is 'data'"),
        (request(HEADER + "Jo,jo@x.example,\n", "data", "Year 2"), BadInput, "does not draw on 'Year 2'; it does on Y"),
        (request(HEADER), BadInput, "holds a header and nobody under it"),
        (request(HEADER + ",,\n  \n"), BadInput, "holds a header and nobody under it"),
    ],
)
def test_a_list_is_refused_whole_where_none_of_it_could_be(
    organization: Organization, asked: object, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        judged(organization, asked)  # type: ignore[arg-type]


def test_a_program_admin_invites_to_their_own_programs_only(organization: Organization) -> None:
    rows = "Jo Li,jo@x.example,,data,\nAnn Ray,ann@x.example,,teams,Year 1\nBo Ek,bo@x.example,,no-such,\n"
    found = judged(organization, request(PROGRAMS + rows, None), organization.bo)
    assert [(row.program, row.verdict, row.reason) for row in found.values()] == [
        ("data", Verdict.INVITE, ""),
        ("", Verdict.REFUSED, "Program «teams» is none of your programs"),
        ("", Verdict.REFUSED, "Program «no-such» is none of your programs"),
    ]
    for slug in ("teams", "no-such"):
        with pytest.raises(NotAllowed, match=slug):
            judged(organization, request(HEADER + "Jo,jo@x.example,\n", slug), organization.bo)


def test_a_program_admin_learns_nothing_of_other_programs_people(organization: Organization) -> None:
    change_learner(organization.store, 6, external_id="00417", opted_out=True)
    rows = "Other,person6@northwind.example,8\nOther,person7@northwind.example,00417\n"
    asked = request(HEADER + rows)
    assert set(verdicts(organization, asked).values()) == {Verdict.WARNED}
    assert [row.told for row in judged(organization, asked, organization.bo).values()] == [(), ()]


def test_the_own_address_is_told(organization: Organization) -> None:
    (row,) = judged(organization, request(HEADER + "Bo,bo@northwind.example,\n"), organization.bo).values()
    assert [one.remark for one in row.told] == [Remark.OWN]
