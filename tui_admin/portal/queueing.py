"""Putting the mails of one message into the outbox: who of those asked for gets one, who is left out and why.

One pass, block by block, inside the caller's transaction: memory stays flat whatever the number, and nobody is judged
by what was true before.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap
from sqlalchemy import Connection

from ..mail.compose import CompiledMessage
from ..rules.header_ids import header_id
from ..rules.leaving_out import FITS, ONE_EACH, LeftOut, blank
from ..rules.mailing import EXPIRES_AFTER, MailState, Purpose
from ..rules.times import DAY, Instant
from ..store import enqueue, recipients
from ..store.enqueue import Mail
from ..store.home import Scope
from ..store.recipients import Recipient
from .letterhead import Letterhead

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

Progress = Callable[[int], None]
"""Told how many mails are queued so far; what it raises ends the work."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A message whose mails are to be queued, due at a moment."""

    message_id: int
    purpose: Purpose
    letterhead: Letterhead
    due: Instant

    def mail(
        self,
        number: int,
        address: str,
        values: Mapping[str, str],
        *,
        about: Recipient | None = None,
        attachment: tuple[str, bytes] | None = None,
    ) -> Mail:
        """The message's mail of a number, about a membership or to an administrator."""
        name, content = attachment or (None, None)
        return Mail(
            message_id=self.message_id,
            learner_id=about.learner_id if about else None,
            membership_id=about.membership_id if about else None,
            purpose=self.purpose,
            dedupe_key=f"{self.message_id}.{self._whom(about)}",
            address=address,
            fields=_write(values),
            attachment=content,
            attachment_name=name,
            header_id=header_id(self.letterhead.signing_key, self.message_id, number, self.letterhead.domain),
            header_date=self.due,
            state=MailState.QUEUED,
            attempts=0,
            next_at=self.due,
            expires_at=self.due + EXPIRES_AFTER.get(self.purpose, DAY),
        )

    def _whom(self, about: Recipient | None) -> str:
        if about is None:
            return "administrator"
        return str(about.learner_id) if self.purpose in ONE_EACH else f"m{about.membership_id}"


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

    def passes(self, person: Recipient) -> bool:
        """Whether the person gets the mail."""
        reason = self._reason(person)
        if reason is None:
            self._seen.add(person.learner_id)
            return True
        self.left[reason].add(person.membership_id)
        return False

    def _reason(self, person: Recipient) -> str | None:
        fits = FITS.get(self.purpose)
        if fits is not None and person.state != fits[0]:
            return fits[1]
        if self.purpose in ONE_EACH and person.learner_id in self._seen:
            return LeftOut.TWICE
        for reason, learners in self.excluded.items():
            if person.learner_id in learners:
                return reason
        return self._lacking(person)

    def _lacking(self, person: Recipient) -> str | None:
        if lacking := self.compiled.lacking(person.values) & recipients.KNOWN:
            return blank(min(lacking))
        if self.compiled.bare(person.values):
            self.bare.add(person.membership_id)
        return None


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
    for block in recipients.read(connection, ids, fields, now, batch.letterhead.zone, scope):
        found.update([person.membership_id for person in block])
        passed = [person for person in block if sieve.passes(person)]
        enqueue.put(
            connection,
            (
                batch.mail(number, person.address or "", person.values, about=person)
                for number, person in enumerate(passed, start=queued + 1)
            ),
        )
        queued += len(passed)
        progress(queued)
    if missing := ids - found:
        sieve.left[LeftOut.GONE] |= missing
    return queued
