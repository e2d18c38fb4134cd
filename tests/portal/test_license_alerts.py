"""License alerts: whom they tell of what, once, and again only after fewer licenses were taken."""

import json
import threading

import pytest
from sqlalchemy import insert, update

from tui_admin.portal import contracts, journal, settings
from tui_admin.portal.mail import license_alerts
from tui_admin.rules.licenses import Licenses
from tui_admin.rules.times import DAY
from tui_admin.store.tables import administrators, delivery, memberships
from tui_admin.store.tables import contracts as contracts_table

from .conftest import NOW, Organization
from .mail_facts import mails, set_up


@pytest.fixture
def full(organization: Organization) -> Organization:
    """The organization, whose three learners hold three of the five licenses of `Year 1`; mail can be sent."""
    set_up(organization.store)
    return organization


def purchase(organization: Organization, licenses: int) -> None:
    contracts.change(organization.store, organization.ana, "Year 1", "licenses", str(licenses), NOW)


def told(organization: Organization) -> list[tuple[str, str]]:
    """Who was told, and what share."""
    rows = mails(organization.store, purpose="license-alert")
    return [(row["address"], json.loads(row["fields"])["share"]) for row in rows]


def look(organization: Organization) -> int:
    return license_alerts.look(organization.store, NOW)


ANA = "ana@northwind.example"


def test_each_threshold_is_told_of_once_and_again_after_fewer_were_taken(full: Organization) -> None:
    assert look(full) == 0
    purchase(full, 4)
    assert (look(full), look(full)) == (1, 0)
    assert told(full) == [(ANA, "75")]
    purchase(full, 3)
    assert (look(full), look(full)) == (1, 0)
    purchase(full, 5)
    assert look(full) == 0
    purchase(full, 4)
    assert look(full) == 1
    assert told(full) == [(ANA, "75"), (ANA, "100"), (ANA, "75")]
    assert [json.loads(row["fields"])["left"] for row in mails(full.store, purpose="license-alert")] == [
        "One more person can join.",
        "All are taken: nobody else can join.",
        "One more person can join.",
    ]


def test_of_several_thresholds_at_once_one_mail_tells_the_share(full: Organization) -> None:
    purchase(full, 2)
    assert (look(full), look(full)) == (1, 0)
    assert told(full) == [(ANA, "150")]
    (mail,) = mails(full.store)
    left = "That is 1 more than were purchased: nobody else can join."
    said = {"contract": "Year 1", "occupied": "3", "purchased": "2", "share": "150", "left": left}
    assert json.loads(mail["fields"]) == said
    entry = journal.entries(full.store, full.ana)[0]
    assert (entry.actor, entry.summary) == (
        "delivery",
        "Told 1 administrator that 150 % of the licenses of Year 1 are in use",
    )


def test_people_who_leave_let_it_be_told_again(full: Organization) -> None:
    purchase(full, 4)
    assert look(full) == 1
    for state, expected in (("DELETED_MEMBER", 0), ("MEMBER", 1)):
        with full.store.write() as connection:
            connection.execute(update(memberships).where(memberships.c.id == 2).values(state=state))
        assert look(full) == expected
    assert look(full) == 0


def test_every_organization_admin_with_an_address_is_told_and_no_program_admin(full: Organization) -> None:
    with full.store.write() as connection:
        for email in ("root@localhost", "di@northwind.example"):
            values = {"email": email, "email_shown": email, "role": "organization", "added_at": 0, "added_by": "ana"}
            connection.execute(insert(administrators).values(values))
    purchase(full, 3)
    assert look(full) == 2
    assert told(full) == [(ANA, "100"), ("di@northwind.example", "100")]


@pytest.mark.parametrize("reason", ["off", "no sender", "paused"])
def test_what_could_not_be_mailed_is_told_once_it_can(full: Organization, reason: str) -> None:
    purchase(full, 3)
    with full.store.write() as connection:
        connection.execute(insert(delivery).values(id=1, paused_at=NOW if reason == "paused" else None))
    settings.change(full.store, full.ana, "license-alerts", "off" if reason == "off" else "on", NOW)
    set_up(full.store, sender_address=None if reason == "no sender" else "learning@northwind.example")
    assert look(full) == 0
    with full.store.write() as connection:
        connection.execute(update(delivery).values(paused_at=None))
    settings.change(full.store, full.ana, "license-alerts", "on", NOW)
    set_up(full.store)
    assert look(full) == 1


@pytest.mark.parametrize("days", [{"starts_on": NOW + DAY}, {"ends_on": NOW - DAY}])
def test_of_contracts_that_are_not_in_force_nothing_is_told(full: Organization, days: dict[str, int]) -> None:
    from datetime import UTC, datetime

    purchase(full, 3)
    values = {name: datetime.fromtimestamp(at / 1000, UTC).date() for name, at in days.items()}
    with full.store.write() as connection:
        connection.execute(update(contracts_table).where(contracts_table.c.id == 1).values(values))
    assert look(full) == 0


def test_senders_that_look_at_once_tell_once(full: Organization) -> None:
    purchase(full, 3)
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(look(full))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 0, 0, 1]
    assert len(told(full)) == 1


def test_what_was_so_from_the_beginning_can_be_settled(full: Organization) -> None:
    purchase(full, 4)
    with full.store.write() as connection:
        license_alerts.settle(connection, NOW)
    assert look(full) == 0
    purchase(full, 3)
    assert look(full) == 1


@pytest.mark.parametrize(
    ("held", "reached"),
    [((100, 74), ()), ((100, 75), (75,)), ((4, 3), (75,)), ((10, 9), (75, 90)), ((3, 4), (75, 90, 100)), ((0, 4), ())],
)
def test_the_thresholds(held: tuple[int, int], reached: tuple[int, ...]) -> None:
    assert Licenses(*held).reached == reached
    assert Licenses(None, 4).reached == ()
