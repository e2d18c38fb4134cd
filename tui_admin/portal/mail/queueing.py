"""Putting the mails of one message into the outbox: who of those asked for gets one, who is left out and why.

One pass, block by block, inside the caller's transaction: memory stays flat whatever the number, and nobody is judged
by what was true before. A block is worked on column by column, which takes a third of the time that rows do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from json.encoder import encode_basestring
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection

from ...mail.compose import CompiledMessage
from ...rules.header_ids import header_ids
from ...rules.leaving_out import FITS, ONE_EACH, LeftOut, blank
from ...rules.mailing import EXPIRES_AFTER, MailState, Purpose
from ...rules.message_fields import FIELDS, Source
from ...rules.times import DAY, Instant
from ...store.mail import enqueue, recipients
from ...store.mail.enqueue import Mail
from ...store.mail.recipients import Recipients
from ...store.memory import room
from ...store.selection import Scope
from .letterhead import Letterhead

Progress = Callable[[int], None]
"""Told how many mails are queued so far; what it raises ends the work."""

_QUEUED = MailState.QUEUED.value

_LINKS = {name: "https://example.org" for name, known in FIELDS.items() if known.source is Source.LINK}
"""Links of which everybody gets one, made when the mail leaves; here it is only asked whether something is blank."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What mails are about beside the person: what their fields say of it, and its `mark`, which stays the same
    whichever message tells of it: no membership is told twice."""

    mark: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """A message whose mails are to be queued, due at a moment, after the `queued` ones that it has already."""

    message_id: int
    purpose: Purpose
    letterhead: Letterhead
    due: Instant
    occasion: Occasion | None = None
    queued: int = 0

    def mails(self, people: Recipients, first: int) -> Iterable[tuple[Any, ...]]:
        """The mails about memberships, numbered from `first`, as `Mail` has them."""
        count = len(people.membership_ids)
        return zip(
            repeat(self.message_id, count),
            people.learner_ids,
            people.membership_ids,
            repeat(self.purpose.value),
            self._keys(people),
            people.addresses,
            _json(people.names, people.columns) or repeat("{}"),
            repeat(None),
            repeat(None),
            map(self._header_id, range(first, first + count)),
            *map(repeat, self._times),
            strict=False,
        )

    def _keys(self, people: Recipients) -> list[str]:
        """What tells the mails apart for good."""
        if self.occasion is not None:
            return enqueue.marked(self.occasion.mark, people.membership_ids)
        ids, kind = (people.learner_ids, "") if self.purpose in ONE_EACH else (people.membership_ids, "m")
        return [f"{self.message_id}.{kind}{id:09}" for id in ids]

    def mail(self, address: str, values: Mapping[str, str], attachment: tuple[str, bytes] | None = None) -> Mail:
        """The message's one mail, to somebody who need not be a learner."""
        name, content = attachment or (None, None)
        about = (self.message_id, None, None, self.purpose.value, f"{self.message_id}.{address}", address)
        (fields,) = _json(values, [[text] for text in values.values()]) or ["{}"]
        return Mail(*about, fields, content, name, self._header_id(1), *self._times)

    @property
    def _header_id(self) -> Callable[[int], str]:
        return header_ids(self.letterhead.signing_key, self.message_id, self.letterhead.domain)

    @property
    def _times(self) -> tuple[Instant, str, int, Instant, Instant]:
        """Date, state, tries, next try and end of a mail that waits."""
        return self.due, _QUEUED, 0, self.due, self.due + EXPIRES_AFTER.get(self.purpose, DAY)


def _json(names: Iterable[str], columns: Sequence[Sequence[str]]) -> list[str]:
    """The fields of each row as JSON, blank ones left out; the names need no escapes."""
    written = [
        [f'"{name}":{encode_basestring(text)}' if text else "" for text in column]
        for name, column in zip(names, columns, strict=True)
    ]
    rows = zip(*written, strict=True)
    if any("" in column for column in columns):
        return ["{" + ",".join(filter(None, row)) + "}" for row in rows]
    return ["{" + ",".join(row) + "}" for row in rows]


@dataclass(slots=True)
class Sieve:
    """Who gets a mail of a purpose, and of whom all is known that the text needs: `left` collects the memberships of
    the others by reason, `bare` those who get it without its button, because its link is not known."""

    purpose: Purpose
    excluded: Mapping[LeftOut, BitMap]
    compiled: CompiledMessage
    bare: BitMap = field(default_factory=BitMap)
    left: dict[str, BitMap] = field(default_factory=lambda: defaultdict(BitMap))
    _seen: BitMap = field(default_factory=BitMap)
    _needed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._needed = self.compiled.lacking({}) & recipients.KNOWN

    def passing(self, people: Recipients) -> Recipients:
        """Those who get the mail."""
        barred = self._barred(people)
        for place, reason in barred.items():
            self.left[reason].add(people.membership_ids[place])
        passed = people.without(barred) if barred else people
        self._note_bare(passed)
        return passed

    def _barred(self, people: Recipients) -> dict[int, str]:
        """Why some get none, by their place in the block; the first reason counts."""
        barred: dict[int, str] = {}
        if fits := FITS.get(self.purpose):
            barred = {place: fits[1] for place, state in enumerate(people.states) if state != fits[0]}
        learners = BitMap(people.learner_ids)
        for reason, ids in self.excluded.items():
            if learners & ids:
                for place, learner in enumerate(people.learner_ids):
                    if learner in ids:
                        barred.setdefault(place, reason)
        for name in sorted(self._needed):
            for place in people.blank_at(name):
                barred.setdefault(place, blank(name))
        if self.purpose in ONE_EACH:
            self._bar_twice(people, learners, barred)
        return barred

    def _bar_twice(self, people: Recipients, learners: BitMap, barred: dict[int, str]) -> None:
        if len(learners) == len(people.learner_ids) and not (barred or learners & self._seen):
            self._seen |= learners
            return
        for place, learner in enumerate(people.learner_ids):
            if place not in barred:
                if learner in self._seen:
                    barred[place] = LeftOut.TWICE
                self._seen.add(learner)

    def _note_bare(self, people: Recipients) -> None:
        places = {place for name in _LINKS.keys() & recipients.KNOWN for place in people.blank_at(name)}
        for place in places:
            if self.compiled.bare({**_LINKS, **dict.fromkeys(people.names, ""), **people.values(place)}):
                self.bare.add(people.membership_ids[place])


def queue(
    connection: Connection,
    batch: Batch,
    ids: BitMap,
    sieve: Sieve,
    now: Instant,
    *,
    scope: Scope = None,
    progress: Progress = lambda _: None,
) -> int:
    """Queue the message's mails about memberships, filled as of `now`; how many passed the sieve."""
    queued, found = 0, BitMap()
    fields = {"name", *sieve.compiled.fields}
    with room(connection, len(ids)):
        for people in recipients.read(connection, ids, fields, now, batch.letterhead.zone, scope):
            found.update(people.membership_ids)
            passed = sieve.passing(people.saying(batch.occasion.fields) if batch.occasion else people)
            enqueue.put(connection, batch.mails(passed, batch.queued + queued + 1))
            queued += len(passed.membership_ids)
            progress(queued)
    if missing := ids - found:
        sieve.left[LeftOut.GONE] |= missing
    return queued
