"""Mails kept on this machine: each once, whole, and for nobody else to read."""

import asyncio
import mailbox
from pathlib import Path

import pytest

from tests.mail.conftest import LEARNER, SENDER, Talking, mail
from tui_admin.mail.maildir import MaildirTransport
from tui_admin.mail.server import OnlyDomains
from tui_admin.mail.transport import Connection, Fate, Phase, Trouble


async def opened(folder: Path) -> Connection:
    """A connection to the folder."""
    connection = MaildirTransport(folder).connection()
    await connection.open()
    return connection


async def test_a_mail_is_kept_as_it_is_and_once(tmp_path: Path) -> None:
    folder = tmp_path / "store.mail"
    connection = await opened(folder)
    outcomes = [await connection.send(SENDER, LEARNER, mail(number)) for number in (1, 2, 1)]
    await connection.close()
    assert [(outcome.fate, outcome.usable) for outcome in outcomes] == [(Fate.ACCEPTED, True)] * 3
    kept = mailbox.Maildir(folder, create=False)
    assert sorted(message["Message-ID"] for message in kept) == ["<1@northwind.example>", "<2@northwind.example>"]
    (first,) = (message for message in kept if message["Message-ID"].startswith("<1@"))
    assert first.as_bytes().replace(b"\n", b"\r\n") == mail(1)
    assert list((folder / "tmp").iterdir()) == []
    assert folder.stat().st_mode & 0o077 == 0


async def test_a_mail_that_somebody_read_is_not_kept_anew(tmp_path: Path) -> None:
    await (await opened(tmp_path)).send(SENDER, LEARNER, mail(1))
    (path,) = (tmp_path / "new").iterdir()
    path.rename(tmp_path / "cur" / f"{path.name}:2,S")
    outcome = await (await opened(tmp_path)).send(SENDER, LEARNER, mail(1))
    assert outcome.fate is Fate.ACCEPTED
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    "head",
    [
        b"Message-ID: <../../etc/x@y>\r\n",
        b"Message-ID: <.hidden@y>\r\n",
        b"Message-ID: <a:2,S@y>\r\n",
        b"Message-ID: <" + b"x" * 400 + b"@y>\r\n",
        b"Subject: none\r\n",
    ],
)
async def test_any_message_id_makes_a_safe_name(head: bytes, tmp_path: Path) -> None:
    connection = await opened(tmp_path / "mail")
    for _ in range(2):
        assert (await connection.send(SENDER, LEARNER, head + b"\r\nbody\r\n")).fate is Fate.ACCEPTED
    (path,) = (tmp_path / "mail" / "new").iterdir()
    assert ":" not in path.name and not path.name.startswith(".")
    assert [item.name for item in tmp_path.iterdir()] == ["mail"]


async def test_a_folder_that_cannot_be_made_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Trouble) as caught:
        await opened(tmp_path / "file")
    assert caught.value.phase is Phase.CONNECT
    assert "cannot be used" in caught.value.text


async def test_a_mail_that_cannot_be_written_is_unsent_and_leaves_nothing(tmp_path: Path) -> None:
    connection = await opened(tmp_path)
    (tmp_path / "new").rmdir()
    outcome = await connection.send(SENDER, LEARNER, mail(1))
    assert (outcome.fate, outcome.usable) == (Fate.UNSENT, False)
    assert "cannot be kept" in outcome.text
    assert (await (await opened(tmp_path)).send(SENDER, LEARNER, mail(1))).fate is Fate.ACCEPTED
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_many_at_once_are_all_kept(tmp_path: Path) -> None:
    connections = [await opened(tmp_path) for _ in range(4)]
    sent = [connections[number % 4].send(SENDER, LEARNER, mail(number)) for number in range(40)]
    assert {outcome.fate for outcome in await asyncio.gather(*sent)} == {Fate.ACCEPTED}
    assert len(list((tmp_path / "new").iterdir())) == 40


async def test_other_domains_than_those_allowed_get_nothing(talking: Talking) -> None:
    async with talking() as talk:
        guarded = OnlyDomains(talk.transport, frozenset({"northwind.example"}))
        assert (guarded.label, guarded.limits) == (talk.transport.label, talk.transport.limits)
        connection = guarded.connection()
        await connection.open()
        recipients = [
            "ana@northwind.example",
            "ana@NORTHWIND.example",
            "x@sub.northwind.example",
            "x@other.example",
            "x",
        ]
        outcomes = [await connection.send(SENDER, to, mail(number)) for number, to in enumerate(recipients)]
        await connection.close()
        assert [outcome.fate for outcome in outcomes] == [Fate.ACCEPTED] * 2 + [Fate.REFUSED] * 3
        assert all("writes only to northwind.example" in outcome.text for outcome in outcomes[2:])
        assert all(outcome.usable for outcome in outcomes)
        assert talk.accepted == ["0", "1"]
