"""Invitations of a program by keyboard: mailed again, withdrawn, brought back, and what their mail says."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select
from textual.pilot import Pilot

from tests.portal.mail_facts import mails, set_up
from tests.screens.console import SIZES, console, lines, place, press, settle, text
from tui_admin.screens.mail.invitation_text import InvitationTextScreen
from tui_admin.store.engine import Store
from tui_admin.store.tables import memberships, programs

START = "programs/data/invitations"


@pytest.fixture
def mail_store(small_store: Store) -> Store:
    """The small organization with an address its mail comes from."""
    set_up(small_store)
    return small_store


def state(store: Store, membership: int) -> str:
    """What state a membership is in."""
    with store.read() as connection:
        return connection.execute(select(memberships.c.state).where(memberships.c.id == membership)).scalar_one()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("start", [START, "programs/data/+invitation"], ids=["list", "text"])
def test_picture(mail_store: Store, tmp_path: Path, snap_compare: Any, size: tuple[int, int], start: str) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await settle(pilot)
        await pilot.pause(0.5)
        await settle(pilot)

    assert snap_compare(console(mail_store, tmp_path, start), terminal_size=size, run_before=ready)


async def test_an_invitation_is_mailed_again_once(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "enter")
        assert mails(mail_store) == []
        await press(pilot, "r", "y")
        assert "Mailed 1 invitation again" in text(pilot.app)
        await press(pilot, "r")
        assert "on its way" in text(pilot.app)
    assert [(row["membership_id"], row["purpose"]) for row in mails(mail_store)] == [(5, "invitation")]


async def test_an_invitation_is_withdrawn_and_brought_back(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "x", "y")
        assert "Withdrew 1 invitation" in text(pilot.app)
        assert state(mail_store, 5) == "DELETED_MEMBER"
        assert "No invitation waits for an answer." in text(pilot.app)
        await press(pilot, "u")
    assert state(mail_store, 5) == "INVITED"


async def test_home_mails_all_who_never_joined(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "r", "y")
    assert {row["membership_id"] for row in mails(mail_store)} == {5, 11, 12}


async def test_the_invitation_mail_is_written_beside_how_it_looks(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "t", *["backspace"] * 60, *"Come", "down", "ctrl+s")
        assert place(pilot.app) == START
        assert "Changed the invitation of program data" in text(pilot.app)
    with mail_store.read() as connection:
        query = select(programs.c.invitation_subject).where(programs.c.id == 1)
        assert connection.execute(query).scalar_one() == "Come"


async def test_nothing_is_saved_over_words_that_were_not_read_yet(
    mail_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, read = Event(), InvitationTextScreen.read

    def late(screen: InvitationTextScreen) -> Any:
        go_on.wait(30)
        return read(screen)

    monkeypatch.setattr(InvitationTextScreen, "read", late)
    async with console(mail_store, tmp_path, "programs/data/+invitation").run_test(size=(80, 24)) as pilot:
        try:
            while not pilot.app.screen.query("Form"):
                await pilot.pause(0.02)
            await pilot.press("ctrl+s")
            await pilot.pause(0.1)
            assert "Nothing was saved" in text(pilot.app)
        finally:
            go_on.set()
        await settle(pilot)
        assert place(pilot.app) == "programs/data/+invitation"


async def test_a_field_that_is_not_there_is_told_and_not_saved(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, "programs/data/+invitation").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "home", "{", "{", "space", *"nmae", "space", "}", "}")
        await pilot.pause(0.5)
        await settle(pilot)
        assert "nmae" in " ".join(lines(pilot.app)[10:])
        await press(pilot, "ctrl+s")
        assert place(pilot.app) == "programs/data/+invitation"
