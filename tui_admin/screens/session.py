"""What a console is given: who acts on which store, what time it is, and where it may keep things."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from tui_admin.mail.transport import Limits as MailLimits
from tui_admin.reports.limits import Limits
from tui_admin.rules.filters.fields import Fields, known_to
from tui_admin.rules.roles import Actor
from tui_admin.rules.times import Instant


@dataclass(frozen=True, slots=True)
class Facts:
    """What the frame shows of the organization. `brand` is `#rrggbb` or empty; `as_of` the newest fact the store was
    told, None for a store that never imported. An empty `organization` means that there is none yet.
    `programs` holds the names of programs by slug."""

    organization: str = ""
    brand: str = ""
    zone: tzinfo = UTC
    as_of: Instant | None = None
    programs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """An administrator at a store.

    `store` is the portal's store; `now` gives the instant that statuses are judged at, `clock` the real one; `facts`
    reads what the frame shows (slow: call it in a thread). `mark` is DEMO, READ-ONLY or empty.
    """

    store: Any
    actor: Actor
    now: Callable[[], Instant]
    clock: Callable[[], Instant]
    facts: Callable[[], Facts]
    mark: str = ""
    read_only: bool = False

    @property
    def fields(self) -> Fields:
        """The fields of the filter language that there are for them."""
        return known_to(self.actor)


@dataclass(frozen=True, slots=True)
class MailWay:
    """How mail leaves: the sentence that says where to, what of it is to be known before sending (`warning`, empty
    where nothing is), what the server takes, and what starts delivery in a process of its own where none is under way.
    `kept` says that mails are written to a folder of this machine."""

    sentence: str
    warning: str
    limits: MailLimits
    deliver: Callable[[], object]
    kept: bool = False

    def asked(self, question: str) -> str:
        """A question whether to send, after what is to be known before."""
        return f"{self.warning} {question}".lstrip()


NO_WAY = MailWay("No mail leaves this console.", "No mail leaves this console.", MailLimits(), lambda: None)


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How this person's console looks and where it writes. `keymap` maps command names to keys; `start` is a place.

    `theme` is dark, light or ansi; `folder` is where lists are saved unless a path is typed; `log` is a file. `demo` is
    where the demo organization is made when asked for, None where that is not offered; `limits` are what imported files
    may grow to; `mail` says how mail leaves, asked when it matters; `words` are the command line's, each with its help
    (slow: call it in a thread).
    """

    folder: Path
    log: Path
    demo: Path | None = None
    theme: str = "dark"
    keymap: dict[str, str] = field(default_factory=dict)
    start: str = "home"
    mouse: bool = True
    words: Callable[[], Mapping[str, str]] = dict
    limits: Limits = field(default_factory=Limits)
    mail: Callable[[], MailWay] = lambda: NO_WAY
