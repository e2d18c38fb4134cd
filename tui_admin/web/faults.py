"""The pages of what went wrong: in plain words, without a hint of what lies behind them."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ExceptionHandler

from ..mail.links import LinkEnded
from ..rules.errors import BadInput, StoreError
from ..rules.text import clean
from .headers import make_safe
from .site import Site

_WORDS: Mapping[int, tuple[str, str]] = {
    400: ("That did not arrive whole", "Please try again."),
    404: ("There is no such page", "Look whether the address is whole: links in mails are long, and get cut."),
    405: ("That is not done here", "Please open the page and use its buttons."),
    408: ("That took too long", "What you sent did not arrive in time; nothing was changed. Please try again."),
    413: ("That is too much", "What you sent is longer than this page takes; nothing was changed."),
    500: ("Something went wrong here", "Nothing is wrong with what you did. Please try again later."),
    503: ("One moment, please", "The pages cannot be shown right now; nothing was changed. Please try again soon."),
}

_TRY_AGAIN_AFTER = "30"
"""Seconds."""

LINK_IS_NO_GOOD = "This link does not work"


def refused(request: Request, error: Exception) -> Response:
    """No such page, or no such thing to do with it."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = _page(request, status)
    if isinstance(error, HTTPException):
        response.headers.update(error.headers or {})
    return response


def bad_input(request: Request, error: Exception) -> Response:
    """A link or a form that cannot be followed, in the sentence that says why."""
    status = 410 if isinstance(error, LinkEnded) else 404
    return Site.of(request).fault_page("told.html", status, title=LINK_IS_NO_GOOD, text=str(error))


def unavailable(request: Request, error: Exception) -> Response:
    """The store is busy, broken or gone: which of these is for those who run it."""
    Site.of(request).log.error("%s: %s", told(request), error)
    response = _page(request, 503)
    response.headers["Retry-After"] = _TRY_AGAIN_AFTER
    return response


def unexpected(request: Request, error: Exception) -> Response:
    """What nobody foresaw, with the place it came from in the log."""
    Site.of(request).log.error("%s: unexpected", told(request), exc_info=error)
    response = _page(request, 500)
    make_safe(response.headers, request.scope["scheme"])  # this answers from outside of what does it for the others
    return response


def told(request: Request) -> str:
    """A request as it may be written down: the token of a link is as good as a password, so nothing is told of what
    follows the first part of the path."""
    first, rest = request.scope["path"].lstrip("/").partition("/")[::2]
    return clean(f"{request.method} /{first[:20]}{'/…' if rest else ''}")


def _page(request: Request, status: int) -> Response:
    title, text = _WORDS.get(status, _WORDS[400])
    return Site.of(request).fault_page("told.html", status, title=title, text=text)


HANDLERS: Mapping[type[Exception], ExceptionHandler] = {
    HTTPException: refused,
    BadInput: bad_input,
    StoreError: unavailable,
    Exception: unexpected,
}
"""What answers to which error."""
