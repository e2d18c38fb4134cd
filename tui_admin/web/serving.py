"""Serving the pages: one process, until it is told to stop."""

import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from ..rules.errors import UsageError
from ..rules.times import Instant
from ..store.engine import Store
from .app import make_app

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
        http="h11",
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
