"""What every page is made with: the store, the clock, and the templates."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from urllib.parse import parse_qsl

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ..config import log_file
from ..logbook import logbook
from ..mail.page import DEFAULT_COLOR
from ..portal import masthead
from ..portal.masthead import Masthead
from ..rules.errors import BadInput, StoreError
from ..rules.times import Instant
from ..store.engine import Store

_LINE = "%(asctime)s %(process)d %(message)s"
_MOST_FIELDS = 500


class Site:
    """One organization's pages. `clock` tells the moment of a request; safe to use from several threads."""

    def __init__(self, store: Store, clock: Callable[[], Instant]) -> None:
        self._store = store
        self.clock = clock
        self.log = logbook(log_file().with_name("pages.log"), _LINE)
        """Where it is written down why a page could not be shown."""
        self._masthead: Masthead | None = None

    @classmethod
    def of(cls, request: Request) -> "Site":
        """The site that a request is for."""
        site: Site = request.app.state.site
        return site

    @property
    def store(self) -> Store:
        """The store. Raises StoreError where its file was taken away: nothing here makes a new one."""
        if not self._store.exists:
            raise StoreError(f"The store {self._store.label} is not there.")
        return self._store

    def page(self, template: str, status: int = 200, *, head: Masthead | None = None, **values: object) -> HTMLResponse:
        """A template filled with values, all of which are text that is escaped, around it the organization: as `head`
        says, else as the store does."""
        self._masthead = head or masthead.read(self.store)
        return self._filled(template, status, self._masthead, values)

    def fault_page(self, template: str, status: int, **values: object) -> HTMLResponse:
        """A page for when something is wrong: around it the organization as it was last seen, for which the store is
        asked once, if it can be."""
        if self._masthead is None:
            with suppress(StoreError):
                self._masthead = masthead.read(self.store)
        return self._filled(template, status, self._masthead or Masthead(), values)

    @staticmethod
    def _filled(template: str, status: int, head: Masthead, values: Mapping[str, object]) -> HTMLResponse:
        color = (head.color or DEFAULT_COLOR).removeprefix("#")
        return HTMLResponse(templates().get_template(template).render(head=head, color=color, **values), status)


def form(request: Request) -> dict[str, str]:
    """The fields of a form that was sent (`application/x-www-form-urlencoded`); of one sent twice the last.

    Raises BadInput where it holds more than any of ours.
    """
    try:
        pairs = parse_qsl(request.state.body.decode("utf-8", "replace"), True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadInput("This form holds more than it asked for. Go back and fill it in again.") from None
    return dict(pairs)


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """The templates, everything put into which is escaped."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
