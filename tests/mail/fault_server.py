"""A mail server that misbehaves by script, and the truth about what it accepted.

Each mail it accepts is in its log, one `Message-ID<TAB>recipient` a line, before the answer leaves: the log is written
past every buffer of the process, so that it holds whoever is killed. Run in the loop of a test (`FaultServer`), or as a
process of its own (`separate`, `python -m tests.mail.fault_server`).
"""

import argparse
import asyncio
import base64
import contextlib
import hashlib
import os
import re
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.mail.certificates import NAME, server_context
from tests.mail.fault_script import Fault, Prompter, Script

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\r\n]*>)", re.IGNORECASE | re.MULTILINE)
_PIECE = 64 * 1024
_FOREVER = 3600


class Ended(Exception):
    """The dialogue is over."""


class FaultServer:
    """A server in this loop. `commands` holds the last lines it was sent, `peak` the most connections at once, and
    `unasked` how many lines it said that nobody had asked for."""

    def __init__(self, script: Script, log: Path, *, port: int = 0, ca_file: Path | None = None) -> None:
        self.script, self.prompter = script, Prompter(script)
        self.tls = None if script.tls == "none" else server_context(script.certificate, ca_file)
        self.port = port
        self.commands: deque[bytes] = deque(maxlen=10_000)
        self.open = self.peak = self.unasked = 0
        self._log, self._seen = (
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) for path in (log, seen_beside(log))
        )
        self._budget, self._refilled = script.per_second or 0.0, 0.0
        self._dialogues: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        over_tls = self.tls if self.script.tls == "implicit" else None
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=over_tls, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for dialogue in self._dialogues:
            dialogue.cancel()
        await asyncio.gather(*self._dialogues, return_exceptions=True)
        os.close(self._log)
        os.close(self._seen)

    def accept(self, mail: bytes, recipient: str) -> None:
        """Write down that a mail is accepted."""
        os.write(self._log, f"{_name(mail)}\t{recipient}\n".encode())

    def see(self, mail: bytes) -> None:
        """Write down that a whole mail came, whatever becomes of it."""
        os.write(self._seen, f"{_name(mail)}\t{hashlib.sha256(mail).hexdigest()}\n".encode())

    def within_rate(self) -> bool:
        """Whether one more mail is within the rate, which refills steadily and saves up a second's worth."""
        if (rate := self.script.per_second) is None:
            return True
        now = asyncio.get_running_loop().time()
        self._budget = min(rate, self._budget + (now - self._refilled) * rate)
        self._refilled = now
        if self._budget < 1:
            return False
        self._budget -= 1
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._dialogues.add(task)
        self.open += 1
        self.peak = max(self.peak, self.open)
        try:
            await Dialogue(self, reader, writer).run()
        except (Ended, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            self._dialogues.discard(task)
            writer.close()


class Dialogue:
    """One connection: commands in, answers out, each through the script."""

    def __init__(self, server: FaultServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._script = server, server.script
        self._reader, self._writer = reader, writer
        self._secure = server.script.tls == "implicit"
        self._recipient = ""
        self._mails = self._rejected = 0
        raw = writer.get_extra_info("socket")
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    async def run(self) -> None:
        """Talk until one side has enough."""
        most = self._script.most_connections
        if most is not None and self._server.open > most:
            await self._say(b"432 4.3.2 concurrent connections limit exceeded")
            raise Ended
        await self._answer("connect", b"220 fault.example ESMTP")
        while line := await self._reader.readline():
            self._server.commands.append(line.rstrip(b"\r\n"))
            word, _, rest = line.rstrip(b"\r\n").partition(b" ")
            handler = getattr(self, f"_on_{word.decode('ascii', 'replace').lower()}", None)
            if handler is None:
                await self._say(b"502 5.5.2 command not recognized")
            else:
                await handler(rest)

    async def _on_ehlo(self, _rest: bytes) -> None:
        offered = [*self._script.extensions]
        if self._script.tls == "starttls" and not self._secure:
            offered.append("STARTTLS")
        if self._script.users:
            offered.append(f"AUTH {' '.join(self._script.mechanisms)}")
        lines = ["fault.example", *offered]
        said = "\r\n".join(f"250{' ' if line is lines[-1] else '-'}{line}" for line in lines)
        await self._answer("ehlo", said.encode())

    async def _on_starttls(self, _rest: bytes) -> None:
        if self._secure or self._server.tls is None:
            await self._say(b"503 5.5.1 no TLS here")
        elif await self._answer("starttls", b"220 2.0.0 ready"):
            await self._writer.start_tls(self._server.tls)
            self._secure = True

    async def _on_auth(self, rest: bytes) -> None:
        mechanism, _, initial = rest.partition(b" ")
        if mechanism == b"LOGIN":
            await self._say(b"334 " + base64.b64encode(b"Password:"))
            name, given = base64.b64decode(initial), base64.b64decode(await self._reader.readline())
        elif mechanism == b"XOAUTH2":
            name, given = base64.b64decode(initial).removeprefix(b"user=").rstrip(b"\1").split(b"\1auth=Bearer ")
        else:
            name, given = base64.b64decode(initial).split(b"\0")[1:]
        if self._script.users.get(name.decode()) == given.decode():
            await self._answer("auth", b"235 2.7.0 welcome")
        elif mechanism == b"XOAUTH2":
            await self._say(b"334 " + base64.b64encode(b'{"status":"401"}'))
            await self._reader.readline()
            await self._say(b"535 5.7.8 token expired")
        else:
            await self._say(b"535 5.7.8 authentication failed")

    async def _on_mail(self, _rest: bytes) -> None:
        await self._answer("mail", b"250 2.1.0 ok")

    async def _on_rcpt(self, rest: bytes) -> None:
        self._recipient = rest[4 : rest.index(b">")].decode()
        if not self._recipient.startswith("refuse"):
            self._rejected = 0
            await self._answer("rcpt", b"250 2.1.5 ok")
            return
        self._rejected += 1
        if self._rejected == self._script.rejects:
            await self._say(b"421 4.7.0 too many errors")
            raise Ended
        await self._say(b"550 5.1.1 no such user")

    async def _on_data(self, _rest: bytes) -> None:
        if not await self._answer("data", b"354 go ahead"):
            return
        if (fault := self._server.prompter.due("body")) is not None:
            await self._reader.readexactly(16)
            await self._act(fault, b"452 4.3.1 never mind")
        else:
            await self._finish(await self._mail())

    async def _mail(self) -> bytes:
        mail = bytearray()
        while mail != b".\r\n" and not mail.endswith(b"\r\n.\r\n"):
            piece = await self._reader.read(_PIECE)
            if not piece:
                raise Ended
            mail += piece
        return bytes(mail)

    async def _finish(self, mail: bytes) -> None:
        self._server.see(mail)
        fault = self._server.prompter.due("dot")
        if fault is None and not self._server.within_rate():
            await self._say(b"454 4.7.0 Throttling failure: Maximum sending rate exceeded.")
            return
        if fault is None or fault.accepts:
            self._server.accept(mail, self._recipient)
            self._mails += 1
        right = b"250 2.0.0 queued as %d" % self._mails
        await (self._say(right) if fault is None else self._act(fault, right))
        if self._mails == self._script.per_connection:
            raise Ended

    async def _on_rset(self, _rest: bytes) -> None:
        await self._answer("rset", b"250 2.0.0 ok")

    async def _on_quit(self, _rest: bytes) -> None:
        await self._answer("quit", b"221 2.0.0 bye")
        raise Ended

    async def _answer(self, step: str, right: bytes) -> bool:
        """Answer a step as the script has it; tells whether the right answer was given."""
        fault = self._server.prompter.due(step)
        if fault is None:
            await self._say(right)
            return True
        await self._act(fault, right)
        return fault.do not in {"reply", "long"}

    async def _act(self, fault: Fault, right: bytes) -> None:
        text = fault.text.encode("latin-1")
        match fault.do:
            case "close":
                raise Ended
            case "reset":
                self._reset()
            case "stall":
                await asyncio.sleep(_FOREVER)
            case "delay":
                await asyncio.sleep(fault.seconds)
                await self._say(right)
            case "reply":
                await self._say(text)
            case "farewell":
                await self._say(text)
                raise Ended
            case "dribble":
                await self._dribble(right + b"\r\n")
            case "lines":
                await self._say((right[:3] + b"-more\r\n") * 1000 + right)
            case "long":
                await self._say(right[:4] + b"x" * 40_000)
            case "extra":
                await self._say(right + b"\r\n" + text)
            case "unsolicited":
                await self._say(right)
                await asyncio.sleep(fault.seconds)
                await self._say(text)
                self._server.unasked += 1

    def _reset(self) -> None:
        raw = self._writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        raise Ended

    async def _dribble(self, line: bytes) -> None:
        for byte in line:
            self._writer.write(bytes([byte]))
            await asyncio.sleep(0)

    async def _say(self, text: bytes) -> None:
        if self._script.latency:
            await asyncio.sleep(self._script.latency)
        self._writer.write(text + b"\r\n")
        await self._writer.drain()


def _name(mail: bytes) -> str:
    found = _MESSAGE_ID.search(mail)
    return found[1].decode() if found else "?"


def seen_beside(log: Path) -> Path:
    """Where a server with such a log writes down all that came: `Message-ID<TAB>SHA-256` a line."""
    return log.with_suffix(".seen")


def accepted(log: Path) -> list[str]:
    """The Message-IDs a server accepted, in order, each as often as it did."""
    return [line.split("\t")[0] for line in log.read_text().splitlines()] if log.exists() else []


@contextmanager
def separate(script: Script, log: Path, *, port: int = 0, ca_file: Path | None = None) -> Iterator[int]:
    """A server in a process of its own while the block runs; gives its port."""
    command = [sys.executable, "-m", "tests.mail.fault_server", "--log", str(log), "--port", str(port)]
    command += ["--script", script.to_json(), *(["--ca-file", str(ca_file)] if ca_file else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


async def _main() -> None:
    parser = argparse.ArgumentParser(description=f"A misbehaving mail server on {NAME}; prints its port.")
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--script", type=Script.from_json, default=Script())
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ca-file", type=Path)
    given = parser.parse_args()
    async with FaultServer(given.script, given.log, port=given.port, ca_file=given.ca_file) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main())
