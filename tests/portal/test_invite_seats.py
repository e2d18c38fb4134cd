"""Bad input of invitation files, seats: purchased less occupied less reserved, rows beyond refused in file order."""

import pytest
from sqlalchemy import insert, update

from tui_admin.portal.inviting.plan import Seats
from tui_admin.rules.licenses import Licenses
from tui_admin.rules.remarks import Verdict
from tui_admin.store.tables import contracts, membership_contracts, memberships

from .conftest import NOW, Organization
from .invite_lists import HEADER, invite, judged, opened, people, request, verdicts

I, R = Verdict.INVITE, Verdict.REFUSED  # noqa: E741 - as the tables below read best


def listed(number: int) -> str:
    return HEADER + "".join(f"Person,p{n}@x.example,\n" for n in range(number))


def buy(organization: Organization, licenses: int | None) -> None:
    """Year 1 has 3 occupied and 1 reserved."""
    with organization.store.write() as connection:
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=licenses))


@pytest.mark.parametrize(
    ("licenses", "rows", "invited"),
    [(None, 3, 3), (1_000, 3, 3), (7, 3, 3), (6, 3, 2), (5, 3, 1), (4, 3, 0), (3, 3, 0), (0, 1, 0), (1_000, 996, 996)],
)
def test_rows_beyond_the_licenses_are_refused_in_file_order(
    organization: Organization, licenses: int | None, rows: int, invited: int
) -> None:
    buy(organization, licenses)
    found = verdicts(organization, request(listed(rows)))
    assert list(found.values()) == [I] * invited + [R] * (rows - invited)


def test_one_more_than_a_thousand_is_one_too_many(organization: Organization) -> None:
    buy(organization, 1_000)
    with opened(organization, request(listed(997))) as found:
        plan = found.plan(NOW)
        assert (plan.count, plan.refused) == (996, 1)
        assert plan.seats == (Seats("Year 1", Licenses(1_000, 3, 1), 996),)
        assert str(plan.seats[0]) == "Year 1: 996 reserved of 996 free (1,000 licenses: 3 occupied, 1 reserved)"
        (refused,) = found.rows({R})
        assert (refused.line, refused.reason) == (998, "Contract «Year 1» has no free license")
        assert found.apply(NOW).count == 996
    (again,) = judged(organization, request(HEADER + "One more,more@x.example,\n")).values()
    assert again.verdict is R


def test_a_program_admin_is_shown_only_what_their_own_people_hold(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.program_id == 2).values(contract_id=1))
    with opened(organization, request(listed(1)), organization.bo) as found:
        (seats,) = found.plan(NOW).seats
    assert seats == Seats("Year 1", Licenses(5, 3, 1, shared=True), 0)
    text = "Year 1: 0 reserved (5 licenses: 3 occupied, 1 reserved by your programs, which share them)"
    assert str(seats) == text


def test_rows_that_need_no_license_take_none(organization: Organization) -> None:
    """Members, invited and refused people, and somebody who holds or has reserved one through another program."""
    buy(organization, 5)
    with organization.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 8).values(contract_id=1))
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=6))
    rows = (
        "Person 1,person1@northwind.example,",
        "Person 4,person4@northwind.example,",
        "Person 7,person7@northwind.example,",
        ",nobody@x.example,",
        "A,a@x.example,",
        "A,a@x.example,",
        "B,b@x.example,",
    )
    found = verdicts(organization, request(HEADER + "".join(row + "\n" for row in rows)))
    assert [verdict.invites for verdict in found.values()] == [False, False, True, False, True, False, False]
    assert found[8] is R


def test_a_person_in_two_programs_of_a_contract_takes_one(organization: Organization) -> None:
    buy(organization, 6)
    rows = "".join(f"P,p{n}@x.example,,{program},Year 1\n" for n in range(3) for program in ("data", "teams"))
    content = "Full Name,Email,External ID,Program,Contract\n" + rows
    assert list(verdicts(organization, request(content, None)).values()) == [I, I, I, I, R, R]


def test_a_further_contract_holds_a_license_too(organization: Organization) -> None:
    buy(organization, 4)
    with organization.store.write() as connection:
        connection.execute(insert(membership_contracts).values(membership_id=7, position=1, contract_id=1))
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=5))
    rows = "Person 6,person6@northwind.example,\nNew,new@x.example,\n"
    assert list(verdicts(organization, request(HEADER + rows)).values()) == [I, R]


def test_what_is_invited_is_reserved(organization: Organization) -> None:
    buy(organization, 6)
    assert invite(organization, request(listed(1))).count == 1
    assert verdicts(organization, request(HEADER + "A,a@x.example,\nB,b@x.example,\n")) == {2: I, 3: R}
    assert "p0@x.example 1" in people(organization.store)
