"""The lists of messages and of their mails as data."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from tui_admin.portal.learner import Mail
from tui_admin.portal.mail.messages import MailRow, Message
from tui_admin.rules.mailing import MailState, MessageState, Purpose
from tui_admin.rules.times import Instant
from tui_admin.widgets.columns import Cell, Column, Style
from tui_admin.widgets.shares import Share, shares
from tui_admin.widgets.text import moment, number

TITLES: Mapping[Purpose, str] = {
    Purpose.CUSTOM: "",
    Purpose.INVITATION: "invitation",
    Purpose.REMINDER: "reminder",
    Purpose.NUDGE: "nudge",
    Purpose.EXIT: "exit mail",
}
"""What a message is for, where that is more than what somebody wrote."""

WORDS: Mapping[MailState, str] = {
    MailState.QUEUED: "waiting",
    MailState.CLAIMED: "next to be sent",
    MailState.INFLIGHT: "being sent",
    MailState.DEFERRED: "to be tried again",
    MailState.SENT: "sent",
    MailState.BOUNCED: "came back",
    MailState.FAILED: "refused",
    MailState.UNKNOWN: "in doubt",
    MailState.INVALID: "address refused",
    MailState.SUPPRESSED: "not to be written to",
    MailState.EXPIRED: "too late",
    MailState.CANCELLED: "called back",
    MailState.DROPPED: "given up",
}
"""What a person reads for the state of a mail."""

TONES: Mapping[MailState, Style] = {
    MailState.SENT: "success",
    MailState.UNKNOWN: "warning",
    MailState.DEFERRED: "warning",
    MailState.FAILED: "error",
    MailState.BOUNCED: "error",
    MailState.INVALID: "error",
}
WAITING = (MailState.QUEUED, MailState.CLAIMED, MailState.INFLIGHT, MailState.DEFERRED)
_REFUSED = (MailState.FAILED, MailState.BOUNCED, MailState.INVALID)
_SHOWN_STATES: Mapping[MessageState, Style] = {
    MessageState.SENT: "success",
    MessageState.PAUSED: "warning",
    MessageState.CANCELLED: "muted",
}


def message_columns(messages: Sequence[Message], now: Instant, zone: tzinfo) -> tuple[Column[Message], ...]:
    """The messages, the newest first; figures that none of them has take no room."""

    def count(
        key: str, title: str, states: Sequence[MailState], priority: int, tone: Style = ""
    ) -> list[Column[Message]]:
        def found(row: Message) -> int:
            return sum(row.counts.get(state, 0) for state in states)

        def cell(row: Message) -> Cell:
            return (number(found(row)), tone) if found(row) else ("", "")

        column = Column(key, title, max(len(title), 7), cell, "", align="right", priority=priority)
        return [column] if any(map(found, messages)) else []

    def when(row: Message) -> Cell:
        at = row.send_at or row.finished_at or row.started_at or row.changed_at
        return moment(at, now, zone), "muted"

    return (
        Column("state", "", 9, _state, "", priority=0),
        Column("subject", "Subject", 18, _subject, "", flex=1, widest=60, priority=0),
        Column("people", "Mails", 7, lambda r: (number(r.total) if r.total else "", ""), "", align="right", priority=3),
        *count("sent", "Sent", (MailState.SENT,), 1),
        *count("waiting", "Waiting", WAITING, 2),
        *count("refused", "Refused", _REFUSED, 2, "error"),
        *count("doubt", "In doubt", (MailState.UNKNOWN,), 2, "warning"),
        Column("when", "When", 11, when, "", align="right", priority=3),
        Column("by", "By", 12, lambda row: (row.created_by.partition("@")[0], "muted"), "", priority=5),
    )


def _state(row: Message) -> Cell:
    return str(row.state), _SHOWN_STATES.get(row.state, "")


def called(message: Message) -> str:
    """What a message is called: by its subject where somebody wrote it, else by what it is for."""
    return TITLES.get(message.purpose, str(message.purpose)) or message.subject


def _subject(row: Message) -> Cell:
    return titled(row.purpose, row.subject or "(no subject yet)"), "" if row.subject else "muted"


def titled(purpose: Purpose, subject: str) -> str:
    """A subject with what the mail is for, where that is more than what somebody wrote."""
    kind = TITLES.get(purpose, str(purpose))
    return f"{kind}: {subject}" if kind else subject


def mail_state(row: MailRow | Mail) -> Cell:
    """How far a mail got."""
    return WORDS[row.state], TONES.get(row.state, "")


def state_shares(message: Message) -> list[Share]:
    """All mails, then each state that some are in, in the order they pass through them."""
    parts = [(state, WORDS[state], message.counts.get(state, 0), TONES.get(state, "")) for state in MailState]
    return shares("all mails", parts)


def address_column(read: Callable[[Any], str], width: int = 20, widest: int = 40) -> Column[Any]:
    """The address of a row, which is what it is known by."""
    return Column(
        "email",
        "E-mail",
        width,
        lambda row: (read(row) or "–", ""),
        "m",
        flex=2,
        widest=widest,
        cut="middle",
        priority=0,
        sortable=False,
    )


def mail_columns(now: Instant, zone: tzinfo) -> tuple[Column[MailRow], ...]:
    """The mails of a message."""

    def when(row: MailRow) -> Cell:
        at = row.final_at or row.next_at
        return ("–" if at is None else moment(at, now, zone)), "muted"

    return (
        Column("name", "Name", 18, lambda r: (r.name or "–", ""), "n", flex=2, priority=0, sortable=False),
        Column("email", "E-mail", 18, lambda r: (r.address, ""), "m", flex=2, cut="middle", priority=1, sortable=False),
        Column("state", "State", 17, mail_state, "t", priority=0, sortable=False),
        Column("when", "When", 11, when, "w", align="right", priority=3, sortable=False),
        Column("reply", "The server said", 16, lambda r: (r.reply, "muted"), "r", flex=3, priority=2, sortable=False),
    )
