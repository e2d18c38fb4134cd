"""Many who join at once: never one more than there are licenses, and nobody half, whoever is killed meanwhile."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from threading import Barrier
from time import sleep

import httpx
import pytest
from sqlalchemy import update

from tests.portal.conftest import NOW, Organization
from tests.web.crowd import invite, joined, rush
from tests.web.serving import served
from tui_admin.cli.context import system_clock
from tui_admin.portal.pages import joining
from tui_admin.portal.pages.admitting import State
from tui_admin.portal.pages.occupancy import Occupancy
from tui_admin.rules.errors import StoreError
from tui_admin.store.engine import Store
from tui_admin.store.tables import memberships
from tui_admin.web.app import make_app

pytestmark = pytest.mark.usefixtures("own_folders")


def address(store: Store) -> str:
    return store.url.render_as_string(hide_password=False)


def test_a_crowd_on_the_pages_gets_the_licenses_there_are(organization: Organization) -> None:
    store = organization.store
    tokens = invite(store, 1_000, 100, NOW)
    app = httpx.ASGITransport(make_app(store, lambda: NOW + 1))
    assert asyncio.run(rush(app, tokens)) == {200: 100, 409: 900}
    first = joined(store, organization.ana)
    assert len(first) == 100
    assert asyncio.run(rush(app, tokens[:200])) == {200: 100, 409: 100}
    assert joined(store, organization.ana) == first


_PROCESS = """
import json, random, sys
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from tui_admin.portal.pages import joining
from tui_admin.portal.pages.occupancy import Occupancy
from tui_admin.store.engine import Store

address, now, seed, tokens = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.load(sys.stdin)
store, occupancy = Store(address), Occupancy()
random.Random(seed).shuffle(tokens)
with ThreadPoolExecutor(4) as threads:
    found = list(threads.map(lambda token: joining.join(store, token, now, occupancy), tokens))
print(json.dumps({"new": sum(one.is_new for one in found), "states": sorted({one.offer.state for one in found})}))
"""


def test_several_processes_that_let_the_same_people_in(organization: Organization) -> None:
    """Each knows what it counted, and must see what the others did since."""
    store = organization.store
    tokens = invite(store, 150, 60, NOW)
    words = [sys.executable, "-c", _PROCESS, address(store), str(NOW + 1)]
    processes = [
        subprocess.Popen([*words, str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for seed in range(3)
    ]
    with ThreadPoolExecutor(3) as threads:
        ended = threads.map(lambda process: process.communicate(json.dumps(tokens), timeout=120)[0], processes)
    told = [json.loads(out) for out in ended]
    assert sum(one["new"] for one in told) == 60 == len(joined(store, organization.ana))
    assert {state for one in told for state in one["states"]} == {State.JOINED, State.FULL}


def test_two_clicks_at_the_same_moment_on_the_last_license(organization: Organization) -> None:
    store, rounds = organization.store, 12
    tokens = invite(store, 2 * rounds, 0, NOW)
    clicks = [Store(address(store)) for _ in range(2)]
    together, known = Barrier(2), [Occupancy(), Occupancy()]

    def click(which: int, token: str) -> joining.Joined:
        together.wait(30)
        return joining.join(clicks[which], token, NOW + 1, known[which])

    with ThreadPoolExecutor(2) as threads:
        for number in range(rounds):
            give_one_more(store)
            found = list(threads.map(click, range(2), tokens[2 * number : 2 * number + 2]))
            assert sorted(one.offer.state for one in found) == [State.FULL, State.JOINED]
    assert len(joined(store, organization.ana)) == rounds
    for one in clicks:
        one.close()


def give_one_more(store: Store) -> None:
    with store.write() as connection:
        connection.exec_driver_sql("UPDATE contracts SET licenses = licenses + 1 WHERE id = 1")


# --- beside others who write


@pytest.mark.parametrize(
    "store", [pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))], indirect=True
)
def test_an_import_and_those_who_join_never_wait_for_each_other_in_a_circle(organization: Organization) -> None:
    """An import changes memberships in an order of its own: who waited for it while holding another would stop both."""
    store = organization.store
    first, last = invite(store, 2, 2, NOW)
    store.patience = 3.0
    with store.write() as importing:
        importing.execute(update(memberships).where(memberships.c.id == 1_001).values(reported_enrolled=1))
        found = joining.join_all(store, [first, last], NOW + 1, Occupancy())
        importing.execute(update(memberships).where(memberships.c.id == 1_000).values(reported_enrolled=1))
    assert [isinstance(one, StoreError) for one in found] == [False, True]
    assert joined(store, organization.ana) == [1_000]
    assert joining.join(store, last, NOW + 1, Occupancy()).is_new


# --- killed in the middle


@pytest.fixture
def as_ana(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A shared store is told who serves."""
    monkeypatch.setenv("TUI_ADMIN_AS", "ana@northwind.example")
    yield


@pytest.mark.usefixtures("as_ana")
def test_killed_while_many_join_nobody_is_in_by_half(organization: Organization) -> None:
    store = organization.store
    tokens = invite(store, 200, 150, system_clock())
    welcomed: set[int] = set()
    for pause in (0.01, 0.06, 0.12):
        with served(address(store)) as serving, ThreadPoolExecutor(16) as threads:
            asked = [threads.submit(post, serving.address, token) for token in tokens]
            while not any(one.done() for one in asked):
                sleep(0.001)
            sleep(pause)
            os.kill(serving.process.pid, signal.SIGKILL)
            threads.shutdown(cancel_futures=True)
        answers = [None if one.cancelled() else one.result() for one in asked]
        welcomed |= {1_000 + place for place, status in enumerate(answers) if status == 200}
        assert welcomed <= set(joined(store, organization.ana))
    with served(address(store)) as serving, ThreadPoolExecutor(16) as threads:
        assert set(threads.map(lambda token: post(serving.address, token), tokens)) == {200, 409}
    assert len(joined(store, organization.ana)) == 150


def post(at: str, token: str) -> int | None:
    """The status of pressing the button; None where nobody answered."""
    connection = HTTPConnection(at.removeprefix("http://"), timeout=60)
    try:
        connection.request("POST", f"/join/{token}")
        return connection.getresponse().status
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
