"""Messages kept in files: an mbox, a Maildir, a folder of single messages, or one message."""

from collections.abc import Iterator
from mailbox import mbox
from pathlib import Path

from ..rules.errors import BadInput
from ..rules.text import clean

_MAILDIR = ("new", "cur")
_MBOX = b"From "


def letters(path: Path, largest: int) -> Iterator[tuple[str, bytes]]:
    """Each message with the name of its place, one by one; of a long one the first `largest` bytes.

    Nothing in the files is changed. Raises BadInput where they cannot be read or there are none.
    """
    try:
        files = [path] if path.is_file() else _files(path)
        if not files:
            raise BadInput(f"{path} holds no message; give an mbox, a Maildir, a folder of .eml files, or one of them.")
        for file in files:
            yield from _of_file(file, largest)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None


def _files(folder: Path) -> list[Path]:
    inside = [folder / name for name in _MAILDIR if (folder / name).is_dir()] or [folder]
    return sorted(file for each in inside for file in each.iterdir() if file.is_file() and file.name[0] != ".")


def _of_file(file: Path, largest: int) -> Iterator[tuple[str, bytes]]:
    name = clean(file.name)
    with file.open("rb") as stream:
        start = stream.read(len(_MBOX))
        if start != _MBOX:
            yield name, start + stream.read(largest - len(start))
            return
    box = mbox(file, create=False)
    try:
        for number, key in enumerate(box.keys(), start=1):
            yield f"{name}, message {number}", box.get_file(key).read(largest)
    finally:
        box.close()
