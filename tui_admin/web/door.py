"""The door through which people come in: those who come while others are being let in wait for one transaction
together, so that many at once cost few commits and few threads."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence

from starlette.concurrency import run_in_threadpool

from ..portal.pages import asking, joining
from ..portal.pages.joining import Joined
from ..portal.pages.occupancy import Occupancy
from ..rules.errors import ConsoleError
from .site import Site

_AT_ONCE = 50
"""People let in by one transaction."""

_MOST_ASKING = 500
"""Addresses that wait to be looked up; what comes beyond is dropped, as whoever asks may ask again."""

_Waiting = tuple[str, "asyncio.Future[Joined]"]


class Door:
    """The door of one site. `occupancy` is what is known of who holds licenses."""

    def __init__(self, site: Site) -> None:
        self.occupancy = Occupancy()
        self._site = site
        self._waiting: deque[_Waiting] = deque()
        self._asking: deque[tuple[str, str]] = deque()
        self._at_work: dict[Callable[[], Coroutine[None, None, None]], asyncio.Task[None]] = {}

    async def join(self, token: str) -> Joined:
        """Join by a link. Raises what `joining.join` does."""
        future: asyncio.Future[Joined] = asyncio.get_running_loop().create_future()
        self._waiting.append((token, future))
        self._begin(self._let_in)
        return await future

    def ask(self, slug: str, address: str) -> None:
        """Have a link mailed to an address, if it is invited: at once and without an answer, so that how long it takes
        tells nothing either."""
        if len(self._asking) < _MOST_ASKING:
            self._asking.append((slug, address))
            self._begin(self._answer)

    def _begin(self, work: Callable[[], Coroutine[None, None, None]]) -> None:
        task = self._at_work.get(work)
        if task is None or task.done():
            self._at_work[work] = asyncio.create_task(work())

    async def _let_in(self) -> None:
        while self._waiting:
            some = [self._waiting.popleft() for _ in range(min(_AT_ONCE, len(self._waiting)))]
            await self._serve([one for one in some if not one[1].done()])

    async def _serve(self, some: Sequence[_Waiting]) -> None:
        try:
            found = await run_in_threadpool(self._join_all, [token for token, _ in some])
        except Exception as error:
            found = [error] * len(some)
        for (_, future), outcome in zip(some, found, strict=True):
            if not future.done():
                future.set_exception(outcome) if isinstance(outcome, Exception) else future.set_result(outcome)

    def _join_all(self, tokens: Sequence[str]) -> list[Joined | Exception]:
        return [*joining.join_all(self._site.store, tokens, self._site.clock(), self.occupancy)]

    async def _answer(self) -> None:
        while self._asking:
            slug, address = self._asking.popleft()
            try:
                await run_in_threadpool(asking.ask, self._site.store, slug, address, self._site.clock())
            except ConsoleError as error:
                self._site.log.error("asking for a link to join: %s", error)
            except Exception as error:
                self._site.log.error("asking for a link to join: unexpected", exc_info=error)
