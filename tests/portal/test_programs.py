"""Programs and contracts: what is listed, created and changed, and what is refused."""

from dataclasses import asdict
from datetime import date

import pytest
from sqlalchemy import update

from tui_admin.portal import contracts, journal, program_settings, programs
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.rules.licenses import Licenses
from tui_admin.rules.times import DAY
from tui_admin.store.tables import memberships

from .conftest import NOW, Organization


def test_programs_come_with_their_figures(organization: Organization) -> None:
    store = organization.store
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 1).values(enrolled=1, failed=1))
        connection.execute(update(memberships).where(memberships.c.id == 2).values(active_at=NOW - DAY))
    data, teams = programs.listing(store, organization.ana, NOW)
    assert asdict(data) == {
        "slug": "data",
        "name": "Data Foundations",
        "contracts": ("Year 1",),
        "members": 3,
        "invited": 1,
        "at_risk": 1,
        "inactive": 2,
        "licenses": 5,
    }
    assert (teams.contracts, teams.licenses) == (("Year 1", "Year 2"), None)
    assert programs.listing(store, organization.bo, NOW) == [data]


def test_a_program_is_created_on_its_contracts(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    programs.create(store, ana, "writing-101", " Writing ", NOW, contracts=("Year 2", "Year 1", "Year 2"))
    made = programs.listing(store, ana, NOW)[-1]
    assert (made.slug, made.name, made.contracts) == ("writing-101", "Writing", ("Year 2", "Year 1"))
    with pytest.raises(UsageError, match="already"):
        programs.create(store, ana, "writing-101", "Again", NOW)
    with pytest.raises(BadInput, match="nearest is 'Year 1'"):
        programs.create(store, ana, "other", "Other", NOW, contracts=("yeer 1",))
    assert len(programs.listing(store, ana, NOW)) == 3


@pytest.mark.parametrize("slug", ["", "Data", "a b", "-a", "a-", "a--b", "ä", "a/b", "x" * 101])
def test_what_is_no_slug_is_refused(organization: Organization, slug: str) -> None:
    with pytest.raises(BadInput, match="is no slug"):
        programs.create(organization.store, organization.ana, slug, "Name", NOW)


@pytest.mark.parametrize(
    ("key", "value", "summary"),
    [
        ("name", "Data", "Set name of program data to 'Data'"),
        ("tagline", "Learn it", "Set tagline of program data to 'Learn it'"),
        ("enrollment-limit", "3", "Set enrollment-limit of program data to 3"),
        ("url", "https://learn.example/data", "Set url of program data to 'https://learn.example/data'"),
    ],
)
def test_a_program_admin_sets_what_is_their_programs(
    organization: Organization, key: str, value: str, summary: str
) -> None:
    store, bo = organization.store, organization.bo
    assert program_settings.change(store, bo, "data", key, value, NOW) == summary
    assert "already" in program_settings.change(store, bo, "data", key, value, NOW)
    entry = journal.entries(store, bo)[0]
    assert (entry.summary, entry.details["key"]) == (summary, key)
    assert len(journal.entries(store, bo)) == 1
    with pytest.raises(NotAllowed):
        program_settings.change(store, bo, "teams", key, value, NOW)


@pytest.mark.parametrize(
    ("key", "value"),
    [("name", " "), ("name", "a\x1bb"), ("enrollment-limit", "0"), ("enrollment-limit", "x"), ("url", "ftp://x")],
)
def test_values_that_cannot_be_are_refused(organization: Organization, key: str, value: str) -> None:
    with pytest.raises(BadInput):
        program_settings.change(organization.store, organization.ana, "data", key, value, NOW)


def test_contracts_are_attached_and_detached_by_the_organization(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    program_settings.change(store, ana, "data", "contracts", "+Year 2", NOW)
    assert programs.listing(store, ana, NOW)[0].contracts == ("Year 1", "Year 2")
    program_settings.change(store, ana, "data", "contracts", "-Year 2", NOW)
    assert programs.listing(store, ana, NOW)[0].contracts == ("Year 1",)
    with pytest.raises(BadInput, match="4 of the program's people draw on 'Year 1'"):
        program_settings.change(store, ana, "data", "contracts", "-Year 1", NOW)
    with pytest.raises(BadInput, match=r"Write \+NAME"):
        program_settings.change(store, ana, "data", "contracts", "Year 2", NOW)
    with pytest.raises(NotAllowed):
        program_settings.change(store, organization.bo, "data", "contracts", "+Year 2", NOW)


def test_an_unknown_setting_is_answered_with_the_nearest(organization: Organization) -> None:
    with pytest.raises(UsageError, match="nearest is 'tagline'"):
        program_settings.change(organization.store, organization.ana, "data", "taglne", "x", NOW)


def test_contracts_come_with_their_licenses(organization: Organization) -> None:
    with organization.store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id.in_((1, 6))).values(enrolled=2))
    first, second = contracts.listing(organization.store, organization.ana)
    using = contracts.utilized(organization.store, organization.ana)
    assert (first.name, first.licenses, using[first.id]) == ("Year 1", Licenses(5, 3, 1), 1)
    assert (first.slugs, second.slugs) == (("data", "teams"), ("teams",))
    assert (second.licenses, using[second.id]) == (Licenses(None, 1, 1), 0)


def test_a_program_admin_sees_no_counts_of_others(organization: Organization) -> None:
    (row,) = contracts.listing(organization.store, organization.bo)
    assert (row.name, row.licenses.occupied, row.slugs) == ("Year 1", 3, ("data",))
    assert [row.licenses.occupied for row in contracts.listing(organization.store, organization.cy)] == [1, 1]


def test_a_contract_is_created_and_changed(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    contracts.create(store, ana, "Year 3", NOW, licenses=9, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31))
    contracts.change(store, ana, "Year 3", "licenses", "12", NOW)
    contracts.change(store, ana, "Year 3", "to", "", NOW)
    contracts.change(store, ana, "Year 3", "name", "Third", NOW)
    row = contracts.listing(store, ana)[0]
    assert (row.name, row.licenses.purchased, row.starts_on, row.ends_on) == ("Third", 12, date(2026, 1, 1), None)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("to", "2025-12-31", "would end on 2025-12-31 before it begins on 2026-01-01"),
        ("from", "tomorrow", "is no day; write 2026-01-31"),
        ("licenses", "-1", "whole number"),
        ("licenses", "many", "whole number"),
        ("licenses", "9" * 5_000, "whole number"),
        ("name", "", "needs a name"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(organization: Organization, key: str, value: str, sentence: str) -> None:
    store, ana = organization.store, organization.ana
    contracts.change(store, ana, "Year 1", "from", "2026-01-01", NOW)
    with pytest.raises(BadInput, match=sentence):
        contracts.change(store, ana, "Year 1", key, value, NOW)


def test_fewer_licenses_than_learners_are_kept_and_told(organization: Organization) -> None:
    said = contracts.change(organization.store, organization.ana, "Year 1", "licenses", "1", NOW)
    assert said.endswith("over by 2")
    licenses = contracts.listing(organization.store, organization.ana)[0].licenses
    assert (licenses.purchased, licenses.over_by) == (1, 2)


def test_two_contracts_of_one_name_are_refused(organization: Organization) -> None:
    with pytest.raises(UsageError, match="already"):
        contracts.create(organization.store, organization.ana, "Year 1", NOW)
    with pytest.raises(UsageError, match="already"):
        contracts.change(organization.store, organization.ana, "Year 2", "name", "Year 1", NOW)
