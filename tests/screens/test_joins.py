"""People join on the pages while a console is open: its funnel and its list of invitations follow."""

from pathlib import Path

import pytest

from tests import small_organization as small
from tests.portal.mail_facts import set_up
from tests.screens.console import console, settle, text
from tui_admin.mail.links import JOINING_ENDS, LinkPurpose, Links
from tui_admin.portal.pages import joining
from tui_admin.portal.pages.occupancy import Occupancy
from tui_admin.store.engine import Store

from .test_watching import learns

INVITED_TO_DATA, ONLY_INVITED = 5, 12
"""Memberships; the second is of somebody who joined nothing yet."""


@pytest.fixture
def joins(small_store: Store) -> Store:
    """The small organization, whose links can be made."""
    set_up(small_store)
    return small_store


def join(store: Store, membership: int) -> None:
    token = Links("key").token(LinkPurpose.JOIN, membership, small.NOW + JOINING_ENDS)
    assert joining.join(store, token, small.NOW, Occupancy()).is_new


async def test_homes_funnel_moves_as_somebody_joins(joins: Store, tmp_path: Path) -> None:
    app = console(joins, tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "Joined             7 " in text(app) and "2 never joined" in text(app)
        join(joins, ONLY_INVITED)
        assert await learns(pilot, lambda: "Joined             8 " in text(app) and "1 never joined" in text(app))


async def test_an_invitation_leaves_the_list_as_it_is_answered(joins: Store, tmp_path: Path) -> None:
    app = console(joins, tmp_path, "programs/data/invitations")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "No invitation waits for an answer." not in text(app)
        join(joins, INVITED_TO_DATA)
        assert await learns(pilot, lambda: "No invitation waits for an answer." in text(app))
