"""What a filter asks of the mails about a membership: when it was last written to, and what became of the last mail."""

from sqlalchemy import ColumnElement, Select, func, select

from ...rules.times import Instant
from ..tables import memberships, messages, outbox
from ..tables.messages import IS_DELIVERED, IS_REMINDER

DELIVERY_STATES = {
    "queued": ("queued", "claimed", "inflight"),
    "in-doubt": ("unknown",),
    **{state: (state,) for state in ("deferred", "sent", "bounced", "failed", "invalid", "suppressed", "expired")},
    "cancelled": ("cancelled", "dropped"),
}
"""What the delivery words of the filter are called in the outbox."""

_ABOUT = outbox.c.membership_id == memberships.c.id

_LEFT = {"mailed": (IS_DELIVERED,), "reminded": (IS_DELIVERED, IS_REMINDER)}
"""What a mail is that counts for a field."""


def last_delivered(field: str) -> ColumnElement[Instant]:
    """When the last mail (`mailed`) or reminder (`reminded`) about a membership left; null where none did."""
    newest = select(func.max(outbox.c.final_at)).where(_ABOUT, *_LEFT[field])
    newest = newest.with_hint(outbox, "INDEXED BY ix_outbox_delivered", "sqlite")
    return newest.correlate(memberships).scalar_subquery()


def last_state() -> ColumnElement[str]:
    """How far the newest mail about a membership got; null where there is none."""
    newest: Select[str] = select(outbox.c.state).where(_ABOUT).order_by(outbox.c.id.desc()).limit(1)
    newest = newest.with_hint(outbox, "INDEXED BY ix_outbox_membership_id", "sqlite")
    return newest.correlate(memberships).scalar_subquery()


def states_of(words: tuple[str, ...]) -> list[str]:
    """What words of the filter are called in the outbox."""
    return [state for word in words for state in DELIVERY_STATES[word]]


def written_to(field: str, holds: ColumnElement[bool]) -> Select[int]:
    """The learners a mail (`mailed`) or reminder (`reminded`) left for at a moment that is as asked of
    `outbox.final_at`."""
    index = "ix_outbox_delivered" if field == "mailed" else "ix_outbox_reminders"
    query = select(outbox.c.learner_id).where(outbox.c.learner_id.is_not(None), *_LEFT[field], holds)
    return query.with_hint(outbox, f"INDEXED BY {index}", "sqlite")


def with_mail(words: tuple[str, ...]) -> Select[int]:
    """The learners of mails that got as far as one of the words says, be it the last or not."""
    # Each message in turn, as the index over the states of its mails is ordered.
    query = select(outbox.c.learner_id).where(outbox.c.message_id.in_(select(messages.c.id)))
    query = query.where(outbox.c.state.in_(states_of(words)), outbox.c.learner_id.is_not(None))
    return query.with_hint(outbox, "INDEXED BY ix_outbox_message", "sqlite")
