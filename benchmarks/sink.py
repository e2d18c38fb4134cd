"""Where benchmarks send mail to: `smtp-sink` of Postfix where it is installed, else a sink of our own that does as
little; each in a process of its own."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

_ANSWERS = {b"EHLO": b"250-sink.example\r\n250 8BITMIME\r\n", b"DATA": b"354 go ahead\r\n", b"QUIT": b"221 bye\r\n"}


class Sink(asyncio.Protocol):
    """One dialogue: everything is taken, nothing is kept."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport, self._rest, self._within = cast(asyncio.WriteTransport, transport), b"", False
        self._transport.write(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer each command, and each whole mail."""
        self._rest += data
        while (end := self._rest.find(b"\r\n.\r\n" if self._within else b"\r\n")) >= 0:
            line, self._rest = self._rest[:end], self._rest[end + (5 if self._within else 2) :]
            self._within = not self._within and line[:4].upper() == b"DATA"
            self._transport.write(_ANSWERS.get(line[:4].upper(), b"250 2.0.0 ok\r\n"))


def installed() -> str | None:
    """The path of smtp-sink."""
    return shutil.which("smtp-sink", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def sink(*, own: bool = False) -> Iterator[tuple[str, int]]:
    """A sink while the block runs: what it is called, and its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = None if own else installed()
    as_nobody = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [path, *as_nobody, f"127.0.0.1:{port}", "1000"] if path else [sys.executable, __file__, str(port)]
    with subprocess.Popen(command) as process:
        try:
            _wait_for(port)
            yield ("smtp-sink" if path else "a sink of our own"), port
        finally:
            process.kill()


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"no sink on port {port}")


async def _main(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_main(int(sys.argv[1])))
