"""A store, a mail server in a process of its own that writes down what it accepts, senders, and what must hold of all
three afterwards."""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests import outbox_rows
from tests.mail.fault_script import Script
from tests.mail.fault_server import accepted, separate
from tests.worker.sender import SHORT
from tui_admin.mail.credentials import Credential
from tui_admin.mail.sending import Point, Tempo, pass_by
from tui_admin.mail.signing_in import Security, Server
from tui_admin.mail.smtp import SmtpTransport
from tui_admin.mail.transport import Limits, Timeouts
from tui_admin.store.engine import Store
from tui_admin.store.mail import senders
from tui_admin.worker.process import Rhythm, Surroundings, Until, deliver

ROOT = Path(__file__).parents[2]
QUICK = {"connect": 2, "hello": 1, "envelope": 1, "data": 1, "final": 1, "reset": 0.3, "quit": 0.3}
"""Seconds to wait for each step, so that a silent server costs little time."""

TOKENS = count()


def now() -> int:
    """The time of day."""
    return time.time_ns() // 1_000_000


@dataclass
class Post:
    """An organization's mail: its store, its server's log, and its senders."""

    store: Store
    folder: Path
    connections: int = 4
    spawned: list["subprocess.Popen[str]"] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        """What the server accepted."""
        return self.folder / "accepted.log"

    @property
    def ca_file(self) -> Path:
        """What a client has to trust where the server speaks TLS."""
        return self.folder / "ca.pem"

    @property
    def address(self) -> str:
        """The store's address, with its password."""
        return self.store.url.render_as_string(hide_password=False)

    def enqueue(self, number: int, **how: Any) -> int:
        """Put a message with so many mails in; its id."""
        return outbox_rows.enqueue(self.store, number, **{"at": now(), **how})

    @contextmanager
    def server(self, script: Script = Script()) -> Iterator[int]:
        """A server while the block runs; its port."""
        with separate(script, self.log, ca_file=self.ca_file) as port:
            yield port

    def send(
        self,
        port: int,
        until: Until = Until.IDLE,
        *,
        ahead: int = 0,
        machine: str = "machine-1",
        at: Callable[[Point], None] = pass_by,
        tempo: Mapping[str, Any] = {},
        rhythm: Mapping[str, Any] = {},
        timeouts: Mapping[str, float] = QUICK,
        credential: Credential | None = None,
        **limits: Any,
    ) -> Mapping[str, int]:
        """Send in this process, with the clock so many milliseconds ahead; how many tries ended how. Over TLS where
        there is a credential."""
        security = Security.STARTTLS if credential else Security.PLAIN
        ca_file = self.ca_file if credential else None
        server = Server("127.0.0.1", port, security, "sender.example", credential, ca_file)
        transport = SmtpTransport(
            server, Limits(**{"connections": self.connections, **limits}, timeouts=Timeouts(**timeouts))
        )
        outside = Surroundings(
            clock=lambda: now() + ahead,
            chance=random.Random(1).random,
            token=f"here{next(TOKENS)}",
            machine=machine,
            tell=self.said.append,
            progress=lambda _: None,
            at=at,
        )
        pace = Rhythm(Tempo(**{**SHORT, **tempo}), **rhythm)
        with senders.alone(self.store) as mine:
            assert mine
            return asyncio.run(deliver(self.store, transport, until, outside, pace))

    def spawn(self, port: int, *words: str, **limits: Any) -> "subprocess.Popen[str]":
        """A sender in a process of its own."""
        given = json.dumps({"connections": self.connections, "timeouts": QUICK, **limits})
        command = [sys.executable, "-m", "tests.worker.sender", "--store", self.address, "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--limits", given, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self.spawned.append(process)
        return process

    def run(self, port: int, *words: str, seconds: float = 120, **limits: Any) -> tuple[int, str]:
        """A sender in a process of its own, to its end: exit code and what it said."""
        process = self.spawn(port, *words, **limits)
        _, said = process.communicate(timeout=seconds)
        return process.returncode, said

    def taken(self) -> int:
        """How many mails the server accepted."""
        return self.log.read_bytes().count(b"\n") if self.log.exists() else 0

    def wait_for(self, number: int, seconds: float = 90) -> None:
        """Wait until the server accepted so many mails."""
        self.wait_until(lambda: self.taken() >= number, seconds)

    def wait_until(self, holds: Callable[[], bool], seconds: float = 90) -> None:
        """Wait until something holds; fail when it does not in time."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it did not come to that in time"
            time.sleep(0.01)

    def states(self) -> dict[str, int]:
        """How many mails are in each state."""
        return outbox_rows.states(self.store)

    def check(self, rows: int, *, in_doubt: int = 0) -> None:
        """The five invariants; `in_doubt` is how many mails may be at most: kills x connections + lost answers."""
        taken = Counter(accepted(self.log))
        by_state: dict[str, set[str]] = {}
        for state, name in outbox_rows.fates(self.store):
            by_state.setdefault(state, set()).add(name)
        sent, unknown = by_state.get("sent", set()), by_state.get("unknown", set())
        total = sum(map(len, by_state.values()))
        invariants = {
            "I1 accepted twice": [name for name, times in taken.items() if times > 1],
            "I2 sent, not accepted": sorted(sent - taken.keys()),
            "I3 accepted, neither sent nor in doubt": sorted(taken.keys() - sent - unknown),
            "I4 lost": [] if total == rows else [f"{total} of {rows}"],
            "I5 too many in doubt": [] if len(unknown) <= in_doubt else [f"{len(unknown)} of at most {in_doubt}"],
        }
        counts = ", ".join(f"{len(names):,} {state}" for state, names in sorted(by_state.items()))
        doubt = f"in doubt {len(unknown):,} of at most {in_doubt:,}"
        held = "; ".join(f"{name}: {len(found)}" for name, found in invariants.items())
        print(f"{counts}; accepted {len(taken):,}; {doubt}; {held}")
        broken = {name: found[:5] for name, found in invariants.items() if found}
        assert not broken, broken

    def close(self) -> None:
        """End what still runs."""
        for process in self.spawned:
            process.kill()
            process.communicate()
