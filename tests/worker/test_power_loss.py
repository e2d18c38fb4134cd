"""The power fails while mail is sent: fault 5 of the list. What was written and not synced is gone then.

A sender's system calls are recorded. For any moment they tell how much of the store's log was on the disk, and which
mails had left whole; the log cut to that length must know each of these mails as begun.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import outbox_rows
from tests.mail.fault_script import Script
from tests.worker.harness import ROOT, Post
from tui_admin.store.engine import Store

MAILS = 60

_WRITTEN = re.compile(r"pwrite64\(\d+<.*-wal>, .*, (\d+), (\d+)\) += \d+$")
_SYNCED = re.compile(r"(?:fdatasync|fsync)\(\d+<.*-wal>\) += 0$")
_SENT = re.compile(r"(?:write|sendto)\(\d+<(?:TCP|socket):.*Message-ID: (<[^>]+>)")


@dataclass(frozen=True)
class Moment:
    """So many bytes of the log were on the disk when these mails had left."""

    durable: int
    left: frozenset[str]


def moments(trace: Path) -> list[Moment]:
    """What is known of each moment at which a mail left."""
    written = durable = 0
    left: list[str] = []
    found = []
    for line in joined(trace.read_text("utf-8", "replace").splitlines()):
        if match := _WRITTEN.search(line):
            written = max(written, int(match[1]) + int(match[2]))
        elif _SYNCED.search(line):
            durable = written
        elif match := _SENT.search(line):
            left.append(match[1])
            found.append(Moment(durable, frozenset(left)))
    return found


def joined(lines: list[str]) -> list[str]:
    """Calls that the record shows in two pieces, where it shows their end."""
    begun: dict[str, str] = {}
    whole = []
    for line in lines:
        thread = line.split(maxsplit=1)[0]
        if line.endswith("<unfinished ...>"):
            begun[thread] = line.removesuffix("<unfinished ...>").rstrip()
        elif match := re.match(r"\d+ +<\.\.\. \w+ resumed>(.*)", line):
            whole.append(begun.pop(thread, "") + match[1])
        else:
            whole.append(line)
    return whole


@pytest.mark.skipif(shutil.which("strace") is None, reason="no strace to record system calls with")
def test_5_what_has_left_is_known_as_begun_after_a_power_loss(sqlite_post: Post, tmp_path: Path) -> None:
    post, trace = sqlite_post, tmp_path / "trace"
    post.enqueue(MAILS)
    post.store.close()
    assert post.store.path is not None
    with post.server(Script(latency=0.002)) as port:
        command = ["strace", "-f", "-y", "-yy", "-s", "600", "-o", str(trace)]
        command += [
            "-e",
            "trace=pwrite64,fdatasync,fsync,write,sendto,writev",
            sys.executable,
            "-m",
            "tests.worker.sender",
        ]
        command += ["--store", post.address, "--port", str(port), "--until", "stopped"]
        sender = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
        try:
            post.wait_for(MAILS, 60)
        except AssertionError:
            if sender.poll() is not None:
                pytest.skip("processes may not be traced here")
            raise
        finally:
            os.killpg(sender.pid, signal.SIGKILL)
            sender.wait()
    log = Path(f"{post.store.path}-wal").read_bytes()
    seen = moments(trace)
    assert len(seen) == MAILS
    for number, moment in enumerate(seen[:: MAILS // 12]):
        copy = Path(shutil.copy(post.store.path, tmp_path / f"lost-{number}.db"))
        Path(f"{copy}-wal").write_bytes(log[: moment.durable])
        store = Store(f"sqlite:///{copy}")
        known = {row.header_id: row.state for row in outbox_rows.mails(store)}
        store.close()
        assert len(known) == MAILS
        assert {known[name] for name in moment.left} <= {"inflight", "sent"}, number
