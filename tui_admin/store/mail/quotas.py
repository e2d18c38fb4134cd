"""How many mails an account sent within a window that its server limits, kept across restarts."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select, text, update

from ...rules.times import Instant
from ..tables import quotas
from .prepared import Prepared


@dataclass(frozen=True, slots=True)
class Quota:
    """What a server takes of an account: `most` mails in each `window` (milliseconds), which is `name` in words."""

    account: str
    name: str
    window: Instant
    most: int

    @property
    def key(self) -> str:
        """What it is counted under."""
        return f"{self.account} {self.name}"


_READ = Prepared(
    select(quotas.c.window_start, quotas.c.used)
    .where(quotas.c.account == bindparam("of_account"))
    .with_for_update(of=quotas)
)
_OPEN = Prepared(
    text(
        "INSERT INTO quotas (account, window_start, used) VALUES (:of_account, :start, 0)"
        " ON CONFLICT (account) DO UPDATE SET window_start = excluded.window_start, used = :used"
    )
)
_USE = Prepared(
    update(quotas).where(quotas.c.account == bindparam("of_account")).values(used=quotas.c.used + bindparam("taken"))
)


def left(connection: Connection, quota: Quota, now: Instant) -> int:
    """How many more mails fit into the window of this moment; others wait until `use` is committed.

    A clock turned back shortens no count: the window goes on from the new time.
    """
    row = _READ.one(connection, of_account=quota.key).one_or_none()
    if row is None or now >= row.window_start + quota.window:
        _OPEN.one(connection, of_account=quota.key, start=now, used=0)
        return quota.most
    if now < row.window_start:
        _OPEN.one(connection, of_account=quota.key, start=now, used=row.used)
    return max(0, quota.most - int(row.used))


def use(connection: Connection, quota: Quota, taken: int) -> None:
    """Count mails that are handed over."""
    _USE.one(connection, of_account=quota.key, taken=taken)


def opens_at(connection: Connection, quota: Quota, now: Instant) -> Instant | None:
    """When the next window begins, where this one is used up; else None."""
    row = connection.execute(select(quotas).where(quotas.c.account == quota.key)).one_or_none()
    if row is None or row.used < quota.most or now >= row.window_start + quota.window:
        return None
    return int(min(row.window_start, now)) + quota.window
