"""Serving the pages: one process, until it is told to stop."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..rules.errors import UsageError
from ..rules.times import Instant
from ..store.engine import Store
from .app import make_app
from .routing import LONGEST_SENDING

_MOST_CONNECTIONS = 2_000
_LETS_END = 10
"""Seconds that requests under way may still take once the server is told to stop."""


class _Server(uvicorn.Server):
    """A server for which being told to stop is an ordinary ending."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM, a second SIGINT at once."""
        usual = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in usual.items():
                signal.signal(number, handler)


class Prompt(H11Protocol):
    """A connection that is closed where what is asked for does not come in time: else one who says nothing keeps it."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the library has it
        """Begin to wait."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on until a request is there; how long its body may take is looked at where that is read."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._stop()

    def _wait(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._late is None:
            self._late = self.loop.call_later(LONGEST_SENDING, self.transport.close)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on which pages are asked for. Raises UsageError where there can be none."""
    try:
        bound = socket.create_server((host, port), family=_family(host, port), backlog=2048)
    except (OSError, OverflowError) as error:
        said = getattr(error, "strerror", None) or error
        raise UsageError(
            f"Nothing can be served at {host}, port {port}: {said}. Choose another --port or --host."
        ) from None
    with bound:
        yield bound


def serve(store: Store, clock: Callable[[], Instant], bound: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are answered first.

    A proxy on the same machine is believed what it says of whom it asks for (`X-Forwarded-For`, `-Proto`), nobody else.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL + 1)  # what goes wrong the pages write down themselves
    config = uvicorn.Config(
        make_app(store, clock),
        http=Prompt,
        ws="none",
        log_config=None,
        access_log=False,  # it would hold the tokens of links
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_LETS_END,
    )
    _Server(config).run(sockets=[bound])


def _family(host: str, port: int) -> socket.AddressFamily:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
