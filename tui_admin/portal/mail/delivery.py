"""Delivery as a whole: who may run a sender, and how it stands for all of them."""

from ...rules.errors import UsageError
from ...rules.roles import Actor, Right
from ...rules.times import Instant
from ...store.engine import Store
from ...store.mail import delivery as store_delivery
from ...store.mail.delivery import Standing
from .. import journal, rights

__all__ = ["Standing", "allow", "resume", "standing"]


def allow(store: Store, actor: Actor) -> None:
    """Refuse with NotAllowed whoever may not run a sender. Mail that somebody queued was allowed when it was."""
    actor.require(Right.DELIVER)
    with store.read() as connection:
        rights.renewed(connection, actor).require(Right.DELIVER)


def standing(store: Store, actor: Actor) -> Standing:
    """Whether everything is paused or the server left alone, until when and why: told to all who may write messages."""
    actor.require(Right.MESSAGE)
    with store.read() as connection:
        return store_delivery.standing(connection)


def resume(store: Store, actor: Actor, now: Instant) -> str:
    """Let delivery go on after it was paused as a whole; the sentence that says so.

    Whoever says so answers for it that no other copy of this store sends the same mails. Raises UsageError where it is
    not paused.
    """
    actor.require(Right.DELIVER)
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.DELIVER)
        before = store_delivery.standing(connection)
        if before.paused_at is None:
            raise UsageError("Delivery is not paused: there is nothing to resume.")
        store_delivery.resume(connection)
        details = {"reason": before.pause_reason}
        journal.append(connection, actor, now, action="resume delivery", summary="Resumed delivery", details=details)
    return "Delivery goes on"
