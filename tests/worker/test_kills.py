"""Senders that are killed, stopped, frozen and doubled: faults 1 to 7 and 9 of the list, with the five invariants
checked after each."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing

import pytest
from sqlalchemy import text

from tests import outbox_rows
from tests.mail.fault_script import Fault, Script
from tests.worker.harness import Post
from tui_admin.mail.sending import Point
from tui_admin.rules.times import MINUTE
from tui_admin.store.mail import senders

FAST = ("--rhythm", '{"beat": 0.1, "silence": 900}')
SLOW = Script(latency=0.002)
"""A server some milliseconds away, so that there is a middle to be killed in."""


@pytest.mark.parametrize(
    ("point", "is_doubtful"),
    [
        (f"{Point.CLAIMING}:1", False),
        (f"{Point.CLAIMED}:1", False),
        (f"{Point.BEGUN}:9", True),
        (f"{Point.ANSWERED}:9", True),
        (f"{Point.RECORDED}:9", True),
    ],
)
def test_2_killed_between_two_things_written_down(post: Post, point: str, is_doubtful: bool) -> None:
    post.enqueue(60)
    with post.server() as port:
        code, _ = post.run(port, "--kill-at", point, *FAST)
        assert code == -signal.SIGKILL
        assert post.run(port, *FAST)[0] == 0
    post.check(60, in_doubt=post.connections if is_doubtful else 0)
    assert post.states().keys() == ({"sent", "unknown"} if is_doubtful else {"sent"})


def test_2_killed_after_the_dot_and_before_the_answer(post: Post) -> None:
    post.enqueue(60)
    with post.server(Script(faults=(Fault("dot", "stall", after=20, times=post.connections),))) as port:
        process = post.spawn(port, *FAST, timeouts={"final": 60})
        post.wait_for(20 + post.connections)
        process.kill()
        process.wait()
        assert post.run(port, *FAST)[0] == 0
    assert post.states() == {"sent": 60 - post.connections, "unknown": post.connections}
    post.check(60, in_doubt=post.connections)


def kill_at_random(post: Post, mails: int, kills: int, seed: int) -> None:
    """Kill senders at random moments until so many were, then let one finish."""
    post.enqueue(mails)
    chance = random.Random(seed)
    with post.server(SLOW) as port:
        for number in range(kills):
            process = post.spawn(port, *FAST)
            post.wait_for(post.taken() + chance.randrange(1, mails // kills // 2))
            time.sleep(chance.random() * 0.01)
            process.kill()
            assert process.wait() == -signal.SIGKILL, f"kill {number} came too late"
        code, said = post.run(port, *FAST, seconds=600)
        assert code == 0, said
    post.check(mails, in_doubt=kills * post.connections)


def test_1_killed_at_random_moments(post: Post) -> None:
    kill_at_random(post, mails=600, kills=4, seed=20260501)


@pytest.mark.soak
def test_1_a_hundred_kills_over_sixty_thousand_mails(sqlite_post: Post) -> None:
    sqlite_post.connections = 20
    kill_at_random(sqlite_post, mails=60_000, kills=100, seed=20260502)


@pytest.mark.parametrize(
    ("where", "sign"),
    [("sqlite", signal.SIGTERM), ("sqlite", signal.SIGINT), ("sqlite", signal.SIGHUP), ("postgres", signal.SIGTERM)],
)
def test_3_told_to_end_it_ends_the_dialogues_and_leaves_no_doubt(
    request: pytest.FixtureRequest, where: str, sign: signal.Signals
) -> None:
    post: Post = request.getfixturevalue(f"{where}_post")
    post.enqueue(150)
    with post.server(SLOW) as port:
        process = post.spawn(port, *FAST)
        post.wait_for(20)
        process.send_signal(sign)
        _, said = process.communicate(timeout=20)
        assert (process.returncode, said) == (0, "")
        assert set(post.states()) == {"sent", "queued"}
        post.check(150)
        assert post.run(port, *FAST)[0] == 0
    assert post.states() == {"sent": 150}
    post.check(150)


def test_3_told_twice_it_ends_at_once_and_says_what_is_in_doubt(sqlite_post: Post) -> None:
    post = sqlite_post
    post.enqueue(60)
    with post.server(Script(faults=(Fault("dot", "stall", after=20),))) as port:
        process = post.spawn(port, *FAST, timeouts={"final": 60})
        post.wait_for(20 + post.connections)
        for _ in range(2):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.1)
        process.communicate(timeout=10)
    assert process.returncode == 0
    assert post.states() == {"sent": 20, "unknown": post.connections, "queued": 40 - post.connections}
    post.check(60, in_doubt=post.connections)


def freeze(process: "subprocess.Popen[str]", post: Post) -> None:
    """Stop a process, where the store is a file at a moment at which it does not write: nobody else could, then."""
    while True:
        process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)  # until then it may begin to write yet
        if post.store.path is None:
            return
        try:
            with closing(sqlite3.connect(post.store.path, timeout=0.1, isolation_level=None)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
            return
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            time.sleep(0.01)


def test_4_a_frozen_sender_wakes_when_another_has_taken_over(post: Post) -> None:
    """On SQLite the file that the lock lies on is taken away, as a careless person could."""
    post.enqueue(150)
    with post.server(SLOW) as port:
        frozen = post.spawn(port, "--rhythm", '{"beat": 60, "standstill": 0.3}')
        post.wait_for(20)
        freeze(frozen, post)
        if post.store.path is not None:
            post.store.path.with_name(post.store.path.name + ".sending").unlink()
        code, said = post.run(port, "--rhythm", '{"beat": 0.1, "silence": 0.3}')
        assert code == 0, said
        assert set(post.states()) == {"sent", "unknown"}
        post.check(150, in_doubt=post.connections)
        frozen.send_signal(signal.SIGCONT)
        _, said = frozen.communicate(timeout=90)
    assert (frozen.returncode, "others took over" in said) in {(0, False), (5, True)}, said
    post.check(150, in_doubt=post.connections)


def test_4_a_frozen_sender_that_nobody_missed_goes_on(sqlite_post: Post) -> None:
    sqlite_post.enqueue(200)
    with sqlite_post.server(SLOW) as port:
        frozen = sqlite_post.spawn(port, *FAST)
        sqlite_post.wait_for(20)
        frozen.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        frozen.send_signal(signal.SIGCONT)
        assert frozen.wait(timeout=90) == 0
    assert sqlite_post.states() == {"sent": 200}
    sqlite_post.check(200)


def test_6_the_second_sender_of_one_file_does_not_send(sqlite_post: Post) -> None:
    sqlite_post.enqueue(200)
    with sqlite_post.server(SLOW) as port:
        first = sqlite_post.spawn(port, *FAST)
        sqlite_post.wait_for(10)
        first.send_signal(signal.SIGSTOP)  # so that it is at work however long another takes to begin
        assert sqlite_post.run(port, *FAST) == (1, "another sender is at work\n")
        first.send_signal(signal.SIGCONT)
        assert first.wait(timeout=90) == 0
        assert sqlite_post.run(port, *FAST, "--ahead", str(15 * MINUTE))[0] == 0
    assert set(sqlite_post.states()) <= {"sent", "unknown"}, "what it had in its hands may have waited too long"
    sqlite_post.check(200, in_doubt=sqlite_post.connections)


def test_7_several_senders_one_killed_one_frozen(postgres_post: Post) -> None:
    post, mails = postgres_post, 1_200
    post.enqueue(mails)
    quick = ("--rhythm", '{"beat": 0.1, "silence": 1.5, "standstill": 0.5}')
    with post.server(SLOW) as port:
        living = [post.spawn(port, *quick) for _ in range(2)]
        killed, frozen = post.spawn(port, *quick), post.spawn(port, *quick)
        post.wait_until(lambda: len(running(post)) == 4)
        post.wait_for(100)
        killed.kill()
        frozen.send_signal(signal.SIGSTOP)
        for process in living:
            _, said = process.communicate(timeout=120)
            assert process.returncode == 0, said
        frozen.send_signal(signal.SIGCONT)
        frozen.communicate(timeout=90)
        assert frozen.returncode in (0, 5), "it goes on, or ends because others took over"
        code, said = post.run(port, *quick, "--ahead", str(15 * MINUTE))
        assert code == 0, said
    assert set(post.states()) <= {"sent", "unknown"}, "what the frozen one let go, the next one sends"
    post.check(mails, in_doubt=2 * post.connections)


def running(post: Post) -> list[senders.Sender]:
    with post.store.read() as connection:
        return senders.running(connection)


def test_9_the_database_server_drops_every_session(postgres_post: Post) -> None:
    """What a restart of the server does to a sender, several times in a row."""
    post = postgres_post
    post.enqueue(400)
    with post.server(SLOW) as port:
        process = post.spawn(port, *FAST)
        for number in range(1, 5):
            post.wait_for(number * 60)
            with post.store.write() as connection:
                others = "pid <> pg_backend_pid() AND datname = current_database()"
                connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert said.count("cannot be reached") >= 1
    assert post.states() == {"sent": 400}
    assert sum(outbox_rows.tries(post.store).values()) == 400
    post.check(400)
