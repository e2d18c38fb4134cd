"""A crowd of invited people who all join at once, and what must hold however that goes."""

import asyncio
from collections import Counter
from collections.abc import Sequence

import httpx
from sqlalchemy import insert, select, update

from tests.portal.mail_facts import mails, set_up
from tui_admin.mail.links import JOINING_ENDS, LinkPurpose, Links
from tui_admin.portal import journal
from tui_admin.portal.pages import joining
from tui_admin.rules.roles import Actor
from tui_admin.rules.text import search_key
from tui_admin.store import totals
from tui_admin.store.engine import Store
from tui_admin.store.licenses import occupied
from tui_admin.store.tables import contracts, learners, memberships

FIRST = 1_000
"""The first of the crowd, by the number of the learner and of the membership."""

CONTRACT = 1


def invite(store: Store, number: int, licenses: int, now: int) -> list[str]:
    """Invite so many people to the program `data` of the small organization, with so many licenses left for them; the
    tokens of their links."""
    set_up(store)
    numbers = range(FIRST, FIRST + number)
    with store.write() as connection:
        people, places = [], []
        for id in numbers:
            key, email = search_key(f"Crowd {id}", f"c{id}@x.example"), f"c{id}@x.example"
            people.append({"id": id, "name": f"Crowd {id}", "email": email, "email_shown": email, "search_key": key})
            place = {"id": id, "learner_id": id, "program_id": 1, "contract_id": CONTRACT, "search_key": key}
            places.append({**place, "state": "INVITED", "invited_at": now})
        connection.execute(insert(learners), people)
        connection.execute(insert(memberships), places)
        totals.derive(connection)
        purchased = occupied(connection, [CONTRACT])[CONTRACT] + licenses
        connection.execute(update(contracts).where(contracts.c.id == CONTRACT).values(licenses=purchased))
    return [Links("key").token(LinkPurpose.JOIN, id, now + JOINING_ENDS) for id in numbers]


async def rush(app: httpx.ASGITransport, tokens: Sequence[str]) -> Counter[int]:
    """Press the buttons of all pages at once; how often which status was the answer."""
    async with httpx.AsyncClient(transport=app, base_url="https://learn.northwind.example") as browser:
        answers = await asyncio.gather(*(browser.post(f"/join/{token}") for token in tokens))
    return Counter(answer.status_code for answer in answers)


def joined(store: Store, ana: Actor) -> list[int]:
    """The memberships of those of the crowd who joined; each joined whole: welcomed once, journaled once, under the
    contract, which has not more learners than licenses."""
    column = memberships.c
    with store.read() as connection:
        members = select(column.id, column.contract_id, column.joined_at == column.active_at)
        members = members.where(column.id >= FIRST, column.state == "MEMBER").order_by(column.id)
        found = connection.execute(members).all()
        entries = [entry for entry in journal.entries(store, ana, 100_000) if entry.action == joining.ACTION]
        journaled = [row for entry in entries for row, _, _ in journal.rows(connection, entry.id)]
        held = occupied(connection, [CONTRACT])[CONTRACT]
        purchased = connection.execute(select(contracts.c.licenses).where(contracts.c.id == CONTRACT)).scalar_one()
    ids = [row[0] for row in found]
    assert all(row[1:] == (CONTRACT, True) for row in found)
    assert sorted(journaled) == sorted(mail["membership_id"] for mail in mails(store)) == ids
    assert held <= purchased
    assert journal.verify(store, ana).whole
    return ids
