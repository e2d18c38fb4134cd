"""What a mail server's log proves of mails: which Message-IDs it took over, and what stretch of time it covers.

Read are Postfix's lines (`cleanup[1]: 4ABC: message-id=<…>`, `qmgr[1]: 4ABC: from=<…>`, `smtp[1]: 4ABC: to=<…>, …
status=sent`), and lists of Message-IDs, one a line, each of which was taken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_LOGGED = re.compile(r"\b(?P<queue>[0-9A-Za-z]{6,}): message-id=(?P<id><[^<>\s]+>)")
_QUEUED = re.compile(r"\b(?P<queue>[0-9A-Za-z]{6,}): from=<[^>]*>, size=\d+")
_STATUS = re.compile(r"\b(?P<queue>[0-9A-Za-z]{6,}): to=<[^>]*>.*\bstatus=(?P<status>\w+)")
_ALONE = re.compile(r"\s*(<[^<>\s@]+@[^<>\s@]+>)\s*")


@dataclass(frozen=True, slots=True)
class MailLog:
    """The Message-IDs a server took, and how many lines told of any. What a log does not name proves nothing: it may
    begin too late or end too soon, or be another server's."""

    taken: frozenset[str]
    lines: int


@dataclass(slots=True)
class _Reading:
    taken: set[str] = field(default_factory=set)
    by_queue: dict[str, str] = field(default_factory=dict)
    lines: int = 0

    def read(self, line: str) -> None:
        if alone := _ALONE.fullmatch(line):
            self.taken.add(alone[1])
            self.lines += 1
        elif logged := _LOGGED.search(line):
            self.by_queue[logged["queue"]] = logged["id"]
            self.lines += 1
        elif queued := _QUEUED.search(line) or _STATUS.search(line):
            # Postfix writes the queue manager's line only for a mail that it holds: the dot was answered with 250.
            if (known := self.by_queue.get(queued["queue"])) is not None:
                self.taken.add(known)
            self.lines += 1


def read_log(lines: Iterable[str]) -> MailLog:
    """What a log proves. A mail is taken once its queue id is seen in the queue, or with a status; a Message-ID that
    was only seen by `cleanup` may have been given up before the dot."""
    reading = _Reading()
    for line in lines:
        reading.read(line)
    return MailLog(frozenset(reading.taken), reading.lines)
