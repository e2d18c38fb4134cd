"""Administrators over SSH, by a real sshd: each has exactly their rights, and nothing leads out of the program."""

import json
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from tests.portal.report_files import member, write
from tui_admin.portal import journal, keys

from .conftest import EMAILS, Northwind

ON_ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
"""For what is refused before any store is opened."""


def entries(server: Northwind, limit: int = 1) -> list[journal.Entry]:
    return journal.entries(server.store, server.organization.ana, limit=limit)


def test_each_has_exactly_their_rights(server: Northwind) -> None:
    counts = {name: server.ssh(name, "members", "--count").stdout for name in ("ana", "dora", "bo")}
    assert counts == {"ana": "5\n", "dora": "5\n", "bo": "3\n"}
    assert server.ssh("bo", "members --program teams --count").returncode == 3
    assert server.ssh("bo", "admins").returncode == 3
    assert server.ssh("bo", "settings set name Mine --yes").returncode == 3
    assert server.ssh("bo", f"admins add {EMAILS['eve']} --yes").returncode == 3
    assert [key["email"] for key in json.loads(server.ssh("bo", "admins keys list --format json").stdout)] == [
        EMAILS["bo"]
    ]
    unknown = server.ssh("eve", "members", "--count")
    assert unknown.returncode == 255 and "Permission denied" in unknown.stderr and unknown.stdout == ""

    assert server.ssh("bo", "programs set data tagline 'Numbers; $(id) | sh' --yes").returncode == 0
    assert server.ssh("dora", "settings set name Southwind --yes").returncode == 0
    by_dora, by_bo = entries(server, 2)
    assert by_bo.summary.endswith("'Numbers; $(id) | sh'")
    for entry, name in ((by_dora, "dora"), (by_bo, "bo")):
        (key,) = keys.listing(server.store, server.organization.ana, EMAILS[name])
        assert (entry.actor, entry.key) == (EMAILS[name], key.fingerprint)
        assert key.last_used_at is not None
    assert server.ssh("ana", "journal verify").returncode == 0


def test_a_removed_key_logs_in_no_more(server: Northwind) -> None:
    (key,) = keys.listing(server.store, server.organization.ana, EMAILS["dora"])
    assert server.ssh("ana", f"admins keys remove {key.fingerprint} --yes").returncode == 0
    refused = server.ssh("dora", "members --count")
    assert refused.returncode == 255 and "Permission denied" in refused.stderr
    assert server.ssh("ana", f"admins remove {EMAILS['bo']} --yes").returncode == 0
    assert server.ssh("bo", "members --count").returncode == 255
    assert server.ssh("ana", "journal verify").returncode == 0


def test_pipes_work(server: Northwind, tmp_path: Path) -> None:
    listed = server.ssh("bo", "members --where name:person --format csv")
    assert listed.returncode == 0 and listed.stdout.count("@northwind.example") == 3 and listed.stderr == ""
    report = write(
        tmp_path / "members.csv", [member("new@x.example"), member("other@x.example", **{"Program Slug": "teams"})]
    )
    done = server.ssh("bo", "import - --yes --json", given=report.read_bytes())
    assert json.loads(done.stdout)["totals"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert "new@x.example" in server.ssh("bo", "report members --out -").stdout
    new_key = (tmp_path / "eve.pub").read_bytes()
    assert server.ssh("bo", f"admins keys add {EMAILS['bo']} - --yes", given=new_key).returncode == 0
    assert server.ssh("eve", "members --count").stdout == "4\n", "the other key is bo's as well"


ESCAPES = (
    "sh",
    "bash -i",
    "/bin/sh -c id",
    "members --count; touch {0}",
    "members --count && touch {0}",
    "members --count | tee {0}",
    "members --count > {0}",
    "members --count\ntouch {0}",
    "$(touch {0})",
    "`touch {0}`",
    "members --program $(touch {0})",
    "members --program `touch {0}`",
    "members '$(touch {0})'",
    "members --format csv --out {0}",
    "report members --out {0}",
    "import {0} --yes",
    "import /dev/stdin --yes",
    "import /proc/self/fd/0 --yes",
    "invite /etc/passwd --program data",
    "backup {0}",
    "restore {0} --yes",
    "demo --store sqlite:///{0} --no-open",
    "--store sqlite:///{0} programs create x --name X --yes",
    "programs create x --name X --yes --store=sqlite:///{0}",
    "--config /etc/passwd members",
    "--as ana@northwind.example admins",
    "admins --as=ana@northwind.example",
    "--ssh-key SHA256:x --as ana@northwind.example admins",
    "ssh-keys ssh-ed25519 x",
    "worker --once",
    "python -c 'print(1)'",
    "sftp-server",
    "internal-sftp",
)


@ON_ONE_STORE
def test_no_words_lead_out(server: Northwind, tmp_path: Path) -> None:
    target = tmp_path / "written"
    for escape in ESCAPES:
        done = server.ssh("bo", escape.format(target))
        assert done.returncode in (2, 3), (escape, done)
        assert done.stdout == "" and done.stderr, escape
        assert not target.exists(), escape
    for name in ("x", "$(touch"):
        assert not Path(name).exists()
    console = server.ssh("bo")
    assert console.returncode == 2 and "needs a terminal" in console.stderr


@ON_ONE_STORE
def test_files_are_not_copied(server: Northwind, tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.write_text("x")
    for options in (["-O"], []):  # the old protocol, and sftp's
        up = server.run([*server.words("ana", *options, program="scp"), str(mine), f"{server.place}:{theirs}"])
        down = server.run([*server.words("ana", *options, program="scp"), f"{server.place}:{mine}", str(theirs)])
        assert up.returncode != 0 and down.returncode != 0
    assert server.run([*server.words("ana", program="sftp"), server.place], given=b"ls\n").returncode != 0
    assert not theirs.exists()


@ON_ONE_STORE
def test_nothing_is_forwarded(server: Northwind) -> None:
    with socket.create_server(("127.0.0.1", 0)) as inside:
        inside.settimeout(1)
        port = inside.getsockname()[1]
        through = server.run([*server.words("ana", "-W", f"127.0.0.1:{port}"), server.place])
        assert through.returncode == 255 and "stdio forwarding failed" in through.stderr
        for option in ("-L", "-D"):
            entrance = socket.create_server(("127.0.0.1", 0))
            local = entrance.getsockname()[1]
            entrance.close()
            way = f"{local}:127.0.0.1:{port}" if option == "-L" else str(local)
            words = [*server.words("ana", "-N", option, way), server.place]
            client = subprocess.Popen(words, stderr=subprocess.PIPE)
            try:
                assert _answer(local, port, socks=option == "-D") == b""
            finally:
                client.kill()
                client.communicate()
        with pytest.raises(TimeoutError):
            inside.accept()
    back = server.ssh("ana", "members", options=["-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9"])
    assert back.returncode == 255 and "remote port forwarding failed" in back.stderr
    display = server.ssh("ana", "members --count", options=["-X", "-v"], environ={"DISPLAY": "127.0.0.1:9"})
    assert "X11 forwarding request failed" in display.stderr


def _answer(local: int, port: int, *, socks: bool) -> bytes:
    """What comes back from a forwarded port: nothing, once the server has refused the way on."""
    for _ in range(500):
        try:
            connection = socket.create_connection(("127.0.0.1", local), timeout=10)
            break
        except ConnectionRefusedError:
            threading.Event().wait(0.02)
    with connection:
        if socks:
            connection.sendall(b"\x05\x01\x00")
            assert connection.recv(2) == b"\x05\x00"
            connection.sendall(b"\x05\x01\x00\x01\x7f\x00\x00\x01" + port.to_bytes(2, "big"))
        try:
            return connection.recv(1) if not socks else connection.recv(100)[100:]
        except ConnectionResetError:
            return b""


@ON_ONE_STORE
def test_the_key_is_told_no_more_than_a_terminal(server: Northwind) -> None:
    told = server.ssh("ana", "members --count", options=["-A", "-o", "LogLevel=DEBUG1"])
    (options,) = {line.partition("key options: ")[2] for line in told.stderr.splitlines() if "key options: " in line}
    assert options == "command pty"
    assert "SSH_AUTH_SOCK" not in told.stdout


def test_variables_change_neither_store_nor_administrator(server: Northwind, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    evil.mkdir()
    (evil / "sitecustomize.py").write_text(f"open({str(evil / 'ran')!r}, 'w')")
    sent = {
        "TUI_ADMIN_STORE": f"sqlite:///{tmp_path / 'other.db'}",
        "TUI_ADMIN_AS": EMAILS["ana"],
        "TUI_ADMIN_NOW": "2001-01-01",
        "_TUI_ADMIN_COMPLETE": "bash_source",
        "PYTHONPATH": str(evil),
        "LD_PRELOAD": str(evil / "none.so"),
        "BASH_ENV": str(evil / "none"),
    }
    options = [word for name in sent for word in ("-o", f"SendEnv={name}")]
    local = {**sent, "LD_PRELOAD": ""}
    done = server.ssh("bo", "members --count", options=options, environ=local)
    assert (done.returncode, done.stdout) == (0, "3\n"), done.stderr
    assert server.ssh("bo", "admins", options=options, environ=local).returncode == 3
    assert not (tmp_path / "other.db").exists() and not (evil / "ran").exists()
