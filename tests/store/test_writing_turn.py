"""The turn to write to a SQLite store: who waits for it gets it beside a busy writer, or is told who keeps it."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from tui_admin.rules.errors import StoreError
from tui_admin.store import writing_turn
from tui_admin.store.engine import Store

tells = pytest.mark.skipif(not Path("/proc/locks").exists(), reason="this system does not tell who holds a lock")

WRITES = """
import fcntl, sqlite3, sys
if sys.argv[2:]:
    lock = open(sys.argv[2], "a")
    fcntl.flock(lock, fcntl.LOCK_EX)
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("has the turn", flush=True)
sys.stdin.read()
"""


@contextmanager
def another(store: Store, *locks: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has the turn while the block runs, and these locks."""
    command = [sys.executable, "-c", WRITES, str(store.path), *map(str, locks)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == b"has the turn\n"
            yield process
        finally:
            process.kill()


def write(store: Store) -> None:
    with store.write() as connection:
        connection.execute(text("DELETE FROM contracts"))


@tells
def test_who_never_gets_the_turn_is_told_which_process_keeps_it(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing_turn, "WRITE_LOCK_WAIT", 0)
    assert sqlite_store.path is not None
    with another(sqlite_store) as process:
        with pytest.raises(StoreError, match=f"busy with the writing of process {process.pid}; nothing was changed"):
            write(sqlite_store)
        process.send_signal(signal.SIGSTOP)
        while not (found := writing_turn.holder(sqlite_store.path)) or not found.stands_still:
            pass
        with pytest.raises(StoreError, match=rf"kept by process {process.pid}, which was stopped .*kill -CONT"):
            write(sqlite_store)
    assert writing_turn.holder(sqlite_store.path) is None
    sending = writing_turn.sending_lock(sqlite_store.path)
    with another(sqlite_store, sending) as process, pytest.raises(StoreError) as caught:
        write(sqlite_store)
    assert f"busy with the writing of the sender, process {process.pid};" in str(caught.value)
    write(sqlite_store)


def test_it_is_waited_for(sqlite_store: Store) -> None:
    with another(sqlite_store) as process:
        waits = threading.Thread(target=write, args=[sqlite_store])
        waits.start()
        assert waits.is_alive()
        process.kill()
        waits.join()
    with sqlite_store.read() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == writing_turn.WRITE_LOCK_WAIT * 1000
