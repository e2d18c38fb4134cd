"""SQL of the addresses of erased people, known by their digests alone."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from ...rules.erasures import address_digest
from ...rules.times import Instant
from ..tables import erasures, organization


class Erased:
    """The addresses of erased people, as they are at this moment. Falsy where there are none."""

    def __init__(self, connection: Connection) -> None:
        self._digests = frozenset(connection.scalars(select(erasures.c.digest)))
        self._key = _key(connection) if self._digests else ""

    def __bool__(self) -> bool:
        return bool(self._digests)

    def __contains__(self, address: str) -> bool:
        return address_digest(self._key, address) in self._digests

    def among(self, addresses: Iterable[str | None]) -> frozenset[str]:
        """Those of the canonical addresses that were an erased person's."""
        if not self:
            return frozenset()
        return frozenset(address for address in set(addresses) if address is not None and address in self)


def put(connection: Connection, addresses: Iterable[str], suppressed: dict[str, str], at: Instant) -> None:
    """Remember addresses as erased; `suppressed` says of some why nothing was sent to them."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    key = _key(connection)
    rows = [
        {"digest": address_digest(key, address), "erased_at": at, "suppressed": suppressed.get(address)}
        for address in addresses
    ]
    connection.execute(dialect.insert(erasures).on_conflict_do_nothing(), rows)


def count(connection: Connection) -> int:
    """How many addresses are erased people's."""
    return int(connection.execute(select(func.count()).select_from(erasures)).scalar_one())


def take(connection: Connection, address: str) -> str | None:
    """Forget that an address was erased; why nothing was sent to it. Raises LookupError for one that was not."""
    digest = erasures.c.digest == address_digest(_key(connection), address)
    row = connection.execute(select(erasures.c.suppressed).where(digest)).one_or_none()
    if row is None:
        raise LookupError(address)
    connection.execute(delete(erasures).where(digest))
    suppressed: str | None = row.suppressed
    return suppressed


def _key(connection: Connection) -> str:
    return connection.execute(select(organization.c.signing_key)).scalar_one_or_none() or ""
