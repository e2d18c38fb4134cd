"""What a sender takes from the outbox, begins, settles and lets go; what another takes over."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from tests.outbox_rows import NOW, address, enqueue, mails, message, set_state, states, tries
from tui_admin.rules.delivery import Mail, Settlement
from tui_admin.rules.errors import StoreError
from tui_admin.rules.mailing import InDoubt, MailState, MessageState, Purpose
from tui_admin.rules.times import DAY, HOUR, MINUTE
from tui_admin.store.engine import Store
from tui_admin.store.mail import delivery, outbox, quotas, recovery, senders, settling
from tui_admin.store.mail.quotas import Quota
from tui_admin.store.mail.senders import Lease
from tui_admin.store.tables import learners, suppressions
from tui_admin.store.tables import outbox as rows
from tui_admin.worker import upkeep


@pytest.fixture
def lease(store: Store) -> Lease:
    return join(store, "first")


def join(store: Store, token: str) -> Lease:
    """Enter a worker whose session ends at once: what it holds is a dead sender's."""
    with store.hold() as connection, store.transaction(connection, writing=True):
        return senders.register(connection, "host", 1, "here", token, NOW)


def claim(store: Store, lease: Lease, count: int = 100, now: int = NOW) -> list[Mail]:
    with store.write() as connection:
        return outbox.claim(connection, lease, now, count)


def mark(store: Store, lease: Lease, taken: Sequence[Mail], now: int = NOW) -> set[int]:
    with store.write() as connection:
        return settling.mark(connection, lease, [mail.id for mail in taken], now)


def settle(store: Store, lease: Lease, *settlements: Settlement) -> None:
    with store.write() as connection:
        settling.settle(connection, lease, settlements)


def sent(mail: Mail) -> Settlement:
    return Settlement(mail, MailState.SENT, NOW, phase="body", code=250, enhanced="2.0.0", text="queued", counts=True)


def test_a_mail_goes_from_queued_to_sent(store: Store, lease: Lease) -> None:
    number = enqueue(store, 3)
    taken = claim(store, lease, 2)

    assert [mail.address for mail in taken] == [address(0), address(1)]
    assert states(store) == {"claimed": 2, "queued": 1}
    assert mark(store, lease, taken[:1]) == {taken[0].id}
    assert states(store) == {"claimed": 1, "inflight": 1, "queued": 1}
    settle(store, lease, sent(taken[0]))

    row = mails(store)[0]
    assert (row.state, row.attempts, row.final_at, row.inflight_at) == ("sent", 1, NOW, NOW)
    assert (row.last_phase, row.last_code, row.last_enhanced, row.last_text) == ("body", 250, "2.0.0", "queued")
    assert tries(store) == Counter({row.id: 1})
    assert message(store, number).started_at == NOW


def test_only_messages_being_sent_are_taken_from(store: Store, lease: Lease) -> None:
    for state in MessageState:
        enqueue(store, 1, message={"state": state, "send_at": NOW + 1 if state == MessageState.SCHEDULED else None})

    assert [message(store, mail.message_id).state for mail in claim(store, lease)] == ["sending"]


def test_a_scheduled_message_begins_at_its_time(store: Store, lease: Lease) -> None:
    number = enqueue(store, 2, message={"state": MessageState.SCHEDULED, "send_at": NOW}, next_at=NOW)

    assert claim(store, lease, now=NOW - 1) == []
    assert message(store, number).state == "scheduled"
    assert len(claim(store, lease, now=NOW)) == 2
    assert message(store, number).state == "sending"


def test_deferred_mails_come_when_their_time_has_come_and_first(store: Store, lease: Lease) -> None:
    enqueue(store, 3)
    with store.write() as connection:
        connection.execute(update(rows).where(rows.c.address == address(2)).values(state="deferred", next_at=NOW + 9))

    assert [mail.address for mail in claim(store, lease, 1, now=NOW + 9)] == [address(2)]
    assert len(claim(store, lease, now=NOW + 8)) == 2
    assert claim(store, lease, now=NOW + 9) == []


def test_queued_mails_are_due_though_the_clock_was_turned_back(store: Store, lease: Lease) -> None:
    enqueue(store, 2)
    assert len(claim(store, lease, now=NOW - HOUR)) == 2


def test_each_message_gets_its_share_and_domains_take_turns(store: Store, lease: Lease) -> None:
    large = enqueue(store, 50, to=lambda n: f"p{n}@{'big' if n < 40 else 'small'}.example")
    small = enqueue(store, 3)
    taken = claim(store, lease, 20)

    assert Counter(mail.message_id for mail in taken) == {large: 17, small: 3}
    assert {mail.message_id for mail in taken[:2]} == {large, small}
    rest = claim(store, lease, 33)
    assert [mail.address.partition("@")[2] for mail in rest[:4]] == ["big.example", "small.example"] * 2


def test_nobody_gets_what_speaks_against_by_now(store: Store, lease: Lease) -> None:
    people = [
        {"id": 1, "email": address(0), "opted_out": True},
        {"id": 2, "email": None, "erased_at": NOW},
        {"id": 3, "email": address(2)},
    ]
    with store.write() as connection:
        for person in people:
            connection.execute(insert(learners).values(search_key="", **{"opted_out": False, **person}))
        connection.execute(
            insert(suppressions).values(
                email=address(2), reason="added", added_at=NOW, added_by="ana@northwind.example"
            )
        )
    for purpose in (Purpose.CUSTOM, Purpose.INVITATION):
        for person in (1, 2, 3):
            enqueue(store, 1, first=person - 1, purpose=purpose, learner_id=person)
    enqueue(store, 1, first=8, purpose=Purpose.CUSTOM, learner_id=None)
    enqueue(store, 1, first=9, expires_at=NOW)
    enqueue(store, 1, first=9, message={"not_after": NOW})

    assert [(mail.purpose, mail.learner_id) for mail in claim(store, lease)] == [(Purpose.INVITATION, 1)]
    assert states(store) == {"claimed": 1, "suppressed": 3, "cancelled": 3, "expired": 2}
    assert {row.last_text for row in mails(store) if row.state != "claimed"} == {
        "the person opted out",
        "the person was erased",
        "the address is on the suppression list",
        "it waited too long to be worth sending",
    }
    assert all(row.final_at == NOW for row in mails(store) if row.state != "claimed")


def test_a_new_address_is_written_to_unless_the_old_one_was_tried(store: Store, lease: Lease) -> None:
    with store.write() as connection:
        connection.execute(insert(learners).values(id=1, email="new@example.com", search_key=""))
    enqueue(store, 1, purpose=Purpose.INVITATION, learner_id=1)
    enqueue(store, 1, purpose=Purpose.NUDGE, learner_id=1)
    with store.write() as connection:
        connection.execute(update(rows).where(rows.c.purpose == "nudge").values(last_phase="rcpt"))

    assert {mail.purpose: mail.address for mail in claim(store, lease)} == {
        Purpose.INVITATION: "new@example.com",
        Purpose.NUDGE: address(0),
    }
    assert [row.address for row in mails(store)] == ["new@example.com", address(0)]


@pytest.mark.parametrize("stop", [MessageState.PAUSED, MessageState.CANCELLED])
def test_nothing_more_begins_of_a_stopped_message(store: Store, lease: Lease, stop: MessageState) -> None:
    number, other = enqueue(store, 2), enqueue(store, 1)
    taken = claim(store, lease)
    set_state(store, number, stop)

    assert mark(store, lease, taken) == {mail.id for mail in taken if mail.message_id == other}
    assert states(store, number) == {"queued" if stop is MessageState.PAUSED else "cancelled": 2}


def test_nothing_begins_while_delivery_is_paused(store: Store, lease: Lease) -> None:
    enqueue(store, 1)
    taken = claim(store, lease)
    with store.write() as connection:
        delivery.pause(connection, "ana@northwind.example", "because", NOW)
    assert mark(store, lease, taken) == set()
    assert states(store) == {"queued": 1}

    with store.write() as connection:
        delivery.resume(connection)
    assert mark(store, lease, claim(store, lease)) == {taken[0].id}


def test_what_is_tried_again_waits_and_ends_with_a_cancelled_message(store: Store, lease: Lease) -> None:
    number = enqueue(store, 2)
    first, second = claim(store, lease)
    mark(store, lease, [first, second])
    again = {"phase": "rcpt", "code": 451, "text": "later", "counts": True, "next_at": NOW + MINUTE}
    settle(store, lease, Settlement(first, MailState.DEFERRED, NOW, **again))
    set_state(store, number, MessageState.CANCELLED)
    settle(store, lease, Settlement(second, MailState.DEFERRED, NOW, **again))

    deferred, cancelled = mails(store)
    assert (deferred.state, deferred.next_at, deferred.attempts, deferred.final_at) == (
        "deferred",
        NOW + MINUTE,
        1,
        None,
    )
    assert (cancelled.state, cancelled.final_at) == ("cancelled", NOW)


def test_only_who_holds_a_mail_may_begin_or_settle_it(store: Store, lease: Lease) -> None:
    enqueue(store, 1)
    taken = claim(store, lease)
    other = join(store, "second")

    assert mark(store, other, taken) == set()
    settle(store, other, sent(taken[0]))
    assert states(store) == {"claimed": 1}
    assert mark(store, lease, taken) == {taken[0].id}
    assert mark(store, lease, taken) == set(), "begun twice"


def test_a_refused_address_is_suppressed_once(store: Store, lease: Lease) -> None:
    enqueue(store, 1)
    enqueue(store, 1)
    taken = claim(store, lease)
    mark(store, lease, taken)
    gone = [
        Settlement(mail, MailState.FAILED, NOW, phase="rcpt", code=550, enhanced="5.1.1", text="gone", suppress=True)
        for mail in taken
    ]
    settle(store, lease, *gone)

    with store.read() as connection:
        (found,) = connection.execute(select(suppressions)).all()
    assert (found.email, found.reason, found.detail) == (address(0), "bounced", "5.1.1 gone")
    enqueue(store, 1)
    assert claim(store, lease) == []


def take_over(store: Store, lease: Lease, me: Lease, now: int = NOW) -> recovery.Recovered:
    with store.write() as connection:
        assert senders.dead(connection, me.worker_id, silence=900) == [lease.worker_id]
        return recovery.recover(connection, lease.worker_id, now)


@pytest.mark.parametrize(
    ("policy", "state"),
    [(InDoubt.HOLD, "unknown"), (InDoubt.RESEND, "deferred"), (InDoubt.DROP, "dropped")],
)
def test_a_dead_senders_mails_are_due_again_or_in_doubt(
    store: Store, lease: Lease, policy: InDoubt, state: str
) -> None:
    enqueue(store, 5, message={"in_doubt_policy": policy})
    taken = claim(store, lease)
    mark(store, lease, taken[:2])
    me = join(store, "second")

    assert take_over(store, lease, me, NOW + 1) == recovery.Recovered(requeued=3, doubtful=2)
    assert states(store) == {"claimed": 3, state: 2}
    assert sorted(tries(store)) == sorted(mail.id for mail in taken[:2])
    assert mark(store, lease, taken[2:]) == set(), "the dead one begins what it lost"
    with store.write() as connection:
        assert recovery.recover(connection, lease.worker_id, NOW + 2) == recovery.Recovered()
    waiting = 3 if policy is not InDoubt.RESEND else 5
    assert len(claim(store, me, now=NOW + 1)) == waiting


def test_a_claim_ends_with_its_sender(store: Store, lease: Lease) -> None:
    enqueue(store, 5)
    claim(store, lease, 3)
    me = join(store, "second")
    assert len(claim(store, me)) == 2, "the first may live"
    take_over(store, lease, me)

    assert [len(claim(store, me, 1)) for _ in range(4)] == [1, 1, 1, 0]


def test_a_sender_taken_for_dead_still_says_what_became_of_a_mail(store: Store, lease: Lease) -> None:
    enqueue(store, 2)
    taken = claim(store, lease)
    mark(store, lease, taken)
    take_over(store, lease, join(store, "second"))
    settle(store, lease, sent(taken[0]))

    assert states(store) == {"sent": 1, "unknown": 1}


def let_go(mail: Mail) -> Settlement:
    return Settlement(mail, MailState.QUEUED, NOW, phase="mail", text="the server did not answer in time")


def test_what_a_sender_taken_for_dead_did_not_send_opens_its_message_anew(store: Store, lease: Lease) -> None:
    number = enqueue(store, 1)
    taken = claim(store, lease)
    mark(store, lease, taken)
    me = join(store, "second")
    take_over(store, lease, me)
    with store.write() as connection:
        assert outbox.finish(connection, NOW) == 1
    settle(store, lease, let_go(taken[0]))

    assert (message(store, number).state, message(store, number).finished_at) == ("sending", None)
    assert [mail.id for mail in claim(store, me)] == [taken[0].id]


def test_a_message_is_not_closed_while_a_mail_of_it_is_let_go(postgres_store: Store) -> None:
    """The one that closes it sees what the other does only after that is committed."""
    store, lease = postgres_store, join(postgres_store, "first")
    number = enqueue(store, 1)
    taken = claim(store, lease)
    mark(store, lease, taken)
    take_over(store, lease, join(store, "second"))

    def close() -> int:
        with store.write() as connection:
            return outbox.finish(connection, NOW)

    with ThreadPoolExecutor(1) as beside:
        with store.write() as connection:
            settling.settle(connection, lease, [let_go(taken[0])])
            closing = beside.submit(close)
            while not connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                assert not closing.done(), "it did not wait"
        assert closing.result() == 0
    assert message(store, number).state == "sending"


def test_what_a_dead_sender_held_of_a_cancelled_message(store: Store, lease: Lease) -> None:
    number = enqueue(store, 2, message={"in_doubt_policy": InDoubt.RESEND})
    mark(store, lease, claim(store, lease)[:1])
    set_state(store, number, MessageState.CANCELLED)
    me = join(store, "second")
    take_over(store, lease, me)

    assert claim(store, me) == []
    assert states(store) == {"cancelled": 1, "unknown": 1}


def test_a_message_is_sent_when_nothing_of_it_waits(store: Store, lease: Lease) -> None:
    number, other = enqueue(store, 2), enqueue(store, 1)
    first, second = (mail for mail in claim(store, lease) if mail.message_id == number)
    mark(store, lease, [first, second])
    settle(store, lease, sent(first))
    with store.write() as connection:
        assert outbox.finish(connection, NOW) == 0
    settle(store, lease, dataclasses.replace(sent(second), state=MailState.UNKNOWN))
    with store.write() as connection:
        assert outbox.finish(connection, NOW + 5) == 1

    assert (message(store, number).state, message(store, number).finished_at) == ("sent", NOW + 5)
    assert message(store, other).state == "sending"


def test_what_there_is_to_do(store: Store, lease: Lease) -> None:
    def look(now: int = NOW) -> tuple[bool, bool]:
        with store.read() as connection:
            found = outbox.outlook(connection, now)
        return found.due, found.waiting

    assert look() == (False, False)
    enqueue(store, 1, message={"state": MessageState.PAUSED})
    assert look() == (False, False)
    enqueue(store, 1, message={"state": MessageState.SCHEDULED, "send_at": NOW + DAY})
    assert (look(), look(NOW + DAY)) == ((False, True), (True, True))
    enqueue(store, 1, state="deferred", next_at=NOW + HOUR)
    assert (look(), look(NOW + HOUR)) == ((False, True), (True, True))
    enqueue(store, 1, state="inflight")
    assert look() == (True, True)


def test_a_quota_holds_across_restarts_and_clocks(store: Store) -> None:
    quota = Quota("smtp.example", "a day", DAY, 10)

    def take(now: int, wanted: int) -> int:
        with store.write() as connection:
            taken = min(wanted, quotas.left(connection, quota, now))
            quotas.use(connection, quota, taken)
            return taken

    assert [take(NOW, 6), take(NOW + 1, 6), take(NOW + DAY - 1, 1)] == [6, 4, 0]
    assert take(NOW - HOUR, 1) == 0, "the clock was turned back"
    with store.read() as connection:
        assert quotas.opens_at(connection, quota, NOW) == NOW - HOUR + DAY
    assert take(NOW - HOUR + DAY, 20) == 10


def test_a_living_sender_is_not_dead(postgres_store: Store) -> None:
    store = postgres_store
    with store.hold() as connection:
        with store.transaction(connection, writing=True):
            alive = senders.register(connection, "host", 1, "here", "alive", NOW)
        me = join(store, "second")
        with store.write() as other:
            assert senders.dead(other, me.worker_id, silence=900) == []
            assert senders.dead(other, me.worker_id, silence=-1) == [alive.worker_id], "silent for too long"
        with store.write() as other:
            assert senders.beat(other, alive.worker_id, NOW) and senders.is_counted_on(other, alive.worker_id)
            recovery.recover(other, alive.worker_id, NOW)
            assert not senders.beat(other, alive.worker_id, NOW)
            assert not senders.is_counted_on(other, alive.worker_id)


def test_a_sender_silent_for_too_long_is_cut_off_from_what_it_holds(postgres_store: Store) -> None:
    store, me = postgres_store, join(postgres_store, "second")
    with pytest.raises(StoreError), store.hold() as connection:
        with store.transaction(connection, writing=True):
            silent = senders.register(connection, "host", 1, "here", "silent", NOW)
        with store.transaction(connection, writing=True):
            senders.beat(connection, silent.worker_id, NOW)
            with store.write() as other:
                assert upkeep.take_over(other, me.worker_id, -1, NOW) == recovery.Recovered()
            senders.beat(connection, silent.worker_id, NOW)


def test_an_embedded_store_has_one_sender(sqlite_store: Store) -> None:
    with senders.alone(sqlite_store) as first, senders.alone(sqlite_store) as second:
        assert (first, second) == (True, False)
    with senders.alone(sqlite_store) as third:
        assert third


def test_claiming_and_recovering_walk_an_index(sqlite_store: Store) -> None:
    seen: list[str] = []
    with sqlite_store.write() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(seen.append)
        lease = senders.register(connection, "host", 1, "here", "x", NOW)
        outbox.claim(connection, lease, NOW, 10)
        outbox.finish(connection, NOW)
        recovery.recover(connection, lease.worker_id, NOW)
        driver.set_trace_callback(None)
        asked = [sql for sql in seen if "outbox" in sql or "messages" in sql]
        plans = [line[3] for sql in asked for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(asked) > 5
    assert not [line for line in plans if line.startswith(("SCAN outbox", "SCAN messages"))], plans
