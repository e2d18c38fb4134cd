"""A full roster by keyboard: who joins, who leaves, what changes is shown, allowed, applied, taken back."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from tests.portal.mail_facts import mails
from tests.screens.console import SIZES, console, no_controls, place, press, settle, text
from tests.screens.test_invite import answer, read
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, memberships

START = "programs/data/+roster"

ROSTER = """Full Name,Email,External ID,Location City
Kovács Ágnes,agnes.kovacs@northwind.example,00417,Berlin
田中 花子,hanako.tanaka@northwind.example,00418,
Ida New,ida@northwind.example,00501,
[/x][@click=app.quit]x[/],no-at-sign,,
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    """A roster that lets one join, one change, two leave and one invitation be withdrawn."""
    path = tmp_path / "hr.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def people(store: Store) -> dict[str, str]:
    """Everybody of the program by address, and their state."""
    query = select(learners.c.email, memberships.c.state).join_from(learners, memberships)
    with store.read() as connection:
        return dict(connection.execute(query.where(memberships.c.program_id == 1)).all())  # type: ignore[arg-type]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(mail_store: Store, roster: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Any) -> None:
        await read(pilot, roster)

    assert snap_compare(console(mail_store, roster.parent, START), terminal_size=size, run_before=ready)


async def test_it_is_applied_once_its_change_is_allowed_and_taken_back(mail_store: Store, roster: Path) -> None:
    before = people(mail_store)
    async with console(mail_store, roster.parent, "programs/data/members").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "R")
        assert place(pilot.app) == START
        await read(pilot, roster)
        said = " ".join(text(pilot.app).split())
        assert "1 join, 2 leave, 1 withdrawn, 1 changed: 100.0 % of 5 people" in said
        assert "is it the whole roster?" in said and no_controls(pilot.app) == []
        await press(pilot, "i", *"50", "enter")
        assert "50 % is less than the 100.0 % it changes" in text(pilot.app)
        await press(pilot, "i", *"100", "enter", "enter")
        assert people(mail_store) == before
        await press(pilot, "i", *"100", "enter", "y")
        assert "Applied: 1 join, 2 leave" in text(pilot.app)
        after = people(mail_store)
        assert (after["ida@northwind.example"], after["maire.oneill@northwind.example"]) == (
            "INVITED",
            "DELETED_MEMBER",
        )
        await press(pilot, "u")
    assert people(mail_store) == {**before, "ida@northwind.example": "DELETED_MEMBER"}
    assert {row["state"] for row in mails(mail_store)} == {"cancelled"}


async def test_people_are_listed_by_what_becomes_of_them(mail_store: Store, roster: Path) -> None:
    async with console(mail_store, roster.parent, START).run_test(size=(120, 40)) as pilot:
        await read(pilot, roster)
        await press(pilot, "down", "down")
        assert "maire.oneill" in text(pilot.app) and "ida@northwind.example" not in text(pilot.app)
        await press(pilot, "down", "down", "tab", "enter")
        assert "Toronto -> Berlin" in " ".join(text(pilot.app).split())


async def test_refused_rows_are_saved_and_nobody_is_mailed_unless_wished(mail_store: Store, roster: Path) -> None:
    async with console(mail_store, roster.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, roster)
        await press(pilot, "w")
        await answer(pilot, str(roster.with_name("repair.csv")))
        await press(pilot, "m")
        assert "without invitation mails" in text(pilot.app)
        await press(pilot, "i", *"100", "enter", "y")
    assert "no-at-sign" in roster.with_name("repair.csv").read_text(encoding="utf-8")
    assert mails(mail_store) == [] and people(mail_store)["ida@northwind.example"] == "INVITED"


async def test_a_program_admin_reconciles_only_their_own(mail_store: Store, roster: Path) -> None:
    before = people(mail_store)
    app = console(mail_store, roster.parent, "programs/teams/+roster", email="bo@northwind.example")
    async with app.run_test(size=(80, 24)) as pilot:
        await read(pilot, roster)
        assert "not allowed" in text(pilot.app)
    assert people(mail_store) == before
