"""Links that a mail carries: signed with the organization's key, naming whom, what for, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

from itsdangerous import BadData, URLSafeSerializer

from ..rules.errors import BadInput
from ..rules.times import DAY, Instant
from .message import TOKEN_MARK


class LinkPurpose(StrEnum):
    """What a link lets its holder do. Join, confirm and feedback links name a membership, unsubscribe links a learner,
    report links a request for a report. A confirm link joins too: it was asked for by whoever knows the address."""

    JOIN = "join"
    CONFIRM = "confirm"
    UNSUBSCRIBE = "unsubscribe"
    FEEDBACK = "feedback"
    REPORT = "report"


class LinkEnded(BadInput):
    """The time of a link is over."""


_PATHS: Mapping[LinkPurpose, str] = {
    LinkPurpose.JOIN: "join",
    LinkPurpose.CONFIRM: "join",
    LinkPurpose.UNSUBSCRIBE: "u",
    LinkPurpose.FEEDBACK: "feedback",
    LinkPurpose.REPORT: "reports",
}
_DOES: Mapping[LinkPurpose, str] = {
    LinkPurpose.JOIN: "join",
    LinkPurpose.CONFIRM: "join",
    LinkPurpose.UNSUBSCRIBE: "unsubscribe",
    LinkPurpose.FEEDBACK: "give feedback",
    LinkPurpose.REPORT: "fetch a report",
}
_RENEWED: Mapping[LinkPurpose, str] = {
    LinkPurpose.JOIN: "Ask your administrator to invite you again.",
    LinkPurpose.CONFIRM: "Ask for another on the program's page.",
    LinkPurpose.UNSUBSCRIBE: "Use the link of the newest mail.",
    LinkPurpose.FEEDBACK: "Use the link of the newest mail.",
    LinkPurpose.REPORT: "Ask for the report again.",
}
JOINING_ENDS, CONFIRMING_ENDS = 90 * DAY, DAY
"""Milliseconds after the date of a mail that its links to join end."""


@dataclass(frozen=True)
class Links:
    """Makes and reads the links of one organization.

    The same arguments always make the same link. `public_url` is where the learner-facing pages are, None where they
    are not run; `unsubscribe_url` is the administrator's own address with `{token}` in it, which goes before.
    """

    signing_key: str
    public_url: str | None = None
    unsubscribe_url: str | None = None

    def join(self, membership: int, made: Instant) -> str | None:
        """The link by which one joins, of an invitation mailed at a moment; None without a public URL."""
        return self._page(LinkPurpose.JOIN, membership, made + JOINING_ENDS)

    def confirm(self, membership: int, made: Instant) -> str | None:
        """The link by which one joins who asked for it at a moment; None without a public URL."""
        return self._page(LinkPurpose.CONFIRM, membership, made + CONFIRMING_ENDS)

    def feedback(self, membership: int, end: Instant) -> str | None:
        """The link to the feedback page; None without a public URL."""
        return self._page(LinkPurpose.FEEDBACK, membership, end)

    def report(self, request: int, end: Instant) -> str | None:
        """The link to a report that was made; None without a public URL."""
        return self._page(LinkPurpose.REPORT, request, end)

    def unsubscribe(self, learner: int, end: Instant) -> str | None:
        """The link by which one opts out; None where no page answers to it."""
        if self.unsubscribe_url:
            return self.unsubscribe_url.replace(TOKEN_MARK, self.token(LinkPurpose.UNSUBSCRIBE, learner, end))
        return self._page(LinkPurpose.UNSUBSCRIBE, learner, end)

    def token(self, purpose: LinkPurpose, subject: int, end: Instant) -> str:
        """The signed token of a link: letters, digits, `-`, `_` and dots."""
        return self._signer.dumps([purpose.value, subject, end])

    def read(self, token: str, purpose: LinkPurpose, now: Instant) -> int:
        """Whom or what a token names: the id of a membership, a learner or a request for a report.

        Raises BadInput for a token that was changed or made for something else, LinkEnded where its time is over.
        """
        return self._read(token, (purpose,), now)[1]

    def read_joining(self, token: str, now: Instant) -> tuple[int, Instant]:
        """The membership that a token to join names, and when it was made. Raises as `read` does."""
        made_for, membership, end = self._read(token, (LinkPurpose.JOIN, LinkPurpose.CONFIRM), now)
        return membership, end - (JOINING_ENDS if made_for is LinkPurpose.JOIN else CONFIRMING_ENDS)

    def _read(self, token: str, purposes: tuple[LinkPurpose, ...], now: Instant) -> tuple[LinkPurpose, int, Instant]:
        try:
            word, subject, end = self._signer.loads(token)
        except (BadData, UnicodeEncodeError) as error:
            raise BadInput("This link is not whole or was changed. Open it from the mail again.") from error
        made_for = LinkPurpose(word)
        if made_for not in purposes:
            raise BadInput(f"This link was made to {_DOES[made_for]}, not to {_DOES[purposes[0]]}.")
        if now >= end:
            raise LinkEnded(f"This link has ended. {_RENEWED[made_for]}")
        return made_for, int(subject), int(end)

    def _page(self, purpose: LinkPurpose, subject: int, end: Instant) -> str | None:
        if not self.public_url:
            return None
        return f"{self.public_url}/{_PATHS[purpose]}/{self.token(purpose, subject, end)}"

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.signing_key, salt="links", signer_kwargs={"digest_method": sha256})
