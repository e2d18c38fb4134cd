"""Large reports are read in a process of its own, so that the next rows are read while the last are being stored.

The process answers on its standard output with frames: a length, then a pickle of it, from this module to this module.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import tzinfo
from pathlib import Path
from typing import IO, Any

from tui_admin.reports.limits import Limits
from tui_admin.reports.readers import ReportFile, open_reports
from tui_admin.reports.shapes import Records
from tui_admin.rules.errors import BadInput

WORTHWHILE = 32 << 20
"""Bytes from which on a process of its own is worth its start."""

_LENGTH = 8

Batches = Callable[[ReportFile], Iterator[Records]]
"""Gives a report's records as `ReportFile.batches` does. Reports are to be read in order, each once."""


@contextmanager
def batches_of(
    paths: Sequence[Path],
    files: Sequence[ReportFile],
    *,
    limits: Limits,
    zone: tzinfo,
    on_bytes: Callable[[int], None],
) -> Iterator[Batches]:
    """How to read the records of `files`, which `open_reports` found in `paths`: elsewhere where they are large."""
    if sum(file.size for file in files) < WORTHWHILE or (os.cpu_count() or 1) < 2:
        yield lambda file: file.batches()
        return
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the one who asked to import
    )
    assert process.stdin
    try:
        with suppress(BrokenPipeError):  # a process that is gone already is noticed when it is to answer
            _send(process.stdin, (list(paths), limits, zone))
        yield lambda file: _received(process, file, on_bytes)
    finally:
        process.kill()
        process.communicate()


def _received(
    process: "subprocess.Popen[bytes]", file: ReportFile, on_bytes: Callable[[int], None]
) -> Iterator[Records]:
    while True:
        what, content, count = _receive(process, file)
        if count:
            on_bytes(count)
        if what == "error":
            raise content
        if what == "end":
            file.refusals, file.refused, warnings = content
            file.warnings[:] = warnings
            return
        yield content


def _send(stream: IO[bytes], message: Any) -> None:
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(_LENGTH, "big"))
    stream.write(data)
    stream.flush()


def _receive(process: "subprocess.Popen[bytes]", file: ReportFile) -> Any:
    """The next answer. Raises BadInput where the process was ended from outside."""
    assert process.stdout
    length = int.from_bytes(process.stdout.read(_LENGTH), "big")
    data = process.stdout.read(length)
    if length and len(data) == length:
        return pickle.loads(data)
    if process.wait() < 0:
        raise BadInput(
            f"{file.name}: reading it was ended from outside, perhaps for want of memory; nothing was changed. "
            "Import it again, and large files one at a time"
        )
    raise RuntimeError(f"reading {file.name} ended without a word")


def _answer(question: IO[bytes], answer: IO[bytes]) -> None:
    paths, limits, zone = pickle.loads(question.read(int.from_bytes(question.read(_LENGTH), "big")))
    read: list[int] = []

    def news() -> int:
        count = sum(read)
        read.clear()
        return count

    try:
        with open_reports(paths, limits=limits, zone=zone, on_bytes=read.append) as files:
            read.clear()  # whoever asks has looked at the headers, too
            for file in files:
                for records in file.batches():
                    _send(answer, ("rows", records, news()))
                _send(answer, ("end", (file.refusals, file.refused, file.warnings), news()))
    except BadInput as error:
        _send(answer, ("error", error, 0))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # records hold no cycles, and are made by the million
    try:
        _answer(sys.stdin.buffer, sys.stdout.buffer)
    except BrokenPipeError:  # whoever asked is gone or has heard enough
        os._exit(0)
