"""Opting out of mail: one click in a mail client (RFC 8058) or a button on a page, and a way back."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..portal.pages import opting_out
from ..portal.pages.opting_out import Wish
from .routing import page, token
from .site import Site


def show(request: Request) -> Response:
    """How it stands, with a button. Mail clients and scanners open links unasked: nothing is changed here."""
    site = Site.of(request)
    return _page(request, opting_out.look(site.store, token(request), site.clock()))


def opt_out(request: Request) -> Response:
    """Opt out, whatever was sent along: the token says it all, be it a mail client's one click or the page's button."""
    site = Site.of(request)
    return _page(request, opting_out.opt_out(site.store, token(request), site.clock()))


def opt_in(request: Request) -> Response:
    """The way back."""
    site = Site.of(request)
    return _page(request, opting_out.opt_in(site.store, token(request), site.clock()), is_back=True)


def _page(request: Request, wish: Wish, *, is_back: bool = False) -> Response:
    return Site.of(request).page("unsubscribe.html", wish=wish, token=token(request), is_back=is_back)


ROUTES: list[BaseRoute] = [page("/u/{token}", get=show, post=opt_out), page("/u/{token}/back", get=show, post=opt_in)]
