"""What a misbehaving mail server does, as data: a script that a test writes and a server process reads."""

import json
import random
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

STEPS = ("connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body", "dot", "rset", "quit")
"""Where a fault may sit: instead of the answer to that step; `body` is in the middle of a mail."""

ACTS = {
    "reply": "answer `text` instead, and go on",
    "farewell": "answer `text` instead, then hang up",
    "close": "hang up without an answer (FIN)",
    "reset": "break the connection without an answer (RST)",
    "stall": "never answer",
    "delay": "answer as usual after `seconds`",
    "dribble": "answer as usual, byte by byte",
    "lines": "answer as usual, after 1,000 lines of the same answer",
    "long": "answer with one line of 40 KB",
    "extra": "answer as usual, with the line `text` behind it in the same breath",
    "unsolicited": "answer as usual, and say `text` unasked `seconds` later",
}


@dataclass(frozen=True)
class Fault:
    """One misbehaviour: at which step what is done.

    It leaves the first `after` times alone, then acts `times` times (None: always), each time with the chance
    `chance`. At the step `dot` the mail counts as accepted, and is logged, unless the answer `text` is a refusal or
    `accepted` says otherwise.
    """

    at: str
    do: str
    text: str = ""
    after: int = 0
    times: int | None = None
    chance: float = 1
    seconds: float = 0
    accepted: bool | None = None

    def __post_init__(self) -> None:
        assert self.at in STEPS and self.do in ACTS, f"{self.at}: {self.do}"

    @property
    def accepts(self) -> bool:
        """Whether the server has the mail although it misbehaves at the dot."""
        refuses = self.do in {"reply", "farewell"} and self.text[:1] in {"4", "5"}
        return not refuses if self.accepted is None else self.accepted


@dataclass(frozen=True)
class Script:
    """A server's ways. `latency` is waited before each answer, in seconds.

    `most_connections` at once, else 432; `per_connection` mails, then it hangs up; `per_second` mails, else 454 at the
    dot; `rejects` refused recipients in a row, then 421. Recipients whose local part begins with `refuse` do not exist.
    `tls` is none, starttls or implicit; `certificate` good, expired, wrong-host or unknown. `users` maps names to
    passwords (or tokens); without any no AUTH is offered. `mechanisms` and `extensions` are offered in EHLO.
    """

    faults: tuple[Fault, ...] = ()
    latency: float = 0
    most_connections: int | None = None
    per_connection: int | None = None
    per_second: float | None = None
    rejects: int | None = None
    tls: str = "none"
    certificate: str = "good"
    users: dict[str, str] = field(default_factory=dict)
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN", "XOAUTH2")
    extensions: tuple[str, ...] = ("SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES", "SMTPUTF8", "DSN")
    seed: int = 0

    def to_json(self) -> str:
        """The script as a server process reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Script":
        """What `to_json` wrote."""
        found: dict[str, Any] = json.loads(text)
        found["faults"] = tuple(Fault(**fault) for fault in found["faults"])
        found |= {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
        return cls(**found)


class Prompter:
    """Says which fault is due, counting how often each step was reached on all connections together."""

    def __init__(self, script: Script) -> None:
        self._faults = script.faults
        self._reached: Counter[int] = Counter()
        self._random = random.Random(script.seed)

    def due(self, step: str) -> Fault | None:
        """The first fault at this step whose turn it is."""
        for number, fault in enumerate(self._faults):
            if fault.at == step and self._turn(number, fault):
                return fault
        return None

    def _turn(self, number: int, fault: Fault) -> bool:
        self._reached[number] += 1
        turn = self._reached[number] - fault.after
        if turn < 1 or (fault.times is not None and turn > fault.times):
            return False
        return fault.chance >= 1 or self._random.random() < fault.chance
