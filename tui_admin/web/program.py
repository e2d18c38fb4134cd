"""The page of a program, and the pictures on it."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..portal import pictures, program_page
from ..portal.pages import asking
from .routing import page
from .site import Site

_KEPT_FOR_GOOD = "public, max-age=31536000, immutable"
"""A picture is named by the digest of its content: under the same name there is never another."""


def show(request: Request) -> Response:
    """What the program offers, as the console's preview draws it."""
    site = Site.of(request)
    found = program_page.public(site.store, request.path_params["slug"])
    if found is None:
        raise HTTPException(404)
    return site.page("program.html", head=found.masthead, program=found, can_ask=asking.is_possible(site.store))


def picture(request: Request) -> Response:
    """A picture that a setting names."""
    found = pictures.shown(Site.of(request).store, request.path_params["digest"])
    if found is None:
        raise HTTPException(404)
    media_type, content = found
    return Response(content, media_type=media_type, headers={"Cache-Control": _KEPT_FOR_GOOD})


ROUTES: list[BaseRoute] = [page("/p/{slug}", get=show), page("/pictures/{digest}", get=picture)]
