"""kill -9 while members are removed, and two consoles that remove the same people at once."""

import signal
import subprocess
import sys
import threading
from collections import Counter

import pytest
from sqlalchemy import func, insert, select

from tui_admin.portal import journal, removal, undo
from tui_admin.portal.receipts import Receipt
from tui_admin.store.engine import Store
from tui_admin.store.tables import learners, memberships

from .conftest import NOW, Organization

MANY = 3 * journal.ROWS_PER_BLOCK

CHILD = """
import sys, time
from tui_admin.portal import removal, rights
from tui_admin.store import journal as store_journal, removal as store_removal
from tui_admin.store.engine import Store

url, moment, first, last = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])

def stop(*_):
    print("there", flush=True)
    time.sleep(600)

def stopping_after(function, calls):
    def wrapped(*arguments, **named):
        function(*arguments, **named)
        calls.append(1)
        if len(calls) == (2 if moment == "add_block" else 1):
            stop()
    return wrapped

for module in (store_removal, store_journal):
    if hasattr(module, moment):
        setattr(module, moment, stopping_after(getattr(module, moment), []))
store = Store(url)
actor = rights.sign_in(store, "ana@northwind.example")
removal.apply(store, actor, removal.plan(store, actor, None, range(first, last), 1), 2)
stop()
"""


@pytest.fixture
def crowd(organization: Organization) -> Organization:
    """The organization with some thousand members more, from id 1,000 on."""
    numbers = range(1_000, 1_000 + MANY)
    with organization.store.write() as connection:
        people = [{"id": n, "email": f"m{n}@x.example", "search_key": f"m{n}", "opted_out": False} for n in numbers]
        connection.execute(insert(learners), people)
        rows = [{"id": n, "learner_id": n, "program_id": 1, "state": "MEMBER", "search_key": f"m{n}"} for n in numbers]
        connection.execute(insert(memberships), rows)
    return organization


def states(store: Store) -> Counter[str]:
    query = select(memberships.c.state, func.count()).where(memberships.c.id >= 1_000).group_by(memberships.c.state)
    with store.read() as connection:
        return Counter({row[0]: row[1] for row in connection.execute(query)})


@pytest.mark.parametrize("moment", ["remove", "add_entry", "add_block", "seal", "committed"])
def test_a_killed_removal_leaves_the_store_as_before_or_after(crowd: Organization, moment: str) -> None:
    store = crowd.store
    url = store.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", CHILD, url, moment, "1000", str(1_000 + MANY)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "there\n"
        child.send_signal(signal.SIGKILL)
    after = moment == "committed"
    assert states(store) == {"DELETED_MEMBER" if after else "MEMBER": MANY}
    assert journal.verify(store, crowd.ana) == journal.Verification(entries=2 if after else 1)
    if after:
        assert undo.undo(store, crowd.ana, None, NOW).applied == MANY
    else:
        plan = removal.plan(store, crowd.ana, None, range(1_000, 1_000 + MANY), NOW)
        assert removal.apply(store, crowd.ana, plan, NOW).applied == MANY


def test_two_consoles_remove_each_member_once(crowd: Organization) -> None:
    store = crowd.store
    plans = [
        removal.plan(store, crowd.ana, None, range(1_000, 5_000), NOW),
        removal.plan(store, crowd.bo, None, range(3_000, 1_000 + MANY), NOW),
    ]
    receipts: list[Receipt] = []

    def apply(number: int) -> None:
        actor = (crowd.ana, crowd.bo)[number]
        receipts.append(removal.apply(Store(store.url), actor, plans[number], NOW))

    threads = [threading.Thread(target=apply, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(receipt.applied for receipt in receipts) == MANY
    assert sum(receipt.skipped for receipt in receipts) == 2_000
    assert states(store) == {"DELETED_MEMBER": MANY}
    assert journal.verify(store, crowd.ana) == journal.Verification(entries=3)
