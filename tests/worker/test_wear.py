"""Half a million mails through one sender: fault 34 of the list. Nothing grows with what was sent."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.worker.harness import Post

MAILS = 500_000
GROWTH = 1.2
"""Times the memory after a tenth of the mails that it may take at the end."""


@dataclass(frozen=True)
class Sample:
    """A sender at a moment: the mails that were accepted, the kibibytes it takes, the files and sockets it has open."""

    at: float
    taken: int
    memory: int
    files: int


def sample(post: Post, pid: int) -> Sample | None:
    """How a sender is doing; None where it is gone."""
    process = Path(f"/proc/{pid}")
    try:
        pages = int((process / "statm").read_text().split()[1])
        files = len([*(process / "fd").iterdir()])
    except OSError:
        return None
    return Sample(time.monotonic(), post.taken(), pages * os.sysconf("SC_PAGE_SIZE") // 1024, files)


def rate(samples: list[Sample]) -> float:
    """Mails a second over some samples."""
    return (samples[-1].taken - samples[0].taken) / (samples[-1].at - samples[0].at)


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system does not tell what a process takes")
def test_34_half_a_million_mails_wear_nothing(post: Post) -> None:
    post.connections = 20
    post.enqueue(MAILS)
    samples: list[Sample] = []
    with post.server() as port:
        process = post.spawn(port, per_connection=1_000)
        while process.poll() is None:
            if (found := sample(post, process.pid)) is not None and found.files and found.taken:
                samples.append(found)
            time.sleep(1)
        _, said = process.communicate()
    assert process.returncode == 0, said
    tenths = [[one for one in samples if one.taken * 10 // MAILS == tenth] for tenth in range(10)]
    first, last = tenths[1], tenths[9]
    rates = ", ".join(f"{rate(tenth):,.0f}" for tenth in tenths)
    print(f"mails a second in each tenth: {rates}; {last[-1].memory / 1024:.0f} MiB, {last[-1].files} files at the end")
    assert max(one.memory for one in last) < GROWTH * min(one.memory for one in first)
    assert max(one.files for one in last) <= max(one.files for one in first)
    assert post.states() == {"sent": MAILS}
    post.check(MAILS)
