"""What a console is given: who acts on which store, what time it is, and where it may keep things."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from tui_admin.reports.limits import Limits
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


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """How this person's console looks and where it writes. `keymap` maps command names to keys; `start` is a place.

    `theme` is dark, light or ansi; `folder` is where lists are saved unless a path is typed; `log` and `state` are
    files. `demo` is where the demo organization is made when asked for, None where that is not offered; `limits` are
    what imported files may grow to.
    """

    folder: Path
    log: Path
    state: Path | None = None
    demo: Path | None = None
    theme: str = "dark"
    keymap: dict[str, str] = field(default_factory=dict)
    start: str = "home"
    mouse: bool = True
    limits: Limits = field(default_factory=Limits)


class Preferences:
    """What the console remembers for this person between runs, such as the columns of each table: a small JSON file.

    A file that is not there or cannot be read counts as empty; one that cannot be written is not worth a sentence, the
    choice then holds until the console closes.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._values: dict[str, Any] | None = None

    def get(self, key: str, default: Any = None) -> Any:
        """The remembered value."""
        return self._load().get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Remember a value that JSON can hold."""
        values = self._load()
        values[key] = value
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._path.with_suffix(".new")
            temporary.write_text(json.dumps(values, indent=1), encoding="utf-8")
            temporary.replace(self._path)
        except OSError:
            self._path = None

    def _load(self) -> dict[str, Any]:
        if self._values is None:
            self._values = {}
            try:
                loaded = json.loads(self._path.read_text(encoding="utf-8")) if self._path else {}
            except (OSError, ValueError):
                loaded = {}
            if isinstance(loaded, dict):
                self._values = loaded
        return self._values
