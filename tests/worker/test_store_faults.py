"""What goes wrong with the store while mail is sent, and what people do meanwhile: faults 8, 25, 26, 28 and 33 of the
list, with the five invariants checked after each."""

import resource
import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from tests import outbox_rows
from tests.mail.fault_script import Fault, Script
from tests.mail.fault_server import accepted, seen_beside
from tests.worker.harness import Post, now
from tui_admin.mail.sending import Point
from tui_admin.portal.organization import initialise
from tui_admin.rules.errors import MailError
from tui_admin.rules.times import DAY, HOUR, MINUTE, SECOND, parse_iso
from tui_admin.store.engine import Store
from tui_admin.store.mail import delivery
from tui_admin.worker.process import Until

SLOW = Script(latency=0.002)
BERLIN = ZoneInfo("Europe/Berlin")


def test_8_locked_by_another_at_the_moment_after_250(sqlite_post: Post) -> None:
    post = sqlite_post
    post.enqueue(200)
    with post.server(SLOW) as port:
        process = post.spawn(port)
        post.wait_for(40)
        assert post.store.path is not None
        with closing(sqlite3.connect(post.store.path, timeout=10, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(0.3)
            before = len(accepted(post.log))
            time.sleep(0.5)
            assert len(accepted(post.log)) == before, "a mail left that was not noted as begun"
            connection.execute("ROLLBACK")
        assert process.wait(timeout=120) == 0
    assert post.states() == {"sent": 200}
    post.check(200)


def test_8_a_full_disk_at_the_moment_after_250(sqlite_post: Post) -> None:
    post = sqlite_post
    post.enqueue(300)
    with post.server(SLOW) as port:
        process = post.spawn(port)
        post.wait_for(60)
        log = Path(f"{post.store.path}-wal")
        unlimited = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, resource.RLIM_INFINITY))
        post.wait_until(lambda: stands_still(post))
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, unlimited)
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0
    assert "disk" in said and said.count("\n") == 1
    assert post.states() == {"sent": 300}
    post.check(300)


def test_8_a_database_that_only_reads_at_the_moment_after_250(postgres_post: Post) -> None:
    post = postgres_post
    post.enqueue(300)
    name = post.store.url.database
    with post.server(SLOW) as port:
        process = post.spawn(port)
        post.wait_for(60)
        set_read_only(post, name, "on")
        post.wait_until(lambda: stands_still(post))
        set_read_only(post, name, "off")
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert post.states() == {"sent": 300}
    post.check(300)


def set_read_only(post: Post, name: str | None, value: str) -> None:
    with post.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}"))
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))


def stands_still(post: Post) -> bool:
    before = len(accepted(post.log))
    time.sleep(0.4)
    return len(accepted(post.log)) == before


def test_8_a_store_that_fails_for_good_ends_the_sender_when_it_is_told_to(sqlite_post: Post) -> None:
    post = sqlite_post
    post.enqueue(300)
    with post.server(SLOW) as port:
        process = post.spawn(port, "--rhythm", '{"tempo": {"grace": 0.3}}')
        post.wait_for(60)
        log = Path(f"{post.store.path}-wal")
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, resource.RLIM_INFINITY))
        post.wait_until(lambda: stands_still(post))
        process.terminate()
        _, said = process.communicate(timeout=90)
        assert process.returncode == 5
        assert (
            said.splitlines()[-1]
            == "The store failed until the sender had to stop; what it could not record is in doubt."
        )
        assert post.run(port)[0] == 0
    post.check(300, in_doubt=post.connections)


def test_a_sender_that_breaks_leaves_nothing_in_flight(post: Post) -> None:
    post.enqueue(20)

    def break_off(point: Point) -> None:
        if point is Point.BEGUN:
            raise ArithmeticError

    with post.server() as port:
        with pytest.raises(ArithmeticError):
            post.send(port, at=break_off)
        assert set(post.states()) == {"queued", "unknown"}
        post.send(port)
    assert set(post.states()) == {"sent", "unknown"}
    post.check(20, in_doubt=post.connections)


def test_25_paused_and_resumed_a_hundred_times(post: Post) -> None:
    number = post.enqueue(1_000)
    with post.server(SLOW) as port:
        process = post.spawn(port, "--until", "done")
        post.wait_for(10)
        for _ in range(100):
            if outbox_rows.message(post.store, number).state != "sending":
                break
            outbox_rows.set_state(post.store, number, "paused")
            paused = begun(post, number)
            time.sleep(0.01)
            assert begun(post, number) == paused, "a mail began after the pause"
            outbox_rows.set_state(post.store, number, "sending")
            time.sleep(0.01)
        assert process.wait(timeout=120) == 0
    if outbox_rows.message(post.store, number).state == "sending":
        with post.server() as port:
            post.send(port)
    assert post.states() == {"sent": 1_000}
    post.check(1_000)


def begun(post: Post, number: int) -> int:
    """How many mails of a message have begun to leave."""
    return sum(row.inflight_at is not None for row in outbox_rows.mails(post.store) if row.message_id == number)


def test_25_cancelled_in_the_middle(post: Post) -> None:
    number, other = post.enqueue(500), post.enqueue(100)
    with post.server(SLOW) as port:
        process = post.spawn(port)
        post.wait_for(50)
        outbox_rows.set_state(post.store, number, "cancelled")
        assert process.wait(timeout=120) == 0
    states = outbox_rows.states(post.store, number)
    assert set(states) <= {"sent", "cancelled", "queued"}
    assert states["cancelled"] > 0
    assert outbox_rows.states(post.store, other) == {"sent": 100}
    post.check(600)


def test_25_a_quota_used_in_part_is_kept_across_a_restart(post: Post) -> None:
    post.enqueue(100)
    limits = {"per_day": 50}
    with post.server() as port:
        assert post.send(port, Until.ONCE, **limits)["sent"] == 50
        assert post.send(port, Until.ONCE, **limits) == {}
        assert "50 mails a day are used up" in post.said[-1]
        with pytest.raises(MailError, match="50 mails a day are used up"):
            post.send(port, **limits)
        assert post.send(port, Until.ONCE, ahead=-HOUR, **limits) == {}, "the clock was turned back"
        assert post.send(port, Until.ONCE, ahead=DAY - HOUR + MINUTE, **limits)["sent"] == 50
    post.check(100)


def test_25_a_clock_that_jumps_loses_nobody(post: Post) -> None:
    """An hour back and an hour on, as clocks are set, and twice a year the other way round."""
    post.enqueue(30)
    with post.server(Script(faults=(Fault("rcpt", "reply", "451 4.3.0 later", times=10),))) as port:
        assert post.send(port)["deferred"] == 10
        post.enqueue(30)
        assert post.send(port, ahead=-HOUR) == {"sent": 30}
        assert post.send(port, ahead=HOUR) == {"sent": 10}
    assert post.states() == {"sent": 60}
    post.check(60)


CHANGES = [("2026-03-28T12:00", "2026-03-29T12:00", 23), ("2026-10-24T12:00", "2026-10-25T12:00", 25)]
"""Noon before and after the night in which clocks are put forward, and back, in Berlin; the hours between them."""


@pytest.mark.parametrize(("before", "after", "hours"), CHANGES, ids=["forward", "back"])
def test_25_a_day_in_which_clocks_change_is_counted_in_hours(post: Post, before: str, after: str, hours: int) -> None:
    noon, next_noon = (parse_iso(text, BERLIN) for text in (before, after))
    assert next_noon - noon == hours * HOUR

    def sent(at: int, **limits: int) -> int:
        return post.send(port, Until.ONCE, ahead=at - now(), **limits).get("sent", 0)

    post.enqueue(60, at=noon, expires_at=noon + 5 * DAY)
    with post.server() as port:
        assert sent(noon + SECOND, per_day=30) == 30
        assert sent(noon + DAY - MINUTE, per_day=30) == 0, "the server's day is over after 24 hours, not before"
        assert sent(noon + DAY + MINUTE, per_day=30) == 30
        scheduled = {"state": "scheduled", "send_at": next_noon}
        post.enqueue(10, at=next_noon, message=scheduled, expires_at=next_noon + 5 * DAY)
        assert sent(next_noon - MINUTE) == 0, "what was scheduled for noon leaves at noon of that day's clocks"
        assert sent(next_noon + SECOND) == 10
    post.check(70)


def test_26_a_copy_that_wakes_elsewhere_asks_before_it_sends(sqlite_post: Post, tmp_path: Path) -> None:
    post = sqlite_post
    post.enqueue(20)
    with post.server() as port:
        post.send(port)
        post.enqueue(20)
        path = post.store.path
        assert path is not None
        post.store.close()
        (tmp_path / "elsewhere").mkdir()
        copied = Path(shutil.copy(path, tmp_path / "elsewhere"))
        copy = Post(Store(f"sqlite:///{copied}"), tmp_path)
        for elsewhere, machine in ((post, "machine-2"), (copy, "machine-1")):
            with pytest.raises(MailError, match="20 mails wait here that may have been sent already"):
                elsewhere.send(port, machine=machine)
            assert elsewhere.states() == {"sent": 20, "queued": 20}
        with post.store.write() as connection:
            delivery.resume(connection)
        post.send(port, machine="machine-2")
        copy.store.close()
    assert post.states() == {"sent": 40}
    post.check(40)


def test_26_a_store_that_moves_with_nothing_waiting_just_goes_on(sqlite_post: Post) -> None:
    sqlite_post.enqueue(5)
    with sqlite_post.server() as port:
        sqlite_post.send(port)
        sqlite_post.send(port, machine="machine-2")
        sqlite_post.enqueue(5)
        sqlite_post.send(port, machine="machine-2")
    assert sqlite_post.states() == {"sent": 10}


def test_33_a_retry_is_the_same_to_the_byte(post: Post) -> None:
    """Sent by another process, later, from an organization that calls itself otherwise by now."""
    said = {"body": "Here is {{ report }}, {{ organization }}", "subject": "Ágnes: {{ report }}"}
    fields = '{"report": "Seats – 2026"}'
    post.enqueue(20, fields=fields, attachment=b"a,b\r\n1,2\r\n", attachment_name="Őrség.csv", message=said)
    with post.server(Script(faults=(Fault("dot", "reply", "451 4.3.0 later", times=20),))) as port:
        assert post.run(port)[0] == 0
        assert post.states() == {"deferred": 20}
        initialise(post.store, "Southwind", "bea@northwind.example", now())
        assert post.run(port, "--ahead", str(8 * MINUTE))[0] == 0
    assert post.states() == {"sent": 20}
    seen = [line.split("\t") for line in seen_beside(post.log).read_text().splitlines()]
    assert len(seen) == 40
    assert len({digest for _, digest in seen}) == len({name for name, _ in seen}) == 20
    post.check(20)


def test_28_an_invitation_taken_back_while_it_is_claimed_does_not_leave(post: Post) -> None:
    from tui_admin.store.mail import messages as store_messages

    number = post.enqueue(12)
    withdrawn: list[Point] = []

    def take_back(point: Point) -> None:
        if point is Point.CLAIMED and not withdrawn:
            withdrawn.append(point)
            with post.store.write() as connection:
                store_messages.call_back(connection, number, now())

    with post.server() as port:
        post.send(port, at=take_back)
    assert withdrawn
    assert post.states() == {"cancelled": 12}
    post.check(12)
