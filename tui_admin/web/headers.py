"""What every answer tells a browser, so that nothing but the page itself comes of it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; frame-ancestors 'none';"
        " base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

_KEPT_NOWHERE = "no-store"
"""How long an answer is kept that does not say it: addresses hold tokens, and pages what they lead to."""

_SECURE_FOR = "max-age=31536000"


def make_safe(headers: MutableHeaders, scheme: str) -> None:
    """Put them among the headers of an answer that goes out over `http` or `https`."""
    headers.update(_ALWAYS)
    headers.setdefault("Cache-Control", _KEPT_NOWHERE)
    if scheme == "https":
        headers["Strict-Transport-Security"] = _SECURE_FOR


class SafeHeaders:
    """Puts the headers on every answer; over HTTPS also that the site is asked in no other way from now on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                make_safe(MutableHeaders(scope=message), scope["scheme"])
            await send(message)

        await self._app(scope, receive, send_with_headers)
