"""Inviting by keyboard: from a file, from what is pasted, by a form; what becomes of every row is shown first."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from textual.pilot import Pilot

from tests.portal.mail_facts import mails, set_up
from tests.screens.console import SIZES, console, no_controls, place, press, settle, text
from tui_admin.store.engine import Store
from tui_admin.store.tables import contracts, learners, memberships, program_contracts

START = "programs/data/+invite"

LIST = """Full Name,Email,External ID
Ida New,ida@northwind.example,00501
Kai New,kai@exmaple.com,00502
,nameless@northwind.example,
[/x][@click=app.quit]x[/],no-at-sign,\x1b[31m
Kovács Ágnes,agnes.kovacs@northwind.example,00417
Ida New,IDA@northwind.example,00501
"""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A list with every verdict."""
    path = tmp_path / "hires.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


async def answer(pilot: Pilot[Any], value: str) -> None:
    """Answer a question for a text."""
    pilot.app.screen.status._input.value = value  # type: ignore[attr-defined]
    await press(pilot, "enter")


async def read(pilot: Pilot[Any], path: Path) -> None:
    """Choose a file."""
    await settle(pilot)
    await press(pilot, "o")
    await answer(pilot, str(path))


def invited(store: Store) -> set[str]:
    """The addresses that are invited to the first program."""
    query = select(learners.c.email).join(memberships, memberships.c.learner_id == learners.c.id)
    query = query.where(memberships.c.program_id == 1, memberships.c.state == "INVITED")
    with store.read() as connection:
        return set(connection.scalars(query))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture(mail_store: Store, people: Path, snap_compare: Any, size: tuple[int, int]) -> None:
    async def ready(pilot: Pilot[Any]) -> None:
        await read(pilot, people)

    assert snap_compare(console(mail_store, people.parent, START), terminal_size=size, run_before=ready)


async def test_every_row_is_judged_and_those_that_can_be_are_invited(mail_store: Store, people: Path) -> None:
    before = invited(mail_store)
    async with console(mail_store, people.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, people)
        shown = text(pilot.app)
        assert "2 would be invited (1 with warnings)" in " ".join(shown.split())
        assert no_controls(pilot.app) == []
        assert invited(mail_store) == before
        await press(pilot, "i", "enter")
        assert invited(mail_store) == before
        await press(pilot, "i", "y")
        assert "2 invited (1 with warnings)" in " ".join(text(pilot.app).split())
    assert invited(mail_store) - before == {"ida@northwind.example", "kai@exmaple.com"}
    assert {row["address"] for row in mails(mail_store)} == {"ida@northwind.example", "kai@exmaple.com"}


async def test_what_was_invited_is_taken_back(mail_store: Store, people: Path) -> None:
    before = invited(mail_store)
    async with console(mail_store, people.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, people)
        await press(pilot, "i", "y", "u")
        await press(pilot, "y")
    assert invited(mail_store) == before
    assert {row["state"] for row in mails(mail_store)} == {"cancelled"}


async def test_without_mail_nobody_is_written_to(mail_store: Store, people: Path) -> None:
    async with console(mail_store, people.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, people)
        await press(pilot, "m")
        assert "without invitation mails" in text(pilot.app)
        await press(pilot, "i", "y")
    assert "ida@northwind.example" in invited(mail_store)
    assert mails(mail_store) == []


async def test_rows_are_listed_by_verdict_with_all_that_is_said(mail_store: Store, people: Path) -> None:
    async with console(mail_store, people.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, people)
        await press(pilot, "down", "down")
        assert "kai@exmaple.com" in text(pilot.app)
        assert "ida@northwind.example" not in text(pilot.app)
        await press(pilot, "tab", "enter")
        assert "domain looks like example.com" in " ".join(text(pilot.app).split())


async def test_refused_rows_and_receipt_are_saved(mail_store: Store, people: Path) -> None:
    async with console(mail_store, people.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, people)
        await press(pilot, "w")
        await answer(pilot, str(people.with_name("repair.csv")))
        await press(pilot, "R")
        await answer(pilot, str(people.with_name("receipt.csv")))
    repair = people.with_name("repair.csv").read_text(encoding="utf-8").splitlines()
    assert repair[0] == "Full Name,Email,External ID,Reason"
    assert [line.split(",")[1] for line in repair[1:]] == ["nameless@northwind.example", "no-at-sign"]
    assert len(people.with_name("receipt.csv").read_text(encoding="utf-8").splitlines()) == 7


async def test_a_pasted_list_is_read(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "b", *"Ida", "comma", *"ida", "@", *"nw", "full_stop", *"example", "comma", "ctrl+n")
        assert "1 would be invited" in text(pilot.app)


async def test_what_is_no_list_is_told(mail_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "letter.csv"
    path.write_text("Dear all,\nplease come\n", encoding="utf-8")
    async with console(mail_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, path)
        assert "Full Name" in text(pilot.app)
        await press(pilot, "i")
        assert mails(mail_store) == []


async def test_a_list_without_programs_is_asked_where_to(mail_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("Full Name,Email,External ID\nIda,ida@northwind.example,\n", encoding="utf-8")
    with mail_store.write() as connection:
        connection.execute(insert(program_contracts).values(program_id=1, contract_id=2, position=1))
    async with console(mail_store, tmp_path, "users/+invite").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o")
        await answer(pilot, str(path))
        assert "Invite to which program (data, teams, sprache)?" in text(pilot.app)
        await answer(pilot, "data")
        assert "Under which contract (Year 1, Year 2 [/b])?" in text(pilot.app)
        await answer(pilot, "Year 1")
        assert "Invite into Data Foundations · Year 1" in text(pilot.app)
        await press(pilot, "i", "y")
        assert "ida@northwind.example" in invited(mail_store)


async def test_who_does_not_say_where_to_invites_nobody(mail_store: Store, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("Full Name,Email,External ID\nIda,ida@northwind.example,\n", encoding="utf-8")
    async with console(mail_store, tmp_path, "users/+invite").run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "o")
        await answer(pilot, str(path))
        await press(pilot, "escape")
        assert "Nothing was read: no program was named." in text(pilot.app)


async def test_one_contract_in_force_is_not_asked_for(mail_store: Store, people: Path) -> None:
    with mail_store.write() as connection:
        connection.execute(insert(program_contracts).values(program_id=1, contract_id=2, position=1))
        connection.execute(update(contracts).where(contracts.c.id == 2).values(ends_on=date(2026, 5, 14)))
    async with console(mail_store, people.parent, START).run_test(size=(80, 24)) as pilot:
        await read(pilot, people)
        assert "2 would be invited (1 with warnings)" in " ".join(text(pilot.app).split())


async def test_one_person_is_invited_by_a_form(mail_store: Store, tmp_path: Path) -> None:
    async with console(mail_store, tmp_path, START).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "f")
        assert place(pilot.app) == "programs/data/+person"
        await press(pilot, *"Ida", "enter", *"nobody", "ctrl+s")
        assert "was not invited" in text(pilot.app)
        await press(pilot, *["backspace"] * 6, *"ida", "@", *"nw", "full_stop", *"example", "ctrl+s")
        assert "Invited Ida, a mail is queued. No mail leaves this console." in text(pilot.app)
    assert "ida@nw.example" in invited(mail_store)


async def test_a_program_admin_invites_only_into_their_own(mail_store: Store, tmp_path: Path) -> None:
    app = console(mail_store, tmp_path, "programs/teams/+invite", email="bo@northwind.example")
    async with app.run_test(size=(80, 24)) as pilot:
        path = tmp_path / "one.csv"
        path.write_text("Full Name,Email,External ID\nIda,ida@nw.example,\n", encoding="utf-8")
        await read(pilot, path)
        assert "not allowed" in text(pilot.app)
    assert mails(mail_store) == []


async def test_without_a_sender_address_it_is_set_before_anybody_is_invited(mail_store: Store, people: Path) -> None:
    set_up(mail_store, sender_address=None)
    async with console(mail_store, people.parent, START).run_test(size=(120, 40)) as pilot:
        await read(pilot, people)
        assert "nobody is mailed yet. Mail needs an address it comes from: A sets it" in " ".join(
            text(pilot.app).split()
        )
        await press(pilot, "A", *"learning", "@", *"northwind", "full_stop", *"example", "enter")
        assert "2 would be invited" in text(pilot.app) and "A sets it" not in text(pilot.app)
        await press(pilot, "i", "y")
    assert len(mails(mail_store)) == 2


async def test_one_person_is_invited_without_a_mail_where_none_can_be_sent(mail_store: Store, tmp_path: Path) -> None:
    set_up(mail_store, sender_address=None)
    async with console(mail_store, tmp_path, "programs/data/+person").run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, *"Ida", "enter", *"ida", "@", *"nw", "full_stop", *"example", "ctrl+s")
        said = " ".join(text(pilot.app).split())
        assert "Invited Ida, without a mail" in said and "A sets it" in said
