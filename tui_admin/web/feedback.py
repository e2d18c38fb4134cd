"""What a member thinks of courses and program: a form, and thanks."""

import re
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..portal.pages import feedback
from ..portal.pages.feedback import LONGEST_COMMENT, MOST_RECOMMEND, MOST_STARS, Form, Opinion
from ..rules.errors import BadInput
from .routing import page, token
from .site import Site, form

_LARGEST = 64 * 1024
"""Bytes of a form: a comment in any script takes up to twelve for a character."""

_STARS = re.compile(r"stars-([0-9]{1,18})").fullmatch
_NUMBER = re.compile(r"[0-9]{1,2}").fullmatch


def show(request: Request) -> Response:
    """The form, with what was said before."""
    site = Site.of(request)
    return _form(request, feedback.look(site.store, token(request), site.clock()))


def give(request: Request) -> Response:
    """Keep it. A form with something that cannot be comes back as it was filled in, with a sentence."""
    site = Site.of(request)
    asked = feedback.look(site.store, token(request), site.clock())
    try:
        opinion = _opinion(form(request))
    except BadInput as error:
        return _form(request, asked, str(error))
    try:
        feedback.give(site.store, token(request), opinion, site.clock())
    except BadInput as error:
        stars = {**asked.opinion.stars, **opinion.stars}
        return _form(request, replace(asked, opinion=replace(opinion, stars=stars)), str(error))
    return site.page("thanks.html", asked=asked, token=token(request))


def _form(request: Request, asked: Form, problem: str = "") -> Response:
    return Site.of(request).page(
        "feedback.html",
        422 if problem else 200,
        asked=asked,
        problem=problem,
        token=token(request),
        stars=range(1, MOST_STARS + 1),
        likely=range(MOST_RECOMMEND + 1),
        longest=LONGEST_COMMENT,
    )


def _opinion(fields: dict[str, str]) -> Opinion:
    """What was filled in. Raises BadInput for what no form of ours sends."""
    rated = {int(found[1]): _number(value) for name, value in fields.items() if (found := _STARS(name))}
    return Opinion(rated, _number(fields.get("recommend", "")), fields.get("comment", ""))


def _number(text: str) -> int | None:
    if text and not _NUMBER(text):
        raise BadInput("Please choose one of the numbers that are offered.")
    return int(text) if text else None


ROUTES: list[BaseRoute] = [page("/feedback/{token}", get=show, post=give, largest=_LARGEST)]
