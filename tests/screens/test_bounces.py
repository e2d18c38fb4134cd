"""Returned mails by keyboard: read, shown by what each leads to, noted, taken back."""

from pathlib import Path
from typing import Any

import pytest
from pyroaring import BitMap

from tests import small_organization as small
from tests.mail.notices import away, dsn
from tests.portal.mail_facts import mails, set_up
from tests.portal.mail_facts import settle as settled
from tests.screens.console import SIZES, console, no_controls, place, press, settle, text
from tests.screens.test_invite import answer, read
from tui_admin.portal.mail import suppressions
from tui_admin.portal.mail.mailing import mail_members
from tui_admin.portal.rights import sign_in
from tui_admin.rules.mailing import Purpose
from tui_admin.store.engine import Store

START = "messages/+bounces"
GONE, FULL, QUIET = (f"{name}@northwind.example" for name in ("agnes.kovacs", "hanako.tanaka", "maire.oneill"))


@pytest.fixture
def mailed_store(small_store: Store) -> Store:
    """Reminders to three members, sent."""
    set_up(small_store)
    with small_store.write() as connection:
        ana = sign_in(small_store, "ana@northwind.example")
        mail_members(connection, ana, Purpose.REMINDER, BitMap([1, 2, 3]), small.NOW)
    settled(small_store, "sent", small.NOW)
    return small_store


@pytest.fixture
def returned(mailed_store: Store, tmp_path: Path) -> Path:
    """A folder with one that is gone, one that is full, one away, one that names no mail, one that is no notice."""
    of = {row["address"]: row["header_id"] for row in mails(mailed_store)}
    folder = tmp_path / "returned"
    folder.mkdir()
    notices = (
        dsn(GONE, header_id=of[GONE], said="550 5.1.1 User unknown"),
        dsn(FULL, header_id=of[FULL], status="5.2.2"),
        away(of[QUIET]),
        dsn(QUIET),
        b"Subject: \x1b[31mHello\n\nthere\n",
    )
    for number, content in enumerate(notices):
        (folder / f"{number}.eml").write_bytes(content)
    return folder


def states(store: Store) -> dict[str, str]:
    return {row["address"]: row["state"] for row in mails(store)}


def stopped(store: Store) -> list[str]:
    return [row.email for row in suppressions.listing(store, sign_in(store, "ana@northwind.example"))]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(mailed_store: Store, returned: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Any) -> None:
        await read(pilot, returned)

    assert snap_compare(console(mailed_store, returned.parent, START), terminal_size=size, run_before=ready)


async def test_they_are_shown_noted_and_taken_back(mailed_store: Store, returned: Path) -> None:
    async with console(mailed_store, returned.parent, "messages").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "b")
        assert place(pilot.app) == START
        await read(pilot, returned)
        assert "2 changes in 5 messages. Nothing is written yet" in text(pilot.app)
        assert no_controls(pilot.app) == []
        await press(pilot, "i", "enter")
        assert set(states(mailed_store).values()) == {"sent"}
        await press(pilot, "i")
        assert "Nothing is sent to 1 address any more" in " ".join(text(pilot.app).split())
        await press(pilot, "y")
        assert "2 mails came back; 1 address put on the suppression list" in text(pilot.app)
        assert states(mailed_store) == {GONE: "bounced", FULL: "bounced", QUIET: "sent"}
        assert stopped(mailed_store) == [GONE]
        await press(pilot, "u")
        assert "1 address taken off" in " ".join(text(pilot.app).split())
    assert set(states(mailed_store).values()) == {"sent"} and stopped(mailed_store) == []


async def test_what_names_no_mail_is_believed_only_if_so_wished(mailed_store: Store, returned: Path) -> None:
    async with console(mailed_store, returned.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, returned)
        assert "are not believed" in text(pilot.app)
        await press(pilot, "b")
        assert "3 changes in 5 messages" in text(pilot.app)
        await press(pilot, "down", "tab", "enter")
        assert "nothing is sent to it any more" in " ".join(text(pilot.app).split())
        await press(pilot, "i", "y")
    assert sorted(stopped(mailed_store)) == [GONE, QUIET]


async def test_what_cannot_be_read_is_told(mailed_store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    async with console(mailed_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, tmp_path / "empty")
        assert "empty" in text(pilot.app).replace("\n", "")  # a long path is broken anywhere
        await press(pilot, "o")
        await answer(pilot, str(tmp_path / "missing"))
        assert "There is no file" in text(pilot.app)
    assert set(states(mailed_store).values()) == {"sent"}
