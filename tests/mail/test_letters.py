"""Messages kept in files: mbox, Maildir, folder, single file."""

import mailbox
from pathlib import Path

import pytest

from tui_admin.mail.letters import letters
from tui_admin.rules.errors import BadInput

FIRST, SECOND = b"Subject: 1\n\nFrom here on\n", b"Subject: 2\n\nb\n"


def contents(path: Path, largest: int = 1_000) -> list[bytes]:
    return [content for _, content in letters(path, largest)]


def test_an_mbox(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "returned.mbox")
    box.add(FIRST)
    box.add(SECOND)
    box.close()
    before = (tmp_path / "returned.mbox").read_bytes()
    found = dict(letters(tmp_path / "returned.mbox", 1_000))
    assert list(found) == ["returned.mbox, message 1", "returned.mbox, message 2"]
    assert [content.splitlines()[0] for content in found.values()] == [b"Subject: 1", b"Subject: 2"]
    assert (tmp_path / "returned.mbox").read_bytes() == before


def test_a_maildir_and_what_is_not_delivered_into_it_yet(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "mail")
    box.add(FIRST)
    seen = mailbox.MaildirMessage(SECOND)
    seen.set_subdir("cur")
    box.add(seen)
    (tmp_path / "mail" / "tmp" / "half").write_bytes(b"Subject: 3")
    assert sorted(contents(tmp_path / "mail")) == [FIRST, SECOND]


def test_a_folder_and_a_single_file_and_long_ones(tmp_path: Path) -> None:
    (tmp_path / "b.eml").write_bytes(SECOND)
    (tmp_path / "a.eml").write_bytes(FIRST)
    (tmp_path / ".hidden").write_bytes(b"Subject: 3")
    (tmp_path / "inner").mkdir()
    assert list(letters(tmp_path, 1_000)) == [("a.eml", FIRST), ("b.eml", SECOND)]
    assert contents(tmp_path / "a.eml", 9) == [b"Subject: "]
    (tmp_path / "empty.eml").write_bytes(b"")
    assert contents(tmp_path / "empty.eml") == [b""]


def test_where_there_is_nothing_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no message"):
        contents(tmp_path)
    with pytest.raises(BadInput, match="cannot be read"):
        contents(tmp_path / "missing")
