"""Leaving a person out of leaderboards, and naming them again."""

import pytest
from sqlalchemy import select

from tests.portal.conftest import NOW, Organization
from tui_admin.portal import undo
from tui_admin.portal.person import listing, merging
from tui_admin.rules.errors import BadInput
from tui_admin.store.tables import learners

ONE, TWO = "person1@northwind.example", "person2@northwind.example"


def unlisted(organization: Organization) -> list[int]:
    with organization.store.read() as connection:
        return list(connection.scalars(select(learners.c.id).where(learners.c.unlisted).order_by(learners.c.id)))


def test_a_person_is_left_out_until_they_are_listed_again(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    assert "Person 1" in listing.unlist(store, ana, ONE, NOW)
    assert unlisted(organization) == [1]
    with pytest.raises(BadInput, match="already"):
        listing.unlist(store, ana, ONE, NOW)
    listing.relist(store, ana, ONE, NOW)
    assert unlisted(organization) == []
    with pytest.raises(BadInput, match="already"):
        listing.relist(store, ana, ONE, NOW)


def test_it_is_undone(organization: Organization) -> None:
    listing.unlist(organization.store, organization.ana, ONE, NOW)
    undo.undo(organization.store, organization.ana, None, NOW + 1)
    assert unlisted(organization) == []


def test_who_was_left_out_as_either_of_two_is_left_out_as_one(organization: Organization) -> None:
    store, ana = organization.store, organization.ana
    listing.unlist(store, ana, TWO, NOW)
    merging.merge(store, ana, merging.plan_merge(store, ana, ONE, TWO, NOW), NOW)
    assert 1 in unlisted(organization)
    undo.undo(store, ana, None, NOW + 1)
    assert unlisted(organization) == [2]
