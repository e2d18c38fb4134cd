"""Pausing, resuming and cancelling a message. A sender obeys before it begins the next mail."""

from ...rules.errors import UsageError
from ...rules.mailing import MessageState
from ...rules.roles import Actor, Right
from ...rules.text import clean
from ...rules.times import Instant
from ...store.engine import Store
from ...store.mail import messages as store_messages
from .. import journal, rights
from .drafts import owned

_UNDER_WAY = (MessageState.SCHEDULED, MessageState.SENDING)


def pause(store: Store, actor: Actor, message_id: int, now: Instant) -> str:
    """Hold a message back; the sentence that says so. Raises UsageError where it is not under way."""
    return _move(store, actor, message_id, now, MessageState.PAUSED)


def resume(store: Store, actor: Actor, message_id: int, now: Instant) -> str:
    """Let a paused message go on. Raises UsageError where it is not paused."""
    return _move(store, actor, message_id, now, MessageState.SENDING)


def cancel(store: Store, actor: Actor, message_id: int, now: Instant) -> str:
    """Call back all mails of a message that have not left. Raises UsageError where nothing of it can leave any more."""
    return _move(store, actor, message_id, now, MessageState.CANCELLED)


_FROM = {
    MessageState.PAUSED: _UNDER_WAY,
    MessageState.SENDING: (MessageState.PAUSED,),
    MessageState.CANCELLED: (*_UNDER_WAY, MessageState.PAUSED),
}
_VERBS = {
    MessageState.PAUSED: ("pause", "Paused"),
    MessageState.SENDING: ("resume", "Resumed"),
    MessageState.CANCELLED: ("cancel", "Cancelled"),
}


def _move(store: Store, actor: Actor, message_id: int, now: Instant, state: MessageState) -> str:
    actor.require(Right.MESSAGE)
    verb, done = _VERBS[state]
    with store.write() as connection:
        actor = rights.admit(connection, actor, now, Right.MESSAGE)
        row = owned(connection, actor, message_id, hold=True)
        if row["state"] not in _FROM[state]:
            raise UsageError(f"Message {message_id} is {row['state']}: there is nothing to {verb}.")
        if state is MessageState.SENDING and row["send_at"] is not None and row["send_at"] > now:
            state = MessageState.SCHEDULED
        values = {"state": state, "changed_at": now, "pause_reason": None}
        summary = f"{done} “{clean(row['subject'] or '')}”"
        if state is MessageState.CANCELLED:
            values["finished_at"] = now
            called_back = store_messages.call_back(connection, message_id, now)
            summary += f": {called_back:,} mail{'' if called_back == 1 else 's'} called back"
        store_messages.change(connection, message_id, values)
        details = {"message": message_id, "before": row["state"], "after": state}
        journal.append(connection, actor, now, action=f"{verb} message", summary=summary, details=details)
    return summary
