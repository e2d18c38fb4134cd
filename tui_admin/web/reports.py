"""Fetching a report: a page that says what it is, and its file."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from ..portal import organization
from ..portal.pages import downloads
from ..rules.times import to_datetime
from .routing import page, token
from .site import Site

_TYPES: Mapping[str, str] = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


def show(request: Request) -> Response:
    """What the link leads to, with a button. Mail clients and scanners open links unasked: that is no download."""
    site = Site.of(request)
    found = downloads.look(site.store, token(request), site.clock())
    made = to_datetime(found.made_at, organization.facts(site.store).zone)
    return site.page("report.html", report=found, token=token(request), made=f"{made.day} {made:%B %Y, %H:%M}")


def fetch(request: Request) -> Response:
    """The file, piece by piece."""
    site = Site.of(request)
    found, pieces = downloads.fetch(site.store, token(request), site.clock())
    media_type = _TYPES.get(PurePath(found.file).suffix, "application/octet-stream")
    headers = {
        "Content-Disposition": _saved_as(found.file),
        "Content-Length": str(found.size),
    }
    return StreamingResponse(pieces, media_type=media_type, headers=headers)


def _saved_as(name: str) -> str:
    """The header that names the file (RFC 6266), in ASCII first for programs that read nothing else."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


ROUTES: list[BaseRoute] = [page("/reports/{token}", get=show, post=fetch)]
