"""Inviting people from a list: staged beside the store, judged, shown, and invited in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Connection

from ...reports.people_files import INVITATIONS, open_people
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store.engine import Store
from ...store.inviting import staged
from .. import organization
from . import rows as invite_rows
from . import writing as invite_writing
from .people_list import PeopleList, Tell
from .places import check, check_contract
from .plan import InvitePlan, InviteRequest


class Inviting(PeopleList[InvitePlan]):
    """One list of people to invite, staged beside the store until `open_inviting`'s block ends."""

    def receipt(self) -> Iterator[tuple[str, ...]]:
        """What became of each row, as texts in the order of `rows.RECEIPT`, streamed."""
        with self._guarded(writing=False) as connection:
            yield from invite_rows.receipt(connection, self._pairs)

    def apply(self, now: Instant) -> InvitePlan:
        """See `PeopleList.apply`. A store that does not exist yet has no program to invite to, and stays so."""
        return super().apply(now) if self._store.exists else replace(self.plan(now), applied=True)

    def _check_whole(self, connection: Connection) -> None:
        check(connection, self._actor, self._request.usual, frozenset(self._file.fields))

    def _judge(self, connection: Connection, now: Instant) -> InvitePlan:
        named = frozenset(self._file.fields)
        check_contract(connection, self._actor, self._request.usual, named, now, organization.zone(connection))
        seats = self._judge_people(connection, now)
        return InvitePlan(
            name=self._file.name,
            counts=staged.counts(connection),
            seats=seats,
            unknown_columns=self._file.unknown_columns,
            warnings=(*self._file.warnings, *self._unmailable(connection)),
            mailed=self._request.mail,
        )

    def _write(self, connection: Connection, plan: InvitePlan, now: Instant) -> InvitePlan:
        if not plan.count:
            return replace(plan, applied=True)
        details = {"digest": self._file.digest, "rows": plan.numbers}
        done = invite_writing.invite(connection, self._actor, plan.name, details, now, mail=self._request.mail)
        return replace(plan, applied=True, queued=done.queued, notes=done.notes, entry=done.entry)


@contextmanager
def open_inviting(
    store: Store,
    actor: Actor,
    request: InviteRequest,
    *,
    progress: Tell = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Inviting]:
    """Stage a list of people beside the store; the block may look at `plan` and then `apply`.

    `cancelled` is asked often, also from another thread; a true answer raises Cancelled and leaves the store as it
    was. Raises NotAllowed, UsageError where program or contract are not told, and BadInput for what is no such list.
    """
    actor.require(Right.INVITE)
    with open_people(request.given, INVITATIONS, request.limits) as file, store.hold() as connection:
        found = Inviting(store, connection, actor, request, file, cancelled)
        found.stage(progress)
        yield found
