"""Reports as senders make them: once, though senders begin together or are killed in the middle; by schedule, too."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

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
from tui_admin.store.mail import places, senders
from tui_admin.worker.process import Rhythm, Surroundings, Until, deliver

__all__ = ["organization"]

AT = Moments(NOW, NOW)
EMAIL = Asked(ReportKind.EMAIL)


@pytest.fixture
def mailing(organization: Organization) -> Organization:
    """The small organization, with mail set up."""
    set_up(organization.store)
    return organization


@pytest.mark.parametrize("kill_at", [1, 2, 3])
def test_what_a_killed_maker_left_is_made_again_once(mailing: Organization, post: Post, kill_at: int) -> None:
    """Killed as it looks, as it begins, and with the whole file written but not kept."""
    number = requests.ask(mailing.store, mailing.ana, EMAIL, AT).id
    command = [sys.executable, "-m", "tests.worker.maker", post.address, str(NOW), str(kill_at)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert requests.find(mailing.store, mailing.ana, number).state is RequestState.ASKED
    assert not mails(mailing.store)

    # A shared store may notice a moment later that the killed one's session is gone.
    post.wait_until(lambda: make_next(mailing.store, lambda: NOW) is not None)
    made = requests.find(mailing.store, mailing.ana, number)
    assert (made.state, made.tries) == (RequestState.MADE, 1 if kill_at == 1 else 2)
    assert len(mails(mailing.store)) == 1 and make_next(mailing.store, lambda: NOW) is None


def test_senders_that_begin_together_mail_each_report_once(mailing: Organization, post: Post) -> None:
    for _ in range(5):
        requests.ask(mailing.store, mailing.ana, EMAIL, AT)
    here = ("--machine", places.machine_id(), "--ahead", str(NOW - now()))
    with post.server() as port:
        spawned = [post.spawn(port, *here) for _ in range(3)]
        said = [process.communicate(timeout=90)[1] for process in spawned]
    assert sum(text.count("Made the email report") for text in said) == 5, said
    post.check(5)
    assert {one.mail for one in requests.history(mailing.store, mailing.ana)} == {"sent"}


def test_a_sender_at_work_keeps_to_the_schedule_and_makes_what_is_asked_for_meanwhile(
    mailing: Organization, post: Post
) -> None:
    """On a clock by which two hours take a second, two days of a daily schedule pass."""
    store, folder, started = mailing.store, post.folder / "mail", now()
    program_settings.change(store, mailing.ana, "data", "report-schedule", "daily 15", NOW)
    outside = Surroundings(
        clock=lambda: NOW + (now() - started) * 7_200,
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
