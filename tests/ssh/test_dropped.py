"""Connections that are lost: what was asked for is done whole, what did not come in whole is let go of."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.portal.report_files import member, write
from tests.terminal import Terminal
from tui_admin.portal import journal, keys
from tui_admin.store import journal as store_journal
from tui_admin.store.engine import Store
from tui_admin.store.tables import organization, outbox

from .conftest import EMAILS, Northwind

REMOVE = "remove --program data --where email:person2@ --yes"


def running(server: Northwind, who: str) -> list[str]:
    """The processes of the program that a key let in."""
    (key,) = keys.listing(server.store, server.organization.ana, EMAILS[who])
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if key.fingerprint.encode() in words:
            found.append(process.name)
    return found


def ignores_hangup(process: str) -> bool:
    """Whether a process has come so far that what it was asked for is done, whoever leaves."""
    status = Path("/proc", process, "status").read_text().splitlines()
    (mask,) = [int(line.split()[1], 16) for line in status if line.startswith("SigIgn:")]
    return bool(mask & 1 << signal.SIGHUP - 1)


def wait_until(met: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.02)


@contextmanager
def writing(server: Northwind) -> Iterator[None]:
    """Somebody else writes, and all others wait."""
    with server.store.write() as connection:
        store_journal.lock_head(connection)
        yield


def newest(server: Northwind) -> journal.Entry:
    return journal.entries(server.store, server.organization.ana, limit=1)[0]


def lost(client: "subprocess.Popen[bytes]") -> None:
    """The client is gone without a word."""
    client.kill()
    client.communicate()


@pytest.mark.parametrize("terminal", [False, True], ids=["pipe", "terminal"])
def test_a_command_goes_on_to_its_end(server: Northwind, terminal: bool) -> None:
    words = [*server.words("ana", *(["-tt"] if terminal else [])), "--", server.place, REMOVE]
    client = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with writing(server):
        wait_until(lambda: any(map(ignores_hangup, running(server, "ana"))))
        lost(client)
    wait_until(lambda: not running(server, "ana"))
    assert newest(server).action == "remove members" and newest(server).actor == EMAILS["ana"]
    assert server.ssh("dora", "members --program data --count").stdout == "2\n"
    assert server.ssh("dora", "journal verify").returncode == 0


@pytest.mark.parametrize(
    "words", ["import - --yes", "invite - --program data --contract 'Year 1' --no-mail"], ids=["import", "invite"]
)
def test_half_of_a_file_is_not_taken_for_all_of_it(server: Northwind, tmp_path: Path, words: str) -> None:
    before = newest(server).id
    if words.startswith("import"):
        content = write(tmp_path / "members.csv", [member(f"new{n}@x.example") for n in range(100)]).read_bytes()
    else:
        people = "".join(f"New {n},new{n}@x.example,\n" for n in range(100))
        content = f"Full Name,Email,External ID\n{people}".encode()
    client = subprocess.Popen(
        [*server.words("ana"), "--", server.place, words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert client.stdin is not None
    client.stdin.write(content[: content.index(b"\n", len(content) // 2) + 1])
    client.stdin.flush()
    wait_until(lambda: running(server, "ana"))
    time.sleep(1)
    lost(client)
    wait_until(lambda: not running(server, "ana"))
    assert newest(server).id == before
    assert server.ssh("dora", "users --where email:new --count").stdout == "0\n"


def test_a_console_ends_and_what_it_was_writing_is_whole(server: Northwind) -> None:
    words = [*server.words("ana", "-tt"), "--", server.place, "--at 'programs/data/members?email:person2@'"]
    with Terminal(words) as terminal:
        terminal.wait_for("Person 2")
        terminal.key("x")
        terminal.wait_for("Remove 1 member")
        with writing(server):
            terminal.send("y")
            terminal.wait_for("Writing")
            terminal.signal(signal.SIGKILL)
            wait_until(lambda: not Path("/proc", str(terminal.pid), "exe").exists())
            time.sleep(0.5)  # the console hears of it while it waits for its turn to write
    wait_until(lambda: not running(server, "ana"))
    assert newest(server).action == "remove members"
    assert server.ssh("ana", "journal verify").returncode == 0
    for told in (True, False):
        with Terminal([*server.words("ana", "-tt"), "--", server.place, "--at home"]) as again:
            again.wait_for("Data Foundations")
            again.settle()
            assert ("connection was lost while you acted; done last: Removed 1 member" in again.text) is told


def senders(store: Store) -> list[str]:
    """The processes that deliver a store's mail."""
    address = f"TUI_ADMIN_STORE={store.url.render_as_string(hide_password=False)}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words, environ = ((process / name).read_bytes().split(b"\0") for name in ("cmdline", "environ"))
        except OSError:
            continue
        if b"tui_admin.worker.background" in words and address in environ:
            found.append(process.name)
    return found


def test_delivery_goes_on_without_whoever_is_cut_off(server: Northwind) -> None:
    store = server.store
    with store.write() as connection:
        connection.execute(update(organization).values(sender_address="learning@northwind.example"))
    people = b"Full Name,Email,External ID\nNew,new@x.example,\n"
    assert server.ssh("ana", "invite - --program data --contract 'Year 1'", given=people).returncode == 0
    with store.write() as connection:  # no sender comes to deliver before the client is gone
        if store.dialect == "postgresql":
            connection.exec_driver_sql("LOCK TABLE workers IN EXCLUSIVE MODE")
        with Terminal([*server.words("ana", "-tt"), "--", server.place, "--at home"]) as terminal:
            terminal.wait_for("Data Foundations")
            wait_until(lambda: senders(store))
            terminal.signal(signal.SIGKILL)
            wait_until(lambda: not running(server, "ana"))
        assert senders(store)
    wait_until(lambda: not senders(store))
    with store.read() as connection:
        assert connection.execute(select(outbox.c.state)).scalars().all() == ["sent"]
