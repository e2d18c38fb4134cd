"""SQL of bounces: the mails they are about, and whether anything was ever mailed to an address."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, select, update

from ...rules.mailing import MailState
from ...rules.times import Instant
from ..tables import learners, outbox

LEFT = (MailState.SENT, MailState.UNKNOWN)
"""Mails that left, as far as is known: that one came back proves it of those in doubt."""

_BLOCK = 500


_ENDING = ("state", "final_at", "last_enhanced", "last_text")


class Mailed(NamedTuple):
    """A mail of the outbox that a bounce names."""

    id: int
    header_id: str
    address: str
    state: str
    final_at: Instant | None
    last_enhanced: str | None
    last_text: str | None

    @property
    def ending(self) -> dict[str, object]:
        """What its coming back changes, as it is."""
        return {name: getattr(self, name) for name in _ENDING}


def mails(connection: Connection, header_ids: Collection[str], *, hold: bool = False) -> dict[str, Mailed]:
    """The mails that have these Message-IDs, by them; with `hold` nobody else changes them until the end."""
    query = select(*(outbox.c[name] for name in Mailed._fields)).order_by(outbox.c.id)
    if hold:
        query = query.with_for_update()
    found = {}
    for some in _blocks(sorted(header_ids)):
        for row in connection.execute(query.where(outbox.c.header_id.in_(some))):
            found[row.header_id] = Mailed(*row)
    return found


def written_to(connection: Connection, addresses: Collection[str]) -> set[str]:
    """Those of the addresses that belong to learners who were mailed."""
    mailed = exists().where(outbox.c.learner_id == learners.c.id, outbox.c.state.in_((*LEFT, MailState.BOUNCED)))
    found: set[str] = set()
    for some in _blocks(sorted(addresses)):
        found.update(connection.scalars(select(learners.c.email).where(learners.c.email.in_(some), mailed)))
    return found


def came_back(
    connection: Connection, said: Mapping[Mailed, tuple[str, str]], now: Instant
) -> dict[int, tuple[dict[str, object], dict[str, object]]]:
    """Note that mails came back, each with the status code and words it came back with; what of them was, and is, by
    id."""
    changes: dict[int, tuple[dict[str, object], dict[str, object]]] = {
        mail.id: (mail.ending, dict(zip(_ENDING, (MailState.BOUNCED.value, mail.final_at or now, *words), strict=True)))
        for mail, texts in said.items()
        for words in [tuple(text or None for text in texts)]
    }
    noting = update(outbox).where(outbox.c.id == bindparam("mail_id"))
    noting = noting.values({name: bindparam(f"new_{name}") for name in _ENDING})
    rows: list[dict[str, Any]] = [
        {"mail_id": id, **{f"new_{name}": value for name, value in after.items()}} for id, (_, after) in changes.items()
    ]
    if rows:
        connection.execute(noting, rows)
    return changes


def _blocks(values: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while block := list(islice(rest, _BLOCK)):
        yield block
