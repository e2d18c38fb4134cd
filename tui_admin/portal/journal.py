"""The journal: who did what when, with before and after; one entry per action, in the transaction of the action.

Entries form a chain: each holds a SHA-256 over its own fields, the digest of its rows and the hash of the entry before
it (linking as in Haber and Stornetta, "How to time-stamp a digital document", 1991).
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, RowMapping

from ..rules.errors import BadInput
from ..rules.public_keys import short
from ..rules.roles import Actor, Right, Role
from ..rules.text import clean
from ..rules.times import Instant
from ..store import journal as store_journal
from ..store.engine import Store

ROWS_PER_BLOCK = 2_000

UNDO = "undo"
"""The action of taking back another."""

ERASE = "erase person"
"""The action that takes a person's data out of earlier entries. Its rows are `[entry, hash, new hash]`: the hash that
the chain goes on holding, and that of what the entry says from then on."""

REDACTED = "erased"
"""The detail of an entry of which nothing but the act is left."""

_HASHED = ("id", "at", "actor", "key_fingerprint", "action", "program_id", "summary", "details", "row_count")
_COMPRESSION = 1  # three times as fast as the default for a tenth more bytes

JournalRow = tuple[int, Any, Any]
"""Id of what changed, before, after; both are what JSON can hold, None where there was or is nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `row_count` rows lie beside it; `undone_by` is the entry that took it back. `key` is the fingerprint
    of the key that signed its actor in over SSH, `key_comment` what that is called while it is registered."""

    id: int
    at: Instant
    actor: str
    action: str
    program_id: int | None
    summary: str
    details: Mapping[str, Any]
    row_count: int
    undoes: int | None
    undone_by: int | None
    key: str | None
    key_comment: str

    @property
    def by(self) -> str:
        """The actor, with the key where one signed them in: `ana@example.org · key SHA256:mVxM0a1b (ana laptop)`."""
        if self.key is None:
            return self.actor
        return f"{self.actor} · key {short(self.key)}" + (f" ({self.key_comment})" if self.key_comment else "")


@dataclass(frozen=True, slots=True)
class Verification:
    """What walking the chain found: how many entries hold, and the first that does not, with the reason."""

    entries: int
    broken: int | None = None
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether every entry holds."""
        return self.broken is None


def append(
    connection: Connection,
    actor: Actor,
    now: Instant,
    *,
    action: str,
    summary: str,
    program_id: int | None = None,
    details: Mapping[str, object] = {},
    rows: Iterable[tuple[int, object, object]] = (),
    undoes: int | None = None,
) -> int:
    """Journal an action in its own transaction; the entry's id.

    `now` is the clock's moment, in `rows` each changed thing's id, before and after. Writers wait for each other from
    here to the end of their transactions, so call it late. Rows are streamed: memory stays flat.
    """
    last, previous = store_journal.lock_head(connection)
    entry = {
        "id": last + 1,
        "at": now,
        "actor": actor.email,
        "key_fingerprint": actor.key,
        "action": action,
        "program_id": program_id,
        "summary": summary,
        "details": _json(dict(details)),
        "undoes": undoes,
        "previous_hash": previous,
    }
    store_journal.add_entry(connection, entry)
    count, digest = _write_rows(connection, last + 1, rows)
    sealed = {**entry, "row_count": count, "rows_digest": digest}
    store_journal.seal(connection, last + 1, count, digest, _hash(sealed))
    if undoes is not None:
        store_journal.mark_undone(connection, undoes, last + 1)
    return last + 1


def entries(store: Store, actor: Actor, limit: int = 100, before: int | None = None) -> list[Entry]:
    """The newest entries first, older than entry `before`: all for an organization admin, own ones for another."""
    actor.require(Right.READ)
    own = None if actor.role is Role.ORGANIZATION else actor.email
    with store.read() as connection:
        return [as_entry(row) for row in store_journal.page(connection, own, limit, before)]


def newest(store: Store) -> int:
    """The number of the newest entry, 0 before the first: tells whether anything was written meanwhile."""
    with store.read() as connection:
        last, _ = store_journal.read_head(connection)
    return last


def entry(store: Store, actor: Actor, entry_id: int) -> Entry:
    """One entry. Raises BadInput where the actor has none of that number."""
    actor.require(Right.READ)
    with store.read() as connection:
        return find(connection, actor, entry_id)


def find(connection: Connection, actor: Actor, entry_id: int) -> Entry:
    """One entry, within a transaction. Raises BadInput where the actor has none of that number."""
    row = store_journal.get(connection, entry_id)
    if row is None or not (actor.role is Role.ORGANIZATION or row["actor"] == actor.email):
        raise BadInput(f"There is no entry {entry_id} in your journal; see tui-admin journal list.")
    return as_entry(row)


def rows(connection: Connection, entry_id: int) -> Iterator[JournalRow]:
    """What an entry changed, streamed: id, before, after. Rows that changed alike share these: change none of them."""
    known: dict[bytes, list[Any]] = {}
    for _, content in store_journal.blocks(connection, entry_id):
        yield from _of_block(content, known)


def some_rows(connection: Connection, entry_id: int, offset: int, limit: int) -> list[JournalRow]:
    """The rows `offset` to `offset + limit` of an entry; only the blocks that hold them are read."""
    found: list[JournalRow] = []
    number = first = offset // ROWS_PER_BLOCK
    while len(found) < offset - first * ROWS_PER_BLOCK + limit:
        content = store_journal.block(connection, entry_id, number)
        if content is None:
            break
        found += block_rows(content)
        number += 1
    start = offset - first * ROWS_PER_BLOCK
    return found[start : start + limit]


def block_rows(content: bytes) -> Iterator[JournalRow]:
    """The rows of one stored block."""
    return _of_block(content, {})


def _of_block(content: bytes, known: dict[bytes, list[Any]]) -> Iterator[JournalRow]:
    for line in zlib.decompress(content).split(b"\n"):  # JSON holds no bare line break
        row, _, told = line.partition(b",")
        before, after = known.get(told) or _remember(known, told)
        yield int(row[1:]), before, after


def _remember(known: dict[bytes, list[Any]], told: bytes) -> list[Any]:
    if len(known) >= ROWS_PER_BLOCK:
        known.clear()
    found: list[Any] = json.loads(b"[" + told)
    known[told] = found
    return found


def verify(store: Store, actor: Actor) -> Verification:
    """Walk the whole chain, rows included, and name the first entry that does not hold. Memory stays flat."""
    actor.require(Right.JOURNAL)
    with store.read() as connection:
        return walk(connection)


def walk(connection: Connection) -> Verification:
    """`verify` within a transaction, whoever asks."""
    last, previous, count = 0, "", 0
    redacted = _redacted(connection)
    for row in store_journal.all_entries(connection):
        reason = _fault(connection, row, last, previous, redacted.get(row["id"]))
        if reason:
            return Verification(count, row["id"], reason)
        last, previous, count = row["id"], row["hash"], count + 1
    if store_journal.read_head(connection) != (last, previous):
        return Verification(count, last + 1, "entries after it were dropped, or the note of the newest was changed")
    return Verification(count)


def as_entry(row: RowMapping) -> Entry:
    """An entry as the portal gives it."""
    return Entry(
        id=row["id"],
        at=row["at"],
        actor=row["actor"],
        action=row["action"],
        program_id=row["program_id"],
        summary=row["summary"],
        details=json.loads(row["details"]),
        row_count=row["row_count"],
        undoes=row["undoes"],
        undone_by=row["undone_by"],
        key=row["key_fingerprint"],
        key_comment=clean(row["key_comment"] or ""),
    )


def redact(
    connection: Connection, row: RowMapping, summary: str, details: Mapping[str, object], blocks: Mapping[int, bytes]
) -> JournalRow:
    """Put other words and some other blocks of rows into an entry; the row by which the erasing entry vouches for
    it."""
    for number, content in blocks.items():
        store_journal.change_block(connection, row["id"], number, content)
    digest = _stored_digest(connection, row["id"]) if blocks else row["rows_digest"]
    told = {"summary": summary, "details": _json(dict(details)), "rows_digest": digest}
    store_journal.change_words(connection, row["id"], told)
    return row["id"], row["hash"], _hash({**row, **told})


def packed(rows: Iterable[JournalRow]) -> bytes:
    """The rows of one block as they are stored."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return _packed(_lines(rows, encode))


def _packed(lines: Iterable[str]) -> bytes:
    return zlib.compress("\n".join(lines).encode("utf-8", "surrogatepass"), _COMPRESSION)


def _redacted(connection: Connection) -> dict[int, tuple[str, str]]:
    """The entries that person's data were taken out of: their hash, and that of their content now."""
    erasing = store_journal.of_action(connection, ERASE)
    return {entry: (before, after) for one in erasing for entry, before, after in rows(connection, one)}


def _fault(connection: Connection, row: RowMapping, last: int, previous: str, redacted: tuple[str, str] | None) -> str:
    if row["id"] != last + 1:
        return f"it follows entry {last}: entries between were dropped"
    if row["previous_hash"] != previous:
        return "it does not follow the entry before it"
    held, content = redacted or (row["hash"], row["hash"])
    if row["hash"] != held or _hash(dict(row)) != content:
        return "the entry was changed"
    if _stored_digest(connection, row["id"]) != row["rows_digest"]:
        return "its rows were changed"
    return ""


def _write_rows(connection: Connection, entry_id: int, rows: Iterable[JournalRow]) -> tuple[int, str]:
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    digest, iterator, count, block = hashlib.sha256(), iter(_lines(rows, encode)), 0, 0
    while lines := list(islice(iterator, ROWS_PER_BLOCK)):
        content = _packed(lines)
        store_journal.add_block(connection, entry_id, block, content)
        _digest_block(digest, block, content)
        count += len(lines)
        block += 1
    return count, digest.hexdigest()


def _lines(rows: Iterable[JournalRow], encode: Callable[[Any], str]) -> Iterator[str]:
    """`[id,before,after]`; what the rows of a bulk write have in common is encoded once."""
    shared: tuple[Any, Any] | None = None
    told = ""
    for row, before, after in rows:
        if shared is None or shared[0] is not before or shared[1] is not after:
            shared, told = (before, after), f",{encode(before)},{encode(after)}]"
        yield f"[{row}{told}"


def _stored_digest(connection: Connection, entry_id: int) -> str:
    digest = hashlib.sha256()
    for block, content in store_journal.blocks(connection, entry_id):
        _digest_block(digest, block, content)
    return digest.hexdigest()


def _digest_block(digest: Any, block: int, content: bytes) -> None:
    digest.update(f"{block}:{len(content)}:".encode())
    digest.update(content)


def _hash(entry: Mapping[str, Any]) -> str:
    fields = {name: entry[name] for name in (*_HASHED, "rows_digest", "undoes", "previous_hash")}
    return hashlib.sha256(_json(fields).encode()).hexdigest()


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
