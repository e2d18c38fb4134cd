"""A real sshd on loopback of this process's own, and clients that know it."""

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@dataclass(frozen=True)
class Server:
    """A running sshd. The keys of those who may log in lie in its folder, by their names."""

    folder: Path
    port: int

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


def make_key(path: Path, comment: str) -> None:
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", str(path)]
    subprocess.run(words, check=True, stdin=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@contextmanager
def serving(folder: Path, lines: Sequence[str]) -> Iterator[Server]:
    """Run sshd with these lines of sshd_config, on a free port, with a host key of its own."""
    assert SSHD is not None
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # root's sshd wants it; a service makes it at its start
    make_key(folder / "host", "host")
    port = free_port()
    host = (folder / "host.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {' '.join(host)}\n")
    own = (
        f"Port {port}",
        "ListenAddress 127.0.0.1",
        f"HostKey {folder / 'host'}",
        f"PidFile {folder / 'pid'}",
        "PermitRootLogin yes",
        "StrictModes no",
        "UsePAM no",
        "LogLevel VERBOSE",
    )
    config = folder / "sshd_config"
    config.write_text("\n".join([*own, *lines]) + "\n")
    with (folder / "sshd.log").open("wb") as log:
        running = subprocess.Popen([SSHD, "-D", "-e", "-f", str(config)], stderr=log)
        try:
            _wait_for(port, running, folder / "sshd.log")
            yield Server(folder, port)
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
