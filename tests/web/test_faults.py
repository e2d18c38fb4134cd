"""What hostile and broken clients send: refused, nothing changed, and the next one is served."""

import asyncio
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.types import Message

from tests.cli.conftest import Console, own_folders
from tui_admin.mail.links import LinkPurpose
from tui_admin.rules.times import DAY
from tui_admin.web import routing
from tui_admin.web.app import make_app

from .conftest import NOW, Site
from .serving import Served, served

__all__ = ["own_folders"]


def link(site: Site) -> str:
    """Where person 2 unsubscribes."""
    return f"/u/{site.links.token(LinkPurpose.UNSUBSCRIBE, 2, NOW + DAY)}"


def test_too_much_is_refused_said_or_not(site: Site) -> None:
    head, most = site.head, routing.LARGEST_BODY
    parts = (b"x" * 1000 for _ in range(100))
    for sent in ({"content": b"x" * (most + 1)}, {"content": parts}, {"headers": {"Content-Length": "9" * 30}}):
        answer = site.browser.post(link(site), **sent)  # type: ignore[arg-type]
        assert (answer.status_code, "That is too much" in answer.text) == (413, True)
    assert site.head == head
    assert site.browser.post(link(site), content=b"x" * most).status_code == 200


@pytest.mark.parametrize(("comes", "status"), [("slowly", 408), ("by half", 400)])
async def test_what_never_arrives_changes_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch, comes: str, status: int
) -> None:
    monkeypatch.setattr(routing, "LONGEST_SENDING", 0.05)
    parts: list[Message] = [{"type": "http.request", "body": b"List-", "more_body": True}]
    parts += [{"type": "http.disconnect"}] if comes == "by half" else []
    told: list[Message] = []

    async def receive() -> Message:
        if not parts:
            await asyncio.sleep(60)
        return parts.pop(0)

    async def send(message: Message) -> None:
        told.append(message)

    head, path = site.head, link(site)
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b""}
    around = {"http_version": "1.1", "scheme": "http", "headers": [], "root_path": "", "server": ("x", 80)}
    await make_app(site.store, lambda: NOW)({**scope, **around}, receive, send)
    assert told[0]["status"] == status
    assert site.head == head


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A process that serves one program, for all that is sent to it raw."""
    folder = tmp_path_factory.mktemp("serving")
    console = Console(f"sqlite:///{folder / 'store.db'}")
    console("init", "--org", "Northwind Learning", "--admin", "ana@northwind.example", "--yes")
    console("programs", "create", "data", "--name", "Data Foundations", "--yes")
    homes = {f"XDG_{name}_HOME": str(folder) for name in ("DATA", "CONFIG", "STATE", "CACHE")}
    with served(console.store, **homes) as serving:
        yield serving


def said(serving: Served, sent: bytes) -> bytes:
    """What a server says to some bytes until it closes."""
    where = urlsplit(serving.address)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=30) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        told = b""
        while part := connection.recv(1 << 16):
            told += part
    return told


END = b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /p/data\r\nX-Evil: 1" + END,
        b"GET /p/data%0d%0aX-Evil:%201" + END,
        b"GET /p/%00data" + END,
        b"GET /p/..%2f..%2fetc%2fpasswd" + END,
        b"GET /p/../../etc/passwd" + END,
        b"GET //evil.example/%2e%2e" + END,
        b"GET /pictures/..%2f..%2fstore.db" + END,
        b"GET /style-..%2f..%2fbase.html.css" + END,
        b"GET /p/\xff\xfe" + END,
        b"GET /p/%ff%fe" + END,
        b"GET /u/" + b"a" * 60_000 + END,
        b"GET http://evil.example/p/nope" + END,
        b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /u/x HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
        b"GET /p/nope HTTP/1.1\r\nX-Long: " + b"a" * 60_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"\x00\r\n\r\n",
    ],
)
def test_raw_rubbish_gets_an_error_and_the_next_is_served(serving: Served, sent: bytes) -> None:
    told = said(serving, sent)
    status = told.partition(b"\r\n")[0]
    assert told == b"" or status.split()[1] in (b"400", b"404"), told[:200]
    assert b"\nX-Evil" not in told and b"root:" not in told and b"Traceback" not in told
    assert httpx.get(f"{serving.address}/p/data").status_code == 200


def test_a_foreign_host_name_leads_nowhere(serving: Served) -> None:
    answer = httpx.get(
        f"{serving.address}/p/data", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    )
    assert answer.status_code == 200 and "evil" not in answer.text + str(answer.headers)
