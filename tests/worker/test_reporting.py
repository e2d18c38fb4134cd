"""Reports as senders make them: once, though senders begin together or are killed in the middle; by schedule, too."""

import asyncio
import io
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing

import pytest
from sqlalchemy import insert

from tests.portal.conftest import NOW, Organization, organization
from tests.portal.mail_facts import mails, set_up
from tests.worker.harness import ROOT, Post, now
from tests.worker.sender import SHORT
from tui_admin.mail.maildir import MaildirTransport
from tui_admin.mail.sending import Tempo
from tui_admin.portal import program_settings
from tui_admin.portal.mail.audiences import Moments
from tui_admin.portal.reports import requests
from tui_admin.portal.reports.asked import Asked, ReportKind
from tui_admin.portal.reports.fulfilling import make_next
from tui_admin.rules.reporting import RequestState
from tui_admin.rules.times import HOUR
from tui_admin.store import totals
from tui_admin.store.bulk import insert_rows
from tui_admin.store.engine import Store
from tui_admin.store.mail import places, senders
from tui_admin.store.tables import learners, memberships
from tui_admin.worker.process import Rhythm, Surroundings, Until, deliver

__all__ = ["organization"]

AT = Moments(NOW, NOW)
EMAIL = Asked(ReportKind.EMAIL)


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The small organization, with mail set up."""
    set_up(organization.store)
    return organization


def maker(post: Post, kill_at: int = 0, size: int = 0) -> list[str]:
    return [sys.executable, "-m", "tests.worker.maker", post.address, *map(str, (NOW, kill_at, size))]


def add_people(store: Store, number: int) -> None:
    """More members of `data`, so that a report takes its time and its place."""
    with store.write() as connection:
        ids = range(1_000, 1_000 + number)
        people = [(id, f"Member {id}", f"m{id}@x.example", f"m{id}@x.example", "", False) for id in ids]
        names = ("id", "name", "email", "email_shown", "search_key", "opted_out")
        insert_rows(connection, learners, names, people)
        numbers = dict.fromkeys(("invitations_sent", "enrolled", "completed", "failed"), 0)
        values = [{"id": id, "program_id": 1, "learner_id": id, "state": "MEMBER", "search_key": ""} for id in ids]
        connection.execute(insert(memberships), [{**row, **numbers, "at_risk_ever": False} for row in values])
        totals.derive(connection)


@pytest.mark.parametrize("kill_at", [1, 2, 3])
def test_what_a_killed_maker_left_is_made_again_once(mailing: Organization, post: Post, kill_at: int) -> None:
    """Killed as it looks, as it begins, and with the whole file written but not kept."""
    number = requests.ask(mailing.store, mailing.ana, EMAIL, AT).id
    done = subprocess.run(maker(post, kill_at), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert requests.find(mailing.store, mailing.ana, number).state is RequestState.ASKED
    assert not mails(mailing.store)

    # A shared store may notice a moment later that the killed one's session is gone.
    post.wait_until(lambda: make_next(mailing.store, lambda: NOW) is not None)
    made = requests.find(mailing.store, mailing.ana, number)
    assert (made.state, made.tries) == (RequestState.MADE, 1 if kill_at == 1 else 2)
    assert len(mails(mailing.store)) == 1 and make_next(mailing.store, lambda: NOW) is None


def test_makers_killed_at_any_moment_leave_each_report_whole_or_to_be_made(mailing: Organization, post: Post) -> None:
    add_people(mailing.store, 2_000)
    numbers = [requests.ask(mailing.store, mailing.ana, EMAIL, AT).id for _ in range(6)]
    chance = random.Random(7)
    for _ in range(4):
        process = subprocess.Popen(maker(post), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(chance.random() / 2)
        process.kill()
        process.wait()
        for one in requests.history(mailing.store, mailing.ana):
            stream = io.BytesIO()
            if one.state is RequestState.MADE:
                requests.download(mailing.store, mailing.ana, one.id, stream)
                assert zipfile.ZipFile(stream).testzip() is None
    post.wait_until(lambda: any_made(mailing) == len(numbers))
    assert len(mails(mailing.store)) == len(numbers)
    assert {one.state for one in requests.history(mailing.store, mailing.ana)} == {RequestState.MADE}


def any_made(mailing: Organization) -> int:
    """How many reports are made, once one more is."""
    make_next(mailing.store, lambda: NOW)
    return [one.state for one in requests.history(mailing.store, mailing.ana)].count(RequestState.MADE)


@pytest.mark.parametrize("size", [150_000, 450_000])
def test_a_disk_that_fills_keeps_nothing_by_halves(mailing: Organization, post: Post, size: int) -> None:
    """It fills with the file that is being written, or as that is kept in the store."""
    store = mailing.store
    if store.dialect != "sqlite":
        pytest.skip("a PostgreSQL server's disk is not this process's")
    add_people(store, 4_000)
    number = requests.ask(store, mailing.ana, Asked(ReportKind.MEMBERS, "data"), AT).id
    with closing(sqlite3.connect(store.path or "")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    done = subprocess.run(maker(post, size=size), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "It is tried again." in done.stdout, done.stderr
    request = requests.find(store, mailing.ana, number)
    assert (request.state, request.tries) == (RequestState.ASKED, 1) and request.note
    assert not mails(store)
    assert make_next(store, lambda: NOW + HOUR) is not None
    assert requests.find(store, mailing.ana, number).rows == 4_005 and len(mails(store)) == 1


def test_senders_that_begin_together_mail_each_report_once(mailing: Organization, post: Post) -> None:
    for _ in range(5):
        requests.ask(mailing.store, mailing.ana, EMAIL, AT)
    here = ("--machine", places.machine_id(), "--ahead", str(NOW - now()))
    with post.server() as port:
        spawned = [post.spawn(port, *here) for _ in range(3)]
        said = [process.communicate(timeout=90)[1] for process in spawned]
    assert sum(text.count("Made the email report") for text in said) == 5, said
    post.check(5)
    assert {mail["state"] for mail in mails(mailing.store)} == {"sent"}


def test_a_sender_at_work_keeps_to_the_schedule_and_makes_what_is_asked_for_meanwhile(
    mailing: Organization, post: Post
) -> None:
    """On a clock by which a day takes four seconds, two days of a daily schedule pass."""
    store, folder, started = mailing.store, post.folder / "mail", now()
    program_settings.change(store, mailing.ana, "data", "report-schedule", "daily 15", NOW)
    outside = Surroundings(
        clock=lambda: NOW + (now() - started) * 21_600,
        chance=lambda: 0.5,
        token="here",
        machine=places.machine_id(),
        tell=post.said.append,
        progress=lambda _: None,
    )

    def made() -> list[str | None]:
        history = requests.history(store, mailing.ana)
        return [one.occurrence for one in history if one.state is RequestState.MADE][::-1]

    async def until_two_days_are_over() -> None:
        with senders.alone(store):
            rhythm = Rhythm(Tempo(**SHORT), beat=0.05)
            sending = asyncio.create_task(deliver(store, MaildirTransport(folder), Until.STOPPED, outside, rhythm))
            while len(made()) < 4 and not sending.done():
                await asyncio.sleep(0.05)
            requests.ask(store, mailing.bo, EMAIL, AT)
            while len(made()) < 5 and not sending.done():
                await asyncio.sleep(0.05)
            os.kill(os.getpid(), signal.SIGTERM)
            await sending

    asyncio.run(asyncio.wait_for(until_two_days_are_over(), 120))
    occurrences = [one for one in made() if one is not None]
    assert len(set(occurrences)) >= 2 and all(occurrences.count(one) == 2 for one in occurrences[:4])
    assert {one[-3:] for one in occurrences} == {"T15"}
    assert made().count(None) == 1
