"""Deadline mails as senders make them: once, though senders begin together or die, and again every hour."""

import asyncio
import os
import signal

import pytest
from sqlalchemy import update

from tests.portal.conftest import NOW, Organization, organization
from tests.portal.deadline_facts import add_deadlines
from tests.portal.mail_facts import mails, set_up
from tests.worker.harness import Post, now
from tests.worker.sender import SHORT
from tui_admin.mail.maildir import MaildirTransport
from tui_admin.mail.sending import Tempo
from tui_admin.rules.times import DAY, HOUR
from tui_admin.store.mail import places, senders
from tui_admin.store.tables import assessments
from tui_admin.worker.process import Rhythm, Surroundings, Until, deliver

__all__ = ["organization"]


@pytest.fixture
def learning(organization: Organization, post: Post) -> Post:
    """The mail of the small organization, where two members are to be told of a deadline."""
    add_deadlines(organization.store)
    set_up(organization.store, deadline_mail_days=3)
    return post


def ahead() -> int:
    """By how much the clock has to be ahead for it to be the organization's day."""
    return NOW - now()


def test_a_sender_that_dies_leaves_what_the_next_one_sends_once(learning: Post) -> None:
    with learning.server() as port:
        here = ("--machine", places.machine_id())
        code, _ = learning.run(port, *here, "--ahead", str(ahead()), "--kill-at", "claimed:1")
        assert code < 0
        code, said = learning.run(port, *here, "--ahead", str(ahead() + HOUR))
        assert code == 0, said
    assert learning.taken() == 2
    learning.check(2)


def test_senders_that_begin_together_tell_nobody_twice(learning: Post) -> None:
    here = ("--machine", places.machine_id(), "--ahead", str(ahead()))
    with learning.server() as port:
        spawned = [learning.spawn(port, *here) for _ in range(3)]
        said = [process.communicate(timeout=90)[1] for process in spawned]
    assert sum("Queued 2 deadline mails" in text for text in said) == 1
    learning.check(2)


def test_a_sender_at_work_looks_every_hour(learning: Post) -> None:
    """On a clock by which an hour takes a second, something comes within three days only after two hours."""
    store, folder, started = learning.store, learning.folder / "mail", now()
    with store.write() as connection:
        later = NOW + 3 * DAY + 2 * HOUR
        connection.execute(update(assessments).where(assessments.c.id == 4).values(deadline=later))

    def tell(said: str) -> None:
        if "deadline" in said:  # what else a sender does beside is not asked here
            learning.said.append(said)

    outside = Surroundings(
        clock=lambda: NOW + (now() - started) * 3_600,
        chance=lambda: 0.5,
        token="here",
        machine=places.machine_id(),
        tell=tell,
        progress=lambda _: None,
    )

    async def until_both_are_told() -> None:
        with senders.alone(store):
            rhythm = Rhythm(Tempo(**SHORT), beat=0.05)
            sending = asyncio.create_task(deliver(store, MaildirTransport(folder), Until.STOPPED, outside, rhythm))
            while len(learning.said) < 2 and not sending.done():
                await asyncio.sleep(0.05)
            os.kill(os.getpid(), signal.SIGTERM)
            await sending

    asyncio.run(asyncio.wait_for(until_both_are_told(), 60))
    assert learning.said == ["Queued 1 deadline mail."] * 2
    assert [row["membership_id"] for row in mails(store)] == [1, 7]
