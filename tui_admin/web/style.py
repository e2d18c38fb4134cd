"""The one style sheet, in the organization's color."""

import re

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..rules import colors
from .routing import page
from .site import templates

_PAPER, _DARK_PAPER = "#ffffff", "#1b1f25"
_KEPT = "public, max-age=3600"


def show(request: Request) -> Response:
    """The style sheet in the color that its address names: text stays readable in any."""
    named = request.path_params["color"]
    if not re.fullmatch("[0-9a-f]{6}", named):
        raise HTTPException(404)
    brand = f"#{named}"
    written = (
        templates()
        .get_template("style.css")
        .render(
            brand=brand,
            on_brand=colors.text_on(brand),
            link=colors.readable(brand, _PAPER),
            dark_link=colors.readable(brand, _DARK_PAPER),
            paper=_PAPER,
            dark_paper=_DARK_PAPER,
        )
    )
    return Response(written, media_type="text/css", headers={"Cache-Control": _KEPT})


ROUTES: list[BaseRoute] = [page("/style-{color}.css", get=show)]
