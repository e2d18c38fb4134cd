"""Memory of a process with several threads."""

import subprocess
import sys
from pathlib import Path

import pytest

THREADS = """
import threading
from tui_admin.memory import share_one_store

{first}
held, begin = [], threading.Barrier(4)

def take():
    begin.wait()
    held.extend(bytearray(50_000) for _ in range(100))
    begin.wait()

threads = [threading.Thread(target=take) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
STORE = 64 << 20
maps = [line.split()[0].split("-") for line in open("/proc/self/maps") if " rw-p " in line and len(line.split()) == 5]
print(sum(int(start, 16) % STORE == 0 for start, _ in maps))
"""


def stores(first: str) -> int:
    """How many stores beside the first the threads of a process took memory from: each begins at 64 megabytes."""
    code = THREADS.format(first=first)
    return int(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="this system does not tell how memory lies")
def test_threads_share_one_store() -> None:
    if not stores(""):
        pytest.skip("this C library has one store for all threads")
    assert stores("share_one_store()") == 0
