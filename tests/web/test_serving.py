"""`tui-admin serve`: a real process, asked over a real connection."""

import asyncio
import signal
import socket
from pathlib import Path

import httpx
import pytest
import uvicorn
from uvicorn.server import ServerState

from tests.cli.conftest import Console, own_folders
from tui_admin.store.engine import Store
from tui_admin.web.app import make_app
from tui_admin.web.serving import Prompt

from .conftest import PUBLIC
from .serving import served

__all__ = ["own_folders"]

pytestmark = pytest.mark.usefixtures("own_folders")


@pytest.fixture
def northwind(tmp_path: Path) -> Console:
    """An organization with one program."""
    console = Console(f"sqlite:///{tmp_path / 'store.db'}")
    console("init", "--org", "Northwind Learning", "--admin", "ana@northwind.example", "--yes")
    console("programs", "create", "data", "--name", "Data Foundations", "--yes")
    return console


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(northwind: Console, ending: signal.Signals) -> None:
    with served(northwind.store) as serving:
        assert "settings set public-url" in serving.said
        answer = httpx.get(f"{serving.address}/p/data")
        assert answer.status_code == 200 and "Data Foundations" in answer.text
        assert "server" not in answer.headers
        serving.process.send_signal(ending)
        assert serving.process.wait(30) == 0
        assert serving.process.stderr is not None and serving.process.stderr.read() == "Stopped.\n"


def test_it_says_where_mails_lead(northwind: Console) -> None:
    northwind("settings", "set", "public-url", PUBLIC, "--yes")
    with served(northwind.store) as serving:
        assert f"Mails link to them at {PUBLIC}." in serving.said


def test_a_proxy_on_this_machine_says_whether_the_browser_came_by_https(northwind: Console) -> None:
    with served(northwind.store) as serving:
        plain, proxied = ({}, {"X-Forwarded-Proto": "https"})
        assert "Strict-Transport-Security" not in httpx.get(f"{serving.address}/p/data", headers=plain).headers
        assert "Strict-Transport-Security" in httpx.get(f"{serving.address}/p/data", headers=proxied).headers


def test_tokens_are_written_down_nowhere(northwind: Console, own_folders: Path) -> None:
    with served(northwind.store) as serving:
        assert httpx.get(f"{serving.address}/u/secret-token?also=secret-word").status_code == 404
        northwind.path.rename(northwind.path.with_name("away.db"))
        odd = {"Host": "[", "X-Forwarded-For": "secret-host"}
        assert httpx.post(f"{serving.address}/u/secret-token?also=secret-word", headers=odd).status_code == 503
        serving.process.terminate()
        assert serving.process.stderr is not None
        told = serving.process.stderr.read() + "".join(file.read_text() for file in own_folders.rglob("*.log"))
    assert "POST /u/…: The store" in told and "secret" not in told


def test_a_port_in_use_is_refused_in_a_sentence(northwind: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = northwind("serve", "--port", str(port), code=2).stderr
    assert f"Nothing can be served at 127.0.0.1, port {port}: " in said and "--port" in said


def test_without_an_organization_there_is_nothing_to_serve(tmp_path: Path) -> None:
    console = Console(f"sqlite:///{tmp_path / 'none.db'}")
    assert "holds no organization yet" in console("serve", code=5).stderr
    assert not (tmp_path / "none.db").exists()


def test_a_store_that_is_only_read_is_not_served(northwind: Console) -> None:
    assert "nobody could join" in northwind("--read-only", "serve", code=5).stderr


REQUEST = b"GET /style-000000.css HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(("asked", "begun"), [(b"", b""), (b"", b"GET /p/data HTTP/1.1\r\nX-"), (REQUEST, b"G")])
async def test_who_does_not_say_what_they_want_is_let_go(
    monkeypatch: pytest.MonkeyPatch, asked: bytes, begun: bytes
) -> None:
    monkeypatch.setattr("tui_admin.web.serving.LONGEST_SENDING", 0.2)
    config = uvicorn.Config(make_app(Store("sqlite:///none.db"), lambda: 0), log_config=None, timeout_keep_alive=600)
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()
    server = await loop.create_server(lambda: Prompt(config, state, {}), "127.0.0.1")
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        if asked:
            writer.write(asked)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0]))
        writer.write(begun)
        await asyncio.wait_for(reader.read(), 60)
        writer.close()
    assert state.connections == set()
