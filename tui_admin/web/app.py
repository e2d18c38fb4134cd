"""The pages for learners as one ASGI application."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from anyio.to_thread import current_default_thread_limiter
from starlette.applications import Starlette
from starlette.middleware import Middleware

from ..rules.times import Instant
from ..store.engine import Store
from . import feedback, join, program, reports, style, unsubscribe
from .door import Door
from .faults import HANDLERS
from .headers import SafeHeaders
from .site import Site

_THREADS = 12
"""Requests that are answered at once, each with at most one connection: fewer than the store's pool holds, so that
none waits for a connection in vain."""

_PATIENCE = 5.0
"""Seconds that a page waits for its turn to write; then it says that it cannot be shown right now."""


def make_app(store: Store, clock: Callable[[], Instant]) -> Starlette:
    """The application that serves the pages of a store's organization; `clock` tells the moment of a request."""
    routes = [*style.ROUTES, *program.ROUTES, *join.ROUTES, *unsubscribe.ROUTES, *feedback.ROUTES, *reports.ROUTES]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(SafeHeaders)],
        exception_handlers=HANDLERS,
        lifespan=_lifespan,
    )
    store.patience = _PATIENCE
    app.state.site = Site(store, clock)
    app.state.door = Door(app.state.site)
    return app


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = _THREADS
    yield
