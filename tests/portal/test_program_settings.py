"""A program's settings: the order of programs, the report's schedule, the enrollment limit; changed and taken back."""

import pytest
from sqlalchemy import insert, update

from tests.portal.conftest import NOW, Organization
from tui_admin.cli.programs import set_value
from tui_admin.portal import administrators, contracts, program_settings, programs, undo
from tui_admin.rules.errors import BadInput, NotAllowed, UsageError
from tui_admin.store.tables import membership_contracts, memberships


def _change(organization: Organization, key: str, value: str, slug: str = "data") -> str:
    return program_settings.change(organization.store, organization.ana, slug, key, value, NOW)


def test_programs_are_put_in_another_order(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    programs.create(store, ana, "third", "Third", NOW)
    assert _change(organization, "order", "1", "third") == "Set order of program third to 1"
    assert [row.slug for row in programs.listing(store, ana, NOW)] == ["third", "data", "teams"]
    undo.undo(store, ana, None, NOW)
    assert [row.slug for row in programs.listing(store, ana, NOW)] == ["data", "teams", "third"]
    with pytest.raises(BadInput, match="from 1 to 3, not '4'"):
        _change(organization, "order", "4")


def test_the_order_of_all_is_not_a_program_admins(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    assert "order" not in program_settings.show(store, bo, "data")
    with pytest.raises(NotAllowed):
        program_settings.change(store, bo, "data", "order", "2", NOW)


def test_a_schedule_is_kept_and_taken_back(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    said = program_settings.change(store, bo, "data", "report-schedule", "thu, mon 7", NOW)
    assert said.startswith("Set report-schedule of program data to 'mon thu 07:00'; tui-admin worker sends them")
    assert "already" in program_settings.change(store, bo, "data", "report-schedule", "mon 7 thu 07:00", NOW)
    program_settings.change(store, bo, "data", "report-schedule", "", NOW)
    assert program_settings.show(store, bo, "data")["report-schedule"] == ""
    undo.undo(store, bo, None, NOW)
    assert program_settings.show(store, bo, "data")["report-schedule"] == "mon thu 07:00"
    assert program_settings.show(store, organization.ana, "teams")["report-schedule"] == ""


def test_members_above_a_limit_are_told_and_stay(organization: Organization) -> None:
    store, bo = organization.store, organization.bo
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id.in_((1, 2, 5))).values(enrolled=3))
    assert program_settings.above_limit(store, bo, "data") == 0
    assert _change(organization, "enrollment-limit", "3") == "Set enrollment-limit of program data to 3"
    assert _change(organization, "enrollment-limit", "2").endswith(
        "to 2; 2 members are above it and stay so: imports only warn"
    )
    assert program_settings.above_limit(store, bo, "data") == 2


@pytest.mark.parametrize("slug", ["data", "teams"])
def test_what_a_program_admin_lost_they_do_not_take_back(organization: Organization, slug: str) -> None:
    store, bo = organization.store, organization.bo
    program_settings.change(store, bo, "data", "tagline", "Mine", NOW)
    entry = undo.last_undoable(store, bo)
    assert entry is not None
    administrators.remove(store, organization.ana, bo.email, NOW)
    if slug == "teams":
        administrators.add(store, organization.ana, bo.email, NOW, programs=("teams",))
    with pytest.raises(NotAllowed):
        undo.undo(store, bo, entry.id, NOW)
    assert program_settings.show(store, organization.ana, "data")["tagline"] == "Mine"


def test_a_contract_that_people_draw_on_by_now_is_not_taken_back(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    _change(organization, "contracts", "+Year 2")
    with store.write() as connection:
        connection.execute(update(memberships).where(memberships.c.id == 1).values(contract_id=2))
    with pytest.raises(BadInput, match="1 of the program's people draw on 'Year 2': move them first"):
        undo.undo(store, ana, None, NOW)


def test_a_contract_that_people_draw_on_beside_their_own_is_not_ended(organization: Organization) -> None:
    _change(organization, "contracts", "+Year 2")
    with organization.store.write() as connection:
        link = {"membership_id": 1, "position": 1, "contract_id": 2}
        connection.execute(insert(membership_contracts).values(link))
    with pytest.raises(BadInput, match="1 of the program's people draw on 'Year 2': move them first"):
        _change(organization, "contracts", "-Year 2")


def test_a_contract_that_was_renamed_since_is_not_taken_back(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    _change(organization, "contracts", "+Year 2")
    _change(organization, "contracts", "-Year 2")
    ended = undo.last_undoable(store, ana)
    assert ended is not None
    contracts.change(store, ana, "Year 2", "name", "Year Two", NOW)
    with pytest.raises(BadInput, match="There is no contract 'Year 2' any more"):
        undo.undo(store, ana, ended.id, NOW)
    assert program_settings.show(store, ana, "data")["contracts"] == "Year 1"


def test_days_that_would_cross_are_not_taken_back(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    contracts.change(store, ana, "Year 1", "to", "2026-06-30", NOW)
    contracts.change(store, ana, "Year 1", "to", "2026-12-31", NOW)
    last = undo.last_undoable(store, ana)
    assert last is not None
    contracts.change(store, ana, "Year 1", "from", "2026-08-01", NOW)
    with pytest.raises(BadInput, match="before it begins"):
        undo.undo(store, ana, last.id, NOW)


def test_the_nearest_setting_is_named(organization: Organization) -> None:
    with pytest.raises(UsageError, match="nearest is 'order'"):
        _change(organization, "ordr", "1")


def test_the_help_names_every_setting() -> None:
    listed = str(set_value.help).partition("KEY is one of:\n")[2].splitlines()
    assert [line.split()[0] for line in listed if line.strip()] == list(program_settings.KEYS)
