"""A real sshd on loopback, with the lines that `ssh-setup` prints, and administrators with keys of their own."""

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.conftest import own_folders
from tests.portal.conftest import NOW, Organization, organization
from tui_admin.cli.sshd import match_block
from tui_admin.portal import administrators, keys
from tui_admin.store.engine import Store

__all__ = ["organization", "own_folders"]

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
EMAILS = {name: f"{name}@northwind.example" for name in ("ana", "dora", "bo", "eve")}
COMMENTS = {"ana": 'desk "1" $(touch x)`touch x`', "dora": "it's", "bo": "bo\u202e laptop"}


@dataclass
class Server:
    """A running sshd, and who may log in: `ana` and `dora` are organization admins, `bo` is the program admin of
    `data`; `eve` has a key that nobody registered."""

    organization: Organization
    folder: Path
    port: int
    options: list[str] = field(default_factory=list)

    @property
    def store(self) -> Store:
        return self.organization.store

    def words(self, who: str, *options: str, program: str = "ssh") -> list[str]:
        """The words of a client that knows the server and uses one key; the options given count before these."""
        fixed = {
            "IdentityFile": str(self.folder / who),
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
            "StrictHostKeyChecking": "yes",
            "UserKnownHostsFile": str(self.folder / "known_hosts"),
            "LogLevel": "ERROR",
            "ConnectTimeout": "10",
        }
        port = "-P" if program in ("scp", "sftp") else "-p"
        chosen = [word for name, value in fixed.items() for word in ("-o", f"{name}={value}")]
        return [program, "-F", "none", port, str(self.port), *options, *chosen]

    @property
    def place(self) -> str:
        return f"{getpass.getuser()}@127.0.0.1"

    def ssh(
        self,
        who: str,
        *command: str,
        options: Sequence[str] = (),
        given: bytes | None = None,
        environ: dict[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Log in and run a command."""
        return self.run([*self.words(who, *options), "--", self.place, *command], given=given, environ=environ)

    def run(
        self, words: list[str], *, given: bytes | None = None, environ: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a client to its end."""
        done = subprocess.run(
            words,
            input=given or b"",
            capture_output=True,
            timeout=60,
            env={**os.environ, "SSH_AUTH_SOCK": "", **(environ or {})},
        )
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        return subprocess.CompletedProcess(words, done.returncode, out, err)


def sshd_or_skip() -> str:
    """The path of sshd, ready to be run."""
    if SSHD is None:
        pytest.skip("no sshd on this machine (Debian: apt-get install openssh-server)")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # root's sshd wants it; a service makes it at its start
    return SSHD


def make_key(path: Path, comment: str) -> None:
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@pytest.fixture
def server(organization: Organization, tmp_path: Path, own_folders: Path) -> Iterator[Server]:
    """The server, on each database. Skips only where there is no sshd: `.ci/run` installs it where it can."""
    sshd = sshd_or_skip()
    store, ana = organization.store, organization.ana
    administrators.add(store, ana, EMAILS["dora"], NOW)
    for name in EMAILS:
        make_key(tmp_path / name, COMMENTS.get(name, name))
        if name in COMMENTS:
            keys.add(store, ana, EMAILS[name], (tmp_path / f"{name}.pub").read_text(), NOW)
    make_key(tmp_path / "host", "host")
    port = free_port()
    host = (tmp_path / "host.pub").read_text().split()[:2]
    (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{port} {' '.join(host)}\n")
    # sshd asks only what root alone can change, and a checkout is not; /usr/bin/env is.
    address = store.url.render_as_string(hide_password=False)
    asked = ["/usr/bin/env", sys.executable, "-m", "tui_admin", "ssh-keys", "--store", address]
    folders = " ".join(f"{name}={value}" for name, value in os.environ.items() if name.startswith("XDG_"))
    lines = [
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {tmp_path / 'host'}",
        f"PidFile {tmp_path / 'pid'}",
        "PermitRootLogin yes",
        "StrictModes no",
        "UsePAM no",
        "LogLevel VERBOSE",
        "Subsystem sftp internal-sftp",
        # Taken from clients though nobody should: the program itself must not listen to it.
        "AcceptEnv LANG LC_* TUI_ADMIN_* _TUI_ADMIN_*",
        f"SetEnv {folders}",
        *match_block(getpass.getuser(), asked),
    ]
    config = tmp_path / "sshd_config"
    config.write_text("\n".join(lines) + "\n")
    with (tmp_path / "sshd.log").open("wb") as log:
        running = subprocess.Popen([sshd, "-D", "-e", "-f", str(config)], stderr=log)
        try:
            _wait_for(port, running, tmp_path / "sshd.log")
            yield Server(organization, tmp_path, port)
        finally:
            running.terminate()
            running.wait(timeout=10)


def _wait_for(port: int, running: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        assert running.poll() is None, log.read_text()
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("sshd does not listen:\n" + log.read_text())
