"""Joining: by the link of an invitation, or by asking on a program's page for one."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..portal import program_page
from ..portal.pages import joining
from ..portal.pages.admitting import State
from ..portal.pages.joining import Offer
from ..rules import addresses
from ..rules.errors import BadInput
from .door import Door
from .routing import page, token
from .site import Site, form

_NO_ADDRESS = "This is no e-mail address. Write it as in ana@example.org."


def show(request: Request) -> Response:
    """What the program is, with a button. Mail clients and scanners open links unasked: nothing is changed here."""
    site = Site.of(request)
    offer = joining.look(site.store, token(request), site.clock(), _door(request).occupancy)
    return _page(request, offer, 410 if offer.state is State.GONE else 200)


async def join(request: Request) -> Response:
    """Join, whatever was sent along: the token says it all."""
    joined = await _door(request).join(token(request))
    refused = 410 if joined.offer.state is State.GONE else 409
    status = 200 if joined.offer.state is State.JOINED else refused
    return await run_in_threadpool(_page, request, joined.offer, status, is_new=joined.is_new)


async def ask(request: Request) -> Response:
    """Ask for a link, in the same words and as fast whether the address is invited or not."""
    site, slug = Site.of(request), request.path_params["slug"]
    found = await run_in_threadpool(program_page.public, site.store, slug)
    if found is None:
        raise HTTPException(404)
    address = form(request).get("address", "")
    try:
        addresses.canonical(address)
    except BadInput:
        wrong = {"address": address, "wrong": _NO_ADDRESS, "can_ask": True}
        return site.page("program.html", 422, head=found.masthead, program=found, **wrong)
    _door(request).ask(slug, address)
    return site.page("asked.html", head=found.masthead, program=found)


def _page(request: Request, offer: Offer, status: int, *, is_new: bool = False) -> Response:
    return Site.of(request).page(
        "join.html", status, head=offer.masthead, offer=offer, token=token(request), is_new=is_new
    )


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


ROUTES: list[BaseRoute] = [page("/join/{token}", get=show, post=join), page("/p/{slug}/join", post=ask)]
