"""Bytes to lines of text, a block at a time: UTF-8, UTF-16, and the older encodings that spreadsheets still save."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO

from tui_admin.rules.errors import BadInput

BLOCK = 1 << 20
LONGEST_LINE = 16 << 20
SAMPLE = 1 << 18
_LEGACY = ("cp1252", "gb18030")
Warn = Callable[[str], None]


@dataclass(frozen=True)
class Encoding:
    """How a file is read: `name` for all of it, and for UTF-8 the `fallback` of single lines that are not."""

    name: str
    fallback: str = "cp1252"


def sniff(sample: bytes) -> Encoding:
    """The encoding of a file by its first bytes: its mark if it has one, the pattern of NUL bytes, whether it is
    valid UTF-8, and only then a guess among the encodings that reports have been seen in."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16-le" if sample.startswith(codecs.BOM_UTF16_LE) else "utf-16-be")
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) > len(sample) // 5:
        return Encoding("utf-16-le" if odd > even else "utf-16-be")
    bad, good = [], 0
    for line in sample.splitlines()[: None if len(sample) < SAMPLE else -1]:
        if line.isascii():
            continue
        if _is_utf8(line):
            good += 1
        else:
            bad.append(line)
    if not bad:
        return Encoding("utf-8")
    guess = _guess(b"\n".join(bad))
    return Encoding("utf-8", guess) if good >= len(bad) else Encoding(guess)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _guess(text: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(text, cp_isolation=list(_LEGACY)).best()
    return best.encoding if best else "cp1252"


def text_lines(stream: IO[bytes], encoding: Encoding, name: str, warn: Warn) -> Iterator[str]:
    """The lines of a file, whichever of CRLF, LF and CR ends them; a line may or may not still carry its end.

    Memory stays at one block. Raises BadInput, naming the file, at a line that never ends.
    """
    read = _utf8_blocks if encoding.name == "utf-8" else _blocks
    return chain.from_iterable(map(_split, _without_mark(read(stream, encoding, name, warn))))


def _split(block: str) -> list[str]:
    if "\r" in block and block.count("\r") != block.count("\r\n"):
        return io.StringIO(block, newline="").readlines()
    lines = block.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _without_mark(blocks: Iterator[str]) -> Iterator[str]:
    for first in blocks:
        yield first.lstrip("\ufeff")
        break
    yield from blocks


def _cut(block: bytes) -> int:
    """Where the last whole line of a block ends; a CR at its very end may be half of a CRLF."""
    return block.rfind(b"\n") + 1 or block.rfind(b"\r", 0, -1) + 1


def _utf8_blocks(stream: IO[bytes], encoding: Encoding, name: str, warn: Warn) -> Iterator[str]:
    rest = b""
    while data := stream.read(BLOCK):
        block = rest + data
        cut = _cut(block)
        rest = block[cut:]
        _refuse_endless(name, len(rest))
        if cut:
            yield _utf8(block[:cut], encoding, warn)
    if rest:
        yield _utf8(rest, encoding, warn)


def _utf8(block: bytes, encoding: Encoding, warn: Warn) -> str:
    if b"\0" in block:
        block = block.replace(b"\0", b"")
        warn("NUL bytes were left out")
    try:
        return block.decode()
    except UnicodeDecodeError:
        warn(f"some lines are not UTF-8; they were read as {encoding.fallback}")
    return "".join(
        line.decode() if _is_utf8(line) else line.decode(encoding.fallback, "replace")
        for line in block.splitlines(keepends=True)
    )


def _blocks(stream: IO[bytes], encoding: Encoding, name: str, warn: Warn) -> Iterator[str]:
    if not encoding.name.startswith("utf"):
        warn(f"the file is not UTF-8; it was read as {encoding.name}")
    decoder = codecs.getincrementaldecoder(encoding.name)("replace")
    rest, ended = "", False
    while not ended:
        data = stream.read(BLOCK)
        ended = not data
        text = rest + decoder.decode(data, final=ended)
        if "\0" in text:
            text = text.replace("\0", "")
            warn("NUL bytes were left out")
        cut = len(text) if ended else text.rfind("\n") + 1 or text.rfind("\r", 0, -1) + 1
        rest = text[cut:]
        _refuse_endless(name, len(rest))
        if cut:
            yield text[:cut]


def _refuse_endless(name: str, size: int) -> None:
    if size > LONGEST_LINE:
        raise BadInput(f"{name}: a line is longer than {LONGEST_LINE:,} bytes; this is no report")
