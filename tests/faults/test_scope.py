"""What a program admin is told stays the same, whatever there is in other programs."""

import random
from datetime import UTC
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from tests.faults.conftest import Console
from tests.portal.conftest import NOW, Organization
from tests.portal.mail_facts import set_up
from tui_admin.portal import home, members, program_figures
from tui_admin.store import totals
from tui_admin.store.tables import contracts, learners, memberships, program_contracts, programs

BO = "bo@northwind.example"
LISTINGS = ("programs", "members", "users", "contracts", "invitations", "messages", "outbox list", "journal list")


@pytest.fixture
def questions(tmp_path: Path) -> list[tuple[str, ...]]:
    """What bo, admin of `data`, may ask without writing."""
    people, letter = tmp_path / "people.csv", tmp_path / "letter.md"
    people.write_text("Full Name,Email,External ID\nNew,new@x.example,\nPerson 6,person6@northwind.example,\n")
    letter.write_text("---\nsubject: Hello\naudience: no-enrollment\n---\nHello {{ name }}.\n")
    listed = [(*name.split(), "--format", "json") for name in LISTINGS]
    given = ("--program", "data", "--json")
    return [
        *listed,
        ("invite", str(people), *given, "--dry-run"),
        ("roster", "plan", str(people), *given, "--allow-change", "1000"),
        ("remove", "--program", "data", "--where", "person2", "--json", "--dry-run"),
        ("message", "send", str(letter), "--json", "--dry-run"),
        ("report", "members", "--program", "data", "--out", "-"),
        ("members", "--where", 'contract:"Year 3"'),
        ("programs", "set", "data", "contracts", "+Year 3", "--yes"),
    ]


def told(console: Console, questions: list[tuple[str, ...]]) -> list[tuple[tuple[str, ...], str, str]]:
    answers = [(words, console(*words, "--as", BO, code=None)) for words in questions]
    return [(words, answer.stdout, answer.stderr) for words, answer in answers]


def shown(organization: Organization) -> list[object]:
    """The figures of screens that no command prints."""
    store, bo = organization.store, organization.bo
    figures: list[object] = [
        home.overview(store, bo, NOW),
        home.summary(store, bo, NOW, UTC),
        home.licenses(store, bo, NOW),
    ]
    offered = [members.values(store, bo, None, field, "", NOW) for field in ("contract", "program", "course")]
    return [*figures, *offered, program_figures.main(store, bo, "data", NOW)]


def fill_the_other_program(organization: Organization) -> None:
    """Forty more people in `teams`, half of them under the contract that both programs draw on; a third contract."""
    chance = random.Random(7)
    with organization.store.write() as connection:
        connection.execute(insert(contracts).values(id=3, name="Year 3", licenses=9, created_at=NOW))
        connection.execute(insert(programs).values(id=3, slug="secret", name="Secret", position=3, created_at=NOW))
        connection.execute(insert(program_contracts).values(program_id=3, contract_id=3))
        for person in range(50, 90):
            values = {"name": f"Other {person}", "email": f"other{person}@x.example", "search_key": f"other {person}"}
            connection.execute(insert(learners).values(id=person, email_shown=values["email"], **values))
            state = chance.choice(("MEMBER", "INVITED"))
            values = {"contract_id": 1 + person % 2, "state": state, "search_key": values["search_key"]}
            values |= {"joined_at": NOW if state == "MEMBER" else None, "enrolled": person % 3}
            connection.execute(insert(memberships).values(id=person, program_id=2, learner_id=person, **values))
        totals.derive(connection)


def test_nothing_of_other_programs_is_told(
    northwind: Console, organization: Organization, questions: list[tuple[str, ...]]
) -> None:
    with organization.store.write() as connection:  # so many that nobody's seat depends on the others
        connection.execute(update(contracts).where(contracts.c.id == 1).values(licenses=1_000))
    set_up(organization.store)
    before = told(northwind, questions), shown(organization)
    fill_the_other_program(organization)
    assert (told(northwind, questions), shown(organization)) == before
