"""How a request finds its page, and what it may bring."""

import asyncio
from collections.abc import Callable, Coroutine
from inspect import iscoroutinefunction
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

InThread = Callable[[Request], Response]
InLoop = Callable[[Request], Coroutine[Any, Any, Response]]

Answer = InThread | InLoop
"""Answers a request, in a thread of its own, as it may wait for the store; or within the loop, where it never waits for
anything itself. What was sent is in `request.state.body`."""

LARGEST_BODY = 16 * 1024
"""Bytes that a form may have."""

LONGEST_SENDING = 10.0
"""Seconds that sending a form may take."""


def page(path: str, *, get: Answer | None = None, post: Answer | None = None, largest: int = LARGEST_BODY) -> Route:
    """The route of a page: what answers to GET and HEAD, which change nothing, and what to POST, to which at most
    `largest` bytes may be sent."""
    answers = {method: answer for method, answer in (("GET", get), ("HEAD", get), ("POST", post)) if answer}

    async def answer(request: Request) -> Response:
        request.state.body = await _body(request, largest) if request.method == "POST" else b""
        asked = answers[request.method]
        if iscoroutinefunction(asked):
            return cast(Response, await asked(request))
        return await run_in_threadpool(cast(InThread, asked), request)

    return Route(path, answer, methods=list(answers))


def token(request: Request) -> str:
    """The token in the address that was asked for."""
    given: str = request.path_params["token"]
    return given


async def _body(request: Request, largest: int) -> bytes:
    """What was sent. Raises HTTPException for too much of it, or too slow."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 9 or int(length) > largest):
        raise HTTPException(413)
    body = b""
    try:
        async with asyncio.timeout(LONGEST_SENDING):
            async for part in request.stream():
                body += part
                if len(body) > largest:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408) from None
    except ClientDisconnect:
        raise HTTPException(400) from None
    return body
